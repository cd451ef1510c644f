"""What of a product can be filtered by, as named values: one reading for the columns, the vocabulary and the checks.

Above lie `columns` and `vocabulary`; below, the catalogue's types.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal

from retrieval.catalogue import Product, Variant
from retrieval.units import Measure, named_measure, read_measure

_LONGEST_VALUE = 60
_LISTED = frozenset({"colour", "material", "materials", "fabric"})
"""Fields whose values may name several things: "80 % wool, 20 % nylon"."""
_SEPARATORS = re.compile(r"[,;/|+&]|\band\b|\bwith\b")
_SHARE = re.compile(r"(?<!\d)\d+(?:[.,]\d+)?\s{0,9}%\s*")
SAME_FIELD: Mapping[str, str] = {"color": "colour", "materials": "material", "fabric": "material", "sizes": "size",
    "upper": "material", "shell": "material", "outer material": "material", "frame": "material", "fill": "material",
    "insulation": "material",
}  # fmt: skip

LISTED, DAY = "listed", "day"
"""The measure that a product's first day in the shop becomes: days since 1970-01-01."""
_LISTED_AS = frozenset(
    {"listed", "listed on", "date added", "added", "release date", "released", "launch date", "available since"}
)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


def field_of(name: str) -> str:
    """The field that an option's or attribute's name stands for."""
    lowered = name.strip().lower()
    return SAME_FIELD.get(lowered, lowered)


def values_of(field: str, text: str) -> tuple[str, ...]:
    """The single values in a shown value, lower case: ("wool", "nylon")."""
    lowered = text.strip().lower()
    if not lowered or len(lowered) > _LONGEST_VALUE:
        return ()
    if field not in _LISTED:
        return (lowered,)
    parts = [_SHARE.sub("", part).strip() for part in _SEPARATORS.split(lowered)]
    return tuple(dict.fromkeys(part for part in parts if part))


def product_facets(product: Product) -> Iterator[tuple[str, str]]:
    """(field, value) of what all variants share; every level of the category counts."""
    if product.brand:
        yield "brand", product.brand.strip().lower()
    for level in product.category:
        yield "category", level.strip().lower()
    yield "audience", product.audience or "unisex"
    for name, shown in product.attributes.items():
        field = field_of(name)
        for value in values_of(field, shown):
            yield field, value


def variant_facets(variant: Variant) -> Iterator[tuple[str, str]]:
    for name, shown in variant.options.items():
        field = field_of(name)
        for value in values_of(field, shown):
            yield field, value


def product_measures(product: Product) -> Iterator[tuple[str, Measure]]:
    for name, shown in product.attributes.items():
        if (found := read_measure(shown) or named_measure(name, shown)) is not None:
            yield field_of(name), found
        elif name.lower() in _LISTED_AS and (day := _day(shown)) is not None:
            yield LISTED, Measure(number=Decimal(day), unit=DAY)


def _day(shown: str) -> int | None:
    try:
        return (date.fromisoformat(shown[:10]) - date(1970, 1, 1)).days if _DATE.match(shown) else None
    except ValueError:
        return None


def variant_measures(variant: Variant) -> Iterator[tuple[str, Measure]]:
    for name, shown in variant.options.items():
        if (found := read_measure(shown) or named_measure(name, shown)) is not None:
            yield field_of(name), found
