"""Cards say the same as the text, and offer only what can be done."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.answering.cards import (
    availability,
    lowest_price,
    matching_variants,
    product_card,
    product_citation,
    product_line,
    shown_price,
    store_card,
)
from assistant.answering.voices import load_voice
from retrieval.catalogue import Product, Variant, VariantId
from retrieval.constraints import Filter, Need
from tests.assistant.small_shop import (
    BASECAMP,
    EARBUDS,
    FEATHER,
    HEADPHONES,
    JACKET,
    MUG,
    PORTLAND,
    PRODUCTS,
    ROAD,
    STORES,
    STORM,
)

BY_ID = {store.id: store for store in STORES}
ENGLISH = load_voice("en").phrases


def actions(product: Product) -> list[str]:
    return [action.action for action in product_card(product, ENGLISH).actions]


@pytest.mark.parametrize(
    ("product", "said"),
    [
        (MUG, "in stock"),
        (BASECAMP, "only 1 left online"),
        (HEADPHONES, "sold out online, in 1 store"),
        (FEATHER, "sold out"),
        (EARBUDS, "not for sale right now"),
    ],
)
def test_availability_is_said_in_few_words(product: Product, said: str) -> None:
    assert availability(product, product.variants, BY_ID, ENGLISH) == said
    assert product_card(product, ENGLISH, stores=BY_ID).availability == said


def test_availability_at_a_store_counts_its_units() -> None:
    assert availability(STORM, STORM.variants, BY_ID, ENGLISH, PORTLAND) == "2 in stock at Small Shop Portland"
    assert availability(MUG, MUG.variants, BY_ID, ENGLISH, PORTLAND) == "sold out at Small Shop Portland"


def test_a_shop_that_states_no_numbers_is_believed() -> None:
    unnumbered = replace(MUG, variants=(Variant(id=VariantId("v"), price=Decimal(5)),))
    assert product_card(unnumbered, ENGLISH).availability == "in stock"
    gone = replace(MUG, variants=(Variant(id=VariantId("v"), price=Decimal(5), available=False),))
    assert product_card(gone, ENGLISH).availability == "sold out"


def test_only_what_can_be_bought_has_a_button_to_buy_it() -> None:
    assert actions(MUG) == ["add_to_cart", "show_product"]
    assert actions(FEATHER) == actions(EARBUDS) == actions(HEADPHONES) == ["show_product"]


def test_a_button_names_the_variant_only_when_there_is_one() -> None:
    (one, *_), (several, *_) = product_card(MUG, ENGLISH).actions, product_card(STORM, ENGLISH).actions
    assert one.arguments["variant_id"] == "k1-1"
    assert "variant_id" not in several.arguments


def test_a_price_that_varies_is_shown_from_its_lowest() -> None:
    assert shown_price(JACKET, JACKET.variants, ENGLISH) == "from $149.00"
    assert shown_price(MUG, MUG.variants, ENGLISH) == "$12.50"
    assert shown_price(EARBUDS, EARBUDS.variants, ENGLISH) == ""
    assert lowest_price(EARBUDS, EARBUDS.variants) is None and product_card(EARBUDS, ENGLISH).price is None


@pytest.mark.parametrize(
    ("conditions", "variants"),
    [
        ((Filter(field="colour", operator="in", values=("green",)),), {"j1-3"}),
        ((Filter(field="colour", operator="not in", values=("green",)),), {"j1-1", "j1-2"}),
        ((Filter(field="size", operator="in", values=("l",)),), {"j1-2", "j1-3"}),
        ((Filter(field="price", operator="<=", number=Decimal(150)),), {"j1-1", "j1-2"}),
        ((Filter(field="price", operator=">=", number=Decimal(150)),), {"j1-3"}),
        ((Filter(field="colour", operator="in", values=("purple",)),), {"j1-1", "j1-2", "j1-3"}),
        ((), {"j1-1", "j1-2", "j1-3"}),
    ],
)
def test_the_variants_that_meet_the_need_are_shown(conditions: tuple[Filter, ...], variants: set[str]) -> None:
    assert {v.id for v in matching_variants(JACKET, Need(filters=conditions))} == variants


def test_the_price_on_a_card_is_that_of_the_variant_searched_for() -> None:
    green = Need(filters=(Filter(field="colour", operator="in", values=("green",)),))
    card = product_card(JACKET, ENGLISH, need=green)
    assert card.price is not None and card.price.amount == Decimal("159.00")


def test_what_can_be_had_comes_before_what_is_sold_out() -> None:
    blue = Need(filters=(Filter(field="size", operator="in", values=("42",)),))
    assert [v.id for v in matching_variants(ROAD, blue)] == ["s1-1", "s1-2"]


@given(st.sampled_from(PRODUCTS))
def test_the_line_of_a_product_says_what_its_card_says(product: Product) -> None:
    card = product_card(product, ENGLISH, stores=BY_ID)
    line = product_line(product, card, matching_variants(product, None), ENGLISH)
    assert line.startswith(f"**{card.title}**")
    assert card.availability in line
    assert shown_price(product, product.variants, ENGLISH) in line


def test_a_drawn_picture_is_asked_for_in_the_colour_shown() -> None:
    drawn = replace(ROAD, image_url="/v1/shop/products/s1/image.svg")
    navy = Need(filters=(Filter(field="colour", operator="in", values=("navy blue",)),))
    assert product_card(drawn, ENGLISH, need=navy).image_url.endswith("image.svg?colour=navy%20blue")
    photo = replace(ROAD, image_url="https://cdn.example/road.jpg")
    assert product_card(photo, ENGLISH, need=navy).image_url == "https://cdn.example/road.jpg"


def test_a_store_card_tells_where_when_and_how_to_call() -> None:
    card = store_card(STORES[0], "2 in stock", "Mon 09:00–18:00")
    assert card.title == "Small Shop Portland" and card.availability == "2 in stock"
    assert all(part in card.subtitle for part in ("12 Pine St", "Portland", "Mon 09:00–18:00", "(503) 555-0112"))


def test_a_citation_keeps_the_words_it_quotes() -> None:
    cited = product_citation(MUG, "capacity: 0.35 l")
    assert (cited.kind, cited.id, cited.quote) == ("product", "k1", "capacity: 0.35 l")
