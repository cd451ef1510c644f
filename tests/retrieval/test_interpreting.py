"""Requests in Spanish, French and German: the same filters as in English, and the customer's own words kept beside."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.constraints import merge, parse_need
from retrieval.glossary import glossary_of
from retrieval.interpreting import interpreted, interprets
from retrieval.needs import Need
from retrieval.vocabulary import Vocabulary
from tests.retrieval.shop_fixture import PRODUCTS

VOCABULARY = Vocabulary.of(PRODUCTS)


def told(need: Need) -> set[tuple[str, str, str]]:
    return {
        (one.field, one.operator, ",".join(one.values) if one.number is None else f"{one.number}{one.unit}")
        for one in need.filters
    }


@pytest.mark.parametrize(
    ("language", "said", "english"),
    [
        ("es", "una tienda de campaña por menos de 300 €", "a tent under 300 €"),
        (
            "es",
            "tienda de campaña para 4 personas entre 100 y 400 euros",
            "a tent for 4 people between 100 and 400 euros",
        ),
        ("es", "zapatillas de correr rojas talla 42", "red running shoes size 42"),
        ("es", "zapatillas de correr que no sean rojas", "running shoes not red"),
        ("es", "tienda impermeable en stock", "waterproof tent in stock"),
        ("es", "tiendas de 100 a 300 euros", "tents from 100 to 300 euros"),
        ("es", "zapatillas de correr de mujer, las más baratas", "running shoes for women, cheapest"),
        ("fr", "une tente à moins de 300 euros", "a tent under 300 euros"),
        ("fr", "chaussures de course rouges en pointure 42", "red running shoes in size 42"),
        ("fr", "une tente pour quatre personnes, imperméable", "a tent for four people, waterproof"),
        ("fr", "tente jusqu'à 250 € en stock", "tent up to 250 € in stock"),
        ("fr", "chaussures de course femme notées au moins 4 étoiles", "running shoes women rated at least 4 stars"),
        ("de", "Zelt unter 300 Euro", "tent under 300 euros"),
        ("de", "rote Laufschuhe in Größe 42", "red running shoes in size 42"),
        ("de", "rote Laufschuhe in Groesse 42", "red running shoes in size 42"),
        (
            "de",
            "ein Zelt für vier Personen zwischen 100 und 400 Euro",
            "a tent for four people between 100 and 400 euros",
        ),
        ("de", "Laufschuhe Damen, nicht rot, auf Lager", "running shoes women, not red, in stock"),
        ("de", "wasserdichtes Zelt von 100 bis 300 Euro", "waterproof tent from 100 to 300 euros"),
        ("de", "Laufschuhe mindestens 4 Sterne", "running shoes at least 4 stars"),
    ],
)
def test_conditions_become_the_same_filters_as_in_english(language: str, said: str, english: str) -> None:
    ours, theirs = parse_need(said, VOCABULARY, language=language), parse_need(english, VOCABULARY)
    assert told(ours) == told(theirs) and told(ours)
    assert ours.sort == theirs.sort


def test_the_customers_own_words_are_kept_beside_the_shops() -> None:
    need = parse_need("una tienda de campaña impermeable por menos de 300 €", VOCABULARY, language="es")
    assert (need.said, need.language) == ("tienda de campaña", "es")
    assert need.text == "tent"


def test_a_refinement_keeps_the_words_of_the_search_it_refines() -> None:
    first = parse_need("Zelt", VOCABULARY, language="de")
    both = merge(first, parse_need("unter 300 Euro", VOCABULARY, language="de"))
    assert (both.said, both.language, both.text) == ("Zelt", "de", "tent")
    assert told(both) >= {("price", "<=", "300")}


def test_the_same_thing_named_in_two_languages_is_said_once() -> None:
    first = parse_need("Zelte", VOCABULARY, language="de")
    assert merge(first, parse_need("tents for 3 people", VOCABULARY, language="de")).said == "Zelte"


def test_what_describes_a_thing_comes_before_it() -> None:
    assert interpreted("funda de cuero para portátil negra", VOCABULARY, "es").text.split()[0] == "leather"
    assert interpreted("sac à dos bleu", VOCABULARY, "fr").text == "blue backpack"
    assert interpreted("Jacke wasserdicht", VOCABULARY, "de").text == "waterproof jacket"
    assert interpreted("schwarze Jacke", VOCABULARY, "de").text == "black jacket"


def test_a_word_that_names_and_describes_is_read_by_what_stands_beside_it() -> None:
    assert interpreted("impermeable", VOCABULARY, "es").text in ("raincoat", "rain jacket")
    assert interpreted("mochila impermeable", VOCABULARY, "es").text == "waterproof backpack"


def test_plurals_genders_typing_errors_and_compounds_are_found_by_the_table() -> None:
    assert glossary_of("es").of(["mochilas"]) == glossary_of("es").of(["mochila"])
    assert interpreted("zapatilas", VOCABULARY, "es").text == interpreted("zapatillas", VOCABULARY, "es").text
    assert interpreted("Lederrucksack", VOCABULARY, "de").text == "leather backpack"


def test_what_no_table_knows_is_told() -> None:
    assert interpreted("Zelt mit Quastenflosser", VOCABULARY, "de").unknown == ("Quastenflosser",)
    assert interpreted("палатка", VOCABULARY, "ru").unknown == ("палатка",)
    assert not interprets("en") and not interprets("xx")


def test_model_numbers_and_sizes_stay_as_they_are() -> None:
    assert "FJ-20417" in interpreted("tienda FJ-20417", VOCABULARY, "es").text
    assert "L" in interpreted("veste de pluie taille L", VOCABULARY, "fr").text.split()
    need = parse_need("une gourde de 1,5 l", VOCABULARY, language="fr")
    assert all(one.number in (Decimal("1.35"), Decimal("1.65")) for one in need.filters if one.unit == "l")


@given(st.text(max_size=200), st.sampled_from(["es", "fr", "de", "it", "ru", "ja", ""]))
def test_any_text_is_read_in_any_language(text: str, language: str) -> None:
    need = parse_need(text, VOCABULARY, language=language)
    assert need.text == "" or need.language == language
