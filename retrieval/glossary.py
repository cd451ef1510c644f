"""Shoppers' words of one language in another, from a table written by hand. Pure but for reading the table.

Above lies `bridge`, which guesses by meaning what the table lacks; below, `words`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from retrieval.words import normal, word_set, words

LANGUAGES = ("es", "fr", "de")
_FUNCTION_WORDS = {
    "en": "a an and are as at by for from i in is it me need of on or that the this to want with without you your",
    "es": "a al con de del e el en la las lo los me mi para por que se sin su un una unas unos y o busco quiero necesito",
    "fr": "a au aux avec c ce d de des du en et il j je l la le les ma mon ou pour qu que sans sur un une cherche veux",
    "de": "am auf aus bei das dem den der des die ein eine einem einen einer für fuer im in ist mit mir oder ohne und "
    "von zu zum zur ich suche brauche",
}
_LINKS = ("", "s", "n", "en", "es", "e")
"""What joins the parts of a German compound."""
_SHORTEST_PART = 3
LONGEST_PHRASE = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Glossary:
    """From one language into another."""

    ways: Mapping[str, tuple[str, ...]]
    """By phrase, normalised words joined by blanks."""
    function_words: frozenset[str] = frozenset()
    compounds: bool = False
    """Whether the language writes compounds as one word."""

    def of(self, phrase: Sequence[str]) -> tuple[str, ...]:
        """The ways to say it, the commonest first; empty where the table lacks it."""
        return self.ways.get(" ".join(phrase), ())

    def parts(self, word: str) -> tuple[str, ...]:
        """A compound's two parts; empty where it is none of two known words."""
        if not self.compounds:
            return ()
        for cut in range(len(word) - _SHORTEST_PART, _SHORTEST_PART - 1, -1):
            last, first = word[cut:], word[:cut]
            stems = (first.removesuffix(link) for link in _LINKS if first.endswith(link))
            known = next((stem for stem in stems if stem in self.ways), None)
            if last in self.ways and known is not None:
                return known, last
        return ()


def function_words_of(language: str) -> frozenset[str]:
    return word_set(normal(_FUNCTION_WORDS.get(language, "")))


def no_glossary(language: str, into: str = "en") -> Glossary:
    """What a language without a table gets: function words where they are known."""
    return Glossary(ways={}, function_words=function_words_of(language))


@cache
def glossary_of(language: str, into: str = "en") -> Glossary:
    """Between two languages of the table; an empty one for any other."""
    columns = ("en", *LANGUAGES)
    if language not in columns or into not in columns or language == into:
        return no_glossary(language, into)
    table: dict[str, tuple[str, ...]] = {}
    for row in _rows():
        for way in row[columns.index(language)]:
            key = " ".join(words(way))
            table[key] = tuple(dict.fromkeys((*table.get(key, ()), *map(str.lower, row[columns.index(into)]))))
    return Glossary(ways=table, function_words=function_words_of(language), compounds=language == "de")


@cache
def _rows() -> list[list[list[str]]]:
    """Line by line, for each language the ways to say it."""
    lines = files("retrieval").joinpath("glossary.txt").read_text(encoding="utf-8").splitlines()
    told = (line.split(";") for line in lines if line and not line.startswith("#"))
    return [[[way.strip() for way in cell.split(",")] for cell in cells] for cells in told]
