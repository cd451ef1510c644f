"""Answers by number and by place."""

from __future__ import annotations

import pytest

from channels.rendering.answers import chosen
from channels.rendering.rendered import Option

OPTIONS = [Option(label=label, text=label) for label in ("Tent A", "Tent B", "Cheaper")]


@pytest.mark.parametrize(
    "text",
    [
        "2",
        " 2. ",
        "#2",
        "(2)",
        "2️⃣",
        "two",
        "number 2",
        "No. 2",
        "the second",
        "The second one, please",
        "2nd",
        "I'll take the second one",
        "die zweite",
        "Nummer 2 bitte",
        "zwei",
        "la segunda",
        "el segundo por favor",
        "el 2",
        "le deuxième",
        "le numéro 2",
        "la deuxième, s'il vous plaît",
        "tent b",
        "Tent B.",
    ],
)
def test_the_second_is_the_second(text: str):
    assert chosen(text, OPTIONS) == 2


@pytest.mark.parametrize("text", ["3", "the last one", "das letzte", "la última", "cheaper"])
def test_the_last_is_the_last(text: str):
    assert chosen(text, OPTIONS) == 3


@pytest.mark.parametrize(
    "text",
    [
        "",
        "0",
        "4",
        "99",
        "2 tents",
        "I want two",
        "two please of the blue",
        "$2",
        "-2",
        "2%",
        "the second one in blue",
        "second hand",
        "no",
        "yes",
        "2 3",
        "²",
        "12345",
        "the one with 2 doors",
        "x" * 200,
    ],
)
def test_anything_else_is_left_to_the_assistant(text: str):
    assert chosen(text, OPTIONS) is None


def test_where_choices_are_numbers_a_number_is_the_choice_and_no_place():
    sizes = [Option(label=label, text=f"size {label}") for label in ("41", "42", "43")]
    assert chosen("42", sizes) == 2 and chosen("2", sizes) is None and chosen("two", sizes) is None
    assert chosen("the second one", sizes) == 2


def test_where_nothing_was_offered_nothing_is_chosen():
    assert chosen("2", []) is None
