"""What is heard of a message: English as it is, three languages glossed, the others untouched."""

from __future__ import annotations

import pytest

from assistant.understanding.listening import Listener, as_it_is

HEAR = Listener()


def test_english_is_heard_as_it_is() -> None:
    heard = HEAR("where is my order", "en")
    assert heard == as_it_is("where is my order", "en")
    assert heard.readable and list(heard.sources(["where is my order"])) == [""]


def test_spanish_is_heard_in_words_that_the_rules_read() -> None:
    heard = HEAR("dónde está mi pedido", "es")
    assert (heard.text, heard.readable) == ("where is my order", True)
    assert list(heard.sources(["where is my order"])) == ["dónde está mi pedido"]


def test_a_message_of_unknown_words_is_left_to_the_encoder() -> None:
    heard = HEAR("xyzzyx plugh frotzfrotz", "es")
    assert not heard.readable and heard.text == "xyzzyx plugh frotzfrotz"


@pytest.mark.parametrize("language", ["it", "ja", "pl"])
def test_a_language_without_tables_is_left_to_the_encoder(language: str) -> None:
    heard = HEAR("dov'è il mio ordine", language)
    assert not heard.readable and list(heard.sources([heard.text])) == ["dov'è il mio ordine"]


def test_names_of_the_shop_are_no_unknown_words() -> None:
    named = Listener(names_one=lambda word: word == "solbekk")
    assert named("tienda solbekk", "es").gloss is not None
    assert named("tienda solbekk", "es").gloss.unknown == ()  # type: ignore[union-attr]
