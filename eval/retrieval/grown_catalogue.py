"""A catalogue of any size for measurements of speed: real rows, then perturbed copies of them. Said so wherever it is used.

A copy has an id, price and model number of its own, a word of its title exchanged, another brand or colour now and then,
and its original's vector with noise (cosine about 0.86), so that neither words nor vectors repeat. Copies lie closer to
each other than a real shop's products would: recall of an approximate index is rather flattered than not.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

import numpy as np

from retrieval.catalogue import Product, ProductId, VariantId
from retrieval.identifiers import looks_like_one
from retrieval.ports import Vectors

NOISE = 0.6
"""Length of the noise beside a unit vector."""


def grown(products: Sequence[Product], size: int, *, seed: int = 7) -> Iterator[Product]:
    """The first `size` products: the real ones, then round after round of copies."""
    chance = random.Random(seed)
    words = sorted({word for product in products for word in product.title.split() if word.isalpha()})
    for place in range(size):
        original = products[place % len(products)]
        yield original if place < len(products) else _copy(original, place, words, products, chance)


def grown_vectors(vectors: Vectors, size: int, *, seed: int = 7) -> Vectors:
    """Unit vectors of `grown`'s products, by row."""
    made = np.empty((size, vectors.shape[1]), dtype=np.float32)
    dice = np.random.default_rng(seed)
    for start in range(0, size, len(vectors)):
        part = vectors[: min(len(vectors), size - start)]
        noise = dice.normal(scale=NOISE / vectors.shape[1] ** 0.5, size=part.shape).astype(np.float32)
        part = part + noise * (start > 0)
        made[start : start + len(part)] = part / np.linalg.norm(part, axis=1, keepdims=True)
    return made


def _copy(
    original: Product, place: int, words: Sequence[str], products: Sequence[Product], chance: random.Random
) -> Product:
    name = f"p{place}"
    title = [_numbered(word, chance) if looks_like_one(word) else word for word in original.title.split()]
    if title:
        title[chance.randrange(len(title))] = chance.choice(words)
    variants = tuple(
        replace(
            one,
            id=VariantId(f"{name}-{number}"),
            price=None if one.price is None else (one.price * Decimal(chance.randint(70, 130)) / 100).quantize(_CENT),
        )
        for number, one in enumerate(original.variants)
    )
    brand = chance.choice(products).brand if chance.random() < 0.2 else original.brand
    return replace(original, id=ProductId(name), title=" ".join(title), brand=brand, variants=variants)


_CENT = Decimal("0.01")


def _numbered(word: str, chance: random.Random) -> str:
    return "".join(str(chance.randrange(10)) if letter.isdigit() else letter for letter in word)
