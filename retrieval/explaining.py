"""Why a product was found for a need: which words stand in which of its fields, and which conditions it meets or not.

Above lie `aisle index search` and `explain`; below, the catalogue's types, `words` and `columns`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from retrieval.catalogue import Product
from retrieval.columns import columns_of
from retrieval.needs import Filter, Need
from retrieval.passages import options_of
from retrieval.synonyms import Synonyms
from retrieval.words import stem, stems, telling

_DESCRIPTION = "description"


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    words: Mapping[str, tuple[str, ...]]
    """By word of the need, the fields that hold it: "title", "colour (as navy)" for another way to say it."""
    meets: tuple[str, ...]
    """Conditions of the need that the product meets, as text: "price <= 200"."""
    fails: tuple[str, ...]

    @property
    def by_meaning(self) -> bool:
        """Whether none of the words stands in it: only nearness of meaning can have found it."""
        return bool(self.words) and not any(self.words.values())


def explained(product: Product, need: Need, synonyms: Synonyms) -> Explanation:
    held = {name: frozenset(stems(text)) for name, text in _fields(product)}
    spoken = [word for text in (need.text, *need.wishes) for word in telling(text)]
    verdicts = [(told(one), _meets(product, one)) for one in need.filters]
    return Explanation(
        words={word: tuple(_places(stem(word), held, synonyms)) for word in dict.fromkeys(spoken)},
        meets=tuple(text for text, meets in verdicts if meets),
        fails=tuple(text for text, meets in verdicts if not meets),
    )


def told(one: Filter) -> str:
    """ "price <= 200", "colour is blue or navy", "text not in leather"."""
    if one.number is not None:
        return f"{one.field} {one.operator} {one.number:f} {one.unit}".rstrip()
    return f"{one.field} {'not in' if one.operator == 'not in' else 'is'} {' or '.join(one.values)}"


def _meets(product: Product, one: Filter) -> bool:
    if one.field == "text":
        there = frozenset(one for _, shown in _fields(product) for one in stems(shown))
        return there.isdisjoint(unwanted for value in one.values for unwanted in stems(value))
    products, _ = columns_of([product]).passing([one])
    return bool(products[0])


def _fields(product: Product) -> Iterator[tuple[str, str]]:
    yield "title", product.title
    yield "brand", product.brand
    yield "category", " ".join(product.category)
    yield "options", options_of(product)
    yield "audience", product.audience
    for name, shown in product.attributes.items():
        yield name, f"{name} {shown}"
    yield _DESCRIPTION, product.description


def _places(word: str, held: Mapping[str, frozenset[str]], synonyms: Synonyms) -> Iterator[str]:
    ways = [(word,), *synonyms.of((word,))]
    for name, stems_there in held.items():
        way = next((way for way in ways if stems_there.issuperset(way)), None)
        if way is not None:
            yield name if way == (word,) else f"{name} (as {' '.join(way)})"
