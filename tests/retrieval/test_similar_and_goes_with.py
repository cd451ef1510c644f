"""Cheaper, in stock, and what goes with it."""

from __future__ import annotations

from decimal import Decimal
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.build import in_memory
from retrieval.catalogue import ONLINE, Product, ProductId
from retrieval.embedders.hashing import HashingEmbedder
from retrieval.goes_with import Companions, companions_of, kind_of
from retrieval.retriever import Retriever
from retrieval.similar import cheaper, instead_of
from tests.retrieval.shop_fixture import OSLO, PRODUCTS, product, variant

CHAIRS, STOVES = ("Outdoor", "Camping", "Chairs"), ("Outdoor", "Camping", "Stoves")
MORE = (
    product("c1", "Skarvik Camp Chair", variant("c1", 1, "49.00"), category=CHAIRS),
    product("c2", "Skarvik Low Camp Chair", variant("c2", 1, "39.00"), category=CHAIRS),
    product("c3", "Skarvik Sold-Out Camp Chair", variant("c3", 1, "29.00", {ONLINE: 0}), category=CHAIRS),
    product("o1", "Fossen Gas Camping Stove", variant("o1", 1, "79.00"), category=STOVES),
)
BY_ID = {one.id: one for one in (*PRODUCTS, *MORE)}


@pytest.fixture(scope="module")
def shop() -> Retriever:
    return in_memory((*PRODUCTS, *MORE), (), HashingEmbedder())


def ids(found: object) -> list[str]:
    return [one.id for one in found]  # type: ignore[attr-defined]


def the(number: str) -> ProductId:
    return ProductId(number)


def test_cheaper_is_of_the_same_kind_in_stock_and_costs_less(shop: Retriever) -> None:
    found = cheaper(shop, the("t2"))
    assert ids(found) == ["t1"], "the other tent is dearer, and chairs are no tents"
    assert all(kind_of(BY_ID[the(one.id)]) == "Tents" for one in found)


def test_cheaper_shows_the_price_of_the_variants_that_are(shop: Retriever) -> None:
    (found,) = cheaper(shop, the("t2"), than=Decimal("200"))
    assert found.fields["price"] == "$189.00"


def test_nothing_is_cheaper_than_the_cheapest(shop: Retriever) -> None:
    assert cheaper(shop, the("c2")) == (), "the chair for less is sold out"
    assert cheaper(shop, the("t1")) == ()


def test_a_product_that_is_not_there_has_no_alternatives(shop: Retriever) -> None:
    assert cheaper(shop, the("nope")) == instead_of(shop, the("nope")) == ()
    assert shop.goes_with(the("nope"), Companions()) == ()


def test_for_what_is_sold_out_the_likest_in_stock_stands_in(shop: Retriever) -> None:
    assert set(ids(instead_of(shop, the("t3")))) == {"t1", "t2"}


def test_a_store_narrows_what_stands_in(shop: Retriever) -> None:
    assert ids(instead_of(shop, the("t3"), store=OSLO)) == ["t1"]


def test_a_child_is_not_offered_a_mans_shoes(shop: Retriever) -> None:
    assert "s1" not in ids(instead_of(shop, the("s3")))


def test_what_is_bought_together_goes_together(shop: Retriever) -> None:
    baskets = [["t1", "o1"], ["t1", "o1", "c1"], ["s1"], ["t1", "o1"], ["w1", "s1"]]
    companions = companions_of([[the(one) for one in basket] for basket in baskets])
    assert [other for other, _ in companions.products[the("t1")]] == ["o1"], "one basket is chance"
    assert ids(shop.goes_with(the("t1"), companions, k=1)) == ["o1"]


def test_kinds_bought_together_speak_where_products_are_too_rare(shop: Retriever) -> None:
    baskets = [["t1", "c1"], ["t2", "c2"], ["t3", "c1"], *([one] for one in ("s1", "s2", "s3", "w1") * 4)]
    companions = companions_of(
        [[the(one) for one in basket] for basket in baskets], lambda one: kind_of(BY_ID[one]) if one in BY_ID else ""
    )
    assert companions.products == {}
    assert ids(shop.goes_with(the("t3"), companions, k=1))[0] in ("c1", "c2")


def test_without_orders_content_decides_and_each_is_of_another_kind(shop: Retriever) -> None:
    found = shop.goes_with(the("t1"), Companions(), k=4)
    kinds = [kind_of(BY_ID[the(one.id)]) for one in found]
    assert found
    assert "Tents" not in kinds
    assert len(set(kinds)) == len(kinds)


def test_what_is_sold_out_or_gone_is_never_offered(shop: Retriever) -> None:
    strong = Companions(products={the("t1"): [(the("c3"), 1.0), (the("gone"), 0.9), (the("t3"), 0.8)]})
    assert not {"c3", "gone", "t3"} & set(ids(shop.goes_with(the("t1"), strong)))


item = st.sampled_from([ProductId(name) for name in "abcdefgh"])


@settings(max_examples=200)
@given(st.lists(st.lists(item, max_size=6), max_size=30))
def test_companionship_is_mutual_bounded_and_never_with_oneself(baskets: list[list[ProductId]]) -> None:
    found = companions_of(baskets, lambda one: "kind-" + str(ord(one) % 3)).products
    for one, others in found.items():
        assert len(others) <= 20
        for other, strength in others:
            assert other != one
            assert 0 < strength <= 1
            assert any(back == one for back, _ in found[other])
            assert sum({one, other} <= set(basket) for basket in baskets) >= 2


@given(st.lists(st.lists(item, max_size=6), max_size=20))
def test_the_order_of_orders_does_not_matter(baskets: list[list[ProductId]]) -> None:
    shuffled = [list(reversed(basket)) for basket in reversed(baskets)]
    assert companions_of(baskets) == companions_of(shuffled)


def test_a_resellers_basket_teaches_nothing() -> None:
    huge = [ProductId(str(number)) for number in range(500)]
    assert companions_of([huge, huge, huge]).products == {}


def test_products_keep_their_kind() -> None:
    assert kind_of(Product(id=the("x"), title="x")) == ""


def test_orders_without_a_pattern_teach_nothing_about_kinds() -> None:
    dice = Random(5)
    kinds = [ProductId(f"kind{number}") for number in range(40)]
    baskets = [dice.sample(kinds, dice.choice((1, 2, 3))) for _ in range(1000)]
    pairs = companions_of(baskets, lambda one: one).categories
    assert sum(len(others) for others in pairs.values()) <= 2 * 40 * 39 / 2 * 0.01


def test_without_orders_the_same_corner_of_the_shop_comes_first(shop: Retriever) -> None:
    first = shop.goes_with(the("t1"), Companions(), k=2)
    assert {kind_of(BY_ID[the(one.id)]) for one in first} == {"Chairs", "Stoves"}
