"""Word errors and what must be understood: numbers by their digits, whatever their spelling."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eval.voice.corpus import other_languages, utterances
from eval.voice.wording import errors, understood, words_of


@pytest.mark.parametrize(
    ("said", "heard"),
    [
        ("W one oh oh oh six five two.", "W1000652"),
        ("one hundred fifty four dollars and ninety five cents twice", "$154.95 twice"),
        ("forty nine ninety nine", "$49.99"),
        ("size ten and a half", "size 10.5"),
        ("order W one million seven hundred and five", "order W1000705"),
        ("five oh three, five five five, oh one four two", "503-555-0142"),
        ("Friday the fourteenth of March", "Friday the 14th of March"),
        ("triple two six", "2226"),
        ("Hi, where is my order?", "Hi, where's my order?"),
    ],
)
def test_one_number_is_alike_in_words_and_figures(said: str, heard: str) -> None:
    assert errors(said, heard).wrong == 0


def test_a_digit_that_is_lost_and_a_word_that_is_added_are_errors() -> None:
    assert errors("one zero zero four", "1004").words == 4
    assert errors("one zero zero four", "104").wrong == 1
    assert errors("where is it", "where is it now").wrong == 1
    assert errors("yes", "").wrong == 1


@settings(deadline=None)
@given(st.integers(min_value=0, max_value=10**7))
def test_digits_are_compared_one_by_one(number: int) -> None:
    assert words_of(str(number)) == list(str(number))


@pytest.mark.parametrize(
    ("kind", "value", "text", "right"),
    [
        ("order", "W1004517", "My number is W1004517.", True),
        ("order", "W1004517", "My number is W100 4517.", False),
        ("price", "154.95", "charged $154.95 twice", True),
        ("price", "20", "less than $20?", True),
        ("price", "20", "less than $200?", False),
        ("size", "10.5", "in size 10.5?", True),
        ("size", "10.5", "in size 10 and a half", False),
        ("answer", "yes", "Yeah, do it.", True),
        ("answer", "no", "Yes.", False),
        ("product", "running shoes", "the running shoes, please", True),
    ],
)
def test_what_is_understood_is_read_in_the_form_that_the_assistant_reads(
    kind: str, value: str, text: str, right: bool
) -> None:
    assert understood(kind, value, text) is right


def test_the_scripts_are_sixty_utterances_at_least_and_both_halves_hold_every_kind() -> None:
    practice, heldout = utterances("practice"), utterances("heldout")
    assert len(practice) + len(heldout) >= 60
    assert not {line.said for line in practice} & {line.said for line in heldout}
    for half in (practice, heldout):
        kinds = {kind for line in half for kind, _ in line.values}
        assert {"order", "price", "size", "number", "product", "place", "answer", "brand"} <= kinds
    assert set(other_languages()) == {"es", "fr", "de"}
