"""How shoppers of other languages bound, exclude, sort and ask, in the English that `phrasebook` knows: phrases as data.

Above lies `interpreting`; below, `glossary` for how a language's words are told apart.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

from retrieval.glossary import parted, spoken

LONGEST = 6
_TABLE = "spoken_conditions.txt"
_LINKS: Mapping[str, str] = {
    "es": "de del a al en",
    "fr": "de du des d a au aux en",
    "de": "von",
    "it": "di del della dei delle da in al alla",
    "pt": "de do da dos das em ao",
}
"""What stands between a thing and what it is made of, meant for or part of; before a figure it means nothing, or "from"."""
_UP_TO: Mapping[str, str] = {"es": "a hasta", "fr": "a jusqu", "de": "bis", "it": "a", "pt": "a ate", "nl": "tot"}
"""Between two figures these make a range."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditions:
    """Of one language; phrases are normalised words joined by blanks."""

    phrases: Mapping[str, str] = field(default_factory=dict)
    after_figure: Mapping[str, str] = field(default_factory=dict)
    """What counts right after a figure only, and there before the others."""
    links: frozenset[str] = frozenset()
    up_to: frozenset[str] = frozenset()

    def of(self, phrase: Sequence[str], *, after_figure: bool = False) -> str | None:
        """The English; "" for what tells nothing; None where the table lacks it."""
        key = " ".join(phrase)
        if after_figure and key in self.after_figure:
            return self.after_figure[key]
        return self.phrases.get(key)


@cache
def conditions_of(language: str) -> Conditions:
    """Empty for a language without a section."""
    plain: dict[str, str] = {}
    after: dict[str, str] = {}
    for english, phrases in _section(language):
        table = after if english.startswith("-") else plain
        for phrase in phrases:
            table.setdefault(" ".join(spoken(parted(phrase, language), language)), english.removeprefix("-"))
    return Conditions(
        phrases=plain,
        after_figure=after,
        links=frozenset(_LINKS.get(language, "").split()),
        up_to=frozenset(_UP_TO.get(language, "").split()),
    )


@cache
def wishes_of(language: str) -> Mapping[str, str]:
    """The first phrase of each English: how a wish is told."""
    return {english: phrases[0] for english, phrases in reversed(_section(language)) if english}


@cache
def languages() -> frozenset[str]:
    return frozenset(line[1:-1] for line in _lines() if line.startswith("["))


def _section(language: str) -> list[tuple[str, list[str]]]:
    found: list[tuple[str, list[str]]] = []
    here = ""
    for line in _lines():
        if line.startswith("["):
            here = line[1:-1]
        elif here == language:
            english, _, phrases = line.partition(";")
            found.append((english.strip(), [phrase.strip() for phrase in phrases.split(",")]))
    return found


def _lines() -> list[str]:
    text = files("retrieval").joinpath(_TABLE).read_text(encoding="utf-8")
    return [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]
