"""Products on disk, one JSON line each, read one at a time: an answer shows ten of them, whatever the shop's size."""

from __future__ import annotations

import os
import weakref
from collections.abc import Iterable
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from retrieval.catalogue import Product


def write_products(products: Iterable[Product], path: Path) -> NDArray[np.int64]:
    """Offsets of the lines, the file's length last."""
    encoder = msgspec.json.Encoder()
    offsets = [0]
    with path.open("wb") as file:
        for product in products:
            offsets.append(offsets[-1] + file.write(encoder.encode(product) + b"\n"))
    return np.array(offsets, dtype=np.int64)


class StoredProducts:
    """By row, from the file, which stays open as long as this lives; reads share nothing that changes."""

    def __init__(self, path: Path, offsets: NDArray[np.int64]) -> None:
        self._offsets = offsets
        self._decoder = msgspec.json.Decoder(Product)
        # Read, not mapped: the system maps the neighbours of every page it is asked for, at 10⁶ products 300 MB of them.
        self._file = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        weakref.finalize(self, os.close, self._file)

    def __getitem__(self, row: int, /) -> Product:
        start, end = int(self._offsets[row]), int(self._offsets[row + 1])
        return self._decoder.decode(os.pread(self._file, end - start, start))

    def __len__(self) -> int:
        return len(self._offsets) - 1
