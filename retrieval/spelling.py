"""A query's words as the shop spells them, and words that the shop was taught and so are no errors of typing.

Above: `retriever`. Below: `vocabulary`, `live`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, fields

from retrieval.catalogue import Product
from retrieval.live import State
from retrieval.vocabulary import Vocabulary
from retrieval.words import STOP_WORDS, normal, stem


@dataclass(frozen=True, kw_only=True)
class TaughtVocabulary(Vocabulary):
    """One that knows words which no product holds: the other names that a person gave things."""

    taught: frozenset[str] = field(default=frozenset())
    """Stems."""

    def _knows_stem(self, word: str) -> bool:
        return word in self.taught or super()._knows_stem(word)

    def extended(self, products: Iterable[Product]) -> Vocabulary:
        return taught(super().extended(products), self.taught)


def taught(known: Vocabulary, stems: frozenset[str]) -> Vocabulary:
    """The same with those words, and with the tables that were derived of it; none: as it was before it was taught."""
    told = {one.name: getattr(known, one.name) for one in fields(Vocabulary)}
    made = TaughtVocabulary(**told, taught=stems) if stems else Vocabulary(**told)
    derived = {name: value for name, value in vars(known).items() if name not in told and name != "taught"}
    vars(made).update(derived)
    return made


def spelt(text: str, state: State) -> str:
    """With the shop's own spelling of words that it does not know."""
    found = []
    for word in text.split():
        plain = normal(word)
        strange = plain.isalpha() and plain not in STOP_WORDS and not state.frequency(stem(plain))
        found.append(state.vocabulary.corrected(plain) if strange else word)
    return " ".join(found)
