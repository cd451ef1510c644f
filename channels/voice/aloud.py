"""A piece of shown text -> the words in which it is said. Pure. Above: `clauses`. Below: nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping

_MARKER = re.compile(r"^[ \t]*(?:[-•]|\d{1,2}\.)[ \t]+", re.MULTILINE)
_BOLD = re.compile(r"\*\*(.+?)\*\*")
_MONEY = re.compile(r"\$\s?(\d{1,3}(?:,\d{3})+|\d+)(?:\.(\d{2}))?(?!\d)")
_ORDER = re.compile(r"#?\b([A-Z]{1,3})[- ]?(\d{4,})\b")
_LINK = re.compile(r"https?://\S+")
_UNITS: Mapping[str, str] = {
    "kg": "kilograms", "g": "grams", "mm": "millimetres", "cm": "centimetres", "km": "kilometres", "W": "watts",
    "mAh": "milliamp hours", "GB": "gigabytes", "TB": "terabytes", "lb": "pounds", "oz": "ounces", "ml": "millilitres",
}  # fmt: skip
_UNIT = re.compile(rf"(?<=\d)\s?({'|'.join(sorted(_UNITS, key=len, reverse=True))})\b")


def aloud(text: str, language: str = "en") -> str:
    lines = [_MARKER.sub("", line).strip() for line in _LINK.sub("", text).splitlines()]
    said = " ".join(_closed(line, cut=text.endswith(" ")) for line in lines if line)
    return _plain(said, language)


def _closed(part: str, *, cut: bool) -> str:
    """A line ends like a sentence, so that the voice comes down."""
    return part if cut or part[-1] in ".!?:;,…" else f"{part}."


def _plain(text: str, language: str) -> str:
    text = _BOLD.sub(r"\1", text)
    text = _ORDER.sub(lambda found: " ".join((*found.group(1), *found.group(2))), text)
    if language == "en":
        text = _MONEY.sub(_dollars, text)
        text = _UNIT.sub(lambda found: f" {_UNITS[found.group(1)]}", text)
    return re.sub(r"\s+", " ", text.replace("“", "").replace("”", "").replace("*", "")).strip()


def _dollars(found: re.Match[str]) -> str:
    """As people say it: "154 dollars 95", "5 dollars and 5 cents", "50 cents"."""
    whole, cents = int(found.group(1).replace(",", "")), int(found.group(2) or 0)
    dollars = f"{whole} dollar{'' if whole == 1 else 's'}"
    if not cents:
        return dollars
    if whole and cents >= 10:
        return f"{dollars} {cents}"
    small = f"{cents} cent{'' if cents == 1 else 's'}"
    return f"{dollars} and {small}" if whole else small
