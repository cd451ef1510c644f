"""Telephone numbers: one number is written one way, and what is none is empty."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.shops.phone_numbers import e164, region_of


@pytest.mark.parametrize(
    ("written", "region", "number"),
    [
        ("+1 503 555 0150", "", "+15035550150"),
        ("(503) 555-0150", "US", "+15035550150"),
        ("001 503 555 0150", "DE", "+15035550150"),
        ("0171 123 45 67", "DE", "+491711234567"),
        (" +49 (0)171 1234567 ", "", "+491711234567"),
        ("06 12 34 56 78", "fr", "+33612345678"),
    ],
)
def test_one_number_is_written_one_way(written: str, region: str, number: str) -> None:
    assert e164(written, region=region) == number


@pytest.mark.parametrize(
    "written", ["", "503 555 0150", "+", "12", "+1", "call me", "+1503555015012345678", "a@b.example", "+1 503 CALLME1"]
)
def test_what_is_no_number_of_any_country_is_empty(written: str) -> None:
    assert e164(written) == ""


def test_countries_are_known_as_addresses_have_them() -> None:
    named = ("USA", "us", "Germany", "Deutschland", "UK", "España", "Narnia", "")
    assert [region_of(one) for one in named] == ["US", "US", "DE", "DE", "GB", "ES", "", ""]


@given(st.text(max_size=40), st.sampled_from(["", "US", "DE", "XX"]))
def test_anything_may_be_given_and_what_comes_out_comes_out_again(text: str, region: str) -> None:
    number = e164(text, region=region)
    assert number == "" or (number.startswith("+") and e164(number) == number)
