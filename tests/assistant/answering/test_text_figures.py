"""Figures in words and digits, read as people of four languages write them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.answering.concepts import language_of, read, statements
from assistant.answering.figures import figures
from assistant.answering.number_words import LARGEST, joined, read_words, spelled

LANGUAGES = ("en", "es", "fr", "de")


@given(st.integers(0, LARGEST), st.sampled_from(LANGUAGES))
def test_a_number_that_is_written_out_is_read_back(number: int, language: str) -> None:
    assert read_words(language)[joined(spelled(number, language))] == number


@pytest.mark.parametrize(
    ("text", "language", "kind", "value", "unit"),
    [
        ("$1,289.95", "en", "money", "1289.95", ""),
        ("1.289,95 €", "de", "money", "1289.95", ""),
        ("1\u202f289,95 €", "fr", "money", "1289.95", ""),
        ("eighty-nine dollars and ninety-five cents", "en", "money", "89.95", ""),
        ("ochenta y nueve dólares con noventa y cinco", "es", "money", "89.95", ""),
        ("neunundachtzig Dollar fünfundneunzig", "de", "money", "89.95", ""),
        ("1.8 kg", "en", "measure", "1800", "g"),
        ("thirty business days", "en", "measure", "30", "day"),
        ("within a year", "en", "measure", "12", "month"),
        ("10 %", "en", "percent", "10", ""),
        ("4.6 stars", "en", "rating", "4.6", ""),
        ("only 3 left", "en", "stock", "3", ""),
        ("quedan 3 unidades", "es", "stock", "3", ""),
        ("2 × tents", "en", "times", "2", ""),
        ("12 stores", "en", "number", "12", ""),
    ],
)
def test_a_figure_has_its_kind_value_and_unit(text: str, language: str, kind: str, value: str, unit: str) -> None:
    (figure,) = figures(text, language)
    assert (figure.kind, figure.value, figure.unit) == (kind, Decimal(value), unit)


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("Tuesday", "weekday", "1"),
        ("November 24", "date", "11-24"),
        ("24. November", "date", "11-24"),
        ("24 de noviembre", "date", "11-24"),
        ("#F1000161", "code", "f1000161"),
        ("IPX5", "code", "ipx5"),
        ("4 p.m.", "time", "16:00"),
    ],
)
def test_dates_times_and_codes_are_no_numbers(text: str, kind: str, value: str) -> None:
    assert [(figure.kind, figure.value) for figure in figures(text, "de" if "." in text[:3] else "en")] == [
        (kind, value)
    ]


@pytest.mark.parametrize(("text", "bound"), [("about $90", "about"), ("unter 90 €", "below"), ("más de 90 €", "above")])
def test_what_makes_a_figure_less_exact_is_kept(text: str, bound: str) -> None:
    assert figures(text)[0].bound == bound


@given(st.text(max_size=120), st.sampled_from(LANGUAGES))
def test_no_text_breaks_the_readers(text: str, language: str) -> None:
    assert all(0 <= figure.start < figure.end <= len(text) for figure in figures(text, language))
    assert all(statement.text in text for statement in statements(text, language))
    assert read(text, language) is not None


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The tent is in stock and costs little.", "en"),
        ("La tienda está en stock y cuesta poco.", "es"),
        ("La tente est en stock et coûte peu.", "fr"),
        ("Das Zelt ist vorrätig und kostet wenig.", "de"),
        ("Hm", "en"),
    ],
)
def test_the_language_is_known_by_its_small_words(text: str, language: str) -> None:
    assert language_of(text) == language


def test_a_not_belongs_to_its_statement() -> None:
    first, second = statements("We ship to all states, but not abroad.", "en")
    assert not first.negated and second.negated
    assert not statements("No, it can be returned.", "en")[0].negated
    assert not statements("There are no fees.", "en")[0].negated
