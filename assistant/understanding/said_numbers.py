"""Numbers that customers write in words, as figures: "unter dreihundert", "un kilo y medio", "quatre-vingt-dix" (pure).

Spanish, French and German, from thirteen on: what is smaller counts and points ("los dos", "die drei"), and is read where it
stands. Above: the reader. Below: the tables of `number_words`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from assistant.answering.number_words import joined, read_words
from retrieval.words import normal, word_set

_FIRST = 13
_LONGEST = 6
_WORD = re.compile(r"[^\W\d_]+")
_JOINT = re.compile(r"[ -]")
_THOUSAND = {"es": "mil", "fr": "mille", "de": "tausend"}
_NO_AMOUNT = word_set("gracias merci mercis dank fois veces mal cosas choses")
"""What "a thousand" counts that is no amount: "mil gracias"."""
_HALVES = {
    "es": (r"\b(?P<n>un|una|dos|tres|cuatro|cinco|\d+) (?P<unit>\w+) y medi[oa]\b",),
    "fr": (r"\b(?P<n>une?|deux|trois|quatre|cinq|\d+) (?P<unit>\w+) et demie?\b",),
    "de": (
        r"\b(?P<n>ein|zwei|drei|vier|fünf)einhalb(?: (?P<unit>\w+))?",
        r"\b(?P<n>anderthalb)(?:e|en)? (?P<unit>\w+)",
    ),
}
_ONES = {
    "un": 1, "una": 1, "une": 1, "ein": 1, "anderthalb": 1, "dos": 2, "deux": 2, "zwei": 2, "tres": 3, "trois": 3, "drei": 3,
    "cuatro": 4, "quatre": 4, "vier": 4, "cinco": 5, "cinq": 5, "fünf": 5,
}  # fmt: skip


def in_figures(text: str, language: str) -> str:
    """Its number words as figures; a language without tables as it is."""
    if language not in _THOUSAND:
        return text
    for pattern in _HALVES[language]:
        text = re.sub(pattern, _half, text, flags=re.I)
    said = list(_WORD.finditer(text))
    told, until, place = "", 0, 0
    while place < len(said):
        found = _longest(text, said, place, language)
        if found is None:
            place += 1
            continue
        length, value = found
        told += text[until : said[place].start()] + str(value)
        place += length
        until = said[place - 1].end()
    return told + text[until:]


def _half(found: re.Match[str]) -> str:
    number = found["n"].lower()
    whole = int(number) if number.isdigit() else _ONES[number]
    return f"{whole}.5 {found['unit'] or ''}".strip()


def _longest(text: str, said: list[re.Match[str]], place: int, language: str) -> tuple[int, int] | None:
    end = place + 1
    while end < min(len(said), place + _LONGEST) and _JOINT.fullmatch(text, said[end - 1].end(), said[end].start()):
        end += 1
    for length in range(end - place, 0, -1):
        words = joined(normal(text[said[place].start() : said[place + length - 1].end()]))
        value = _value(words, language)
        follower = said[place + length].group().lower() if place + length < len(said) else ""
        if value is not None and value >= _FIRST and not (value == 1000 and follower in _NO_AMOUNT):
            return length, value
    return None


def _value(words: str, language: str) -> int | None:
    table = _table(language)
    before, thousand, after = words.partition(_THOUSAND[language])
    if not thousand:
        return table.get(words)
    thousands, rest = (table.get(before) if before else 1), (table.get(after) if after else 0)
    return None if thousands is None or rest is None else thousands * 1000 + rest


@cache
def _table(language: str) -> Mapping[str, int]:
    """By its words as they are typed, with and without accents and umlauts."""
    table = {joined(normal(words)): number for words, number in read_words(language).items()}
    if language == "de":
        table |= {_umlauts_apart(words): number for words, number in read_words(language).items()}
    if language == "fr":
        table |= {words.removesuffix("s") + "s": n for words, n in table.items() if n >= 200 and n % 100 == 0}
    return table


def _umlauts_apart(words: str) -> str:
    return joined(normal(words.replace("ü", "ue").replace("ö", "oe")))
