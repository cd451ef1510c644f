"""Bounds on measured attributes: which attribute a figure is about, and the filters it makes. Pure.

Above lies `reading`; below, `amounts` and the shop's `Vocabulary`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import replace
from decimal import Decimal

from retrieval import phrasebook as book
from retrieval.amounts import Bound
from retrieval.needs import Filter
from retrieval.superlatives import Superlative
from retrieval.units import USUAL_ATTRIBUTES, measure
from retrieval.vocabulary import Vocabulary

_ENDURANCE = frozenset({"km", "mah", "wh"})
_BATTERY = frozenset({"battery life", "battery", "runtime", "run time"})


def field_at(words: Sequence[str], place: int, measured: Collection[str]) -> str:
    """The measured attribute that is named here."""
    two, one = " ".join(words[place : place + 2]), " ".join(words[place : place + 1])
    return next((book.FIELDS.get(name, name) for name in (two, one) if book.FIELDS.get(name, name) in measured), "")


def filters_of(bound: Bound, named: str, vocabulary: Vocabulary) -> list[Filter]:
    if bound.kind in ("price", "plain"):
        return bounds("price", "", bound)
    if bound.kind == "rating":
        sane = bound.least is not None and bound.least <= 5
        return bounds("rating", "", bound) if sane else []
    field = measured_field(bound.unit, named, vocabulary)
    if bound.said is not None and (bound.unit in _ENDURANCE or field in _BATTERY):
        # Nobody minds a longer range or a larger battery.
        bound = replace(bound, least=bound.said, most=None)
    return bounds(field, bound.unit, bound) if field else []


def measured_field(unit: str, named: str, vocabulary: Vocabulary) -> str:
    fields = vocabulary.fields_measured_in(unit)
    preferred = (named, *USUAL_ATTRIBUTES.get(unit, ()))
    return next((name for name in preferred if name in fields), fields[0] if fields else "")


def settled(filters: Sequence[Filter], named_units: Collection[str], vocabulary: Vocabulary) -> list[Filter]:
    """Once the category is known: inches are a backpack's "laptop size", but a television's "screen size"."""
    categories = categories_of(filters)
    found: list[Filter] = []
    for one in filters:
        if one.unit and one.unit not in named_units:
            fields = [name for category in categories for name in vocabulary.fields_measured_in(one.unit, category)]
            preferred = (*USUAL_ATTRIBUTES.get(one.unit, ()), *fields)
            one = replace(one, field=next((name for name in preferred if name in fields), one.field))
        found.append(one)
    return sized(found, categories, vocabulary)


def settled_again(filters: Sequence[Filter], vocabulary: Vocabulary) -> list[Filter]:
    """As `settled`, of a figure that was said before or after the category: "6 mm", once mats are shown."""
    guessed = {one.unit for one in filters if one.unit and one.field == measured_field(one.unit, "", vocabulary)}
    of_another = {
        one.unit
        for one in filters
        if one.unit in guessed
        and not any(one.field in vocabulary.fields_measured_in(one.unit, kind) for kind in categories_of(filters))
    }
    if not of_another:
        return list(filters)
    return settled(filters, {one.unit for one in filters} - of_another, vocabulary)


_RANGE = re.compile(r"(\d+(?:\.\d+)?) ?[-–] ?(\d+(?:\.\d+)?) ?([a-z]+)")


def sized(filters: list[Filter], categories: Sequence[str], vocabulary: Vocabulary) -> list[Filter]:
    """A figure that the kind states nowhere but as the range of a size: 58 cm of helmets in "M (55-59 cm)"."""
    for unit in {one.unit for one in filters if one.unit}:
        bound = [one for one in filters if one.unit == unit and one.number is not None]
        stated = vocabulary.stated_by(categories) if len(bound) == 2 else None
        if stated is None or any(vocabulary.fields_measured_in(unit, kind) for kind in categories):
            continue
        figure = sum((one.number or Decimal(0) for one in bound), Decimal(0)) / 2
        sizes = stated.attributes["size"].counts if "size" in stated.attributes else ()
        held = tuple(size for size in sizes if _holds(size, figure, unit))
        if held:
            filters = [one for one in filters if one not in bound]
            filters.append(Filter(field="size", operator="in", values=held))
    return filters


def _holds(size: str, figure: Decimal, unit: str) -> bool:
    found = _RANGE.search(size)
    if found is None:
        return False
    low, high = (measure(Decimal(number), found[3]) for number in (found[1], found[2]))
    return low is not None and high is not None and low.unit == unit and low.number <= figure <= high.number


def ordering(superlative: Superlative, filters: Sequence[Filter], vocabulary: Vocabulary) -> str:
    """The attribute that answers it among the things asked for; "" where they state none."""
    stated = vocabulary.measured_by_category(categories_of(filters))
    return next((name for name in superlative.attributes if name in stated), "")


def categories_of(filters: Sequence[Filter]) -> list[str]:
    return [value for one in filters if one.field == "category" and one.operator == "in" for value in one.values]


def bounds(field: str, unit: str, bound: Bound) -> list[Filter]:
    filters = []
    if bound.least is not None and bound.least > 0:
        filters.append(Filter(field=field, operator=">=", number=Decimal(bound.least), unit=unit))
    if bound.most is not None:
        filters.append(Filter(field=field, operator="<=", number=Decimal(bound.most), unit=unit))
    return filters
