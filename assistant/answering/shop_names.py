"""The names that a shop knows: brands and cities, which a reply may say only where its evidence has them.

Above: bootstrap, grounding. Below: the catalogue's vocabulary.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field

from retrieval.vocabulary import Vocabulary
from retrieval.words import STOP_WORDS, words

_SHORTEST = 4
_ORDINARY = 3
"""A brand's word that so many times more products mention than are of it is an everyday word: "North", "Home"."""


@dataclass(slots=True)
class ShopNames:
    """Made anew for each generation of the catalogue."""

    vocabulary: Callable[[], Vocabulary]
    cities: Collection[str]
    _made: tuple[Vocabulary, frozenset[str]] | None = field(default=None, init=False)

    def __call__(self) -> frozenset[str]:
        vocabulary = self.vocabulary()
        if self._made is None or self._made[0] is not vocabulary:
            self._made = vocabulary, frozenset(self.cities) | _brand_words(vocabulary)
        return self._made[1]


def _brand_words(vocabulary: Vocabulary) -> frozenset[str]:
    counted: dict[str, int] = {}
    for brand, count in vocabulary.values.get("brand", {}).items():
        for word in words(brand):
            counted[word] = counted.get(word, 0) + count
    return frozenset(
        word
        for word, count in counted.items()
        if len(word) >= _SHORTEST and word not in STOP_WORDS and vocabulary.counts.get(word, 0) <= count * _ORDINARY
    )
