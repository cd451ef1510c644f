"""Queries of other languages: they find what is described in English, and the other way round."""

from __future__ import annotations

import logging
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from retrieval.build import build, in_memory, open_snapshot
from retrieval.catalogue import Product, ProductId, Variant, VariantId
from retrieval.constraints import parse_need
from retrieval.embedders.hashing import HashingEmbedder
from retrieval.embedders.multilingual import MultilingualEmbedder
from retrieval.glossary import LANGUAGES, Glossary, glossary_of
from retrieval.languages import Languages
from retrieval.multilingual_column import column_of, language_of
from retrieval.needs import Filter, Need
from retrieval.retriever import Retriever
from retrieval.words import words
from tests.retrieval import foreign_shops
from tests.retrieval.shop_fixture import POLICIES, PRODUCTS


@pytest.fixture(scope="module")
def encoder() -> MultilingualEmbedder:
    return MultilingualEmbedder()


@pytest.fixture(scope="module")
def shop(encoder: MultilingualEmbedder) -> Retriever:
    return in_memory(PRODUCTS, POLICIES, HashingEmbedder(), multilingual=encoder)


def first(shop: Retriever, text: str, language: str) -> str:
    return shop.find(Need(text=text), k=3, language=language).products[0].id


@pytest.mark.parametrize(
    ("text", "language", "kind"),
    [
        ("tienda de campaña para 4 personas", "es", "t"),
        ("tente légère", "fr", "t"),
        ("Zelt für zwei", "de", "t"),
        ("zapatillas de correr", "es", "s"),
        ("chaussures de course pour enfants", "fr", "s"),
        ("Laufschuhe", "de", "s"),
        ("scarpe da corsa", "it", "s"),
        ("палатка", "ru", "t"),
        ("テント", "ja", "t"),
        ("FJ-20417", "de", "t"),
    ],
)
def test_a_query_of_another_language_finds_products_in_english(
    shop: Retriever, text: str, language: str, kind: str
) -> None:
    assert first(shop, text, language).startswith(kind)


def test_a_model_number_is_the_same_in_every_language(shop: Retriever) -> None:
    assert first(shop, "FJ-20417", "fr") == "t1"


def test_filters_hold_in_every_language(shop: Retriever) -> None:
    cheap = Filter(field="price", operator="<=", number=Decimal(130))
    found = shop.find(Need(text="Laufschuhe Damen", filters=(cheap,)), language="de")
    assert found.products
    prices = [min(shop.product(ProductId(one.id)).prices or (Decimal(0),)) for one in found.products]  # type: ignore[union-attr]
    assert max(prices) <= 130


def test_english_is_searched_as_if_there_were_no_other_language(shop: Retriever) -> None:
    plain = in_memory(PRODUCTS, POLICIES, HashingEmbedder())
    for text in ("two person tent", "running shoes", "", "merino sweater"):
        assert shop.find(Need(text=text)) == plain.find(Need(text=text))
        assert not plain.knows("de")


def test_without_the_second_vectors_the_tables_alone_bring_a_request_into_the_shops_words() -> None:
    plain = in_memory(PRODUCTS, POLICIES, HashingEmbedder())
    found = plain.find(Need(text="Laufschuhe für Damen"), language="de")
    assert found.products[0].id.startswith("s") and found.need.said == "Laufschuhe für Damen"
    assert plain.find(Need(text="палатка"), language="ru").need.text == "палатка"


@pytest.mark.parametrize(
    "text", ["", "   ", "der die das", "😀", "'; DROP TABLE products; --", "(.*", "x" * 10_000, "zzqx"]
)
def test_any_text_gets_an_answer_in_any_language(shop: Retriever, text: str) -> None:
    for language in ("de", "xx", ""):
        found = shop.find(Need(text=text), language=language)
        assert len(found.products) <= len(shop)


def test_a_live_change_is_found_in_another_language(encoder: MultilingualEmbedder) -> None:
    shop = in_memory(PRODUCTS, (), HashingEmbedder(), multilingual=encoder)
    kettle = Product(
        id=ProductId("k1"),
        title="Hearth Electric Kettle",
        category=("Home", "Kitchen", "Kettles"),
        variants=(Variant(id=VariantId("k1-1"), price=Decimal("39.00")),),
    )
    shop.apply([kettle])
    assert first(shop, "Wasserkocher", "de") == "k1"
    shop.apply([replace(kettle, id=ProductId("k2"), title="Hearth Toaster", category=("Home", "Kitchen", "Toasters"))])
    assert (first(shop, "grille-pain", "fr"), first(shop, "bouilloire", "fr")) == ("k2", "k1")
    shop.apply([], [ProductId("k1")])
    left = shop.find(Need(text="bouilloire"), language="fr").products
    assert "k1" not in [one.id for one in left]


def test_an_opened_index_answers_like_the_one_in_memory(
    shop: Retriever, encoder: MultilingualEmbedder, tmp_path: Path
) -> None:
    build(PRODUCTS, POLICIES, tmp_path, HashingEmbedder(), multilingual=encoder)
    opened = open_snapshot(tmp_path, HashingEmbedder(), multilingual=encoder)
    for text in ("Zelt", "Laufschuhe Herren", "Regenjacke"):
        ours, theirs = (one.find(Need(text=text), language="de").products for one in (opened, shop))
        assert [one.id for one in ours] == [one.id for one in theirs]


def test_an_index_without_the_second_vectors_still_opens_and_says_what_it_lacks(
    encoder: MultilingualEmbedder, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    build(PRODUCTS, POLICIES, tmp_path, HashingEmbedder())
    with caplog.at_level(logging.WARNING):
        opened = open_snapshot(tmp_path, HashingEmbedder(), multilingual=encoder)
    assert "rebuild with `aisle index build`" in caplog.text
    assert not opened.knows("de")
    assert opened.find(Need(text="tent"), language="de").products


def test_a_large_shop_is_searched_through_the_bridge_alone(encoder: MultilingualEmbedder) -> None:
    column = column_of(PRODUCTS, encoder, most_rows=3)
    assert len(column.vectors) == 0
    shop = in_memory(PRODUCTS, (), HashingEmbedder())
    shop._languages = Languages(column, encoder, shop._new_index)
    assert first(shop, "Zelt", "de").startswith("t")


def test_a_shop_in_german_is_found_in_english_and_german(encoder: MultilingualEmbedder) -> None:
    titles = {
        "z": ("Fjell Zelt für zwei Personen", "Ein leichtes Zelt mit der Farbe und dem Boden für zwei."),
        "k": ("Hearth Wasserkocher", "Der Wasserkocher für die Küche mit einem Liter und aus Edelstahl."),
        "s": ("Stride Laufschuhe", "Die Schuhe für das Laufen auf der Straße und im Wald."),
    }
    products = [
        Product(id=ProductId(key), title=title, description=text, variants=(Variant(id=VariantId(f"{key}1")),))
        for key, (title, text) in titles.items()
    ]
    assert language_of(products) == "de"
    shop = in_memory(products, (), HashingEmbedder(), multilingual=encoder)
    assert [first(shop, text, "en") for text in ("tent", "kettle", "running shoes")] == ["z", "k", "s"]
    assert [first(shop, text, "de") for text in ("Zelt", "Wasserkocher", "Laufschuhe")] == ["z", "k", "s"]
    assert [first(shop, text, "fr") for text in ("tente", "bouilloire")] == ["z", "k"]


def test_every_line_of_the_glossary_speaks_all_four_languages() -> None:
    for language in LANGUAGES:
        there, back = glossary_of(language), glossary_of("en", language)
        assert len(there.ways) > 250
        assert all(way.strip() for ways in there.ways.values() for way in ways)
        assert "tent" in there.of(words(back.of(["tent"])[0]))


def test_a_compound_is_read_by_its_parts() -> None:
    german = glossary_of("de")
    assert german.parts("regenjacke") == ("regen", "jacke")
    assert german.parts("trainingshandschuhe") == ("trainings", "handschuhe")
    assert german.parts("wanduhr") == ("wand", "uhr")
    assert german.parts("donaudampf") == ()
    assert Glossary(ways={"regen": ("rain",), "jacke": ("jacket",)}).parts("regenjacke") == ()


def test_a_shop_without_products_answers_nothing(encoder: MultilingualEmbedder) -> None:
    shop = in_memory([], (), HashingEmbedder(), multilingual=encoder)
    assert shop.find(Need(text="Zelt"), language="de").products == ()


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("¿cuántos días tengo para devolver un artículo?", "es"),
        ("combien de jours ai-je pour retourner un article ?", "fr"),
        ("wie lange kann ich einen Artikel zurückgeben?", "de"),
        ("quanti giorni ho per restituire un articolo?", "it"),
        ("сколько дней у меня есть на возврат товара?", "ru"),
        ("商品は何日以内に返品できますか", "ja"),
    ],
)
def test_a_question_of_another_language_finds_the_passage_that_answers(
    shop: Retriever, question: str, language: str
) -> None:
    assert shop.find_policies(question, k=1, language=language)[0].id.startswith("returns")


def test_a_question_about_something_else_finds_no_passage(shop: Retriever) -> None:
    for question, language in (
        ("quanto è alto l'Everest?", "it"),
        ("今日の天気は", "ja"),
        ("¿quién ganó el partido?", "es"),
    ):
        assert shop.find_policies(question, language=language) == ()


def test_without_the_second_vectors_questions_are_put_into_the_passages_words() -> None:
    plain = in_memory(PRODUCTS, POLICIES, HashingEmbedder())
    found = plain.find_policies("¿cuántos días tengo para la devolución?", language="es")
    assert found and found[0].id.startswith("returns")


@pytest.mark.parametrize("language", foreign_shops.LANGUAGES)
def test_a_shop_of_another_language_is_found_in_english_and_in_a_third(
    encoder: MultilingualEmbedder, language: str
) -> None:
    products = foreign_shops.catalogue(language)
    shop = in_memory(products, (), HashingEmbedder(), multilingual=encoder)
    assert shop.shop_language == language
    assert [first(shop, asked, "en") for asked in foreign_shops.ASKED] == list(foreign_shops.ASKED)
    assert first(shop, "Regenjacke", "de") == "rain jacket"
    assert first(shop, "casque audio", "fr") == "headphones"
    assert first(shop, "cuscino", "it") == "pillow"


@pytest.mark.parametrize("language", foreign_shops.LANGUAGES)
def test_conditions_said_in_english_filter_a_shop_of_another_language(
    encoder: MultilingualEmbedder, language: str
) -> None:
    shop = in_memory(foreign_shops.catalogue(language), (), HashingEmbedder(), multilingual=encoder)
    need = parse_need("something red under 100", shop.vocabulary, into=shop.shop_language)
    assert [one.id for one in shop.find(need).products] == ["running shoes"]
