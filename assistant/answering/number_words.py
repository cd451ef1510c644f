"""Numbers as words in English, Spanish, French and German: written, and read back (pure).

Above: `figures`. Whole numbers below a thousand, which is what people write out beside a currency or a unit.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Final

LARGEST: Final = 999


def in_order(words: str) -> tuple[str, ...]:
    return tuple(words.split())


_EN: Final = in_order(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
)
_EN_TENS: Final = in_order("twenty thirty forty fifty sixty seventy eighty ninety")
_ES: Final = in_order(
    "cero uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciséis diecisiete "
    "dieciocho diecinueve veinte veintiuno veintidós veintitrés veinticuatro veinticinco veintiséis veintisiete "
    "veintiocho veintinueve"
)
_ES_TENS: Final = in_order("treinta cuarenta cincuenta sesenta setenta ochenta noventa")
_ES_HUNDREDS: Final = in_order(
    "ciento doscientos trescientos cuatrocientos quinientos seiscientos setecientos ochocientos novecientos"
)
_FR: Final = in_order(
    "zéro un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize dix-sept dix-huit "
    "dix-neuf"
)
_FR_TENS: Final = in_order("vingt trente quarante cinquante soixante")
_DE: Final = in_order(
    "null ein zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn fünfzehn sechzehn siebzehn "
    "achtzehn neunzehn"
)
_DE_TENS: Final = in_order("zwanzig dreißig vierzig fünfzig sechzig siebzig achtzig neunzig")


def spelled(number: int, language: str) -> str:
    """ "eighty-nine", "ochenta y nueve", "quatre-vingt-neuf", "neunundachtzig". From 0 to `LARGEST`."""
    return {"es": _spanish, "fr": _french, "de": _german}.get(language, _english)(number)


def _english(number: int) -> str:
    if number < 20:
        return _EN[number]
    if number < 100:
        tens, ones = divmod(number, 10)
        return _EN_TENS[tens - 2] + (f"-{_EN[ones]}" if ones else "")
    hundreds, rest = divmod(number, 100)
    return f"{_EN[hundreds]} hundred" + (f" and {_english(rest)}" if rest else "")


def _spanish(number: int) -> str:
    if number < 30:
        return _ES[number]
    if number < 100:
        tens, ones = divmod(number, 10)
        return _ES_TENS[tens - 3] + (f" y {_ES[ones]}" if ones else "")
    hundreds, rest = divmod(number, 100)
    return "cien" if number == 100 else _ES_HUNDREDS[hundreds - 1] + (f" {_spanish(rest)}" if rest else "")


def _french(number: int) -> str:
    if number < 20:
        return _FR[number]
    if number < 70:
        tens, ones = divmod(number, 10)
        joined = {0: "", 1: " et un"}.get(ones, f"-{_FR[ones]}")
        return _FR_TENS[tens - 2] + joined
    if number < 80:
        return "soixante et onze" if number == 71 else f"soixante-{_FR[number - 60]}"
    if number < 100:
        return "quatre-vingts" if number == 80 else f"quatre-vingt-{_FR[number - 80]}"
    hundreds, rest = divmod(number, 100)
    before = "cent" if hundreds == 1 else f"{_FR[hundreds]} cent"
    return before + (f" {_french(rest)}" if rest else "s" if hundreds > 1 else "")


def _german(number: int) -> str:
    if number < 20:
        return _DE[number]
    if number < 100:
        tens, ones = divmod(number, 10)
        return (f"{_DE[ones]}und" if ones else "") + _DE_TENS[tens - 2]
    hundreds, rest = divmod(number, 100)
    return f"{_DE[hundreds]}hundert" + (_german(rest) if rest else "")


@cache
def read_words(language: str) -> Mapping[str, int]:
    """From a number's words, without what joins them, to the number: "eightynine", "ochentaynueve"."""
    table = {joined(spelled(number, language)): number for number in range(LARGEST + 1)}
    if language == "en":
        table |= {joined(spelled(number, "en").replace(" and ", " ")): number for number in range(101, LARGEST + 1)}
        table["ahundred"] = 100
    if language == "de":
        table |= {"eins": 1, "hundert": 100, **{f"hundert{_german(n)}": 100 + n for n in range(1, 100)}}
    return table


@cache
def first_words(language: str) -> frozenset[str]:
    """With which a number's words may begin."""
    return frozenset(re.split("[ -]", spelled(number, language))[0] for number in range(2, LARGEST + 1)) | {"hundert"}


def joined(words: str) -> str:
    return words.replace(" ", "").replace("-", "").lower()
