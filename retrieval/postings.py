"""Which rows hold a term, and with what weight: the one structure behind words, identifiers and facets.

Arrays only, so that a snapshot maps them from disk. Above lie `lexical`, `identifiers` and `columns`.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.int32]
Weights = NDArray[np.floating[Any]]
Arrays = Mapping[str, NDArray[np.generic]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Postings:
    terms: Mapping[str, int]
    starts: NDArray[np.int64]
    """Term t's rows are rows[starts[t]:starts[t + 1]], ascending."""
    rows: Rows
    weights: Weights
    """How often the term occurs in the row, or its score there."""

    def of(self, term: str) -> tuple[Rows, Weights]:
        number = self.terms.get(term)
        if number is None:
            return self.rows[:0], self.weights[:0]
        span = slice(int(self.starts[number]), int(self.starts[number + 1]))
        return self.rows[span], self.weights[span]

    def rows_of(self, terms: Iterable[str]) -> Rows:
        found = [self.of(term)[0] for term in terms]
        return np.concatenate(found) if found else self.rows[:0]

    def arrays(self) -> Arrays:
        return {"starts": self.starts, "rows": self.rows, "weights": self.weights}

    @property
    def term_list(self) -> list[str]:
        return list(self.terms)


class Frequencies(Mapping[str, int]):
    """How many rows hold each term, read off the postings: a table of its own would take 30 MB at 10⁶ products."""

    def __init__(self, postings: Postings) -> None:
        self._terms, self._starts = postings.terms, postings.starts

    def __getitem__(self, term: str) -> int:
        number = self._terms[term]
        return int(self._starts[number + 1] - self._starts[number])

    def __iter__(self) -> Iterator[str]:
        return iter(self._terms)

    def __len__(self) -> int:
        return len(self._terms)


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


def restored(terms: Sequence[str], arrays: Arrays) -> Postings:
    return Postings(
        terms={term: number for number, term in enumerate(terms)},
        starts=np.asarray(arrays["starts"], dtype=np.int64),
        rows=np.asarray(arrays["rows"], dtype=np.int32),
        weights=np.asarray(arrays["weights"]),
    )
