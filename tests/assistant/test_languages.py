"""Which language a customer writes."""

from __future__ import annotations

import pytest

from assistant.understanding.languages import detect

CATALOGUE = frozenset(("tent", "tents", "boots", "waterproof", "leather", "running", "shoes", "kettle"))


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("hola, busco una tienda de campaña para dos personas", "es"),
        ("ich suche ein leichtes zelt für zwei personen", "de"),
        ("je cherche une tente pour deux personnes", "fr"),
        ("Где мой заказ?", "ru"),
        ("テントを探しています", "ja"),
        ("mens boots waterproof leather", "en"),
        ("do you ship to canada", "en"),
    ],
)
def test_a_language_is_told_from_alphabet_words_or_letters(text: str, language: str) -> None:
    assert detect(text, CATALOGUE.__contains__) == language


@pytest.mark.parametrize(
    "text", ["ok", "42?", "", "asdf qwer zxcv", "!!!", "maya.lindqvist@example.com", "#F1000002 https://a.example/x"]
)
def test_what_tells_nothing_is_left_open(text: str) -> None:
    assert detect(text, CATALOGUE.__contains__) == ""
