"""Many strings as arrays: by number, and the numbers of a string, without an object for each.

A million ids as Python strings in a dict take 170 MB in every process; here they are bytes mapped from disk and shared.
Above lie `identifiers` and `snapshot`.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping, Sequence
from typing import overload

import numpy as np
from numpy.typing import NDArray

from retrieval.catalogue import ProductId

Arrays = Mapping[str, NDArray[np.generic]]


class StringTable(Sequence[str]):
    """Immutable; may hold a string more than once."""

    def __init__(self, arrays: Arrays) -> None:
        """As made by `arrays_of`, in memory or mapped."""
        self._letters = np.asarray(arrays["letters"], dtype=np.uint8)
        self._starts = np.asarray(arrays["starts"], dtype=np.int64)
        self._hashes = np.asarray(arrays["hashes"], dtype=np.uint32)
        self._order = np.asarray(arrays["order"], dtype=np.int32)

    def arrays(self) -> Arrays:
        return {"letters": self._letters, "starts": self._starts, "hashes": self._hashes, "order": self._order}

    def __len__(self) -> int:
        return len(self._starts) - 1

    @overload
    def __getitem__(self, number: int) -> str: ...
    @overload
    def __getitem__(self, number: slice) -> Sequence[str]: ...
    def __getitem__(self, number: int | slice) -> str | Sequence[str]:
        if isinstance(number, slice):
            return [self[one] for one in range(*number.indices(len(self)))]
        if not -len(self) <= number < len(self):
            raise IndexError(number)
        number %= len(self)
        return self._letters[self._starts[number] : self._starts[number + 1]].tobytes().decode()

    def numbers_of(self, text: str) -> list[int]:
        """Where it stands, ascending; none for an unknown one."""
        code = zlib.crc32(encoded := text.encode(errors="replace"))
        first, last = np.searchsorted(self._hashes, np.array([code, code + 1], dtype=np.uint64)).tolist()
        return sorted(number for number in self._order[first:last].tolist() if self._is(number, encoded))

    def _is(self, number: int, encoded: bytes) -> bool:
        return self._letters[self._starts[number] : self._starts[number + 1]].tobytes() == encoded


def table_of(texts: Sequence[str]) -> StringTable:
    encoded = [text.encode(errors="replace") for text in texts]
    hashes = np.fromiter((zlib.crc32(one) for one in encoded), dtype=np.uint32, count=len(encoded))
    order = np.argsort(hashes, kind="stable").astype(np.int32)
    return StringTable(
        {
            "letters": np.frombuffer(b"".join(encoded), dtype=np.uint8),
            "starts": np.cumsum([0, *map(len, encoded)], dtype=np.int64),
            "hashes": hashes[order],
            "order": order,
        }
    )


class RowsById(Mapping[ProductId, int]):
    """The row of each product id; ids are unique."""

    def __init__(self, ids: StringTable) -> None:
        self._ids = ids

    def __getitem__(self, product_id: ProductId) -> int:
        found = self._ids.numbers_of(product_id)
        if not found:
            raise KeyError(product_id)
        return found[0]

    def __iter__(self) -> Iterator[ProductId]:
        return map(ProductId, iter(self._ids))

    def __len__(self) -> int:
        return len(self._ids)
