"""Products on disk, one JSON line each, read one at a time: an answer shows ten of them, whatever the shop's size."""

from __future__ import annotations

import mmap
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
    """By row, mapped from the file; reads share nothing that changes."""

    def __init__(self, path: Path, offsets: NDArray[np.int64]) -> None:
        self._offsets = offsets
        self._decoder = msgspec.json.Decoder(Product)
        with path.open("rb") as file:
            self._lines: mmap.mmap | bytes = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) if len(self) else b""

    def __getitem__(self, row: int, /) -> Product:
        return self._decoder.decode(self._lines[int(self._offsets[row]) : int(self._offsets[row + 1])])

    def __len__(self) -> int:
        return len(self._offsets) - 1
