"""Prices as shops write them: read exactly, or refused with the way out."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.shops.feeds.amounts import currency_of, decimals_of, price_of
from assistant.shops.feeds.items import BadField


@pytest.mark.parametrize(
    ("text", "amount", "currency"),
    [
        ("12.99 USD", "12.99", "USD"),
        ("USD 12.99", "12.99", "USD"),
        ("12,99 EUR", "12.99", "EUR"),
        ("€12,99", "12.99", "EUR"),
        ("1.299,00 €", "1299.00", "EUR"),
        ("1,299.00 GBP", "1299.00", "GBP"),
        ("1,299,000 EUR", "1299000.00", "EUR"),
        ("7 EUR", "7.00", "EUR"),
        ("7.5 EUR", "7.50", "EUR"),
        ("1500 JPY", "1500", "JPY"),
        ("1.250 KWD", "1.250", "KWD"),
    ],
)
def test_a_price_is_read_exactly_with_its_currencys_decimals(text: str, amount: str, currency: str) -> None:
    found, named = price_of(text)
    assert (str(found), named) == (amount, currency)


@pytest.mark.parametrize(
    "text",
    [
        "12,5O",
        "12.9.9",
        "1,299",
        "free",
        "-5",
        "0",
        "0.00",
        "NaN",
        "1e5",
        "USD 5 EUR",
        "$5",
        "12.999",
        "",
        "99999999999",
    ],
)
def test_what_is_not_clearly_a_price_is_refused(text: str) -> None:
    with pytest.raises(BadField, match="price"):
        price_of(text, default="USD")


def test_a_price_in_another_currency_than_its_row_is_refused() -> None:
    with pytest.raises(BadField, match="in USD, but the row's currency is EUR"):
        price_of("5.00 USD", currency="EUR")


def test_the_default_counts_only_where_nothing_is_named() -> None:
    assert price_of("5.00", default="EUR") == (Decimal("5.00"), "EUR")
    assert price_of("5.00", currency="NOK", default="EUR")[1] == "NOK"
    assert price_of("5.00 SEK", default="EUR")[1] == "SEK"


@pytest.mark.parametrize("code", ["EURO", "€", "", "E1R"])
def test_a_currency_is_a_code_of_three_letters(code: str) -> None:
    with pytest.raises(BadField, match="three letters"):
        currency_of(code)


@given(st.integers(1, 10**9), st.sampled_from(["EUR", "JPY", "KWD"]))
def test_every_amount_of_a_currency_is_read_back_as_it_is_written(units: int, currency: str) -> None:
    amount = Decimal(units).scaleb(-decimals_of(currency))
    assert price_of(f"{amount:f} {currency}") == (amount, currency)


@given(st.text(max_size=20))
def test_any_text_is_a_price_or_a_reason(text: str) -> None:
    try:
        amount, _ = price_of(text, default="EUR")
    except BadField:
        return
    assert amount > 0
