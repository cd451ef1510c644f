"""ProductNames: which of a shop's products a text names, by title or by its first words (brand and model)."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from retrieval.catalogue import Product, ProductId

_WORD = re.compile(r"[^\W_]+(?:[.'’-][^\W_]+)*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    text: str
    start: int
    products: frozenset[ProductId]
    """All that it may mean: those whose titles share the most words with the text here."""

    @property
    def end(self) -> int:
        return self.start + len(self.text)


@dataclass(frozen=True, slots=True)
class ProductNames:
    """Built once a shop: titles by their first two words."""

    _by_head: Mapping[tuple[str, str], Sequence[tuple[tuple[str, ...], ProductId, bool]]]

    @classmethod
    def of(cls, products: Iterable[Product]) -> ProductNames:
        heads: dict[tuple[str, str], list[tuple[tuple[str, ...], ProductId, bool]]] = defaultdict(list)
        for product in products:
            words = _words(product.title)
            if len(words) > 1:
                branded = bool(product.brand) and product.title.lower().startswith(product.brand.lower())
                heads[words[0], words[1]].append((words, product.id, branded))
        return cls(heads)

    def mentions(self, text: str) -> tuple[Mention, ...]:
        """Left to right, without overlap. A title that does not open with its brand counts only in full."""
        words = list(_WORD.finditer(text))
        lowered = [match[0].lower() for match in words]
        found: list[Mention] = []
        position = 0
        while position < len(words) - 1:
            length, products = self._longest(lowered, position)
            if products:
                start, end = words[position].start(), words[position + length - 1].end()
                found.append(Mention(text=text[start:end], start=start, products=products))
            position += length if products else 1
        return tuple(found)

    def _longest(self, words: Sequence[str], at: int) -> tuple[int, frozenset[ProductId]]:
        best, meant = 0, set[ProductId]()
        for title, product_id, branded in self._by_head.get((words[at], words[at + 1]), ()):
            shared = _shared(title, words, at)
            if not branded and shared < len(title):
                continue
            if shared > best:
                best, meant = shared, set()
            if shared == best:
                meant.add(product_id)
        return best, frozenset(meant)


def is_named(title: str, text: str) -> bool:
    """In full, or by its first two words; by all of it when it is one word."""
    words, said = _words(title), _words(text)
    head = words[:2]
    return any(said[i : i + len(head)] == head for i in range(len(said))) if head else True


def is_named_in_full(title: str, text: str) -> bool:
    return " ".join(title.split()).lower() in " ".join(text.split()).lower()


def _words(text: str) -> tuple[str, ...]:
    return tuple(match[0].lower() for match in _WORD.finditer(text))


def _shared(title: Sequence[str], words: Sequence[str], at: int) -> int:
    count = 0
    while count < len(title) and at + count < len(words) and title[count] == words[at + count]:
        count += 1
    return count
