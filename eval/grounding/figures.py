"""Figures: every number, price, percentage, date, time, rating, stock level and identifier in a text (pure).

Written apart from the assistant's own grounding on purpose: two readers that share code share mistakes. Each figure has a
canonical value, so that "$1,299.00" and "1299 dollars" are one price and "9 am" and "09:00" one time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from eval.measures import measure

Kind = Literal[
    "identifier",
    "price",
    "percent",
    "date",
    "weekday",
    "day",
    "time",
    "rating",
    "stock",
    "measure",
    "number",
    "word",
    "review",
    "stock_at",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    kind: Kind
    value: str
    """Canonical; "1.8 kg" for a measure, "03-04" for a date without its year, minutes of the day for a time."""
    text: str
    start: int

    @property
    def end(self) -> int:
        return self.start + len(self.text)


WORDS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")

_N = r"(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)"
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|"
    r"nov(?:ember)?|dec(?:ember)?)"
)
_DAY = r"\d{1,2}(?:st|nd|rd|th)?"
_YEAR = r"(?:,? \d{4}\b)?"
_UNIT = r"(?:k?g|m?l|L|[cmk]?m|lb|oz|inch(?:es)?|lit(?:er|re)s?|min|h|hours|days|weeks|k?W|mAh|Wh|[GT]B)"
_EMAIL = r"[\w.+-]+@[\w-]+\.[\w.-]+\w"
_PHONE = r"(?:\+?\d[ -])?\(?\d{3}\)?[ .-]\d{3}[ .-]\d{4}\b|\b\d{3}-\d{4}\b"
_CODE = r"#?\b(?=\w*\d{4})[A-Z]{1,4}[A-Z0-9]{5,}\b"
_MARK = r"[0-5](?:\.\d+)?"
_MARKED = r"(?:★\s?|\brated\s)\d(?:\.\d+)?\b"
_PIECES = r"(?:(?:pieces?|units?|items?)\s)?(?:(?:are|is)\s)?"
_PATTERNS: tuple[tuple[Kind, str], ...] = (
    ("identifier", rf"{_EMAIL}|{_PHONE}|{_CODE}"),
    ("price", rf"[$€£]\s?{_N}|\b(?:USD|EUR)\s?{_N}|\b{_N}\s?(?:dollars?|bucks|USD|euros?|EUR|€)"),
    ("percent", rf"\b{_N}\s?(?:%|percent\b)"),
    ("date", rf"\b\d{{4}}-\d{{2}}-\d{{2}}\b|\b{_MONTH}\.? {_DAY}\b{_YEAR}|\b{_DAY}(?: of)? {_MONTH}\b{_YEAR}"),
    ("weekday", r"\b(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)days?\b"),
    ("day", r"\b(?:tomorrow|yesterday)\b"),
    ("time", r"\b\d{1,2}:\d{2}(?:\s?[ap](?:m\b|\.m\b))?|\b\d{1,2}\s?[ap](?:m\b|\.m\b)"),
    (
        "rating",
        rf"(?:\brated\s)?\b{_MARK}\s?(?:out of|of|/)\s?5(?:\s?stars?)?\b|\b{_MARK}[ -]?(?:stars?\b|★)|{_MARKED}",
    ),
    ("stock", rf"\b\d+\s(?:more\s)?{_PIECES}(?:in stock|left|available|on (?:the )?shel\w+)\b"),
    ("measure", rf"\b{_N}\s?-?{_UNIT}\b(?!/)|\b{_N}\s?\""),
    ("number", _N),
    ("word", rf"\b(?:{'|'.join(WORDS[2:])})\b"),
)
"""Read in this order. "One" is left out: it is a pronoun more often than a number."""
_COMPILED = tuple(
    (kind, re.compile(pattern, 0 if kind in ("identifier", "measure") else re.I)) for kind, pattern in _PATTERNS
)


def figures(text: str) -> tuple[Figure, ...]:
    """In order of place. What one kind has taken is not read again as another."""
    found: list[Figure] = []
    left = text
    for kind, pattern in _COMPILED:
        for match in pattern.finditer(left):
            found += [
                Figure(kind=kind, value=value, text=match[0], start=match.start()) for value in _values(kind, match[0])
            ]
        left = pattern.sub(lambda match: "\x00" * len(match[0]), left)
    return tuple(sorted(found, key=lambda figure: figure.start))


def _values(kind: Kind, text: str) -> Iterator[str]:
    match kind:
        case "identifier":
            phone = not re.search("[a-zA-Z]", text)
            yield re.sub(r"\D", "", text)[-7:] if phone else text.lower().lstrip("#")
        case "date":
            yield _date(text)
        case "weekday":
            yield text.lower()[:3]
        case "day":
            yield text.lower()
        case "time":
            yield str(_minutes(text))
        case "measure":
            number, unit = measure(text.replace(",", "").replace("-", " ")) or (Decimal(0), "")
            yield f"{tidy(number)} {unit}"
        case "word":
            yield str(WORDS.index(text.lower()))
        case _:
            yield tidy(Decimal(re.search(_N, text)[0].replace(",", "")))  # type: ignore[index]


def _date(text: str) -> str:
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        return text[5:]
    month = _MONTHS.index(re.search(_MONTH, text, re.I)[0][:3].lower()) + 1  # type: ignore[index]
    day = re.search(r"(?<!\d)\d{1,2}(?!\d)", text)[0]  # type: ignore[index]
    return f"{month:02d}-{int(day):02d}"


def _minutes(text: str) -> int:
    numbers = [int(number) for number in re.findall(r"\d+", text)]
    hour, minute = numbers[0], numbers[1] if len(numbers) > 1 else 0
    half = re.search("[ap]", text, re.I)
    if half:
        hour = hour % 12 + (12 if half[0].lower() == "p" else 0)
    return hour * 60 + minute


def tidy(number: Decimal) -> str:
    """Without trailing zeros: "89.00" and "89" are one."""
    return format(number.quantize(Decimal("0.0001")).normalize(), "f")
