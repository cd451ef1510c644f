"""Measured attributes by field and unit: stored as the few rows that state one, given as a whole column on demand.

A shop states some sixty measures, each on a few of its products: at 10⁶ products whole columns would take 8 MB each.
Above lies `columns`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from threading import Lock

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
Arrays = Mapping[str, NDArray[np.generic]]
_KEPT = 8
"""Columns kept whole, for the filters of the last queries."""


class Measures(Mapping[str, Numbers]):
    """By key, float64 [rows], NaN where nothing is stated. Immutable but for the columns it keeps; thread-safe."""

    def __init__(self, keys: Sequence[str], rows: int, arrays: Arrays) -> None:
        """`arrays`: key n's rows are rows[starts[n]:starts[n + 1]], with their values."""
        self._numbers = {key: number for number, key in enumerate(keys)}
        self._length = rows
        self._starts = np.asarray(arrays["starts"], dtype=np.int64)
        self._rows = np.asarray(arrays["rows"], dtype=np.int32)
        self._values = np.asarray(arrays["values"], dtype=np.float64)
        self._whole: dict[str, Numbers] = {}
        self._keeping = Lock()

    def arrays(self) -> Arrays:
        return {"starts": self._starts, "rows": self._rows, "values": self._values}

    def __getitem__(self, key: str) -> Numbers:
        number = self._numbers[key]
        if (kept := self._whole.get(key)) is not None:
            return kept
        span = slice(int(self._starts[number]), int(self._starts[number + 1]))
        whole = np.full(self._length, np.nan)
        whole[self._rows[span]] = self._values[span]
        whole.setflags(write=False)
        with self._keeping:
            if len(self._whole) >= _KEPT:
                self._whole.pop(next(iter(self._whole)))
            self._whole[key] = whole
        return whole

    def __contains__(self, key: object) -> bool:
        return key in self._numbers

    def __iter__(self) -> Iterator[str]:
        return iter(self._numbers)

    def __len__(self) -> int:
        return len(self._numbers)


def measures_of(stated: Iterable[Iterable[tuple[str, float]]]) -> Measures:
    """From (key, value) by row; of a key stated twice the last value counts."""
    found: dict[str, dict[int, float]] = {}
    rows = 0
    for row, pairs in enumerate(stated):
        rows = row + 1
        for key, value in pairs:
            found.setdefault(key, {})[row] = value
    return Measures(
        list(found),
        rows,
        {
            "starts": np.cumsum([0, *map(len, found.values())], dtype=np.int64),
            "rows": np.array([row for column in found.values() for row in column], dtype=np.int32),
            "values": np.array([value for column in found.values() for value in column.values()], dtype=np.float64),
        },
    )
