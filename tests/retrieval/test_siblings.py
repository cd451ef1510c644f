"""Near-identical products: one hit, its siblings named, only where the shop asks for it; variants are one hit always."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from retrieval.build import in_memory
from retrieval.catalogue import Product, ProductId
from retrieval.embedders.hashing import HashingEmbedder
from retrieval.needs import Filter, Need
from retrieval.retriever import Found, Retriever
from retrieval.settings import RetrievalSettings
from tests.retrieval.shop_fixture import product, variant

KIND = ("Clothing", "Shirts")


def shop(*more: Product, collapse: bool = True) -> Retriever:
    products = (
        product("r", "Linen Shirt Red", variant("r", 1, "40"), brand="Nord", category=KIND),
        product("b", "Linen Shirt, Navy", variant("b", 1, "42"), brand="Nord", category=KIND),
        product("x", "Linen Shirt Red Size 42", variant("x", 1, "44"), brand="Nord", category=KIND),
        product("l", "Linen Shirt, Large", variant("l", 1, "41"), brand="Nord", category=KIND),
        product("o", "Linen Shirt Red", variant("o", 1, "40"), brand="Syd", category=KIND),
        product("5", "Phone 5 Case Black", variant("5", 1, "9"), brand="Nord", category=("Cases",)),
        product("6", "Phone 6 Case Black", variant("6", 1, "9"), brand="Nord", category=("Cases",)),
        product("g", "Gas Grill", variant("g", 1, "300"), brand="Nord", category=("Grills",)),
        product("h", "Small Gas Grill", variant("h", 1, "200"), brand="Nord", category=("Grills",)),
        product("v", "Wool Scarf", variant("v", 1, "20", colour="red"), variant("v", 2, "20", colour="blue")),
        *more,
    )
    return in_memory(products, (), HashingEmbedder(), settings=RetrievalSettings(collapse_siblings=collapse))


def groups(found: Found) -> dict[str, set[str]]:
    return {one.id: {sibling.id for sibling in found.siblings.get(one.id, ())} for one in found.products}


def test_products_that_differ_in_colour_or_size_only_are_one_hit_with_its_siblings_named() -> None:
    found = shop().find(Need(text="linen shirt nord"))
    hits = groups(found)
    assert [{one, *others} for one, others in hits.items() if one in "rbxl"] == [{"r", "b", "x", "l"}]
    assert {sibling.title for one in found.siblings.values() for sibling in one} & {
        "Linen Shirt, Navy",
        "Linen Shirt Red",
    }


def test_another_brand_another_number_and_another_size_of_thing_are_other_products() -> None:
    retriever = shop()
    assert {"o"} <= set(groups(retriever.find(Need(text="linen shirt"))))
    assert {"5", "6"} <= set(groups(retriever.find(Need(text="phone case"))))
    assert {"g", "h"} <= set(groups(retriever.find(Need(text="gas grill"))))


def test_the_place_of_a_sibling_goes_to_the_next_product() -> None:
    assert len(shop().find(Need(text="shirt linen red"), k=2).products) == 2


def test_a_sibling_that_fails_a_filter_is_not_named() -> None:
    cheap = Filter(field="price", operator="<=", number=Decimal(41))
    named = groups(shop().find(Need(text="linen shirt nord", filters=(cheap,))))
    assert not {"b", "x"} & {one for hit, others in named.items() for one in (hit, *others)}


def test_off_by_default_every_product_has_its_own_place() -> None:
    found = shop(collapse=False).find(Need(text="linen shirt"))
    assert {"r", "b", "x", "l", "o"} <= {one.id for one in found.products}
    assert found.siblings == {}
    assert RetrievalSettings().collapse_siblings is False


def test_variants_stay_one_hit_either_way() -> None:
    for collapse in (True, False):
        found = shop(collapse=collapse).find(Need(text="wool scarf"))
        assert [one.id for one in found.products].count(ProductId("v")) == 1
        assert len(found.variants["v"]) == 2


def test_a_product_put_in_since_the_build_is_found_beside_the_others() -> None:
    retriever = shop()
    known = retriever.product(ProductId("r"))
    assert known is not None
    retriever.apply([replace(known, id=ProductId("n"), title="Linen Shirt Green")])
    found = groups(retriever.find(Need(text="linen shirt nord")))
    assert "n" in {one for hit, others in found.items() for one in (hit, *others)}
