"""Which language a message is in, and which one a conversation is in."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.understanding.languages import Clue, Tongue, detect, following

CATALOGUE = frozenset(
    {"tent", "tents", "boots", "waterproof", "leather", "running", "shoes", "kettle"}
    | {"trail", "fjell", "alpine", "jacket", "backpack", "headphones"}
)


def told(text: str) -> Clue:
    return detect(text, CATALOGUE.__contains__)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("hola, busco una tienda de campaña para dos personas", "es"),
        ("¿dónde está mi pedido?", "es"),
        ("quiero algo más barato", "es"),
        ("ich suche ein leichtes zelt für zwei personen", "de"),
        ("wo ist meine Bestellung?", "de"),
        ("gibt es das auch in blau?", "de"),
        ("je cherche une tente pour deux personnes", "fr"),
        ("où est ma commande ?", "fr"),
        ("c'est combien la livraison ?", "fr"),
        ("cerco una tenda per due persone", "it"),
        ("procuro uma barraca para duas pessoas", "pt"),
        ("ik zoek een tent voor twee personen", "nl"),
        ("jag letar efter ett tält för två personer", "sv"),
        ("Где мой заказ?", "ru"),
        ("テントを探しています", "ja"),
        ("do you ship to canada", "en"),
        ("where is my order?", "en"),
        ("I'm looking for a waterproof jacket", "en"),
    ],
)
def test_a_clear_message_tells_its_language(text: str, language: str) -> None:
    clue = told(text)
    assert (clue.language, clue.strength in ("clear", "long")) == (language, True), clue


@pytest.mark.parametrize(
    "text",
    [
        "ok",
        "42?",
        "",
        "asdf qwer zxcv",
        "!!!",
        "maya.lindqvist@example.com",
        "#F1000002 https://a.example/x",
        "M",
        "XXL",
    ],
)
def test_what_tells_nothing_is_left_open(text: str) -> None:
    assert told(text) == Clue()


@pytest.mark.parametrize(
    ("text", "language"),
    [("hola", "es"), ("bonjour", "fr"), ("hallo", "de"), ("zelt", "de"), ("tente", "fr"), ("hi", "en")],
)
def test_a_single_word_is_weak_evidence_at_most(text: str, language: str) -> None:
    assert told(text) == Clue(language=language, strength="weak")


@pytest.mark.parametrize("text", ["waterproof jacket", "mens boots waterproof leather", "Fjell Alpine tent"])
def test_catalogue_words_are_read_as_english_and_prove_nothing(text: str) -> None:
    assert told(text).language == "en" and told(text).strength in ("hint", "weak")


def test_titles_quoted_in_a_sentence_do_not_make_it_english() -> None:
    assert told("Ich suche Trail Running Shoes von Fjell").language == "de"
    assert told("¿tienen las Fjell Alpine running shoes?").language == "es"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("auf Deutsch bitte", "de"),
        ("Deutsch, bitte!", "de"),
        ("can we speak English?", "en"),
        ("could you answer in Spanish please", "es"),
        ("en español", "es"),
        ("¿Podemos hablar en inglés?", "en"),
        ("parlez-vous français ?", "fr"),
        ("Können Sie auf Französisch antworten?", "fr"),
        ("können wir deutsch reden", "de"),
        ("in italiano per favore", "it"),
        ("en anglais s'il vous plaît", "en"),
    ],
)
def test_a_language_that_is_asked_for_is_understood(text: str, language: str) -> None:
    assert told(text) == Clue(language=language, strength="asked")


@pytest.mark.parametrize(
    "text",
    [
        "do you have keyboards with German layout",
        "is the manual in Spanish?",
        "a book in French for my son",
        "gibt es die Anleitung auf Deutsch?",
        "german beer mugs",
    ],
)
def test_a_thing_in_a_language_is_no_wish_to_speak_it(text: str) -> None:
    assert told(text).strength != "asked"


def heard(now: Tongue, *texts: str) -> Tongue:
    for text in texts:
        now = following(now, told(text))
    return now


def test_the_first_clear_message_beats_the_browser() -> None:
    assert heard(Tongue(language="en", basis="place"), "wo ist meine Bestellung?").language == "de"
    assert heard(Tongue(language="de", basis="place"), "where is my order?").language == "en"


def test_a_first_word_is_enough_to_begin_with_and_easily_corrected() -> None:
    begun = heard(Tongue(language="en", basis="place"), "hola")
    assert begun.language == "es"
    assert heard(begun, "do you speak to people in here").language == "en"


def test_one_clear_message_is_followed_by_the_next_in_another_language() -> None:
    begun = heard(Tongue(language="en", basis="place"), "haben sie zelte für 3 personen")
    assert (begun.language, begun.basis) == ("de", "hint")
    assert heard(begun, "tents for 3 people please").language == "en"
    assert heard(begun, "ok").language == "de"


@pytest.mark.parametrize(
    "text", ["ok", "cool", "hello", "Fjell Alpine tent", "42", "waterproof", "sí", "trail running"]
)
def test_a_word_a_name_or_a_number_never_switches(text: str) -> None:
    sure = heard(Tongue(), "ich suche ein leichtes zelt für zwei personen", "haben Sie etwas günstigeres?")
    assert heard(sure, text).language == "de"
    assert heard(sure, text, text, text).language == "de"


def test_two_clear_messages_switch_and_so_does_a_long_one() -> None:
    sure = heard(Tongue(), "ich suche ein leichtes zelt für zwei personen")
    once = heard(sure, "show me the cheaper one")
    assert once.language == "de" and once.leaning == "en"
    assert heard(once, "how much is it").language == "en"
    assert heard(once, "und was kostet das?", "show me the cheaper one").language == "de"
    assert heard(sure, "sorry, could you tell me how long the delivery to Seattle will take?").language == "en"


def test_a_language_that_was_asked_for_stays_when_one_message_is_in_another() -> None:
    asked = heard(Tongue(language="en", basis="sure"), "auf Deutsch bitte")
    assert asked == Tongue(language="de", basis="asked")
    long = "I am looking for a light tent for two people please"
    assert heard(asked, long).language == "de"
    assert heard(asked, long, "how long does the delivery take").language == "en"


@given(st.text(max_size=80))
def test_any_text_is_heard_without_failing(text: str) -> None:
    clue = told(text)
    assert (clue.strength == "none") == (clue.language == "")


@pytest.mark.parametrize(
    ("said", "language"),
    [
        ("no guarde nada de mí", "es"),
        ("¿se graba esta llamada?", "es"),
        ("não guarde nada sobre mim", "pt"),
        ("quero comprar uma barraca", "pt"),
        ("dove è il mio ordine", "it"),
    ],
)
def test_a_short_spanish_message_is_not_taken_for_its_neighbour(said: str, language: str) -> None:
    assert detect(said, lambda _: False).language == language


@pytest.mark.parametrize(
    ("said", "language"),
    [
        ("thanks, and in english please: can i return it?", "en"),
        ("thanks! back to english, what's the return window", "en"),
        ("danke, jetzt auf deutsch bitte: was kostet der Versand", "de"),
    ],
)
def test_a_language_may_be_asked_for_in_one_clause_of_a_message(said: str, language: str) -> None:
    clue = detect(said, lambda word: False)
    assert (clue.language, clue.strength) == (language, "asked")


@pytest.mark.parametrize(
    "said", ["gibt es die Anleitung auf Deutsch?", "tastatur, auf deutsch, schwarz", "un libro, en inglés"]
)
def test_a_thing_in_a_language_asks_for_no_other(said: str) -> None:
    assert detect(said, lambda word: False).strength != "asked"
