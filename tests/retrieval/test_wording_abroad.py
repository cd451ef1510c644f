"""A need told in Spanish, French and German."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.constraints import parse_need
from retrieval.needs import Filter, Need
from retrieval.vocabulary import Vocabulary
from retrieval.wording import describe
from retrieval.wording_abroad import tells
from tests.retrieval.shop_fixture import PRODUCTS

VOCABULARY = Vocabulary.of(PRODUCTS)


@pytest.mark.parametrize(
    ("language", "said", "told"),
    [
        ("es", "zapatillas de correr rojas por menos de 50 €", "zapatillas de correr de color rojo por menos de 50 €"),
        ("es", "una tienda de campaña para 4 personas en stock", "tienda de campaña para 4 personas en stock"),
        ("fr", "chaussures de course rouges entre 50 et 100 €", "chaussures de course en rouge entre 50 € et 100 €"),
        ("fr", "une tente, la moins chère", "tente, les moins chers d’abord"),
        ("de", "rote Laufschuhe unter 99,50 Euro", "Laufschuhe in Rot unter 99,50 €"),
        ("de", "Zelt für vier Personen", "Zelt für 4 Personen"),
    ],
)
def test_a_need_is_told_in_the_language_that_it_was_said_in(language: str, said: str, told: str) -> None:
    need = parse_need(said, VOCABULARY, language=language)
    assert describe(need, "EUR", language=language).replace("\u00a0", " ") == told


def test_a_need_of_another_language_is_told_in_the_reader_s_words() -> None:
    need = parse_need("red running shoes", VOCABULARY)
    assert describe(need, language="de") == "Laufschuhe in Rot"
    assert describe(need, language="es") == "zapatillas de correr de color rojo"
    spanish = parse_need("zapatillas de correr rojas", VOCABULARY, language="es")
    assert describe(spanish) == "running shoes in red"


def test_conditions_alone_are_told_of_products() -> None:
    cheap = Need(filters=(Filter(field="price", operator="<=", number=Decimal(50)),))
    assert describe(cheap, "EUR", language="fr").replace("\u00a0", " ") == "produits à moins de 50 €"


def test_thousands_and_decimals_are_grouped_as_the_language_does() -> None:
    dear = Need(filters=(Filter(field="price", operator=">=", number=Decimal("1299.99")),))
    assert "1.299,99" in describe(dear, "EUR", language="de")


@given(
    st.text(max_size=80),
    st.sampled_from(["es", "fr", "de", "it", ""]),
    st.sampled_from(["en", "es", "fr", "de", "it", ""]),
)
def test_any_need_is_told_in_any_language(said: str, language: str, told_in: str) -> None:
    assert describe(parse_need(said, VOCABULARY, language=language), language=told_in)
    assert tells(told_in) == (told_in in ("es", "fr", "de"))


def test_a_size_is_told_once_however_the_shop_spells_it() -> None:
    need = Need(filters=(Filter(field="size", operator="in", values=("43", "42-44")),))
    told = {language: describe(need, language=language) for language in ("en", "de", "es", "fr")}
    assert all("43" in said and "42" not in said for said in told.values()), told
