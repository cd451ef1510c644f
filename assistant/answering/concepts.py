"""Concepts: what a statement says besides its figures and names, in four languages, and whether it denies it (pure).

The words lie in concepts.yaml. A text is read once, word by word, through a table of first words. Above: `evidence`, `claims`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Final

from assistant.answering.tables import read_table
from retrieval.words import word_set

_FILE: Final = Path(__file__).with_name("concepts.yaml")
_TOKEN: Final = re.compile(r"[^\W_]+(?:'[^\W\d_]+)?'?")
_ELIDED: Final = re.compile(r"^(?:l|d|n|s|c|j|m|t|qu)'(?=\w)")
_FUNCTION: Final[Mapping[str, frozenset[str]]] = {
    "en": word_set("the is are it and of you for to in your has have with that this can was here i at by an"),
    "es": word_set(
        "el la los las es de que y en un una por con para se su tu del al está lo más cuesta hay te le puedes puede nada muy"
    ),
    "fr": word_set(
        "le la les est de des et en un une pour avec que vous votre du au il elle nous dans ce coûte à pouvez peut pas ne"
    ),
    "de": word_set(
        "der die das ist und sie für mit von ein eine den dem zu im es ihre kostet nicht wir auf bei gibt können kann sind"
    ),
}
_FUNCTION_OF: Final[Mapping[str, tuple[str, ...]]] = {
    word: tuple(language for language, known in _FUNCTION.items() if word in known)
    for word in frozenset[str]().union(*_FUNCTION.values())
}
_STATEMENT: Final = re.compile(
    r"(?<=[!?…])\s+|(?<=[^\d\s.]\.)\s+|(?<=\d\.)\s+(?!(?:Jan|Feb|Mär|Apr|Mai|Jun|Jul|Aug|Sep|Okt|Nov|Dez|[a-zà-ý(]))|\n+|[;:]\s|\s[–—]\s"
    r"|,?\s{1,9}\b(?:but|unless|except|whereas|while|although|then|pero|salvo|mientras|excepto|mais|sauf|tandis|aber|außer|sondern|während)\b\s+"
    r"|,\s+(?:and|so|y|et|und|then)\s+"
)
_ADJECTIVES: Final = frozenset({"free", "popular"})
_NEAR: Final = 30
"""Characters within which a "not" belongs to a state or a property."""
_TURNS: Final = re.compile(r"\b(?:and|und|y|et|but)\b|,")
_MINE: Final = re.compile(r"\b(?:my|mi|mon|ma|mein|meine)\s+(?:personal\s+)?(?=\w)", re.I)
"""The speaker's taste, not the customers'."""
_INTERJECTION: Final = re.compile(r"^\W*(?:no|non|nein|nope|sorry|unfortunately|leider|malheureusement)\s*,\s*", re.I)
_IDIOM: Final = re.compile(
    r"\bno problem\b|\bno worries\b|\bpas de problème\b|\bkein problem\b|\bsin problema\b|\bnot only\b|\bwhy not\b|\bn't you\b"
    r"|\bno (?:extra |additional )?(?:charge|fees?|cost)\b|\bsans frais\b|\bsin (?:coste|cargo)\b|\bohne kosten\b|\bno cuesta nada\b"
    r"|\bwon't cost you anything\b|\bif you don't\b|\bsans fil\b|\bno questions asked\b|\bno other shop\b|\bnothing we sell\b|\bsans condition\b"
    r"|\bwithout backlight\b|\bnot for sale\b|\bno later than\b|\bkein anderer laden\b", re.I,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Concept:
    group: str
    name: str
    start: int = 0
    """Where in the text."""


@dataclass(frozen=True, slots=True)
class _Phrase:
    words: tuple[str, ...]
    group: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """A stretch of a text that says one thing."""

    text: str
    start: int
    concepts: tuple[Concept, ...]
    negated: bool
    asks: bool
    leads: bool = False
    """It opens a list: "for vegan shoes, I'd look at these:"."""
    near_denied: frozenset[str] = frozenset()
    """Concepts shortly before which a "not" stands."""

    def denies(self, concept: Concept) -> bool:
        """Whether it says that this is not so: "not free" where a "not" stands before it, "do not ship" anywhere in it."""
        return concept.name in self.near_denied if concept.name in _ADJECTIVES else self.negated

    def named(self, *groups: str) -> frozenset[str]:
        return frozenset(concept.name for concept in self.concepts if concept.group in groups)


@lru_cache(maxsize=2048)
def statements(text: str, language: str) -> tuple[Statement, ...]:
    """Sentences, cut again where "but", "unless" or "while" turns what is said."""
    return tuple(
        _statement(part, start, asks, language, leads=text[start + len(part) :].startswith(":") or part.endswith(":"))
        for part, start, asks in _parts(text)
    )


def _parts(text: str) -> Iterator[tuple[str, int, bool]]:
    start = 0
    cuts = [(match.start(), match.end()) for match in _STATEMENT.finditer(text)]
    for end, following in [*cuts, (len(text), len(text))]:
        part = text[start:end]
        if part.strip():
            closed = re.search(r"[.!?\n]", text[start:]) if not part.rstrip().endswith(("?", ".", "!")) else None
            asks = part.rstrip().endswith("?") or (closed is not None and closed.group() == "?")
            yield part, start, asks
        start = following


def _statement(part: str, start: int, asks: bool, language: str, *, leads: bool) -> Statement:
    lead = _INTERJECTION.match(part)
    skipped = lead.end() if lead else 0
    plain = _IDIOM.sub(lambda found: " " * len(found.group()), part)
    opinion = {found.end() for found in _MINE.finditer(part)}
    found = [c for c in read(part, language) if c.group != "negation" and c.start not in opinion]
    nots = [c.start for c in read(plain, language) if c.group == "negation" and c.start >= skipped]
    return Statement(
        text=part,
        start=start,
        concepts=tuple(Concept(c.group, c.name, start + c.start) for c in found),
        negated=bool(nots),
        asks=asks,
        leads=leads,
        near_denied=frozenset(c.name for c in found if any(_before(part, at, c.start) for at in nots)),
    )


def _before(part: str, negation: int, at: int) -> bool:
    return 0 <= at - negation <= _NEAR and not _TURNS.search(part[negation:at])


@lru_cache(maxsize=4096)
def read(text: str, language: str) -> tuple[Concept, ...]:
    """All concepts whose words the text has, "n't" as "not"."""
    return tuple(_read(text, language))


def _read(text: str, language: str) -> Iterator[Concept]:
    tokens = _tokens(text)
    table = _phrases(language)
    for place, (word, start) in enumerate(tokens):
        for key in (word, word[:3]) if len(word) > 2 else (word,):
            for phrase in table.get(key, ()):
                if _fits(phrase.words, tokens, place):
                    yield Concept(phrase.group, phrase.name, start)


def _fits(words: Sequence[str], tokens: Sequence[tuple[str, int]], place: int) -> bool:
    if place + len(words) > len(tokens):
        return False
    return all(
        token.startswith(word[:-1]) if word.endswith("*") else token == word
        for word, (token, _) in zip(words, tokens[place:], strict=False)
    )


def _tokens(text: str) -> list[tuple[str, int]]:
    found: list[tuple[str, int]] = []
    for match in _TOKEN.finditer(text.lower().replace("’", "'")):
        word, start = match.group(), match.start()
        elided = _ELIDED.match(word)
        if elided:
            found.append((elided.group(), start))
            word, start = word[elided.end() :], start + elided.end()
        if word.endswith("n't"):
            found += [({"ca": "can", "wo": "will"}.get(word[:-3], word[:-3]), start), ("not", start)]
        else:
            found.append((word.removesuffix("'s").rstrip("'"), start))
    return found


@cache
def _phrases(language: str) -> Mapping[str, tuple[_Phrase, ...]]:
    """By first word, or by its first three letters where the word is a stem."""
    table: dict[str, list[_Phrase]] = {}
    for group, name, phrase in _listed(language):
        words = tuple(word for word, _ in _tokens(phrase.replace("*", "\u02bc")))
        words = tuple(word.replace("\u02bc", "*") for word in words)
        first = words[0]
        table.setdefault(first[:3].rstrip("*") if first.endswith("*") else first, []).append(
            _Phrase(words, group, name)
        )
    return {first: tuple(phrases) for first, phrases in table.items()}


def _listed(language: str) -> Iterator[tuple[str, str, str]]:
    raw: Mapping[str, Any] = read_table(_FILE)
    for group, concepts in raw.items():
        named = {"negation": concepts} if group == "negation" else concepts
        for name, by_language in named.items():
            for phrase in str(by_language.get(language, "")).split(","):
                if phrase.strip():
                    yield group, name, phrase.strip()


@lru_cache(maxsize=4096)
def language_of(text: str, otherwise: str = "en") -> str:
    """By the small words; for a text whose language nobody told."""
    counts = dict.fromkeys(_FUNCTION, 0)
    for word, _ in _tokens(text):
        for language in _FUNCTION_OF.get(word, ()):
            counts[language] += 1
    best = max(counts, key=lambda language: counts[language])
    return best if counts[best] > counts.get(otherwise, 0) else otherwise
