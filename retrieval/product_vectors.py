"""One vector a product: the mean of its title's and its text's, which measured better than either alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from retrieval.catalogue import Product
from retrieval.passages import dense_text, title_of
from retrieval.ports import Vectors


def product_vectors(products: Sequence[Product], embed: Callable[[Sequence[str]], Vectors]) -> Vectors:
    return mean_of(
        embed([title_of(product) for product in products]), embed([dense_text(product) for product in products])
    )


def mean_of(titles: Vectors, texts: Vectors) -> Vectors:
    """Unit vectors again."""
    both = titles + texts
    unit: Vectors = both / np.maximum(np.linalg.norm(both, axis=1, keepdims=True), 1e-9)
    return unit.astype(np.float32)
