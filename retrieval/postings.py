"""Which rows hold a term, and with what weight: the one structure behind words, identifiers and facets.

Arrays only, so that a snapshot keeps them on disk. Above lie `lexical`, `identifiers` and `columns`.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from retrieval.stored_arrays import StoredArray

Rows = NDArray[np.int32]
Weights = NDArray[np.floating[Any]]
Arrays = Mapping[str, NDArray[np.generic]]
Stored = NDArray[Any] | StoredArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Postings:
    terms: Mapping[str, int]
    starts: NDArray[np.int64]
    """Term t's rows are rows[starts[t]:starts[t + 1]], ascending."""
    rows: Stored
    weights: Stored
    """How often the term occurs in the row, or its score there."""

    def of(self, term: str) -> tuple[Rows, Weights]:
        number = self.terms.get(term)
        if number is None:
            return self.rows[:0], self.weights[:0]
        span = slice(int(self.starts[number]), int(self.starts[number + 1]))
        return self.rows[span], self.weights[span]

    def frequency(self, term: str) -> int:
        """How many rows hold it; none of them is read."""
        number = self.terms.get(term)
        return 0 if number is None else int(self.starts[number + 1] - self.starts[number])

    def rows_of(self, terms: Iterable[str]) -> Rows:
        found = [self.of(term)[0] for term in terms]
        return np.concatenate(found) if found else self.rows[:0]

    def arrays(self) -> Arrays:
        return {"starts": self.starts, "rows": np.asarray(self.rows), "weights": np.asarray(self.weights)}

    @property
    def term_list(self) -> list[str]:
        return list(self.terms)


class Frequencies(Mapping[str, int]):
    """How many rows hold each term, read off the postings: a table of its own would take 30 MB at 10⁶ products."""

    def __init__(self, postings: Postings) -> None:
        self._postings = postings

    def __getitem__(self, term: str) -> int:
        if term not in self._postings.terms:
            raise KeyError(term)
        return self._postings.frequency(term)

    def __iter__(self) -> Iterator[str]:
        return iter(self._postings.terms)

    def __len__(self) -> int:
        return len(self._postings.terms)


def count_terms(documents: Iterable[Sequence[str]]) -> Postings:
    """Row n is the n-th document; weights are counts."""
    numbers: dict[str, int] = {}
    codes = array("i")
    lengths: list[int] = []
    for document in documents:
        lengths.append(len(document))
        codes.extend(numbers.setdefault(term, len(numbers)) for term in document)
    rows = np.repeat(np.arange(len(lengths), dtype=np.int64), lengths)
    keys, counts = np.unique(np.asarray(codes, dtype=np.int64) * max(len(lengths), 1) + rows, return_counts=True)
    terms_of_keys, rows_of_keys = np.divmod(keys, max(len(lengths), 1))
    starts = np.searchsorted(terms_of_keys, np.arange(len(numbers) + 1))
    return Postings(
        terms=numbers,
        starts=starts.astype(np.int64),
        rows=rows_of_keys.astype(np.int32),
        weights=counts.astype(np.float32),
    )


def restored(terms: Sequence[str], starts: NDArray[np.int64], rows: Stored, weights: Stored) -> Postings:
    return Postings(
        terms={term: number for number, term in enumerate(terms)}, starts=starts, rows=rows, weights=weights
    )
