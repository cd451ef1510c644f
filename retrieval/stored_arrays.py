"""Columns in files of which a query needs a few runs: read, not mapped.

The system maps the neighbours of every page that is touched, on newer kernels megabytes of them: of 287 MB of postings 35 were
asked for and 200 held. A run of 50,000 rows is copied in 40 µs. Above lies `postings`.
"""

from __future__ import annotations

import os
import weakref
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray


class StoredArray:
    """One dimension, as `numpy.save` writes it. The file stays open as long as this lives; threads may share it."""

    def __init__(self, path: Path) -> None:
        with path.open("rb") as file:
            np.lib.format.read_magic(file)
            self.shape, _, self.dtype = np.lib.format.read_array_header_1_0(file)
            self._start = file.tell()
        if len(self.shape) != 1:
            raise ValueError(f"{path.name!r} has {len(self.shape)} dimensions: only columns are read in runs")
        self._file = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        weakref.finalize(self, os.close, self._file)

    def __len__(self) -> int:
        return int(self.shape[0])

    def __getitem__(self, run: slice) -> NDArray[Any]:
        first, last, step = run.indices(len(self))
        if step != 1:
            raise IndexError(f"a run has no step, as {run!r} has")
        wanted = max(last - first, 0) * self.dtype.itemsize
        read = os.pread(self._file, wanted, self._start + first * self.dtype.itemsize) if wanted else b""
        return np.frombuffer(read, dtype=self.dtype)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> NDArray[Any]:
        return self[:].astype(dtype or self.dtype, copy=False)
