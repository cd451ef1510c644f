"""Prices as shops write them -> exact amounts (pure). "12.99 USD", "1.299,00", "12,99"; never a guess."""

from __future__ import annotations

import re
from decimal import Decimal

from assistant.shops.feeds.items import BadField

_ZERO_DECIMALS = frozenset(
    ("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "VND", "VUV", "XAF", "XOF", "XPF")
)
_THREE_DECIMALS = frozenset(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"))
"""ISO 4217 minor units; every other currency has two."""

_SIGNS = {"€": "EUR", "£": "GBP"}
MOST = Decimal(1_000_000_000)

_PLAIN = re.compile(r"\d{1,12}(?:\.\d+)?")
_DECIMAL_COMMA = re.compile(r"\d{1,12},\d{2}|\d{1,3}(?:\.\d{3})+,\d{2}")
_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})+\.\d{2}|\d{1,3}(?:,\d{3}){2,}")
_WITH_CURRENCY = re.compile(r"(?:(?P<before>[A-Z]{3}|[€£])\s*)?(?P<number>[^\sA-Z€£]+)(?:\s*(?P<after>[A-Z]{3}|[€£]))?")
_CURRENCY = re.compile(r"[A-Z]{3}")


def decimals_of(currency: str) -> int:
    if currency in _ZERO_DECIMALS:
        return 0
    return 3 if currency in _THREE_DECIMALS else 2


def currency_of(text: str) -> str:
    """Raises BadField when it is no ISO 4217 code."""
    code = text.strip().upper()
    if not _CURRENCY.fullmatch(code):
        raise BadField(f"currency {text!r} is not a code of three letters such as EUR")
    return code


def price_of(text: str, *, currency: str = "", default: str = "") -> tuple[Decimal, str]:
    """The amount and its currency: the one in the text, in `currency`, or else `default`. Raises BadField."""
    number, named = text, ""
    if not _PLAIN.fullmatch(text):
        number, named = _apart(text)
    if currency and named and named != currency:
        raise BadField(f"price {text!r} is in {named}, but the row's currency is {currency}")
    found = named or currency or default
    return exact(Decimal(_plain(number, text)), found, text), found


def exact(amount: Decimal, currency: str, text: str) -> Decimal:
    """The amount with exactly the currency's decimals. Raises BadField: not above 0, too large, too many decimals."""
    if not amount.is_finite() or not 0 < amount <= MOST:
        raise BadField(f"price {text!r} must be above 0 and at most {MOST}: leave it empty for what is not for sale")
    rounded = amount.quantize(Decimal(1).scaleb(-decimals_of(currency)))
    if rounded != amount:
        raise BadField(f"price {text!r} has more decimals than {currency} ({decimals_of(currency)})")
    return rounded


def _apart(text: str) -> tuple[str, str]:
    match = _WITH_CURRENCY.fullmatch(text.strip())
    if match is None or (match["before"] and match["after"]):
        raise _bad(text)
    named = match["before"] or match["after"] or ""
    return match["number"], _SIGNS.get(named, named)


def _plain(number: str, text: str) -> str:
    if _PLAIN.fullmatch(number):
        return number
    if _DECIMAL_COMMA.fullmatch(number):
        return number.replace(".", "").replace(",", ".")
    if _THOUSANDS.fullmatch(number):
        return number.replace(",", "")
    raise _bad(text)


def _bad(text: str) -> BadField:
    return BadField(f"price {text!r} is not a number: write it like 12.99, the currency as a code like EUR")
