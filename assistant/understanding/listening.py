"""A message heard: as it is in English, glossed in Spanish, French and German, and untouched in all other languages.

The reader goes on with the English of it and keeps the customer's own words beside, for searches and for the encoder.
Above: the reader. Below: `glossing`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from assistant.understanding.glossing import Gloss, Glosser
from assistant.understanding.phrasebook import LANGUAGES, phrasebook
from retrieval.glossary import glossary_of

ENGLISH = "en"
UNDERSTOOD = 0.5
"""The share of words that a gloss must know for the rules to read it."""

Hear = Callable[[str, str], "Heard"]
"""(words, language) -> what was heard."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What was said, in words that the rules read where `glossed` is true or the language is English."""

    text: str
    language: str = ENGLISH
    gloss: Gloss | None = None

    @property
    def readable(self) -> bool:
        """Whether the English rules can read it."""
        return self.language == ENGLISH or (self.gloss is not None and self.gloss.known >= UNDERSTOOD)

    def sources(self, parts: Sequence[str]) -> Iterator[str]:
        """The customer's own words for each part of the text, in order; "" in English."""
        at = 0
        for part in parts:
            if self.language == ENGLISH:
                yield ""
            elif self.gloss is None:
                yield part
            else:
                words, at = self.gloss.source(part, at)
                yield words


def as_it_is(words: str, language: str) -> Heard:
    """Hears every language as it was said."""
    return Heard(text=words, language=language or ENGLISH)


@dataclass(frozen=True, kw_only=True)
class Listener:
    """Glosses what it has tables for; each is read at its language's first message."""

    names_one: Callable[[str], bool] = field(default=lambda word: False)
    """Whether a word is a name of the shop's: a brand, a place."""

    def __call__(self, words: str, language: str) -> Heard:
        if language not in LANGUAGES:
            return as_it_is(words, language)
        gloss = _glosser(language, self.names_one).gloss(words)
        return Heard(text=gloss.text if gloss.known >= UNDERSTOOD else words, language=language, gloss=gloss)

    def warm(self) -> None:
        """Reads all tables: some tenths of a second."""
        for language in LANGUAGES:
            self("1", language)


@lru_cache(maxsize=16)
def _glosser(language: str, names_one: Callable[[str], bool]) -> Glosser:
    return Glosser(phrasebook(language), glossary_of(language, "en"), names_one)
