"""Reading figures out of replies."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.grounding.figures import figures


def read(text: str) -> list[tuple[str, str]]:
    return [(figure.kind, figure.value) for figure in figures(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It costs $1,299.00.", [("price", "1299")]),
        ("It costs 89.90 dollars", [("price", "89.9")]),
        ("20 % off", [("percent", "20")]),
        ("Arrives March 4, 2026", [("date", "03-04")]),
        ("Arrives 4th of March", [("date", "03-04")]),
        ("on 2026-03-04", [("date", "03-04")]),
        ("open Saturday 9 am to 18:30", [("weekday", "sat"), ("time", "540"), ("time", "1110")]),
        ("12 p.m. is noon", [("time", "720")]),
        ("rated 4.6 out of 5", [("rating", "4.6")]),
        ("4.5 stars from 31 people", [("rating", "4.5"), ("number", "31")]),
        ("only 3 left, 12 in stock", [("stock", "3"), ("stock", "12")]),
        ("weighs 1,800 g", [("measure", "1.8 kg")]),
        ("a 27-inch screen", [("measure", "27 inch")]),
        ("There are 2 in the cart", [("number", "2")]),
        ("I found three tents", [("word", "3")]),
        ("the second one", []),
        ("Order #F1000012", [("identifier", "f1000012")]),
        ("call (503) 555-0142 or mail a.b@example.com", [("identifier", "5550142"), ("identifier", "a.b@example.com")]),
        ("It may arrive tomorrow", [("day", "tomorrow")]),
        ("no figures here", []),
    ],
)
def test_each_figure_is_read_once_and_in_its_canonical_form(text: str, expected: list[tuple[str, str]]) -> None:
    assert read(text) == expected


@given(st.text(max_size=200))
def test_any_text_can_be_read_and_figures_stand_where_they_say(text: str) -> None:
    for figure in figures(text):
        assert text[figure.start : figure.end] == figure.text


@given(st.decimals(min_value=1, max_value=99_999, places=2))
def test_a_price_is_read_with_and_without_thousands_separators(amount: object) -> None:
    assert read(f"${amount:,}") == read(f"${amount}")
