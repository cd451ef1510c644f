"""BM25 over one field of stemmed words, the title counted three times; sums of maxima over a query's alternatives.

BM25 with Lucene's idf (Robertson and Zaragoza 2009). Repeating the title shares one saturation among the fields, as
BM25F does, which measured better than summing a score per field. Above lies `segment`; below, `postings`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from retrieval.postings import Frequencies, Postings, count_terms
from retrieval.tally import Tallies, Tally
from retrieval.words import stems

TITLE_WEIGHT = 3
_K1 = 1.5
_B = 0.75

Scores = NDArray[np.float32]
Alternative = tuple[tuple[str, ...], float]
"""Stems that together stand for one word of the query, and how much they count against the word itself."""
Query = Sequence[Sequence[Alternative]]
"""For each word the ways to say it; the best one counts in each document."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Statistics:
    """What scores depend on beside the document; a delta borrows them from the index that it amends."""

    documents: int
    mean_length: float
    frequencies: Mapping[str, int]

    def idf(self, term: str) -> float:
        frequency = self.frequencies.get(term, 0)
        return float(np.log1p((self.documents - frequency + 0.5) / (frequency + 0.5)))


class Bm25:
    """Immutable but for the arrays that it sums in, so shared by threads without a lock."""

    def __init__(self, postings: Postings, rows: int, statistics: Statistics | None = None) -> None:
        """`postings` carry BM25 scores as weights: made by `index` or restored from a snapshot."""
        self.postings = postings
        self._rows = rows
        self._statistics = statistics
        self._tallies = Tallies(rows)

    @property
    def rows(self) -> int:
        return self._rows

    def idf(self, term: str) -> float:
        """How telling the word is; 0 for one that no document holds."""
        if self._statistics is not None:
            return self._statistics.idf(term)
        frequency = self.postings.frequency(term)
        return float(np.log1p((self._rows - frequency + 0.5) / (frequency + 0.5))) if frequency else 0.0

    def frequency(self, term: str) -> int:
        return self.postings.frequency(term)

    def holds(self, term: str) -> bool:
        return term in self.postings.terms

    @contextmanager
    def tally(self, query: Query) -> Iterator[Tally]:
        """Scores by row, as long as the context lasts."""
        with self._tallies.one() as total:
            for alternatives in query:
                known = [way for way in alternatives if any(self.holds(term) for term in way[0])]
                if len(known) == 1 and known[0][1] == 1.0:
                    for term in known[0][0]:
                        total.add(*self.postings.of(term))
                elif known:
                    self._add_best(total, known)
            yield total

    def scores(self, query: Query) -> Scores:
        """float32 [rows], 0 where no word of the query occurs."""
        with self.tally(query) as total:
            return total.total.copy()

    def _add_best(self, total: Tally, ways: Sequence[Alternative]) -> None:
        """In each document the best of the ways counts."""
        with self._tallies.one() as best:
            for terms, weight in ways:
                if len(terms) == 1:
                    rows, weights = self.postings.of(terms[0])
                    best.raise_to(rows, weights * np.float32(weight))
                    continue
                with self._tallies.one() as one:
                    for term in terms:
                        one.add(*self.postings.of(term))
                    for places in one.touched:
                        best.raise_to(places, one.total.take(places) * np.float32(weight))
            for places in best.touched:
                total.add(places, best.total.take(places))
                # A row that another way holds, too, counts once.
                best.total[places] = 0.0


def documents(titles: Iterable[str], bodies: Iterable[str]) -> Iterable[list[str]]:
    for title, body in zip(titles, bodies, strict=True):
        yield stems(title) * TITLE_WEIGHT + stems(body)


def index(texts: Iterable[Sequence[str]], borrowed: Statistics | None = None) -> tuple[Bm25, Statistics]:
    """Index documents given as stems; `borrowed` statistics make the scores comparable with those of another index."""
    counts = count_terms(texts_list := list(texts))
    lengths = np.array([len(text) for text in texts_list], dtype=np.float32)
    frequencies = np.diff(counts.starts)
    own = Statistics(
        documents=len(texts_list),
        mean_length=float(lengths.mean()) if len(lengths) else 1.0,
        frequencies=Frequencies(counts),
    )
    used = borrowed or own
    idf = np.array([used.idf(term) for term in counts.terms], dtype=np.float32)
    norm = _K1 * (1 - _B + _B * lengths / max(used.mean_length, 1.0))
    weights = np.repeat(idf, frequencies) * counts.weights / (counts.weights + norm[counts.rows])
    scored = Postings(
        terms=counts.terms, starts=counts.starts, rows=counts.rows, weights=weights.astype(np.float32, copy=False)
    )
    return Bm25(scored, len(texts_list), borrowed), own
