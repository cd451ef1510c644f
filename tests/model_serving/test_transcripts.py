"""Spoken form to written form, and names of the shop put right."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model_serving.transcripts import named, sounds, written

ENGLISH = [
    ("number w one two three", "number W123"),
    ("My order number is w one zero zero four five one seven", "My order number is W1004517"),
    ("double you one double zero nine five five seven", "W1009557"),
    ("W-100-45-17", "W1004517"),
    ("W 100 4517.", "W1004517."),
    ("W1,004,517", "W1004517"),
    ("W-1-0-0-0-1-2-3", "W1000123"),
    ("It's order 100-29-88.", "It's order 1002988."),
    ("one five four dollars", "$154"),
    ("I was charged one hundred fifty four dollars and ninety five cents twice.", "I was charged $154.95 twice."),
    ("The website said it costs forty nine ninety nine.", "The website said it costs $49.99."),
    ("I saw it for one twenty nine ninety nine.", "I saw it for $129.99."),
    ("size ten and a half", "size 10.5"),
    ("a nine and a half", "a 9.5"),
    ("My zip is nine seven two oh nine", "My zip is 97209"),
    ("five oh three, five five five, oh one four two", "5035550142"),
    ("by the fourteenth of March", "by the 14th of March"),
]
AS_IT_IS = [
    "one or two of them",
    "oh no, one of them",
    "oh, oh, oh",
    "I ordered 12 15 days ago",
    "at 10 30 in the morning",
    "they are 5, 6, 7 and 8",
    "Is it a 1200 watt one?",
    "503-555-0142",
    "$20.50",
    "number 5",
    "",
]
OTHERS = [
    ("es", "mi pedido es uno cero cero cuatro cinco uno siete", "mi pedido es 1004517"),
    ("es", "uve doble uno cero cero cuatro", "W1004"),
    ("es", "ciento cincuenta y cuatro euros con noventa y cinco", "154,95 €"),
    ("es", "talla treinta y ocho y medio", "talla 38,5"),
    ("es", "una tienda para dos personas", "una tienda para dos personas"),
    ("fr", "ma commande est un zéro zéro quatre cinq un sept", "ma commande est 1004517"),
    ("fr", "quatre-vingt-dix-neuf euros et cinquante centimes", "99,50 €"),
    ("fr", "double vé un zéro zéro quatre", "W1004"),
    ("fr", "taille trente-huit et demie", "taille 38,5"),
    ("de", "meine Bestellnummer ist eins null null vier fünf eins sieben", "meine Bestellnummer ist 1004517"),
    ("de", "hundertvierundfünfzig Euro und neunundneunzig Cent", "154,99 €"),
    ("de", "W eins null null vier", "W1004"),
    ("de", "Größe neuneinhalb", "Größe 9,5"),
]


@pytest.mark.parametrize(("said", "wanted"), ENGLISH)
def test_numbers_as_they_are_said_are_written_in_figures(said: str, wanted: str) -> None:
    assert written(said) == wanted


@pytest.mark.parametrize("said", AS_IT_IS)
def test_what_is_no_such_number_stays_as_it_was_said(said: str) -> None:
    assert written(said) == said


@pytest.mark.parametrize(("language", "said", "wanted"), OTHERS)
def test_other_languages_have_their_own_words_and_forms(language: str, said: str, wanted: str) -> None:
    assert written(said, language=language) == wanted


def test_a_language_without_rules_comes_back_as_it_is() -> None:
    assert written("én null null fire", language="nb") == "én null null fire"


@pytest.mark.parametrize(("said", "wanted"), [*ENGLISH, *((text, text) for text in AS_IT_IS)])
def test_what_is_written_stays_when_it_is_written_again(said: str, wanted: str) -> None:
    assert written(wanted) == wanted


@settings(deadline=None)
@given(st.text(max_size=60), st.sampled_from(["en", "es", "fr", "de", "xx"]))
def test_no_text_is_too_odd(text: str, language: str) -> None:
    assert isinstance(written(text, language=language), str)


@settings(deadline=None)
@given(st.text(alphabet="0123456789", min_size=4, max_size=12))
def test_an_identifier_said_digit_by_digit_is_whole(digits: str) -> None:
    words = "zero one two three four five six seven eight nine".split()  # noqa: SIM905
    said = " ".join(words[int(digit)] for digit in digits)
    assert written(f"my number is w {said}") == f"my number is W{digits}"


NAMES = sounds(["Skarvik", "Brewmoth", "Tonefjord", "Dustfox", "Nimbrel", "Two Words", "Arc"])


@pytest.mark.parametrize(
    ("heard", "meant"),
    [
        ("Show me the Scarvik tents, please.", "Show me the Skarvik tents, please."),
        ("the Burmoth coffee maker", "the Brewmoth coffee maker"),
        ("the brew moth coffee maker", "the Brewmoth coffee maker"),
        ("the tone-fjord headphones", "the Tonefjord headphones"),
        ("dust fox vacuum", "Dustfox vacuum"),
        ("a dusty fox", "a dusty fox"),
        ("Every tent", "Every tent"),
        ("nothing of it", "nothing of it"),
        ("", ""),
    ],
)
def test_words_that_sound_like_a_name_of_the_shop_become_it_and_no_others(heard: str, meant: str) -> None:
    assert named(heard, NAMES) == meant


def test_short_names_and_names_of_several_words_are_left_to_the_reader() -> None:
    assert set(NAMES) == {"skarvik", "brewmoth", "tonefjord", "dustfox", "nimbrel"}
    assert named("the Ark", NAMES) == "the Ark"
    assert named("anything", {}) == "anything"
