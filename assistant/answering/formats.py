"""Amounts, lists and dates as people read them (pure). English; other languages bring their own."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from retrieval.catalogue import Money

_SYMBOLS = {"USD": "$", "EUR": "€", "GBP": "£", "CAD": "CA$", "AUD": "A$", "JPY": "¥"}


def money(amount: Money) -> str:
    """ "$1,234.50"; an unknown currency keeps its code: "1,234.50 NOK"."""
    symbol = _SYMBOLS.get(amount.currency)
    figure = f"{amount.amount:,.0f}" if amount.currency == "JPY" else f"{amount.amount:,.2f}"
    return f"{symbol}{figure}" if symbol else f"{figure} {amount.currency}"


def price(amount: Decimal, currency: str) -> str:
    return money(Money(amount=amount, currency=currency))


def listed(items: Sequence[str], *, last: str = "and") -> str:
    """ "a", "a and b", "a, b and c"."""
    if len(items) <= 1:
        return "".join(items)
    return f"{', '.join(items[:-1])} {last} {items[-1]}"


def day(value: date, *, today: date | None = None) -> str:
    """ "Tuesday, November 24"; the year is added when it is not this one."""
    text = f"{value:%A}, {value:%B} {value.day}"
    return text if today is None or value.year == today.year else f"{text}, {value.year}"


def counted(count: int, one: str, many: str | None = None) -> str:
    return f"{count} {one if count == 1 else many or one + 's'}"
