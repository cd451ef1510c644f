"""Conditions on attributes, found in the words by what the products themselves state: "16 gb of ram", "four slots" (pure).

What retrieval reads by itself (prices, usual measures, options) is left to it; here the names of the attributes decide.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from assistant.flows.quoting import meaningful
from assistant.understanding.plain_words import figured
from retrieval.catalogue import Product
from retrieval.constraints import Filter, Need
from retrieval.units import Measure, measure, read_measure

_COUNTS = {"one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7", "eight": "8"}
_FIGURE = re.compile(
    r"(?P<before>at least|at most|more than|less than|over|above|under|below|min(?:imum)?|max(?:imum)?|up to|from)?\s*(?:of )?"
    r"(?<![\d.$€£])(?P<number>\d+(?:\.\d+)?)(?!\d)\s?-?(?P<unit>[a-z°]+)?"
    r"(?P<after>[^.,;]{0,24}\b(?:or more|or longer|or better|minimum|and up|at least|or less|max))?"
)
_DAYS = {"day": 1, "week": 7, "month": 30, "year": 365}
_OTHER_NAMES = {"ram": "memory", "slot": "slots", "play": "battery life", "playtime": "battery life"}
_SPENT = frozenset([*_COUNTS, *_OTHER_NAMES, *_DAYS, "days", "weeks", "longer"])
_LEAST = frozenset(
    ["at least", "more than", "over", "above", "min", "minimum", "from", "or more", "or longer", "or better", "and up"]
)
_MOST = frozenset(["at most", "less than", "under", "below", "max", "maximum", "up to", "or less"])
_LONGER_IS_BETTER = re.compile(r"battery|runtime|run time|warranty|memory|storage|play")


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    attribute: str
    least: Decimal | None
    most: Decimal | None
    unit: str
    """Base unit; "" for a bare number."""

    def met(self, product: Product) -> bool:
        figure = _figure_of(product.attributes.get(self.attribute, ""), self.unit)
        if figure is None:
            return False
        return (self.least is None or figure >= self.least) and (self.most is None or figure <= self.most)

    def filters(self, products: Sequence[Product]) -> tuple[Filter, ...]:
        """As retrieval can check it again: by figure, or by the values that meet it."""
        if self.unit and self.unit != "day":
            ends = ((">=", self.least), ("<=", self.most))
            return tuple(
                Filter(field=self.attribute, operator=operator, number=end, unit=self.unit)  # type: ignore[arg-type]
                for operator, end in ends
                if end is not None
            )
        values = dict.fromkeys(p.attributes[self.attribute].lower() for p in products if self.met(p))
        return (Filter(field=self.attribute, operator="in", values=tuple(values)),) if values else ()


def conditions(text: str, products: Sequence[Product]) -> tuple[Condition, ...]:
    """What the words ask of attributes that they name."""
    said = re.sub(rf"\b({'|'.join(_COUNTS)})\b", lambda found: _COUNTS[found.group(1)], figured(text).lower())
    named = _named(said, products)
    found = [_condition(figure, named, products) for figure in _FIGURE.finditer(said)]
    return tuple(condition for condition in found if condition is not None)


def _named(said: str, products: Sequence[Product]) -> tuple[str, ...]:
    """The attributes named, those whose whole name is said first."""
    words = meaningful(said)
    names = dict.fromkeys(name for product in products for name in product.attributes)
    aliases = {_OTHER_NAMES[word] for word in re.findall(r"[a-z]+", said) if word in _OTHER_NAMES}
    whole = [name for name in names if name in aliases or meaningful(name) <= words]
    part = [name for name in names if name not in whole and meaningful(name) & words]
    return (*whole, *part)


def _condition(found: re.Match[str], named: Sequence[str], products: Sequence[Product]) -> Condition | None:
    number, word = Decimal(found.group("number")), found.group("unit") or ""
    stated = _lasting(f"{number} {word}") or measure(number, word)
    unit, figure = (stated.unit, stated.number) if stated is not None else ("", number)
    for name in named:
        if any(_figure_of(product.attributes.get(name, ""), unit) is not None for product in products):
            return _bounded(name, figure, unit, found)
    return None


def _bounded(name: str, figure: Decimal, unit: str, found: re.Match[str]) -> Condition:
    bound = found.group("before") or (found.group("after") or "").strip()
    after = next((word for word in (*_LEAST, *_MOST) if bound.endswith(word)), "")
    at_least = after in _LEAST or (not after and bool(_LONGER_IS_BETTER.search(name)) and bool(unit))
    at_most = after in _MOST
    return Condition(attribute=name, least=None if at_most else figure, most=None if at_least else figure, unit=unit)


def _lasting(value: str) -> Measure | None:
    """ "5 weeks" in days."""
    found = re.fullmatch(r"(\d+(?:\.\d+)?) (day|week|month|year)s?", value.strip())
    return Measure(number=Decimal(found.group(1)) * _DAYS[found.group(2)], unit="day") if found else None


def _figure_of(value: str, unit: str) -> Decimal | None:
    if unit:
        stated = _lasting(value) or read_measure(value)
        return stated.number if stated is not None and stated.unit == unit else None
    found = re.match(r"\s*(\d+(?:\.\d+)?)(?!\s*(?:x\b|×))", value)
    return Decimal(found.group(1)) if found and not _lasting(value) and read_measure(value) is None else None


def with_conditions(need: Need, change: Need, asked: Sequence[Condition], products: Sequence[Product]) -> Need:
    """The need with the conditions in place of what the same words were taken for without them."""
    understood = {f.field for f in change.filters}
    asked = [
        one for one in asked if one.attribute not in understood
    ]  # "2 person tent under 200": persons is read already
    if not asked:
        return need
    numbers = {end for one in asked for end in (one.least, one.most) if end is not None}
    fields = {one.attribute for one in asked}
    mistaken = {f for f in change.filters if f.number in numbers and f.field not in fields}
    kept = tuple(f for f in need.filters if f not in mistaken and f.field not in fields)
    added = tuple(f for one in asked for f in one.filters(products))
    names = {word for one in asked for word in meaningful(one.attribute)}
    text = " ".join(
        word
        for word in need.text.split()
        if word in need.thing.split() or not (meaningful(word) <= names or word in _SPENT or word.isdigit())
    )
    return replace(need, filters=(*kept, *added), text=text)
