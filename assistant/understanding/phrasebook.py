"""What customers say in Spanish, French and German, and the English that the rules read: tables of `phrases/`, as data.

A line of a table: `English ; Spanish ; French ; German`, the ways to say it separated by commas. In a way to say it,

    word*   begins so          ..  up to six words between, carried over to `..` of the English
    #       a number           ^   first in its clause      $   last in its clause      +   another word follows

An English side that starts with "!" is a verb: German ends a clause with it, and Spanish and French put what it is done to
before it. Accents, case and typographic signs make no difference. Above: `glossing`. Below: `retrieval.words`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from importlib.resources import files

from rapidfuzz import process
from rapidfuzz.distance import OSA

from retrieval.glossary import only_alike, plain_words, respelt
from retrieval.words import normal

LANGUAGES = ("es", "fr", "de")
GAP, NUMBER = "..", "#"
_SHORTEST_ERROR = 5
_UMLAUTS = (("ä", "ae"), ("ö", "oe"), ("ü", "ue"))
_ARTICLES = frozenset(["un", "una", "une", "ein", "eine", "einen", "einem", "einer"])
_ENGLISH_NUMBERS = frozenset(
    [
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "eleven",
        "twelve",
        "15",
        "20",
        "30",
        "40",
        "50",
        "60",
        "70",
        "80",
        "90",
        "100",
        "150",
        "200",
        "250",
        "300",
        "400",
        "500",
        "1000",
    ]
)


class InvalidPhrases(ValueError):
    """A line of the tables cannot be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrase:
    """One way to say something."""

    words: tuple[str, ...]
    """Literals, prefixes, gaps and numbers."""
    english: str
    verb: bool = False
    first: bool = False
    last: bool = False
    followed: bool = False

    @property
    def weight(self) -> float:
        """The more it says, the sooner it is taken."""
        literals = sum(word != GAP for word in self.words)
        return literals + 0.2 * (self.first + self.last) + 0.1 * self.followed - 0.3 * (GAP in self.words)


@dataclass(frozen=True, kw_only=True)
class Phrasebook:
    """Of one language, into English."""

    language: str
    phrases: Sequence[Phrase] = field(default_factory=tuple)

    def starting(self, word: str) -> Iterator[Phrase]:
        """Phrases whose first word this may be, in no order."""
        yield from self._by_word.get(word, ())
        for phrase in self._prefixes:
            if word.startswith(phrase.words[0][:-1]):
                yield phrase

    @cached_property
    def open(self) -> Sequence[Phrase]:
        """Phrases that begin with a gap: from the start of a clause."""
        return [phrase for phrase in self.phrases if phrase.words[0] == GAP]

    @cached_property
    def numbers(self) -> Mapping[str, str]:
        """Number words, and what they are in English."""
        singles = (phrase for phrase in self.phrases if len(phrase.words) == 1 and phrase.english in _ENGLISH_NUMBERS)
        return {phrase.words[0]: phrase.english for phrase in singles if not phrase.last}

    def meant(self, word: str) -> str:
        """The word of the tables that a typing error stands for; "" where none is near enough."""
        if len(word) < _SHORTEST_ERROR or not word.isalpha():
            return ""
        if word in plain_words(self.language) or respelt(word, self.language) in plain_words(self.language):
            return ""
        near = [*self._by_length.get(len(word), ()), *self._by_length.get(len(word) + 1, ())]
        near += self._by_length.get(len(word) - 1, ())
        limit = 1 if len(word) < 9 else 2
        found = process.extractOne(word, near, scorer=OSA.distance, score_cutoff=limit)
        return found[0] if found is not None and not only_alike(word, found[0]) else ""

    @cached_property
    def _by_word(self) -> Mapping[str, list[Phrase]]:
        table: dict[str, list[Phrase]] = {}
        for phrase in self.phrases:
            table.setdefault(phrase.words[0], []).append(phrase)
        return table

    @cached_property
    def _prefixes(self) -> list[Phrase]:
        return [phrase for phrase in self.phrases if phrase.words[0].endswith("*")]

    @cached_property
    def known(self) -> frozenset[str]:
        return frozenset(word for phrase in self.phrases for word in phrase.words)

    @cached_property
    def _by_length(self) -> Mapping[int, list[str]]:
        table: dict[int, list[str]] = {}
        for word in sorted(self.known):
            if len(word) >= _SHORTEST_ERROR - 1:
                table.setdefault(len(word), []).append(word)
        return table


def plain(word: str, language: str) -> str:
    """A word as the tables keep it."""
    said = word.lower()
    if language == "de":
        for umlaut, pair in _UMLAUTS:
            said = said.replace(umlaut, pair)
    return normal(said).strip("'’´`")


@cache
def phrasebook(language: str) -> Phrasebook:
    """Raises InvalidPhrases. Read once; about ten milliseconds a language."""
    folder = files("assistant.understanding") / "phrases"
    lines: list[str] = []
    for table in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if table.name.endswith(".txt"):
            lines += table.read_text(encoding="utf-8").splitlines()
    return Phrasebook(language=language, phrases=tuple(_without_articles(tuple(read_phrases(lines, language)))))


def read_phrases(lines: Iterable[str], language: str) -> Iterator[Phrase]:
    column = LANGUAGES.index(language) + 1
    seen: set[tuple[object, ...]] = set()
    for line in lines:
        if not line.strip() or line.startswith("#"):
            continue
        cells = [cell.strip() for cell in line.split(";")]
        if len(cells) != len(LANGUAGES) + 1:
            raise InvalidPhrases(f"{line[:60]!r} has {len(cells)} columns: write English ; Spanish ; French ; German")
        for way in filter(None, (way.strip() for way in cells[column].split(","))):
            phrase = _phrase(way, cells[0], language)
            key = (phrase.words, phrase.first, phrase.last, phrase.followed)
            if key not in seen:
                seen.add(key)
                yield phrase


def _without_articles(phrases: Sequence[Phrase]) -> Iterator[Phrase]:
    """ "Una persona" may be said "persona", where that is no phrase of its own."""
    known = {phrase.words for phrase in phrases}
    for phrase in phrases:
        yield phrase
        rest = phrase.words[1:]
        if phrase.words[0] in _ARTICLES and rest and rest not in known and GAP not in rest and len(rest[0]) > 1:
            known.add(rest)
            yield replace(phrase, words=rest, first=False)


def _phrase(way: str, english: str, language: str) -> Phrase:
    parts = way.removeprefix("^").split()
    last, followed = parts[-1] == "$", parts[-1] == "+"
    if last or followed:
        parts = parts[:-1]
    if not parts:
        raise InvalidPhrases(f"{way!r} says nothing")
    words = tuple(part if part in (GAP, NUMBER) else _literal(part, language) for part in parts)
    return Phrase(
        words=words,
        english=english.removeprefix("!"),
        verb=english.startswith("!"),
        first=way.startswith("^"),
        last=last,
        followed=followed,
    )


def _literal(part: str, language: str) -> str:
    star = "*" if part.endswith("*") else ""
    hyphen = "-" if part.startswith("-") else ""
    return hyphen + plain(re.sub(r"^-|\*$", "", part), language) + star
