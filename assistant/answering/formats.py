"""Amounts, lists and dates as people of one language and place read them, and amounts read back (pure).

Above: phrases, cards and flows, which write them; grounding, which reads them. Locales are as browsers write them: "de",
"de-CH"; babel knows their forms (CLDR) and is imported only where the locale is not English.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from retrieval.catalogue import Money

if TYPE_CHECKING:
    from babel import Locale

ENGLISH: Final = "en"
_SYMBOLS = {"USD": "$", "EUR": "€", "GBP": "£", "CAD": "CA$", "AUD": "A$", "JPY": "¥"}
_GROUPS = "\u00a0\u202f’'"
"""Between thousands anywhere; the comma or the point that is not the decimal sign joins them."""
_FIGURE = re.compile(rf"\d+(?:[.,{_GROUPS}]\d+)*")
_NAME = re.compile(r"[a-zA-Z]{2,3}(?:[-_][a-zA-Z0-9]{2,8})*")


def language_of(locale: str) -> str:
    """ "de-CH" -> "de"; "" for what is no locale."""
    found = _NAME.match(locale.strip())
    return re.split("[-_]", found.group(0))[0].lower() if found else ""


def locale_for(language: str, locale: str) -> str:
    """The conversation's own locale where it is one of the language ("de-CH" for German), else the language's."""
    return locale if language_of(locale) == language and _known(locale) else language


@lru_cache(maxsize=256)
def _known(name: str) -> Locale | None:
    """babel's locale, by the nearest name that it has: "es-XX" is "es"."""
    from babel import Locale, UnknownLocaleError

    parts = re.split("[-_]", name.strip())
    try:
        return Locale.parse("_".join(parts), sep="_") if _NAME.fullmatch(name.strip()) else None
    except (UnknownLocaleError, ValueError):
        return _known(parts[0]) if len(parts) > 1 else None


def money(amount: Money, locale: str = ENGLISH) -> str:
    """ "$1,234.50", "1.234,50 €"; in English an unknown currency keeps its code: "1,234.50 NOK"."""
    known = None if language_of(locale) in (ENGLISH, "") else _known(locale)
    return _english_money(amount) if known is None else _local_money(amount, known)


def _english_money(amount: Money) -> str:
    symbol = _SYMBOLS.get(amount.currency)
    figure = f"{amount.amount:,.0f}" if amount.currency == "JPY" else f"{amount.amount:,.2f}"
    return f"{symbol}{figure}" if symbol else f"{figure} {amount.currency}"


def _local_money(amount: Money, locale: Locale) -> str:
    from babel.numbers import format_currency

    shown: str = format_currency(amount.amount, amount.currency, locale=locale)
    return re.sub(rf"{re.escape(amount.currency)}(?=\d)", f"{amount.currency}\u00a0", shown)


def price(amount: Decimal, currency: str, locale: str = ENGLISH) -> str:
    return money(Money(amount=amount, currency=currency), locale)


def number(value: Decimal | float | int, locale: str = ENGLISH, *, places: int | None = None) -> str:
    """ "4.5", "4,5": `places` digits after the decimal sign, else as many as it has."""
    plain = f"{value:.{places}f}" if places is not None else f"{value}"
    known = None if language_of(locale) in (ENGLISH, "") else _known(locale)
    if known is None:
        return plain
    from babel.numbers import get_decimal_symbol

    return plain.replace(".", str(get_decimal_symbol(known)))


def listed(items: Sequence[str], *, last: str = "and") -> str:
    """ "a", "a and b", "a, b and c"."""
    if len(items) <= 1:
        return "".join(items)
    return f"{', '.join(items[:-1])} {last} {items[-1]}"


def day(value: date, *, today: date | None = None, locale: str = ENGLISH, pattern: str = "") -> str:
    """ "Tuesday, November 24"; the year is added when it is not this one.

    pattern: CLDR's letters for another language, with the year after a bar: "EEEE, d. MMMM| y".
    """
    this_year = today is None or value.year == today.year
    if not pattern or language_of(locale) == ENGLISH:
        text = f"{value:%A}, {value:%B} {value.day}"
        return text if this_year else f"{text}, {value.year}"
    from babel.dates import format_date

    short, _, year = pattern.partition("|")
    return str(format_date(value, short if this_year else short + year, locale=_known(locale)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A number that stands in a text."""

    value: Decimal
    start: int
    end: int


def read_figures(text: str, locale: str = ENGLISH) -> tuple[Figure, ...]:
    """Every number of a text written for that locale, in order: "1.234,50 €" is 1234.5 in German.

    A number that only another form explains is read by that one, for what a shop or a customer wrote stays as it is:
    "1.5 L" is 1.5 in German too. Several that are joined by signs are told apart: "24.11.2026", "38,40,42".
    """
    found: list[Figure] = []
    decimal = decimal_sign(locale)
    for match in _FIGURE.finditer(text):
        whole = _read(match.group(0), decimal)
        if whole is not None:
            found.append(Figure(value=whole, start=match.start(), end=match.end()))
            continue
        found += (
            Figure(value=Decimal(part.group(0)), start=match.start() + part.start(), end=match.start() + part.end())
            for part in re.finditer(r"\d+", match.group(0))
        )
    return tuple(found)


@lru_cache(maxsize=256)
def decimal_sign(locale: str) -> str:
    """ "." or ","."""
    known = None if language_of(locale) in (ENGLISH, "") else _known(locale)
    if known is None:
        return "."
    from babel.numbers import get_decimal_symbol

    return str(get_decimal_symbol(known))


def _read(written: str, decimal: str) -> Decimal | None:
    """None where it is no single number."""
    for sign in (decimal, "," if decimal == "." else "."):
        group = "." if sign == "," else ","
        grouped = re.fullmatch(rf"\d{{1,3}}(?:[{group}{_GROUPS}]\d{{3}})+(?:{re.escape(sign)}\d+)?", written)
        if grouped or re.fullmatch(rf"\d+(?:{re.escape(sign)}\d+)?", written):
            digits = re.sub(rf"[{group}{_GROUPS}]", "", written)
            return Decimal(digits.replace(sign, ".")).normalize()
    return None
