"""The tables of phrases: read, checked, and put right where a word is mistyped."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.understanding.phrasebook import LANGUAGES, InvalidPhrases, phrasebook, plain, read_phrases

LINE = "!remove ; quita, saca $ ; ^enlève ; nimm .. raus, lösch*"


def test_a_line_says_one_thing_in_three_languages() -> None:
    (german, prefix) = read_phrases([LINE], "de")
    assert (german.words, german.english, german.verb) == (("nimm", "..", "raus"), "remove", True)
    assert prefix.words == ("loesch*",)
    (french,) = read_phrases([LINE], "fr")
    assert french.first and french.words == ("enleve",)
    assert [one.last for one in read_phrases([LINE], "es")] == [False, True]


@pytest.mark.parametrize("line", ["yes ; sí ; oui", "yes ; sí ; oui ; ja ; sim", "yes ; $ ; oui ; ja"])
def test_a_line_that_cannot_be_read_is_told(line: str) -> None:
    with pytest.raises(InvalidPhrases):
        list(read_phrases([line], "es"))


def test_remarks_and_empty_lines_say_nothing() -> None:
    assert list(read_phrases(["# yes ; sí ; oui ; ja", "", "  "], "es")) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_has_all_tables(language: str) -> None:
    english = {phrase.english for phrase in phrasebook(language).phrases}
    assert {"yes", "no", "cart", "order", "the", "second", "cancel", "return", "hello", "warranty"} <= english


@pytest.mark.parametrize(
    ("language", "mistyped", "meant"),
    [("es", "pedidi", "pedido"), ("fr", "comande", "commande"), ("de", "bestelung", "bestellung")],
)
def test_a_typing_error_stands_for_the_word_meant(language: str, mistyped: str, meant: str) -> None:
    assert phrasebook(language).meant(mistyped) == meant


@pytest.mark.parametrize("word", ["si", "qrst", "XR-2000", "zzzzzzzz"])
def test_what_is_near_nothing_stands_for_nothing(word: str) -> None:
    assert phrasebook("es").meant(word) == ""


@given(st.text(max_size=20), st.sampled_from(LANGUAGES))
def test_a_plain_word_stays_plain(word: str, language: str) -> None:
    assert plain(plain(word, language), language) == plain(word, language)
