"""Figures with bounds in a sentence: prices, ratings and measures, and which attribute each is about.

Above lies `reading`; below, `stated_reading`, `amounts` and `measure_reading`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from retrieval import phrasebook as book
from retrieval.amounts import Bound, bound_at
from retrieval.measure_reading import field_at, filters_of
from retrieval.needs import Filter
from retrieval.stated_reading import StatedReading


class BoundReading(StatedReading):
    """Each reader takes tokens from a place and tells how many; 0 for none."""

    def _bound(self, place: int) -> int:
        bound = bound_at(self._tokens, place)
        if bound is None:
            return 0
        before = self._kept[-1] if self._kept and self._kept[-1].place == place - 1 else None
        named = self._named or self._compared(place) or (before.shown.lower() if before is not None else "")
        if place and self._words[place - 1] in book.RATING_BEFORE:
            named = self._words[place - 1]
        self._named = ""
        if self._must_fit(place):
            # What it must hold is the least that it must be made for.
            bound = replace(bound, least=bound.said, most=None) if bound.said is not None else bound
            named = next((name for name in book.LOADS if bound.unit == "kg" and name in self._measured), named)
        after = field_at(self._words, place + bound.length, self._measured)
        if after and bound.kind == "measure":
            named = after
            bound = replace(bound, length=bound.length + len(after.split()))
        if bound.kind == "measure" and not after:
            named = self._measured_beside(bound.unit, place, bound.length) or named
        if bound.kind == "measure" and bound.said is not None:
            bound = self._bounded_later(bound, place + bound.length)
        if named in book.RATING_BEFORE and bound.kind == "plain" and (bound.least or bound.most or 0) <= 5:
            bound = Bound(kind="rating", least=bound.least, most=None, length=bound.length)
        filters = filters_of(bound, named, self._vocabulary)
        if not filters:
            return 0
        if filters[0].field == named:
            self._named_units.add(bound.unit)
        said = before.shown.lower() if before is not None else ""
        if said and (said in book.RATING_BEFORE or filters[0].field in (said, f"{said}s")):
            self._kept.pop()
        self._replace(filters)
        return bound.length

    def _replace(self, bounds: Sequence[Filter]) -> None:
        """ "over 100 and under 200" keeps both; a second word on the same side, or on a figure meant loosely, is a correction."""
        field, signs = bounds[0].field, {one.operator for one in bounds}
        earlier = [one for one in self._filters if one.field == field and one.number is not None]
        beside = len(earlier) == len(bounds) == 1 and earlier[0].operator not in signs
        self._filters = [one for one in self._filters if beside or one not in earlier] + list(bounds)

    def _bounded_later(self, bound: Bound, place: int) -> Bound:
        """ "15000 mm water column or higher": what is measured may stand between the figure and its bound."""
        for at in range(place, min(place + 3, len(self._tokens))):
            token = self._tokens[at]
            if token.pause or token.number is not None or bound_at(self._tokens, at) is not None:
                break
            if book.longest(self._words, at, book.UPPER_AFTER):
                return replace(bound, least=None, most=bound.said)
            if book.longest(self._words, at, book.LOWER_AFTER):
                return replace(bound, least=bound.said, most=None)
        return bound

    def _compared(self, place: int) -> str:
        """ "thicker than": the adjective names the attribute."""
        said = next((word for word in self._words[place : place + 2] if word in book.COMPARED), "")
        return next((name for name in book.COMPARED.get(said, ()) if name in self._measured), "")

    def _measure_name(self, place: int) -> int:
        """ "weight" in "weight under 2 kg", "battery life" in "battery life of at least 10 hours"."""
        name = field_at(self._words, place, self._measured)
        if not name:
            return 0
        length = len(name.split())
        at = place + length
        while self._at(at) in ("is", "of", "should", "be", "a"):
            at += 1
        if at >= len(self._tokens) or bound_at(self._tokens, at) is None:
            return 0
        self._named = name
        return at - place

    def _usage(self, place: int) -> int:
        """ "about 20 km a day" is what it is used for, not what it can do: a wish."""
        bound = bound_at(self._tokens, place)
        if bound is None or bound.kind != "measure":
            return 0
        said = self._words[place : place + bound.length]
        daily = book.longest(self._words, place + bound.length, book.DAILY)
        if not daily:
            return 0
        figure = " ".join([*(word for word in said if (word,) not in book.AROUND), "a day"])
        self._wishes[figure] = None
        return bound.length + daily
