"""Sums of scores by row that cost what a query's words hold, not what the catalogue holds.

A fresh array of 10⁶ sums costs a millisecond in page faults and the search for its greatest another; here arrays are cleared
where they were touched and used again, and only the touched rows are compared. Above lies `lexical`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
from numpy.typing import NDArray

from retrieval.postings import Rows, Weights

Sums = NDArray[np.float32]
Mask = NDArray[np.bool_]
Found = NDArray[np.int64]
_SAMPLED = 61
"""Every so manieth sum is looked at to find the cut: a prime, so that a catalogue's own rhythm does not matter."""
_SAMPLED_FROM = 20_000
_FEW = 16
"""Touched sums are cleared one by one where they are fewer than this part of all; writing all takes as long as that."""


_SPARE = 8
"""Arrays kept: a query takes up to three, and four queries at once keep two cores busy."""


class Tally:
    """Of one query: `total` is 0 but for the rows of `touched`, which lists a row once for each word that it holds."""

    def __init__(self, total: Sums) -> None:
        self.total = total
        self.touched: list[Found] = []

    def add(self, rows: Rows | Found, weights: Weights | Sums) -> None:
        """Rows of one term, each once."""
        # `+=` would convert both for reading and again for writing, and takes four times as long.
        places = rows.astype(np.int64, copy=False)
        np.add.at(self.total, places, weights.astype(np.float32, copy=False))
        self.touched.append(places)

    def raise_to(self, rows: Rows | Found, weights: Weights | Sums) -> None:
        """Rows of one term, where they do not stand higher."""
        places = rows.astype(np.int64, copy=False)
        self.total[places] = np.maximum(self.total.take(places), weights)
        self.touched.append(places)

    def best(self, k: int, allowed: Mask | None = None) -> Found:
        """Rows of the `k` greatest sums above 0 among the allowed ones, in any order."""
        if not self.touched or k < 1:
            return np.empty(0, dtype=np.int64)
        rows = self.touched[0] if len(self.touched) == 1 else np.concatenate(self.touched)
        sums = self.total.take(rows)
        if allowed is not None:
            sums = sums * allowed.take(rows)
        # A row stands there at most once for each term, so that these hold the best k.
        first = _greatest(sums, k * len(self.touched))
        found = once(rows[first])
        return found if len(found) <= k else found[np.argpartition(-self.total[found], k)[:k]]


def _greatest(sums: Sums, wanted: int) -> Found:
    """Places of the greatest sums above 0. A sample tells where to cut, so that few are compared."""
    cut = np.float32(0.0)
    if len(sums) > max(_SAMPLED_FROM, 4 * wanted):
        sample = sums[::_SAMPLED]
        # Twice as many as are wanted are expected above the cut, and some more for the sample's error.
        place = len(sample) - 1 - min(2 * wanted // _SAMPLED + 16, len(sample) - 1)
        cut = np.partition(sample, place)[place]
    places = np.flatnonzero(sums > cut)
    if len(places) < wanted and cut > 0:
        places = np.flatnonzero(sums > 0)
    return places if len(places) <= wanted else places[np.argpartition(-sums[places], wanted)[:wanted]]


def once(rows: Found) -> Found:
    """Each row once, ascending. Sorting a few hundred takes a tenth of `np.unique`."""
    ordered = np.sort(rows)
    fresh = np.ones(len(ordered), dtype=np.bool_)
    np.not_equal(ordered[1:], ordered[:-1], out=fresh[1:])
    return ordered[fresh]


class Tallies:
    """Arrays of sums that wait for their next query. Thread-safe."""

    def __init__(self, rows: int) -> None:
        self._rows = rows
        self._spare: list[Sums] = []

    @contextmanager
    def one(self) -> Iterator[Tally]:
        """Its sums hold as long as the context."""
        tally = Tally(self._spare.pop() if self._spare else np.zeros(self._rows, dtype=np.float32))
        yield tally
        # Not after an error, which may have left sums that nobody lists.
        _clear(tally)
        if len(self._spare) < _SPARE:
            self._spare.append(tally.total)


def _clear(tally: Tally) -> None:
    if sum(map(len, tally.touched)) * _FEW > len(tally.total):
        tally.total.fill(0.0)
        return
    for rows in tally.touched:
        tally.total[rows] = 0.0
