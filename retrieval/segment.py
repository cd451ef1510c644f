"""A run of products that can be searched: columns, words, identifiers and vectors, row by row.

A retriever searches one large segment, read from a snapshot, and one small one with what changed since.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from retrieval import lexical
from retrieval.catalogue import Product, ProductId
from retrieval.columns import Columns, Mask, columns_of
from retrieval.identifiers import Identifiers, index_identifiers
from retrieval.lexical import Bm25, Query, Statistics
from retrieval.needs import Filter
from retrieval.passages import body_text, title_of
from retrieval.ports import VectorIndex, Vectors
from retrieval.tally import once
from retrieval.titles import Phrasing, Titles, titles_of
from retrieval.words import stems

Rows = NDArray[np.int64]


class Products(Protocol):
    """Products by row."""

    def __getitem__(self, row: int, /) -> Product: ...

    def __len__(self) -> int: ...


class RowVectors(Protocol):
    """Unit vectors by row: an array, or codes that are read when asked for."""

    @property
    def shape(self) -> tuple[int, ...]: ...

    def __getitem__(self, rows: Any, /) -> Any: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidates:
    """Both legs' scores of the same rows, and similarity of identifiers where the query has one."""

    rows: Rows
    lexical: NDArray[np.float32]
    dense: NDArray[np.float32]
    identifiers: NDArray[np.float32]
    phrases: NDArray[np.float32]
    """Share of the query's neighbouring words that stand side by side in the title."""
    beside: NDArray[np.float32]
    """1 where the title names the thing only as what it is for."""
    vectors: Vectors


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    products: Products
    ids: Sequence[str]
    columns: Columns
    words: Bm25
    statistics: Statistics
    identifiers: Identifiers
    vectors: RowVectors
    index: VectorIndex
    titles: Titles
    rows: Mapping[ProductId, int] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.ids)

    def without_words(self, filters: Sequence[Filter]) -> Mask:
        """Rows that mention none of the words that `text` filters shut out."""
        mask = np.ones(len(self), dtype=np.bool_)
        for one in filters:
            if one.field == "text" and one.operator == "not in":
                mask[self.words.postings.rows_of(stem for value in one.values for stem in stems(value))] = False
        return mask

    def candidates(
        self,
        query: Query,
        vector: Vectors,
        identifiers: Sequence[str],
        phrasing: Phrasing,
        allowed: Mask,
        k: int,
    ) -> Candidates:
        """The best `k` of each leg among the allowed rows, each with the scores of both legs."""
        known = {row: share for row, share in self.identifiers.matching(identifiers).items() if allowed[row]}
        near, _ = self.index.search(vector, k, allowed=allowed)
        with self.words.tally(query) as scores:
            best = scores.best(k, None if allowed.all() else allowed)
            rows = once(np.concatenate([best, near, np.fromiter(known, dtype=np.int64)]))
            lexical = scores.total[rows]
        vectors: Vectors = np.asarray(self.vectors[rows], dtype=np.float32)
        phrases, beside = self.titles.phrased(rows, phrasing, self.words.postings.terms)
        return Candidates(
            rows=rows,
            lexical=lexical,
            dense=vectors @ vector,
            identifiers=np.array([known.get(row, 0.0) for row in rows.tolist()], dtype=np.float32)
            if known
            else np.zeros(len(rows), dtype=np.float32),
            phrases=phrases,
            beside=beside,
            vectors=vectors,
        )


def segment_of(
    products: Sequence[Product], vectors: RowVectors, index: VectorIndex, borrowed: Statistics | None = None
) -> Segment:
    """All of it from the products and their vectors; `index` comes empty and is filled."""
    names = [title_of(product) for product in products]
    texts = lexical.documents(names, map(body_text, products))
    words, statistics = lexical.index(texts, borrowed)
    index.add(np.arange(len(products), dtype=np.int64), vectors)  # type: ignore[arg-type]
    return Segment(
        products=products,
        ids=[product.id for product in products],
        columns=columns_of(products),
        words=words,
        statistics=borrowed or statistics,
        identifiers=index_identifiers(products),
        vectors=vectors,
        index=index,
        titles=titles_of(names, words.postings.terms),
        rows={product.id: row for row, product in enumerate(products)},
    )
