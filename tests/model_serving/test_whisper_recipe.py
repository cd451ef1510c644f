"""How Whisper is asked: windows, hints that come back, sentences read out twice, tokens as words."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model_serving.transcribers import whisper_recipe as recipe


def sound(seconds: float) -> np.ndarray:  # type: ignore[type-arg]
    return np.ones(round(seconds * recipe.RATE), dtype=np.float32) * 0.1


@pytest.mark.parametrize(("seconds", "window"), [(0, 10), (3, 10), (8, 10), (8.1, 20), (18, 20), (18.1, 30), (28, 30)])
def test_the_shortest_window_that_leaves_two_seconds_of_quiet_is_taken(seconds: float, window: int) -> None:
    assert recipe.window_for(sound(seconds)) == window


@settings(deadline=None)
@given(st.floats(min_value=0, max_value=90))
def test_pieces_fit_a_window_and_lose_nothing(seconds: float) -> None:
    found = recipe.pieces(sound(seconds))
    assert sum(len(piece) for piece in found) == len(sound(seconds))
    assert all(len(piece) / recipe.RATE + recipe.PADDING <= 30 for piece in found)


def test_a_long_sound_is_cut_where_it_is_quiet() -> None:
    samples = sound(40)
    samples[22 * recipe.RATE : 23 * recipe.RATE] = 0
    assert 22 <= len(recipe.pieces(samples)[0]) / recipe.RATE <= 23


@pytest.mark.parametrize(
    ("text", "doubt"),
    [
        (recipe.Window(text="Where is my order?", logprob=-0.2, no_speech=0.1), False),
        (recipe.Window(text="", logprob=-0.2, no_speech=0.1), True),
        (recipe.Window(text="Thank you.", logprob=-0.2, no_speech=0.7), True),
        (recipe.Window(text="Thank you.", logprob=-1.2, no_speech=0.1), True),
        (recipe.Window(text="no " * 60, logprob=-0.2, no_speech=0.1), True),
    ],
)
def test_what_is_not_sure_to_be_speech_is_left_out(text: recipe.Window, doubt: bool) -> None:
    assert recipe.doubtful(text) is doubt
    assert (recipe.transcript_of([text], "en").text == "") is doubt


def test_a_number_of_the_hint_that_is_heard_is_an_echo() -> None:
    hint = recipe.hint("en", "Skarvik Jerv 2-Person Tent")
    assert hint.startswith("Skarvik") and "W 1 0 0 2 3 4 5" in hint
    assert (
        recipe.echoes("W1002345.", hint)
        and recipe.echoes("order 100-23-45", hint)
        and recipe.echoes("for $49.95", hint)
    )
    assert not recipe.echoes("W1001054, size 10.5, 2 persons", hint)
    assert not recipe.echoes("", hint) and not recipe.echoes("W1002345", "")
    assert recipe.hint("fr", "") == ""


def words(tokens: object) -> str:
    return " ".join(f"w{token}" for token in tokens)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("tokens", "kept"),
    [
        ([1, 2, 3, 4, 5, 1, 2, 3, 4, 5], [1, 2, 3, 4, 5]),
        ([9, 1, 2, 3, 4, 1, 2, 3, 4], [9, 1, 2, 3, 4]),
        ([1, 2, 3, 1, 2, 3], [1, 2, 3, 1, 2, 3]),
        ([1, 2, 3, 4, 5], [1, 2, 3, 4, 5]),
        ([], []),
    ],
)
def test_an_end_that_is_read_out_twice_is_said_once(tokens: list[int], kept: list[int]) -> None:
    assert recipe.said_once(tokens, words) == kept


def test_tokens_are_words_and_half_letters_wait_for_their_other_half() -> None:
    pieces = {1: " I", 2: " want", 3: " caf", 4: "\ufffd", 5: ".", 6: " W", 7: "100"}

    def decode(tokens: object) -> str:
        text = "".join(pieces[token] for token in tokens)  # type: ignore[attr-defined]
        return text.replace("\ufffd.", "é.")

    found = recipe.words_of([1, 2, 3, 4, 5, 6, 7], [0.9, 0.8, 0.7, 0.6, 0.95, 0.9, 0.3], decode)
    assert [(word.text, word.probability) for word in found] == [
        ("I", 0.9), ("want", 0.8), ("café.", 0.6), ("W100", 0.3),
    ]  # fmt: skip
