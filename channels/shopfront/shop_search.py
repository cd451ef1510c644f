"""A search page's address as a need, and what meets it: words through the retriever's parser, explicit filters on top."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, get_args

from assistant.shops.records import Store
from channels.errors import InvalidQuery
from channels.shopfront.nearness import named
from retrieval.catalogue import ONLINE, ProductId, StoreId
from retrieval.constraints import Filter, Need, Sort, parse_need
from retrieval.counting import count_values
from retrieval.retriever import Retriever

DEEPEST = 2_400
"""Results that can be paged through; nobody reads on, and a crawler has /v1/products/{id}."""
FACETS = ("category", "brand", "colour")
MOST_VALUES = 50
SORTS: Mapping[str, Sort] = {
    "": "relevance",
    "price": "price_ascending",
    "price_asc": "price_ascending",
    "price_desc": "price_descending",
    **{name: name for name in get_args(Sort)},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """What the address asks for; empty fields ask for nothing."""

    q: str = ""
    category: str = ""
    """A path, "Outdoor/Camping/Tents", or one level of it."""
    min_price: Decimal | None = None
    max_price: Decimal | None = None
    colour: Sequence[str] = ()
    brand: Sequence[str] = ()
    in_stock: bool = False
    """Can be ordered online."""
    store: str = ""
    """A store's id or name: it must be there."""
    sort: str = ""
    page: int = 1
    limit: int = 24
    paths: Sequence[tuple[str, ...]] = ()
    """The categories that the shop has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    ids: tuple[ProductId, ...]
    total: int
    facets: Mapping[str, Mapping[str, int]]


def search(retriever: Retriever, asked: Search, stores: Sequence[Store]) -> Results:
    """Blocking. Raises InvalidQuery."""
    explicit = _explicit(asked, stores)
    need = _need(retriever, asked, explicit, stores)
    found = retriever.find(need, k=min(asked.page * asked.limit, DEEPEST))
    facets = count_values(retriever, found.need, FACETS)
    if set(found.relaxed) & set(explicit):
        return Results(ids=(), total=0, facets=facets)
    ids = tuple(ProductId(evidence.id) for evidence in found.products[(asked.page - 1) * asked.limit :])
    return Results(ids=ids, total=found.total, facets=facets)


def _need(retriever: Retriever, asked: Search, explicit: tuple[Filter, ...], stores: Sequence[Store]) -> Need:
    if asked.sort not in SORTS:
        raise InvalidQuery(f"sort {asked.sort!r} is unknown: one of {', '.join(filter(None, SORTS))}")
    need = parse_need(asked.q, retriever.vocabulary, stores=_aliases(stores)) if asked.q.strip() else Need()
    fields = {one.field for one in explicit}
    kept = tuple(one for one in need.filters if one.field not in fields)
    return replace(need, filters=(*kept, *explicit), sort=SORTS[asked.sort] if asked.sort else need.sort)


def _aliases(stores: Sequence[Store]) -> dict[str, StoreId]:
    return {
        name.lower(): store.id for store in stores for name in (store.address.city, store.name, *store.aliases) if name
    }


def _explicit(asked: Search, stores: Sequence[Store]) -> tuple[Filter, ...]:
    filters = [Filter(field="category", operator="=", values=(level,)) for level in _levels(asked)]
    if asked.min_price is not None:
        filters.append(Filter(field="price", operator=">=", number=asked.min_price))
    if asked.max_price is not None:
        filters.append(Filter(field="price", operator="<=", number=asked.max_price))
    for field, values in (("brand", asked.brand), ("colour", asked.colour)):
        chosen = tuple(value.strip().lower() for value in values if value.strip())
        if chosen:
            filters.append(Filter(field=field, operator="in", values=chosen))
    if asked.store:
        filters.append(Filter(field="store", operator="in", values=_store_ids(asked.store, stores)))
    if asked.in_stock:
        filters.append(Filter(field="store", operator="in", values=(ONLINE,)))
    return tuple(filters)


def _levels(asked: Search) -> tuple[str, ...]:
    """A shop may have a slash in a category's own name, so a path that it knows is not taken apart anew."""
    wanted = "/".join(level.strip() for level in asked.category.lower().replace(" > ", "/").split("/") if level.strip())
    for path in asked.paths:
        levels = tuple(level.strip().lower() for level in path)
        for depth in range(1, len(levels) + 1):
            if "/".join(levels[:depth]) == wanted:
                return levels[:depth]
        if wanted in levels:
            return (wanted,)
    return tuple(wanted.split("/")) if wanted else ()


def _store_ids(place: str, stores: Sequence[Store]) -> tuple[str, ...]:
    if place == ONLINE:
        return (ONLINE,)
    found = named(place, stores)
    if not found:
        raise InvalidQuery(f"no store goes by {place!r}: GET /v1/stores lists them")
    return tuple(store.id for store in found)


def facets_document(facets: Mapping[str, Mapping[str, int]], names: Mapping[str, str]) -> dict[str, Any]:
    """As a page lists them, in the shop's own spelling, the most frequent first."""
    return {
        field: [
            {"value": names.get(value, value), "count": number} for value, number in list(values.items())[:MOST_VALUES]
        ]
        for field, values in facets.items()
    }
