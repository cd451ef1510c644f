"""Tie-breakers that a shop can set: rating, stock, and how new a product is."""

from __future__ import annotations

import pytest

from retrieval.build import in_memory
from retrieval.catalogue import ONLINE, Product
from retrieval.constraints import parse_need
from retrieval.embedders.hashing import HashingEmbedder
from retrieval.needs import Need
from retrieval.settings import RetrievalSettings
from tests.retrieval.shop_fixture import product, variant

KIND = ("Home", "Vases")


def vases() -> tuple[Product, ...]:
    return (
        product("sold", "Glass Vase", variant("sold", 1, "20", {ONLINE: 0}), category=KIND),
        product("twin", "Glass Vase", variant("twin", 1, "20"), category=KIND),
        product("old", "Glass Vase", variant("old", 1, "20"), category=KIND, listed="2026-02-01"),
        product("new", "Glass Vase", variant("new", 1, "20"), category=KIND, date_added="2026-06-01"),
        product("undated", "Glass Vase", variant("undated", 1, "20"), category=KIND, listed="last spring"),
    )


def order(**settings: float) -> list[str]:
    shop = in_memory(vases(), (), HashingEmbedder(), settings=RetrievalSettings.model_validate(settings))
    return [str(one.id) for one in shop.find(Need(text="glass vase")).products]


def test_what_can_be_bought_comes_before_its_equal_that_cannot() -> None:
    usual, careless = order(), order(out_of_stock_penalty=0.0)
    assert usual.index("twin") < usual.index("sold")
    assert careless.index("sold") < careless.index("twin")


def test_the_newest_comes_first_where_the_shop_wants_it() -> None:
    assert order(freshness_weight=0.5)[0] == "new"
    assert order()[0] == order(freshness_weight=0.0)[0] != "new"


def test_age_is_counted_from_the_newest_product_and_ends_at_a_day_set() -> None:
    soon, late = order(freshness_weight=0.5), order(freshness_weight=0.5, fresh_for_days=3650)
    assert late[:2] in (["new", "old"], ["old", "new"])
    assert soon.index("old") > 1


def test_who_asks_for_what_is_new_gets_it_first() -> None:
    shop = in_memory(vases(), (), HashingEmbedder())
    found = shop.find(parse_need("the latest glass vases", shop.vocabulary))
    assert found.products[0].id == "new"


@pytest.mark.parametrize("name", ["freshness_weight", "out_of_stock_penalty", "popularity_weight"])
def test_a_tie_breaker_is_never_negative(name: str) -> None:
    with pytest.raises(ValueError, match=name):
        RetrievalSettings.model_validate({name: -0.1})
