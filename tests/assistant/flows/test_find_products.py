"""Finding products: a search, its refinements, more of the same, cheaper, and honest words when nothing fits."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest

from assistant.events import ToolCalled, ToolReturned
from assistant.flows.telling_needs import as_typed
from tests.assistant.shopper import Shopper
from tests.assistant.small_shop import KETTLE, PRODUCTS, SmallShop

pytestmark = pytest.mark.anyio

TENTS = {product.id for product in PRODUCTS if "Tents" in product.category}


async def test_a_search_shows_cards_with_their_price_and_stock(shopper: Shopper) -> None:
    reply = await shopper.say("i need a tent under 200")
    assert set(reply.shown) == {"t1", "t4", "t5"}
    assert all(price in reply.text for price in ("$189.00", "$99.00", "$79.00"))
    assert all(card.availability for card in reply.cards)
    assert reply.context.shown == tuple(reply.shown)


async def test_a_search_is_recorded_with_what_it_found(shopper: Shopper) -> None:
    reply = await shopper.say("show me kettles")
    (called,), (returned,) = reply.facts(ToolCalled), reply.facts(ToolReturned)
    assert called.name == returned.name == "find_products" and called.call_id == returned.call_id
    assert returned.result["products"] == ["k2"]


@pytest.mark.parametrize(
    ("then", "shown"),
    [
        ("in red", {"t1"}),
        ("under 90", {"t5"}),
        ("for four people", {"t2"}),
        ("with at least 4.5 stars", {"t1", "t6"}),
    ],
)
async def test_a_refinement_narrows_the_search_before(shopper: Shopper, then: str, shown: set[str]) -> None:
    reply = await shopper.talk("show me tents", then)
    assert set(reply.shown) == shown


async def test_a_search_in_a_store_shows_what_stands_there(shopper: Shopper) -> None:
    reply = await shopper.say("show me tents in stock in seattle")
    assert reply.shown == ["t2"] and "4 in stock" in reply.text


async def test_refinements_add_up(shopper: Shopper) -> None:
    reply = await shopper.talk("show me tents", "under 350", "at least 4 stars", "not blue")
    assert "t2" in reply.shown and not {"t3", "t4", "t5", "t6"} & set(reply.shown)


async def test_what_is_ruled_out_is_not_shown(shopper: Shopper) -> None:
    reply = await shopper.talk("show me tents", "without polyester")
    assert not {"t2", "t4"} & set(reply.shown) and reply.shown


async def test_another_kind_of_thing_starts_afresh(shopper: Shopper) -> None:
    reply = await shopper.talk("show me tents under 100", "show me headphones")
    assert reply.shown == ["e1"]


async def test_who_it_is_for_outlives_a_change_of_thing(shopper: Shopper) -> None:
    assert (await shopper.say("running shoes for women")).shown == ["s2"]
    assert (await shopper.say("what about for men?")).shown == ["s1"]


async def test_more_brings_others_until_there_are_none(shopper: Shopper) -> None:
    first = await shopper.say("show me tents")
    more = await shopper.say("show me more")
    assert not set(first.shown) & set(more.shown)
    assert {*first.shown, *more.shown} == TENTS
    assert (await shopper.say("more")).cards == ()


async def test_more_is_offered_only_while_there_is_more(shopper: Shopper) -> None:
    assert "Show more" in (await shopper.say("show me tents")).buttons
    assert "Show more" not in (await shopper.say("show me more")).buttons


async def test_cheaper_is_cheaper_than_what_is_on_the_table(shopper: Shopper) -> None:
    before = await shopper.say("show me tents over 150")
    cheapest = min(card.price.amount for card in before.cards if card.price)
    after = await shopper.say("something cheaper")
    assert after.shown and all(card.price and card.price.amount < cheapest for card in after.cards)


async def test_nothing_is_cheaper_than_the_cheapest_of_its_kind(shopper: Shopper) -> None:
    reply = await shopper.talk("show me tents under 80", "cheaper")
    assert not TENTS & set(reply.shown)


@pytest.mark.parametrize("wish", ["cheaper", "too expensive", "another brand", "lighter"])
async def test_a_wish_for_others_never_leaves_their_kind(shopper: Shopper, wish: str) -> None:
    await shopper.say("show me tents")
    for _ in range(3):
        reply = await shopper.say(wish)
        assert set(reply.shown) <= TENTS
        assert "don't think we carry" not in reply.text


async def test_a_wish_for_less_that_names_another_kind_is_for_that_kind(shopper: Shopper) -> None:
    reply = await shopper.talk("show me tents", "something cheaper, maybe a kettle")
    assert reply.shown and not TENTS & set(reply.shown)


async def test_where_nothing_costs_less_than_all_shown_the_lowest_prices_are_shown(shopper: Shopper) -> None:
    await shopper.say("show me tents under 80")
    await shopper.say("show me tents over 50")
    shown = (await shopper.say("cheaper")).shown
    prices = [product.prices[0] for key in shown for product in PRODUCTS if product.id == key and product.prices]
    assert prices == sorted(prices) and set(shown) <= TENTS


async def test_a_price_that_nothing_meets_is_said_and_what_misses_it_by_least_is_shown(shopper: Shopper) -> None:
    reply = await shopper.say("show me tents under 20")
    prices = [card.price.amount for card in reply.cards if card.price]
    assert set(reply.shown) <= TENTS and prices and prices == sorted(prices)
    assert "under $20" in reply.text and "Here is what I found" not in reply.text


async def test_where_nothing_at_all_is_left_a_yes_searches_less_strictly(shopper: Shopper) -> None:
    reply = await shopper.say("kettles not from Hearth")
    assert reply.cards == ()
    assert reply.context.asked is not None and reply.context.asked.slot == "go_ahead"
    assert (await shopper.say("yes please")).text


@pytest.mark.parametrize("said", ["running shoes under 10", "do you have running shoes under 40?", "kettles under 4"])
async def test_a_kind_that_costs_more_is_shown_and_neither_denied_nor_a_policy(shopper: Shopper, said: str) -> None:
    reply = await shopper.say(said)
    kind = {product.id for product in PRODUCTS if product.category[-1].lower() in said}
    assert reply.shown and set(reply.shown) <= kind
    assert f"under ${said.rstrip('?').split()[-1]}" in reply.text and "carry" not in reply.text


@pytest.mark.parametrize("said", ["do you sell scuba gear?", "do you have snowboards?"])
async def test_what_the_shop_does_not_carry_is_not_passed_off_as_found(shopper: Shopper, said: str) -> None:
    reply = await shopper.say(said)
    assert not reply.text.startswith(("Here is what I found", "These fit", "Here are good matches"))


async def test_the_assortment_names_departments_that_exist(shopper: Shopper) -> None:
    reply = await shopper.say("what do you sell?")
    assert all(name in reply.text for name in ("Outdoor", "Sport", "Home", "Electronics"))
    assert (await shopper.say(reply.buttons[0])).shown


async def test_what_has_no_price_is_shown_without_one(shopper: Shopper) -> None:
    reply = await shopper.say("show me earbuds")
    assert reply.shown == ["e2"] and reply.cards[0].price is None and "$" not in reply.text


async def test_the_shops_price_of_this_moment_is_shown_not_the_indexs(shopper: Shopper, shop: SmallShop) -> None:
    shop.change(replace(KETTLE, variants=(replace(KETTLE.variants[0], price=Decimal("35.00")),)))
    assert "$35.00" in (await shopper.say("show me kettles")).text


async def test_a_product_that_was_taken_off_the_shelf_is_not_shown(shopper: Shopper, shop: SmallShop) -> None:
    del shop.products_by_id["k2"]
    assert (await shopper.say("show me kettles")).shown == []


@pytest.mark.parametrize(
    ("typed", "told"), [("a 4k monitor", "4K monitors"), ("monitors with 3840 x 2160", "3840 x 2160 monitors")]
)
def test_a_resolution_is_told_by_the_name_it_was_asked_by(typed: str, told: str) -> None:
    line = SimpleNamespace(who="customer", text=typed)
    work: Any = SimpleNamespace(conversation=SimpleNamespace(transcript=(line,)))
    assert as_typed(work, "3840 x 2160 monitors") == told
