"""Bounds on measured attributes: which attribute a figure is about, and the filters it makes. Pure.

Above lies `reading`; below, `amounts` and the shop's `Vocabulary`.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from decimal import Decimal

from retrieval import phrasebook as book
from retrieval.amounts import Bound
from retrieval.needs import Filter
from retrieval.superlatives import Superlative
from retrieval.units import USUAL_ATTRIBUTES
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
    categories = _categories(filters)
    found = []
    for one in filters:
        if one.unit and one.unit not in named_units:
            fields = [name for category in categories for name in vocabulary.fields_measured_in(one.unit, category)]
            preferred = (*USUAL_ATTRIBUTES.get(one.unit, ()), *fields)
            one = replace(one, field=next((name for name in preferred if name in fields), one.field))
        found.append(one)
    return found


def ordering(superlative: Superlative, filters: Sequence[Filter], vocabulary: Vocabulary) -> str:
    """The attribute that answers it among the things asked for; "" where they state none."""
    stated = vocabulary.measured_by_category(_categories(filters))
    return next((name for name in superlative.attributes if name in stated), "")


def _categories(filters: Sequence[Filter]) -> list[str]:
    return [value for one in filters if one.field == "category" and one.operator == "in" for value in one.values]


def bounds(field: str, unit: str, bound: Bound) -> list[Filter]:
    filters = []
    if bound.least is not None and bound.least > 0:
        filters.append(Filter(field=field, operator=">=", number=Decimal(bound.least), unit=unit))
    if bound.most is not None:
        filters.append(Filter(field=field, operator="<=", number=Decimal(bound.most), unit=unit))
    return filters
