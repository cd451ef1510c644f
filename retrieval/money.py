"""Amounts as people read them: "$49.99", "€1,200", "349 NOK". Pure."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

SYMBOLS: Mapping[str, str] = {"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥", "CAD": "CA$", "AUD": "A$", "INR": "₹"}


def shown(amount: Decimal, currency: str) -> str:
    """Whole amounts without decimals, others with two."""
    number = f"{amount:,.0f}" if amount == amount.to_integral_value() else f"{amount:,.2f}"
    symbol = SYMBOLS.get(currency)
    return f"{symbol}{number}" if symbol else f"{number} {currency}"


def price_tag(amount: Decimal, currency: str) -> str:
    """As a shop prints it: always the currency's decimals."""
    number = f"{amount:,.0f}" if currency == "JPY" else f"{amount:,.2f}"
    symbol = SYMBOLS.get(currency)
    return f"{symbol}{number}" if symbol else f"{number} {currency}"
