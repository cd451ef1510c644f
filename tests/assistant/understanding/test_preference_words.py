"""What people say of themselves is taken in; what they search for, ask or say of others is not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.understanding.preference_words import TRAITS, only_preferences, preferences


def found(text: str) -> list[tuple[str, str]]:
    return [(one.trait, one.value) for one in preferences(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("I wear 42", [("shoe size", "42")]),
        ("I usually wear EU 42.5", [("shoe size", "42.5")]),
        ("I take US 9.5", [("shoe size", "US 9.5")]),
        ("my shoe size is 43", [("shoe size", "43")]),
        ("I'm a size M", [("clothing size", "M")]),
        ("I normally take medium", [("clothing size", "M")]),
        ("my size is XXL", [("clothing size", "XXL")]),
        ("I'm vegan", [("diet", "vegan")]),
        ("we are vegetarian", [("diet", "vegetarian")]),
        ("I eat gluten-free", [("diet", "gluten free")]),
        ("I hate wool", [("avoids", "wool")]),
        ("I'm allergic to latex and wool", [("avoids", "latex"), ("avoids", "wool")]),
        ("I don't like leather", [("avoids", "leather")]),
        ("I never wear anything made of polyester", [("avoids", "polyester")]),
        ("I love blue", [("likes", "blue")]),
        ("my favourite colour is dark green", [("likes", "dark green")]),
        ("By the way, I wear 42. I hate wool!", [("shoe size", "42"), ("avoids", "wool")]),
        ("I wear 42, show me trail shoes", [("shoe size", "42")]),
    ],
)
def test_what_is_said_of_oneself_is_taken_in(text: str, expected: list[tuple[str, str]]) -> None:
    assert found(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "size 42",
        "shoes in 42",
        "I'm looking for size 42",
        "do I wear 42?",
        "I am 42 years old",
        "I'm a large man",
        "I have a large dog",
        "I take a 2 person tent",
        "vegan boots",
        "is it vegan?",
        "my wife wears 38",
        "I love it",
        "I love this shop",
        "I hate waiting",
        "I don't like it",
        "I don't like the second one",
        "I want red",
        "a wool sweater",
        "I'm Sam",
        "",
    ],
)
def test_what_is_not_said_of_oneself_is_not(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize("text", ["I wear 42", "btw, I'm vegan", "I hate wool and I wear M", "Hi! I'm a size L."])
def test_a_message_of_nothing_else_is_known(text: str) -> None:
    assert only_preferences(text)


@pytest.mark.parametrize(
    "text", ["I wear 42, show me boots", "I hate wool, have you got cotton?", "hello", "show me shoes"]
)
def test_a_message_that_wants_something_too_is_not(text: str) -> None:
    assert not only_preferences(text)


def test_the_words_are_kept_as_they_were_written() -> None:
    assert [one.words for one in preferences("Well, I  WEAR 42 these days")] == ["I  WEAR 42"]


@given(st.text(max_size=300))
def test_any_text_is_read_without_a_fault(text: str) -> None:
    assert all(one.trait in TRAITS and one.value and one.words for one in preferences(text))
    only_preferences(text)
