"""Divides a long text into messages: between paragraphs, lines and sentences where it can, never inside a price or a date (pure).

Above: `written`. Below: the voice's `breaks`, which know where a sentence ends.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from channels.voice.breaks import breaks

Fits = Callable[[str], bool]

_MONTHS = (
    "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|jän|mär|mai|juin|juil|aoû|févr|avr|déc|okt|dez|ene|abr|ago|dic"
    "|enero|mayo|gennaio|januar|märz|août"
)
_WHOLE = re.compile(
    r"(?:[$€£¥₹]|\b[A-Z]{3}|\bkr\.?)\s?-?\d[\d.,\u00a0\u202f’']*"  # $ 1,234.50; USD 12
    r"|\d[\d.,\u00a0\u202f’']*\s?(?:[$€£¥₹]|[A-Z]{3}\b|kr\b)"  # 1.234,50 €
    rf"|\b\d{{1,2}}(?:\.|st|nd|rd|th)?\s(?:de\s)?(?:{_MONTHS})\w*\.?(?:,?\s(?:de\s)?\d{{4}})?"  # 12. März 2026
    rf"|\b(?:{_MONTHS})\w*\.?\s\d{{1,2}}(?:st|nd|rd|th)?(?:,?\s\d{{4}})?"  # March 12, 2026
    r"|https?://\S+|#\w+",
    re.IGNORECASE,
)
AHEAD = 80
"""Signs behind a place that tell what it is in the middle of."""
_DIGITS_NEAR = re.compile(r"(?<=\d)\s|\s(?=\d)")


def divided(text: str, fits: Fits, language: str = "en") -> tuple[str, ...]:
    """The text in pieces that fit, in order; together they are all of it, white space between them aside. A word that fits
    nowhere is cut."""
    parts: list[str] = []
    rest = text.strip()
    while rest and not fits(rest):
        cut = _cut(rest, fits, language)
        parts.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    return (*parts, rest) if rest or not parts else tuple(parts)


def _cut(text: str, fits: Fits, language: str) -> int:
    longest = _longest(text, fits)
    window = text[: longest + 1]
    whole = [found.span() for found in _WHOLE.finditer(text[: longest + AHEAD])]

    def allowed(at: int) -> bool:
        return 0 < at <= longest and not any(start < at < end for start, end in whole)

    least = longest // 3  # a message with three words in it helps nobody
    for places in (_after(window, "\n\n"), _after(window, "\n"), _sentences(text, longest, language)):
        best = max((at for at in places if allowed(at)), default=0)
        if best > least:
            return best
    for places in (_spaces(window, near_digits=False), _spaces(window, near_digits=True)):
        best = max((at for at in places if allowed(at)), default=0)
        if best:
            return best
    return _hard(window, whole, longest)


def _longest(text: str, fits: Fits) -> int:
    """Signs of the longest beginning that fits; at least one, or nothing would ever come to an end."""
    low, high = 1, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if fits(text[:middle].rstrip()):
            low = middle
        else:
            high = middle - 1
    return low


def _after(text: str, mark: str) -> list[int]:
    return [found.end() for found in re.finditer(re.escape(mark), text)]


def _sentences(text: str, longest: int, language: str) -> list[int]:
    """Of the line that does not fit alone: those before it end in a line's end, which is better."""
    start = text.rfind("\n", 0, longest) + 1
    line = text[start : longest + AHEAD].partition("\n")[0]
    return [start + each.at for each in breaks(line, language, ended=True) if each.kind == "sentence"]


def _spaces(text: str, *, near_digits: bool) -> list[int]:
    near = {found.start() for found in _DIGITS_NEAR.finditer(text)}
    return [found.end() for found in re.finditer(r"\s", text) if near_digits or found.start() not in near]


def _hard(text: str, whole: list[tuple[int, int]], longest: int) -> int:
    """Before what must stay whole, if there is anything before it; else at its last white space, if it has any."""
    inside = [start for start, end in whole if start < longest < end and start > 0]
    spaces = [at for at in _spaces(text, near_digits=True) if 0 < at <= longest]
    return min(inside, default=max(spaces, default=longest))
