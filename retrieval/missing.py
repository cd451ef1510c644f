"""What was asked for and is in none of the results, so that an answer can say "we have no drones" and then show what is near.

Above lies `retriever`; below, `synonyms` and `known_brands`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from retrieval.catalogue import Product
from retrieval.known_brands import brands_in
from retrieval.needs import Need
from retrieval.synonyms import Synonyms
from retrieval.titles import phrasing_of
from retrieval.words import STOP_WORDS, stem, stems, words

_RARE = 0.005
"""Share of the products that may mention a word without the shop selling such things."""


def missing_from(
    found: Sequence[Product], need: Need, text: str, synonyms: Synonyms, frequency: Callable[[str], int], size: int
) -> tuple[str, ...]:
    """The brand or the thing that `text` names and none of the results is or is called."""
    named = [*_brands(text, found), *_thing(need, text, found, synonyms, frequency, size)]
    return tuple(dict.fromkeys(named))


def _brands(text: str, found: Sequence[Product]) -> Iterator[str]:
    for brand in brands_in(words(text)):
        if not any(brand in " ".join(words(f"{product.brand} {product.title}")) for product in found):
            yield brand


def _thing(
    need: Need,
    text: str,
    found: Sequence[Product],
    synonyms: Synonyms,
    frequency: Callable[[str], int],
    size: int,
) -> Iterator[str]:
    if any(one.field == "category" and one.operator == "in" for one in need.filters):
        return
    head = phrasing_of(text, need.thing).head
    if not head or not head.isalpha():
        return
    if frequency(head) > _RARE * size and head not in synonyms.stems:
        return
    spoken = [word for word in words(text) if word not in STOP_WORDS]
    start, end = _name(spoken, head, synonyms)
    asked = _ways([stem(word) for word in spoken], start, end, synonyms)
    # The first product mostly settles it, and nothing is read of the others.
    if not any(set(way) <= names for names in map(_told, found) for way in asked):
        yield " ".join(spoken[start:end])


def _name(spoken: Sequence[str], head: str, synonyms: Synonyms) -> tuple[int, int]:
    """Where the thing's name lies: a "washing machine" is more than some machine."""
    said = [stem(word) for word in spoken]
    known = (span for span in synonyms.phrases_in(said) if said[span[1] - 1] == head)
    last = max((place for place, word in enumerate(said) if word == head), default=len(said) - 1)
    return next(known, (last, last + 1))


def _ways(said: Sequence[str], start: int, end: int, synonyms: Synonyms) -> list[tuple[str, ...]]:
    """The name as it was said and in other words, a neighbour written together with it included."""
    phrase = tuple(said[start:end])
    joined = said[start - 1 : start + 1] if end - start == 1 and start else phrase
    return [phrase, ("".join(joined),), *synonyms.of(phrase)]


def _told(product: Product) -> frozenset[str]:
    """Stems of what a product is called."""
    return frozenset(stems(" ".join([product.title, product.brand, *product.category])))
