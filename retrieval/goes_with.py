"""What goes with a product: bought together, else kinds of things bought together, else near in content.

Orders are few against products, so that two products seldom share two baskets; their categories do. Pure but for the
search it is given. Above lies `retriever`; below, `similar`.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import TypeVar

from retrieval.catalogue import Product, ProductId
from retrieval.evidence import Evidence
from retrieval.needs import Filter
from retrieval.product_evidence import evidence_of
from retrieval.similar import IN_STOCK, Neighbours

Item = TypeVar("Item", bound=str)

_FEWEST_BASKETS = 2
"""That two must share: one is chance."""
_SHRINKAGE = 2.0
_SURE = 3.0
"""Standard deviations above chance, from which kinds of things count as bought together: among a thousand pairs of kinds
of a shop whose orders follow no pattern, about one passes."""
_MOST_KEPT = 20
_LARGEST_BASKET = 50
"""Distinct products; a larger one is a reseller's, and its pairs grow with the square."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Companions:
    """What was bought with what, best first, each with its strength in [0, 1]."""

    products: Mapping[ProductId, Sequence[tuple[ProductId, float]]] = field(default_factory=dict)
    categories: Mapping[str, Sequence[tuple[str, float]]] = field(default_factory=dict)
    """By narrowest category; never a category with itself."""


def companions_of(
    baskets: Iterable[Iterable[ProductId]], category_of: Callable[[ProductId], str] = lambda product: ""
) -> Companions:
    """`category_of` gives a product's narrowest category, empty where it is not known."""
    sets = [frozenset(basket) for basket in baskets]
    sets = [basket for basket in sets if 0 < len(basket) <= _LARGEST_BASKET]
    kinds = [frozenset(kind for kind in map(category_of, basket) if kind) for basket in sets]
    return Companions(products=_together(sets), categories=_together(kinds, more_than_chance=True))


def _together(
    baskets: Sequence[frozenset[Item]], *, more_than_chance: bool = False
) -> dict[Item, list[tuple[Item, float]]]:
    single = Counter(item for basket in baskets for item in basket)
    pairs = Counter(pair for basket in baskets for pair in combinations(sorted(basket), 2))
    found: dict[Item, list[tuple[Item, float]]] = defaultdict(list)
    for (one, other), count in pairs.items():
        by_chance = single[one] * single[other] / len(baskets)
        if count < _FEWEST_BASKETS or (more_than_chance and count < by_chance + _SURE * math.sqrt(by_chance)):
            continue
        # Cosine of the two columns of the basket matrix, shrunk where it rests on few baskets.
        strength = count / math.sqrt(single[one] * single[other]) * count / (count + _SHRINKAGE)
        found[one].append((other, strength))
        found[other].append((one, strength))
    return {item: sorted(held, key=lambda pair: (-pair[1], pair[0]))[:_MOST_KEPT] for item, held in found.items()}


def complements(shop: Neighbours, product_id: ProductId, companions: Companions, *, k: int = 4) -> tuple[Evidence, ...]:
    """In stock, of other kinds than it and each of another kind; empty for an unknown product."""
    product = shop.product(product_id)
    if product is None or k < 1:
        return ()
    chosen: list[Evidence] = []
    kinds = {kind_of(product)}
    for one, kind in _candidates(shop, product, companions, kinds):
        if kind not in kinds or not kind:
            chosen.append(one)
            kinds.add(kind)
        if len(chosen) == k:
            break
    return tuple(chosen)


def kind_of(product: Product) -> str:
    return product.category[-1] if product.category else ""


def _candidates(
    shop: Neighbours, product: Product, companions: Companions, kinds: set[str]
) -> Iterator[tuple[Evidence, str]]:
    """Lazily, best first; `kinds` grows meanwhile and spares searches for what is there already."""
    for other, strength in companions.products.get(product.id, ()):
        found = shop.product(other)
        if found is not None and found.in_stock_anywhere:
            offered = [variant for variant in found.variants if variant.in_stock_anywhere]
            yield evidence_of(found, score=strength, variants=offered), kind_of(found)
    for kind, _ in companions.categories.get(kind_of(product), ()):
        if kind not in kinds:
            for one in shop.similar(product.id, k=1, filters=(IN_STOCK, _in(kind), *_for_whom(product))):
                yield one, kind
    # From the same corner of the shop first: with a tent goes a sleeping bag before a lamp of the same colour.
    for level in (*reversed(product.category[:-1]), ""):
        others = Filter(field="category", operator="not in", values=tuple(kind.lower() for kind in kinds if kind))
        within = (_in(level),) if level else ()
        for one in shop.similar(product.id, k=60, filters=(IN_STOCK, others, *within, *_for_whom(product))):
            yield one, one.fields.get("category", "")


def _in(kind: str) -> Filter:
    return Filter(field="category", operator="in", values=(kind.lower(),))


def _for_whom(product: Product) -> tuple[Filter, ...]:
    if product.audience in ("women", "men", "kids"):
        return (Filter(field="audience", operator="in", values=(product.audience, "unisex")),)
    return ()
