"""Who may harm themselves is heard before every wish; a figure of speech is none."""

from __future__ import annotations

import pytest

from assistant.understanding.distress import in_distress


@pytest.mark.parametrize(
    "said",
    [
        "I want to kill myself",
        "honestly I don't want to live anymore",
        "I’ve been thinking about suicide",
        "ich will nicht mehr leben",
        "Ich möchte mich umbringen",
        "no quiero vivir más",
        "pienso en suicidarme",
        "je veux mourir",
        "j'ai envie de mourir",
    ],
)
def test_words_of_somebody_in_distress_are_heard(said: str) -> None:
    assert in_distress(said)


@pytest.mark.parametrize(
    "said",
    [
        "this zip is killing me",
        "I'm dying to see the new tents",
        "a suicide squad shirt",
        "the book about suicide prevention",
        "my battery died",
        "I'd kill for a good coffee",
        "¿tenéis botas para morirse de gusto?",
        "das Zelt ist gestorben",
    ],
)
def test_figures_of_speech_and_names_are_none(said: str) -> None:
    assert not in_distress(said)
