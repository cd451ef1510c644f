"""The shop's own words, from its catalogue and its stores."""

from __future__ import annotations

import pytest

from assistant.understanding.lexicon import ShopLexicon
from retrieval.build import in_memory
from retrieval.embedders.hashing import HashingEmbedder
from tests.assistant.shopper import PLACES, Brains
from tests.assistant.small_shop import KETTLE, MUG, STORM


@pytest.fixture
def lexicon(brains: Brains) -> ShopLexicon:
    return brains.lexicon


def test_it_knows_what_the_shop_sells(lexicon: ShopLexicon) -> None:
    assert lexicon.sells("tents") and lexicon.sells("something of varde")
    assert not lexicon.sells("a submarine") and not lexicon.sells("where is my order")
    assert lexicon.kinds("a tent for two") == ("tents",)
    assert lexicon.kinds("hello") == ()


def test_a_brand_names_a_product(lexicon: ShopLexicon) -> None:
    assert lexicon.names_product("the fjell storm 2")
    assert not lexicon.names_product("a tent")


@pytest.mark.parametrize(
    ("said", "store"),
    [
        ("in portland", "portland"),
        ("the pearl district", "portland"),
        ("somewhere in Colorado", "denver"),
        ("SEATTLE", "seattle"),
        ("in chicago", ""),
        ("", ""),
    ],
)
def test_a_place_is_known_by_its_names(lexicon: ShopLexicon, said: str, store: str) -> None:
    assert lexicon.place(said) == store


def test_an_attribute_is_known_when_abbreviated(lexicon: ShopLexicon) -> None:
    assert lexicon.attribute("battery life") == lexicon.attribute("bat life") == "battery life"
    assert lexicon.attribute("soul") == "" and lexicon.attribute("") == ""


def test_it_knows_words_of_the_catalogue_only(lexicon: ShopLexicon) -> None:
    assert lexicon.knows("enamel mug")
    assert not lexicon.knows("enamel zeppelin") and not lexicon.knows("")


def test_a_new_index_brings_new_words() -> None:
    retrievers = [in_memory([MUG], [], HashingEmbedder())]
    lexicon = ShopLexicon(lambda: retrievers[-1].vocabulary, PLACES)
    assert lexicon.sells("mugs") and not lexicon.sells("tents")
    retrievers.append(in_memory([STORM, KETTLE], [], HashingEmbedder()))
    assert lexicon.sells("tents") and not lexicon.sells("mugs")


def test_without_stores_no_place_is_known(brains: Brains) -> None:
    assert ShopLexicon(lambda: brains.retriever.vocabulary, {}).place("portland") == ""
