"""Amounts and dates of other languages and places: written for people, read back by grounding."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.answering.formats import day, locale_for, money, number, read_figures
from retrieval.catalogue import Money

LOCALES = ("en", "en-GB", "de", "de-AT", "de-CH", "es", "es-MX", "fr", "fr-CA", "fr-CH")


def shown(amount: str, currency: str, locale: str) -> str:
    return money(Money(amount=Decimal(amount), currency=currency), locale).replace("\u00a0", " ").replace("\u202f", " ")


@pytest.mark.parametrize(
    ("amount", "currency", "locale", "said"),
    [
        ("1234.5", "EUR", "de", "1.234,50 €"),
        ("1234.5", "EUR", "es", "1.234,50 €"),
        ("12345.5", "EUR", "fr", "12 345,50 €"),
        ("89", "USD", "de", "89,00 $"),
        ("1234.5", "CHF", "de-CH", "CHF 1’234.50"),
        ("1234.5", "MXN", "es-MX", "$1,234.50"),
        ("99.9", "USD", "es-MX", "USD 99.90"),
        ("1234.5", "NOK", "fr", "1 234,50 NOK"),
        ("1234.5", "EUR", "tlh", "€1,234.50"),
    ],
)
def test_money_is_written_as_its_reader_writes_it(amount: str, currency: str, locale: str, said: str) -> None:
    assert shown(amount, currency, locale) == said


@given(
    st.decimals(min_value=0, max_value=10**8, places=2),
    st.sampled_from(["USD", "EUR", "CHF", "SEK", "MXN"]),
    st.sampled_from(LOCALES),
)
def test_what_is_written_for_a_locale_is_read_back_exactly(amount: Decimal, currency: str, locale: str) -> None:
    text = f"x {money(Money(amount=amount, currency=currency), locale)}."
    assert [figure.value for figure in read_figures(text, locale)] == [amount]


@pytest.mark.parametrize(
    ("text", "locale", "figures"),
    [
        ("am 5. Mai 2026 um 9.30 Uhr", "de", ["5", "2026", "9.3"]),
        ("1.5 L und 1.234 Stück", "de", ["1.5", "1234"]),
        ("24.11.2026", "de", ["24", "11", "2026"]),
        ("sizes 38,40,42", "en", ["38", "40", "42"]),
        ("order #W1234567, 1,234.50 in all", "en", ["1234567", "1234.5"]),
        ("4,5 de 5", "es", ["4.5", "5"]),
        ("no figure", "fr", []),
    ],
)
def test_figures_are_read_in_the_form_of_the_text(text: str, locale: str, figures: list[str]) -> None:
    assert [figure.value for figure in read_figures(text, locale)] == [Decimal(figure) for figure in figures]


def test_a_figure_knows_where_it_stands() -> None:
    text = "kostet 1.234,50 € statt 24.11.26"
    assert [text[figure.start : figure.end] for figure in read_figures(text, "de")] == ["1.234,50", "24", "11", "26"]


@given(st.text(max_size=60), st.sampled_from(LOCALES))
def test_reading_figures_never_fails(text: str, locale: str) -> None:
    assert all(text[figure.start : figure.end].strip() for figure in read_figures(text, locale))


def test_the_conversations_place_decides_where_it_speaks_the_language() -> None:
    assert locale_for("de", "de-CH") == "de-CH"
    assert locale_for("de", "en-US") == "de"
    assert locale_for("es", "e$-MX") == "es"
    assert locale_for("fr", "'; drop table") == "fr"


def test_days_and_numbers_take_the_languages_form() -> None:
    tuesday = date(2026, 5, 5)
    assert day(tuesday, locale="de", pattern="EEEE, d. MMMM| y") == "Dienstag, 5. Mai"
    assert day(tuesday, today=date(2025, 1, 1), locale="de", pattern="EEEE, d. MMMM| y") == "Dienstag, 5. Mai 2026"
    assert number(4.5, "fr", places=1) == "4,5"
    assert number(4.5, "en", places=1) == "4.5"
