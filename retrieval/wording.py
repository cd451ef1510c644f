"""A need as a short English phrase: "tents under $200 in blue, in stock". Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from retrieval.money import shown
from retrieval.needs import Filter, Need, Sort
from retrieval.size_reading import spells
from retrieval.wording_abroad import described, tells
from retrieval.words import stem, words

_SORTED: Mapping[Sort, str] = {
    "relevance": "",
    "price_ascending": "cheapest first",
    "price_descending": "most expensive first",
    "rating": "best rated first",
    "weight": "lightest first",
    "ascending": "least {} first",
    "descending": "most {} first",
}
LONGEST_ECHO = 80
"""Characters of the shopper's own words that a reply repeats."""
_FAMILY = 3
"""Values of one field that are named one by one; more are called by what they share."""


def describe(
    need: Need, currency: str = "USD", *, stores: Mapping[str, str] | None = None, language: str = "en"
) -> str:
    """`stores` gives the names of store ids. A language that it has no words for is told in English."""
    if tells(language):
        return described(need, currency, stores or {}, language)
    head = _subject(need)
    middle = [
        *_prices(need.filters, currency),
        *_options(need.filters),
        *_measures(need.filters),
        *_stated(need),
        *_rest(need.filters, stores or {}),
    ]
    tail = [f"preferably {', '.join(need.wishes)}"] if need.wishes else []
    tail += [_SORTED[need.sort].format(need.sort_by)] if _SORTED[need.sort] else []
    return ", ".join([" ".join([head, *middle]), *tail])


def _subject(need: Need) -> str:
    brands = _values(need.filters, "brand", "in")
    categories = _values(need.filters, "category", "in")
    noun = _noun(need, categories)
    audience = next((one.values[0] for one in need.filters if one.field == "audience" and one.operator == "in"), "")
    whose = {"men": "men's", "women": "women's", "kids": "kids'", "unisex": "unisex"}.get(audience, "")
    flags = [
        one.field for one in need.filters if one.values == ("yes",) and one.operator == "=" and one.field != "in_stock"
    ]
    return " ".join(part for part in (*flags, _either([brand.title() for brand in brands]), whose, noun) if part)


def _noun(need: Need, categories: Sequence[str]) -> str:
    """The shopper's words; the category's own plural where it is the same thing: "tent" -> "tents"."""
    only = categories[0] if len(categories) == 1 else ""
    same = only and [stem(word) for word in words(only)] == [stem(word) for word in words(need.text)]
    return only if same else _in_short(need.text) or only or "products"


def _in_short(text: str) -> str:
    """Nobody wants a page of their own words read back."""
    return text if len(text) <= LONGEST_ECHO else text[:LONGEST_ECHO].rsplit(" ", 1)[0] + " …"


def _prices(filters: Sequence[Filter], currency: str) -> Iterator[str]:
    least, most = _bounds(filters, "price")
    if least is not None and most is not None:
        yield f"between {shown(least, currency)} and {shown(most, currency)}"
    elif most is not None:
        yield f"under {shown(most, currency)}"
    elif least is not None:
        yield f"over {shown(least, currency)}"


def _bounds(filters: Sequence[Filter], field: str) -> tuple[Decimal | None, Decimal | None]:
    mine = [one for one in filters if one.field == field]
    least = next((one.number for one in mine if one.operator == ">="), None)
    most = next((one.number for one in mine if one.operator == "<="), None)
    return least, most


def _options(filters: Sequence[Filter]) -> Iterator[str]:
    if colours := _values(filters, "colour", "in"):
        yield f"in {_either(colours)}"
    if materials := _values(filters, "material", "in"):
        yield f"made of {_either(materials)}"
    if sizes := _values(filters, "size", "in"):
        # "M" stands for its other spellings too ("S/M", "M (55-59 cm)"), which are the shop's, not the shopper's.
        told = [size for size in sizes if not any(other != size and spells(other, size) for other in sizes)]
        yield f"in size {_either([size.upper() if len(size) < 4 else size for size in told])}"


def _measures(filters: Sequence[Filter]) -> Iterator[str]:
    for field, unit in dict.fromkeys((one.field, one.unit) for one in filters if one.unit):
        least, most = _bounds([one for one in filters if one.unit == unit], field)
        if least is not None and least == most:
            figure = f"{_plain(least)} {unit}"
        elif least is not None and most is not None:
            figure = _around(least, most) or f"{_plain(least)} to {_plain(most)}"
            figure = f"{figure} {unit}"
        else:
            figure = f"at least {_plain(least)} {unit}" if least is not None else f"at most {_plain(most)} {unit}"
        yield f"for {figure.removesuffix(' person')} people" if unit == "person" else f"with {field} of {figure}"


_TOLERANCES = (Decimal("0.03"), Decimal("0.1"), Decimal("0.2"))
"""By which `reading` widens a figure that is meant loosely."""


_TOLD_ELSEWHERE = frozenset({"brand", "category", "audience", "colour", "material", "size", "store", "text"})


def _stated(need: Need) -> Iterator[str]:
    """Values of the kind's own attributes, where the shopper's words do not say them already."""
    said = {stem(word) for word in words(need.text)}
    for one in need.filters:
        if one.operator != "in" or one.field in _TOLD_ELSEWHERE or one.unit:
            continue
        figures = [figure for value in one.values if (figure := _leading(value)) is not None]
        if len(one.values) > 1 and len(figures) == len(one.values):
            yield f"with {one.field} from {_plain(min(figures))} to {_plain(max(figures))}"
        elif not any(said & {stem(word) for word in words(value)} for value in one.values):
            yield f"with {one.field} {_either(one.values)}"


def _leading(value: str) -> Decimal | None:
    found = re.match(r"\d+(?:\.\d+)?", value)
    return Decimal(found[0]) if found is not None else None


def _around(least: Decimal, most: Decimal) -> str:
    """ "about 16" for a figure that was widened on both sides; "" for a range that was asked for."""
    middle = (least + most) / 2
    widened = any(most - middle == middle * tolerance for tolerance in _TOLERANCES)
    return f"about {_plain(middle)}" if widened and middle else ""


def _rest(filters: Sequence[Filter], stores: Mapping[str, str]) -> Iterator[str]:
    least, _ = _bounds(filters, "rating")
    if least is not None:
        yield f"rated {_plain(least)} or better"
    for field in dict.fromkeys(one.field for one in filters if one.operator == "not in"):
        values = _values(filters, field, "not in")
        named = (
            [field]
            if set(values) <= {"yes", "included"}
            else [one.title() for one in values]
            if field == "brand"
            else values
        )
        yield f"without {_either(named)}"
    places = _values(filters, "store", "in")
    if any(one.field == "in_stock" for one in filters) or places:
        yield "in stock"
    if places:
        yield f"in {_either([stores.get(place, place) for place in places])}"


def _values(filters: Sequence[Filter], field: str, operator: str) -> list[str]:
    return list(
        dict.fromkeys(
            value for one in filters if (one.field, one.operator) == (field, operator) for value in one.values
        )
    )


def _either(values: Sequence[str]) -> str:
    if len(values) > _FAMILY:
        return shared if (shared := _shared_word(values)) else f"{', '.join(values[:_FAMILY])} and the like"
    return " or ".join([", ".join(values[:-1]), values[-1]] if len(values) > 1 else values)


def _shared_word(values: Sequence[str]) -> str:
    common = set.intersection(*(set(value.split()) for value in values))
    return next((word for word in values[0].split() if word in common), "")


def _plain(number: Decimal | None) -> str:
    return "" if number is None else f"{number.normalize():f}"
