"""A shop's values in the customer's language: "yes", "5 years", "machine wash 30 °C, no softener", "red and navy" (pure).

Told in whole or left as the shop wrote it: half a translation is worse than none. Above: `phrases`. Below: nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

_FIGURE = re.compile(r"\d+(?:\.\d+)?")
_HOLE = "#"
_AND = " and "
_MEASURE = re.compile(
    r"-?\d+(?:\.\d+)?(?:(?: x |-)\d+(?:\.\d+)?)* ?"
    r"(?:g|kg|cm|mm|m|l|ml|w|kw|wh|mah|v|hz|khz|h|min|s|lm|km|°c|db|psi|bar|gb|tb|%|(?:c|k)?m²)?",
    re.I,
)
"""What is written alike in every language but for the decimal point: "2.2 kg", "55 x 22 cm"."""
_VERSION = re.compile(r"\d+\.\d+")
"""A figure alone may be a version, as in Bluetooth 5.0."""


def told(value: str, table: Mapping[str, str], last: Callable[[str, str], str], point: str) -> str:
    """`last` joins two parts with the language's "and", `point` is its decimal point."""
    return _whole(value.strip(), table, last, point) or value


def _whole(value: str, table: Mapping[str, str], last: Callable[[str, str], str], point: str) -> str:
    if found := _entry(value, table, point):
        return found
    if _MEASURE.fullmatch(value):
        return value if _VERSION.fullmatch(value) else value.replace(".", point)
    for mark in (", ", _AND):
        before, joint, after = value.rpartition(mark)
        if not joint:
            continue
        parts = [_whole(part, table, last, point) for part in (before, after)]
        if all(parts):
            return last(*parts) if mark == _AND else mark.join(parts)
    return ""


def _entry(value: str, table: Mapping[str, str], point: str) -> str:
    plain = value.lower()
    if plain in table:
        return table[plain]
    figures = iter(_FIGURE.findall(value))
    wording = table.get(_FIGURE.sub(_HOLE, plain), "")
    return "".join(_filled(wording, figures, point))


def _filled(wording: str, figures: Iterator[str], point: str) -> Iterator[str]:
    for letter in wording:
        yield next(figures, letter).replace(".", point) if letter == _HOLE else letter
