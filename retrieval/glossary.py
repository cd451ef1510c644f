"""Shoppers' words of one language in another, from a table written by hand. Pure but for reading the table.

A word that the table lacks in this form is looked up by its stem, a German compound by its parts, and what is left by the
nearest entry, as a typing error. Above lie `interpreting`, which reads a whole request by it, and `bridge`, which guesses by
meaning what the table lacks; below, `words`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property, lru_cache
from importlib.resources import files
from typing import Literal

from rapidfuzz import process
from rapidfuzz.distance import OSA
from Stemmer import Stemmer

from retrieval.words import normal, word_set, words

LANGUAGES = ("es", "fr", "de")
Kind = Literal["thing", "quality"]
_TABLES = ("glossary.txt", "glossary_electronics.txt", "glossary_living.txt", "glossary_service.txt")
_FUNCTION_WORDS = {
    "en": "a an and are as at by for from i in is it me need of on or that the this to want with without you your",
    "es": "a al con de del e el en la las lo los me mi para por que se sin su un una unas unos y o busco quiero necesito",
    "fr": "a au aux avec c ce d de des du en et il j je l la le les ma mon ou pour qu que sans sur un une cherche veux",
    "de": "am auf aus bei das dem den der des die ein eine einem einen einer für fuer im in ist mit mir oder ohne und "
    "von zu zum zur ich suche brauche fürs furs ins vom beim",
}
_STEMMERS = {"en": "english", "es": "spanish", "fr": "french", "de": "german"}
_LINKS = ("", "s", "n", "en", "es", "e", "er", "ns")
"""What joins the parts of a German compound."""
_SHORTEST_PART = 3
_SHORTEST_ERROR = 5
"""Letters from which a word may be a typing error of another."""
_OWN_WORD = 6
"""Letters below which another letter makes another word."""
LONGEST_PHRASE = 5
LONGEST_WORD = 80
_ELISION = re.compile(r"\b(?:[cdjlmnst]|qu|jusqu|lorsqu|puisqu)['’](?=\w)", re.I)


def spoken(text: str, language: str) -> list[str]:
    """The words of a text, normalised; the article of "l'eau" apart from it."""
    return words(parted(text, language))


def respelt(word: str, language: str) -> str:
    """German typed without umlauts as `normal` leaves it: "guenstig" is "gunstig"."""
    return word.replace("ae", "a").replace("oe", "o").replace("ue", "u") if language == "de" else word


def parted(text: str, language: str) -> str:
    return _ELISION.sub(lambda found: f"{found[0][:-1]} ", text) if language == "fr" else text


@lru_cache(maxsize=50_000)
def _stem(word: str, language: str) -> str:
    if len(word) > LONGEST_WORD:  # no word: Snowball's time grows by its square
        return word
    # A stemmer keeps state between calls, so threads must not share one.
    stemmed: str = Stemmer(_STEMMERS[language]).stemWord(word)
    return stemmed


def _stemmed(phrase: str, language: str) -> str:
    return " ".join(_stem(word, language) for word in phrase.split())


@dataclass(frozen=True, kw_only=True)
class Glossary:
    """From one language into another."""

    ways: Mapping[str, tuple[str, ...]]
    """By phrase, normalised words joined by blanks."""
    qualities: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """The ways of phrases that say what a thing is like: "red". Some name a thing too, and stand in `ways` with both."""
    things: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    function_words: frozenset[str] = frozenset()
    compounds: bool = False
    """Whether the language writes compounds as one word."""
    language: str = ""

    def of(self, phrase: Sequence[str]) -> tuple[str, ...]:
        """The ways to say it, the commonest first; empty where the table lacks it in any form."""
        return self.ways.get(self.entry(phrase), ())

    def told(self, phrase: Sequence[str], *, describing: bool) -> tuple[Kind, tuple[str, ...]]:
        """As what it is meant: "impermeable" is a raincoat alone, and waterproof where it describes something."""
        entry = self.entry(phrase)
        kind: Kind = "quality" if entry not in self.things or (describing and entry in self.qualities) else "thing"
        return kind, (self.qualities if kind == "quality" else self.things).get(entry, self.ways.get(entry, ()))

    def entry(self, phrase: Sequence[str]) -> str:
        """The table's own form of it; "" where there is none."""
        plain = " ".join(phrase)
        if plain in self.ways or self.language not in _STEMMERS or plain in self.function_words:
            return plain if plain in self.ways else ""
        return self._by_stem.get(_stemmed(plain, self.language), "") if len(plain) > _SHORTEST_PART else ""

    def meant(self, word: str) -> str:
        """The entry that a typing error stands for; "" where none is near enough."""
        if len(word) < _SHORTEST_ERROR or not word.isalpha():
            return ""
        near = self._by_shape.get((word[0], len(word)), [])
        near = [
            *near,
            *self._by_shape.get((word[0], len(word) - 1), []),
            *self._by_shape.get((word[0], len(word) + 1), []),
        ]
        if word in plain_words(self.language):
            return ""
        found = process.extractOne(word, near, scorer=OSA.distance, score_cutoff=1 if len(word) < 9 else 2)
        return found[0] if found is not None and not only_alike(word, found[0]) else ""

    def parts(self, word: str, also: Callable[[str], bool] = lambda part: False) -> tuple[str, ...]:
        """A compound's parts; empty where it is not made of known words. `also` knows first parts beside the table."""
        if not self.compounds:
            return ()
        for cut in range(_SHORTEST_PART, len(word) - _SHORTEST_PART + 1):
            last = word[cut:]
            if self.entry([last]) and (first := self._first(word[:cut], also)):
                return (*first, last)
        return ()

    def _first(self, joined: str, also: Callable[[str], bool]) -> tuple[str, ...]:
        stems = [joined.removesuffix(link) for link in _LINKS if joined.endswith(link)]
        long = [one for one in stems if len(one) >= _SHORTEST_PART]
        known = next((one for one in long if self.entry([one])), None) or next((one for one in long if also(one)), None)
        if known is not None:
            return (known,)
        return next((parts for one in long if (parts := self.parts(one, also))), ())

    @cached_property
    def _by_stem(self) -> Mapping[str, str]:
        return {_stemmed(phrase, self.language): phrase for phrase in reversed(list(self.ways))}

    @cached_property
    def _by_shape(self) -> Mapping[tuple[str, int], list[str]]:
        shapes: dict[tuple[str, int], list[str]] = {}
        for phrase in self.ways:
            if " " not in phrase and len(phrase) >= _SHORTEST_ERROR - 1:
                shapes.setdefault((phrase[0], len(phrase)), []).append(phrase)
        return shapes


def only_alike(word: str, other: str) -> bool:
    """A short word with one letter changed for another is a word of its own more often than a typing error: "playa", "plata"."""
    return len(word) == len(other) and len(word) < _OWN_WORD and sorted(word) != sorted(other)


@cache
def plain_words(language: str) -> frozenset[str]:
    """Everyday words, as `normal` leaves them, that are no typing errors of a thing's name however near they come."""
    sections = files("retrieval").joinpath("plain_words.txt").read_text(encoding="utf-8").split("[")
    told = next((section for section in sections if section.startswith(f"{language}]")), "]")
    return frozenset(respelt(word, language) for word in words(told.partition("]")[2]))


def function_words_of(language: str) -> frozenset[str]:
    return word_set(normal(_FUNCTION_WORDS.get(language, "")))


def no_glossary(language: str, into: str = "en") -> Glossary:
    """What a language without a table gets: function words where they are known."""
    return Glossary(ways={}, function_words=function_words_of(language))


@cache
def glossary_of(language: str, into: str = "en") -> Glossary:
    """Between two languages of the table; an empty one for any other.

    Into the language itself only qualities are told, by their plain form: "rote" is "rot", whatever it describes.
    """
    columns = ("en", *LANGUAGES)
    if language not in columns or into not in columns:
        return no_glossary(language, into)
    tables: dict[Kind, dict[str, tuple[str, ...]]] = {"thing": {}, "quality": {}}
    for kind, row in _rows():
        if language == into and kind == "thing":
            continue
        told = row[columns.index(into)][: 1 if language == into else None]
        for way in row[columns.index(language)]:
            key = " ".join(spoken(way, language))
            tables[kind][key] = tuple(dict.fromkeys((*tables[kind].get(key, ()), *map(str.lower, told))))
    things, qualities = tables["thing"], tables["quality"]
    both = {key: tuple(dict.fromkeys((*things.get(key, ()), *ways))) for key, ways in qualities.items()}
    return Glossary(
        ways={**things, **both},
        things=things,
        qualities=qualities,
        function_words=function_words_of(language),
        compounds=language == "de",
        language=language,
    )


@cache
def _rows() -> list[tuple[Kind, list[list[str]]]]:
    """Line by line, for each language the ways to say it."""
    return [row for name in _TABLES for row in _table(name)]


def _table(name: str) -> Iterator[tuple[Kind, list[list[str]]]]:
    kind: Kind = "thing"
    for line in files("retrieval").joinpath(name).read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            kind = "quality" if line == "[qualities]" else "thing"
        elif line and not line.startswith("#"):
            yield kind, [[way.strip() for way in cell.split(",")] for cell in line.split(";")]
