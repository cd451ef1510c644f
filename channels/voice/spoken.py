"""What is shown -> what is said: no markup, no lists of ten, amounts as people say them (pure).

The text on the screen stays the truth; this is its reading. Above: `recorded`. Below: nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

MOST_LINES = 2
"""Products and steps that an ear can hold; the rest is on the screen."""
_BOLD = re.compile(r"\*\*(.+?)\*\*")
_LINE = re.compile(r"^\s*[-•]\s+(.*)$")
_MONEY = re.compile(r"\$\s?(\d{1,3}(?:,\d{3})+|\d+)(?:\.(\d{2}))?(?!\d)")
_ORDER = re.compile(r"#?\b([A-Z]{1,3})[- ]?(\d{4,})\b")
_LINK = re.compile(r"https?://\S+")
_UNITS: Mapping[str, str] = {
    "kg": "kilograms", "g": "grams", "mm": "millimetres", "cm": "centimetres", "km": "kilometres", "W": "watts",
    "mAh": "milliamp hours", "GB": "gigabytes", "TB": "terabytes", "lb": "pounds", "oz": "ounces", "ml": "millilitres",
}  # fmt: skip
_UNIT = re.compile(rf"(?<=\d)\s?({'|'.join(sorted(_UNITS, key=len, reverse=True))})\b")
_MORE: Mapping[str, str] = {
    "en": "There are {n} more on the screen.",
    "es": "Hay {n} más en la pantalla.",
    "fr": "Il y en a {n} de plus à l’écran.",
    "de": "{n} weitere stehen auf dem Bildschirm.",
}


def spoken(text: str, *, language: str = "en", screen: bool = True) -> str:
    """The reply as it is read aloud. screen: whether the customer sees the rest."""
    said: list[str] = []
    lines = 0
    for line in _LINK.sub("", text).splitlines():
        item = _LINE.match(line)
        if item is None:
            said.append(line.strip())
            continue
        lines += 1
        if lines <= MOST_LINES:
            said.append(item.group(1).strip())
    more = _MORE.get(language)
    if lines > MOST_LINES and screen and more:
        said.append(more.format(n=lines - MOST_LINES))
    whole = " ".join(_closed(part) for part in said if part)
    return _plain(whole, language)


def _closed(part: str) -> str:
    """A line ends like a sentence, so that the voice comes down."""
    return part if part[-1] in ".!?:;,…" else f"{part}."


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
