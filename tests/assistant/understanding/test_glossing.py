"""Spanish, French and German as the English rules read them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.understanding.glossing import Gloss, Glosser
from assistant.understanding.phrasebook import LANGUAGES, phrasebook
from retrieval.glossary import glossary_of

GLOSSERS = {language: Glosser(phrasebook(language), glossary_of(language, "en")) for language in LANGUAGES}


def gloss(language: str, said: str) -> Gloss:
    return GLOSSERS[language].gloss(said)


@pytest.mark.parametrize(
    ("language", "said", "english"),
    [
        ("es", "¿Dónde está mi pedido?", "where is my order?"),
        ("es", "donde esta mi pedido", "where is my order"),
        ("fr", "Où est ma commande ?", "where is my order?"),
        ("de", "Wo ist meine Bestellung?", "where is my order?"),
        ("de", "wo ist meine bestelung", "where is my order"),
        ("es", "muéstramelos", "show me them"),
        ("fr", "ajoute-le au panier", "add it the cart"),
        ("de", "den zweiten bitte in den Warenkorb legen", "add the second please in the cart"),
        ("de", "nimm die Tasse wieder raus", "remove the cup wieder"),
        ("es", "que sean tres", "make it three"),
        ("fr", "j'en veux 4", "i want 4 of them"),
        ("de", "mach zwei draus", "make it two"),
        ("es", "más barato por favor", "cheaper please"),
        ("fr", "encore svp", "more please"),
    ],
)
def test_a_sentence_is_put_into_words_that_the_rules_read(language: str, said: str, english: str) -> None:
    assert gloss(language, said).text == english


@pytest.mark.parametrize(
    ("language", "said", "english"),
    [
        ("es", "altavoz para la playa", "speaker for the playa"),
        ("es", "cual es la mas ligera", "which one is the lightest"),
        ("es", "me quedo con el primero", "i'll take the first"),
        ("fr", "enceinte pour la plage", "speaker for the plage"),
        ("fr", "le rouge ou le bleu", "the red or the blue"),
        ("fr", "il existe en rouge ?", "do you have it in red?"),
        ("de", "ist die zweite wasserdicht", "is the second waterproof"),
        ("de", "sortier nach preis", "sort by price"),
        ("de", "muss ich den rückversand bezahlen", "do i have to pay for the return"),
        ("de", "bestellung F1000084", "order F1000084"),
    ],
)
def test_everyday_ways_to_ask_and_words_that_are_no_typing_errors(language: str, said: str, english: str) -> None:
    assert gloss(language, said).text == english


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("fact", ["#F1000003", "maya.lindqvist@example.com", "97205", "Seattle", "XR-2000"])
def test_names_numbers_and_addresses_stay_as_they_are(language: str, fact: str) -> None:
    assert fact in gloss(language, f"{fact}").text


@pytest.mark.parametrize(("said", "english"), [("1,5 l", "1.5 l"), ("1.200 euros", "1200 euros"), ("3.5", "3.5")])
def test_figures_are_written_as_in_english(said: str, english: str) -> None:
    assert gloss("es", said).text == english


def test_a_size_is_no_article() -> None:
    assert "L" in gloss("fr", "échanger ma veste contre une taille L").text


def test_what_no_table_knows_is_told() -> None:
    found = gloss("es", "quiero un zorbitrón azul")
    assert found.unknown == ("zorbitrón",)
    assert found.known == pytest.approx(0.8, abs=0.1)


def test_each_part_of_a_gloss_leads_back_to_the_customers_own_words() -> None:
    said = "hallo, ich möchte den zweiten in den Warenkorb legen. und was kostet der versand?"
    found = gloss("de", said)
    first, at = found.source("hello")
    second, at = found.source("i want add the second in the cart.", at)
    third, _ = found.source("and how much is shipping?", at)
    assert (first, second) == ("hallo", "ich möchte den zweiten in den Warenkorb legen")
    assert third == "und was kostet der versand"


@given(st.text(max_size=120), st.sampled_from(LANGUAGES))
def test_any_text_can_be_glossed(said: str, language: str) -> None:
    found = gloss(language, said)
    assert 0 <= found.known <= 1
    assert all(0 <= begin <= end <= len(said) for _, _, begin, end in found.spans)
