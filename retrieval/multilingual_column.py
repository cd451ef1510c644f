"""The second vector of each product, for queries in other languages than English, and the shop's own terms beside it.

Made by a build, kept in the snapshot; `languages` searches it. Below: the multilingual encoder and the cache of vectors.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from retrieval.bridge import terms_of
from retrieval.catalogue import Product
from retrieval.glossary import LANGUAGES, function_words_of
from retrieval.passages import dense_text, title_of
from retrieval.ports import Embedder, Vectors
from retrieval.product_vectors import mean_of
from retrieval.vector_cache import VectorCache
from retrieval.words import words

MOST_ROWS = 100_000
"""Products beyond which the second vectors are left out (they would double the memory): the query is then brought into
the shop's words alone and searched by the English vectors."""
_SAMPLED = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class MultilingualColumn:
    embedder: str
    vectors: Vectors
    """Row by row as the segment's; none at all where the shop is too large for them."""
    terms: Sequence[str]
    term_vectors: Vectors
    language: str = "en"
    """In which the products are described."""
    chunk_vectors: Vectors | None = None
    """Those of the policies' chunks, in order; None in an index of before they were made."""


def column_of(
    products: Sequence[Product],
    embedder: Embedder,
    cache: VectorCache | None = None,
    on_progress: Callable[[str, int, int], None] = lambda stage, done, total: None,
    *,
    most_rows: int = MOST_ROWS,
    chunks: Sequence[str] = (),
) -> MultilingualColumn:
    """What `cache` knows is not embedded again."""
    titles = [title_of(product) for product in products]
    terms = terms_of(titles, (product.category for product in products))

    def embed(texts: Sequence[str], stage: str) -> Vectors:
        if cache is None:
            return embedder.embed(texts)
        return cache.embed(texts, embedder, lambda done, total: on_progress(stage, done, total))

    vectors = np.empty((0, embedder.dimensions), dtype=np.float32)
    if 0 < len(products) <= most_rows:
        texts = [dense_text(product) for product in products]
        vectors = mean_of(
            embed(titles, "embedding titles for other languages"), embed(texts, "embedding for other languages")
        )
    return MultilingualColumn(
        embedder=embedder.name,
        vectors=vectors,
        terms=terms,
        term_vectors=embed(terms, "embedding terms for other languages"),
        language=language_of(products),
        chunk_vectors=embed(chunks, "embedding policies for other languages"),
    )


def language_of(products: Sequence[Product]) -> str:
    """The language whose function words the descriptions hold most of; English where they hold none."""
    step = max(1, len(products) // _SAMPLED)
    held = [word for product in products[::step] for word in words(f"{product.title} {product.description}")]
    counts = {language: sum(word in function_words_of(language) for word in held) for language in ("en", *LANGUAGES)}
    best = max(counts, key=lambda language: counts[language])
    return best if counts[best] else "en"
