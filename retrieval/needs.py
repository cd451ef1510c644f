"""The need: what a customer is looking for, as data. `retrieval.constraints` reads it from words."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

Operator = Literal["=", "in", "not in", "<=", ">="]
Field = str
"""price, rating, brand, category, colour, size, material, audience, in_stock, store, or an attribute's name (weight, capacity…).

`text` with "not in" shuts out products that mention one of the words.
"""
Sort = Literal["relevance", "price_ascending", "price_descending", "rating", "weight", "ascending", "descending"]
"""ascending and descending go by the attribute named in `Need.sort_by`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """One condition that a product (for options and stock: one and the same variant of it) must meet."""

    field: Field
    operator: Operator
    values: tuple[str, ...] = ()
    """For "=", "in" and "not in": the catalogue's own spelling, lower case. in_stock has ("yes",); store has store ids."""
    number: Decimal | None = None
    """For "<=" and ">=": price in the shop's currency, rating 1 to 5, else in `unit`."""
    unit: str = ""
    """Base unit of a measured attribute: kg, l, cm, w, mah, h, inch, gb, person… Empty for price and rating."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """What is searched for. Filters exclude; `text` and `wishes` only rank."""

    text: str = ""
    """The words to search by, once the filters' own words are taken out."""
    filters: tuple[Filter, ...] = ()
    wishes: tuple[str, ...] = ()
    """Taste that scores and never excludes: "light", "cosy", "for beginners"."""
    sort: Sort = "relevance"
    sort_by: str = ""
    """The measured attribute to order by: "battery life". Empty unless `sort` is ascending or descending."""
    thing: str = ""
    """The words of `text` that name a kind of product this shop sells: "tents". Empty when none does."""
    said: str = ""
    """The customer's own words for `text`, where they were of another language than the shop's; else empty."""
    language: str = ""
    """The language of `said`, ISO 639-1."""
