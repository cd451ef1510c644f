"""Which attribute a question asks for."""

from __future__ import annotations

import pytest

from assistant.understanding.questions import FACT_QUESTION, attribute_asked


@pytest.mark.parametrize(
    ("said", "attribute"),
    [
        ("is it waterproof?", "waterproof"),
        ("can i use it in the rain?", "waterproof"),
        ("how heavy is it?", "weight"),
        ("what does it weigh", "weight"),
        ("how long does the battery last?", "battery life"),
        ("how many people fit in?", "persons"),
        ("how loud is it?", "noise"),
        ("what is it made of?", "material"),
        ("can i put it in the dishwasher?", "care"),
        ("what colours does it come in?", "colour"),
        ("which sizes are available", "size"),
        ("how much is it?", "price"),
        ("what does it cost", "price"),
        ("what do people say about it?", "rating"),
        ("any good reviews?", "rating"),
        ("is it in stock?", "stock"),
        ("tell me more about it", "description"),
        ("how big is it?", "dimensions"),
        ("who makes it", "brand"),
        ("show me kettles", ""),
        ("hello", ""),
    ],
)
def test_a_question_asks_for_the_catalogues_attribute(said: str, attribute: str) -> None:
    assert attribute_asked(said) == attribute


def test_how_much_it_weighs_is_no_question_of_price() -> None:
    assert attribute_asked("how much does it weigh?") == "weight"
    assert attribute_asked("how much does it hold?") == "capacity"


@pytest.mark.parametrize(
    ("said", "asks"),
    [("is it light", True), ("and does it float", True), ("blue?", True), ("show me tents", False), ("blue", False)],
)
def test_a_question_of_fact_is_told_by_its_form(said: str, asks: bool) -> None:
    assert bool(FACT_QUESTION.search(said)) is asks
