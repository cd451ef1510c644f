"""Amounts, lists and dates as people read them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.answering.formats import day, listed, money, price
from retrieval.catalogue import Money


@pytest.mark.parametrize(
    ("amount", "currency", "shown"),
    [
        ("1234.5", "USD", "$1,234.50"),
        ("0", "EUR", "€0.00"),
        ("99", "GBP", "£99.00"),
        ("1200", "JPY", "¥1,200"),
        ("1234.5", "NOK", "1,234.50 NOK"),
    ],
)
def test_money_is_shown_with_its_currency(amount: str, currency: str, shown: str) -> None:
    assert money(Money(amount=Decimal(amount), currency=currency)) == shown
    assert price(Decimal(amount), currency) == shown


@given(st.decimals(min_value=0, max_value=10**9, places=2), st.sampled_from(["USD", "EUR", "SEK"]))
def test_what_money_shows_is_the_amount_to_the_cent(amount: Decimal, currency: str) -> None:
    shown = money(Money(amount=amount, currency=currency))
    digits = "".join(character for character in shown if character.isdigit() or character == ".")
    assert Decimal(digits) == amount


@pytest.mark.parametrize(
    ("items", "said"), [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")]
)
def test_a_list_is_said_as_people_say_it(items: list[str], said: str) -> None:
    assert listed(items) == said


def test_a_choice_ends_with_or() -> None:
    assert listed(["s", "m", "l"], last="or") == "s, m or l"


@given(st.lists(st.text("abc", min_size=1), max_size=9))
def test_a_list_says_every_item(items: list[str]) -> None:
    assert all(item in listed(items) for item in items)


def test_a_day_names_its_year_only_when_it_is_another() -> None:
    assert day(date(2026, 11, 24)) == "Tuesday, November 24"
    assert day(date(2026, 11, 24), today=date(2026, 1, 1)) == "Tuesday, November 24"
    assert day(date(2025, 12, 1), today=date(2026, 1, 1)) == "Monday, December 1, 2025"
