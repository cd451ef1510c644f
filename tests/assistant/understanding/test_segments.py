"""A message falls into its requests, and no request falls apart."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.understanding.segments import normalise, put_in_words, segments, without_fillers


@pytest.mark.parametrize(
    ("said", "parts"),
    [
        ("show me tents", 1),
        ("show me tents and kettles", 1),
        ("show me a red and blue tent", 1),
        ("show me tents and what is your return policy?", 2),
        ("add the first one to my cart and then show me kettles", 2),
        ("Is it waterproof? How heavy is it?", 2),
        ("I need a tent.\nWhere is my order?", 2),
        ("where is my order, also can i return a tent", 2),
        ("a tent of max. 3 kg", 1),
        ("i am 1.80 m tall, which size do i need", 1),
    ],
)
def test_a_message_is_cut_only_where_both_sides_are_requests(said: str, parts: int) -> None:
    assert len(segments(said)) == parts


def test_a_greeting_before_a_request_stands_for_itself() -> None:
    assert segments("Hi there, show me tents") == ["Hi there", "show me tents"]
    assert segments("hello!") == ["hello!"]


@pytest.mark.parametrize("said", ["", "   ", "...", "!!!", "🙂"])
def test_what_holds_no_word_is_no_request(said: str) -> None:
    assert segments(said) == []


def test_a_bare_question_mark_is_kept_because_it_asks() -> None:
    assert segments("?") == ["?"]


@given(st.text(max_size=200))
def test_segments_lose_no_word_and_add_none(said: str) -> None:
    def letters(text: str) -> str:
        return "".join(re.findall(r"[a-z0-9]+", normalise(text)))

    kept, given_ = letters(" ".join(segments(said))), letters(said)
    assert len(kept) <= len(given_)
    remaining = iter(given_)
    assert all(character in remaining for character in kept)


@given(st.text(max_size=200))
def test_normalising_twice_changes_nothing(said: str) -> None:
    once = normalise(said)
    assert normalise(once) in (once, once.lower())


def test_typographic_quotes_dashes_and_spaces_become_plain() -> None:
    assert normalise("  What’s  “this” – thing\u00a0now? ") == 'what\'s "this" - thing now?'


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("ok and is that tent waterproof", "is that tent waterproof"),
        ("well, show me kettles", "show me kettles"),
        ("never mind", "never mind"),
        ("no", "no"),
        ("yes please", "yes please"),
        ("ok thanks", "ok thanks"),
        ("no wool", "no wool"),
    ],
)
def test_fillers_go_but_an_answer_stays(said: str, left: str) -> None:
    assert without_fillers(said) == left


@given(st.text(max_size=120))
def test_taking_fillers_away_never_empties_a_message(said: str) -> None:
    text = normalise(said)
    assert text.endswith(without_fillers(text))
    assert bool(without_fillers(text)) == bool(text)


def test_what_is_needed_stays_with_what_it_is_needed_for() -> None:
    assert segments("I'm going trekking for two weeks, what do I need?") == [
        "I'm going trekking for two weeks, what do I need?"
    ]


def test_odd_spaces_are_one_space_so_that_no_pattern_walks_a_long_run_of_them() -> None:
    assert normalise("a tent" + "\u00a0\u2003\t" * 1_000 + "and socks") == "a tent and socks"


@pytest.mark.parametrize(
    ("said", "asked", "meant"),
    [
        ("👍", True, "yes"),
        ("👍🏽", False, "great, thanks"),
        ("👎", True, "no"),
        ("ok 👍", True, "ok 👍"),
        ("?", True, "?"),
        ("!!", False, "!!"),
    ],
)
def test_a_sign_alone_is_put_in_words(said: str, asked: bool, meant: str) -> None:
    assert put_in_words(said, asked=asked) == meant
