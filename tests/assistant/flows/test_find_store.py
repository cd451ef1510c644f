"""Stores by place and by day, and which of them has a product."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.assistant.shopper import Reply, Shopper
from tests.assistant.small_shop import DENVER, MUG, SmallShop

pytestmark = pytest.mark.anyio


def stores(reply: Reply) -> list[str]:
    return [card.id for card in reply.cards if card.kind == "store"]


@pytest.mark.parametrize(
    ("said", "store", "fact"),
    [
        ("when does the portland store open?", "portland", "09:00"),
        ("is the seattle store open on sunday?", "seattle", "11:00"),
        ("opening hours in denver", "denver", "10:00"),
        ("what's the phone number of the seattle store", "seattle", "(206) 555-0107"),
        ("what is the address of your store in portland", "portland", "12 Pine St"),
        ("where is your store in the pearl district?", "portland", "12 Pine St"),
    ],
)
async def test_a_store_is_told_with_what_was_asked(shopper: Shopper, said: str, store: str, fact: str) -> None:
    reply = await shopper.say(said)
    assert stores(reply) == [store] and fact in reply.text


async def test_a_day_on_which_a_store_is_closed_is_told(shopper: Shopper) -> None:
    reply = await shopper.say("is the portland store open on sunday?")
    assert "closed" in reply.text


async def test_today_and_tomorrow_are_worked_out(shopper: Shopper) -> None:
    assert "Friday" in (await shopper.say("is the denver store open today?")).text
    saturday = await shopper.say("what time does the portland store open tomorrow?")
    assert "Saturday" in saturday.text and "16:00" in saturday.text


async def test_without_a_place_it_is_asked_for_and_a_city_answers(shopper: Shopper) -> None:
    reply = await shopper.say("where are your stores?")
    assert all(city in reply.text for city in ("Portland", "Seattle", "Denver"))
    assert reply.context.asked is not None and reply.context.asked.slot == "place"
    assert stores(await shopper.say("seattle")) == ["seattle"]


async def test_near_a_place_the_nearest_come_first(shopper: Shopper) -> None:
    reply = await shopper.say("stores near portland")
    assert stores(reply)[:2] == ["portland", "seattle"]


async def test_an_unknown_place_is_admitted_with_the_places_there_are(shopper: Shopper) -> None:
    reply = await shopper.say("do you have a store in chicago?")
    assert "Chicago" in reply.text and "Denver" in reply.text and not stores(reply)


async def test_a_zip_code_names_the_store_of_its_area(shopper: Shopper) -> None:
    reply = await shopper.talk("where are your stores?", "98109")
    assert stores(reply)[:1] == ["seattle"]


async def test_stores_are_counted_not_guessed(shopper: Shopper) -> None:
    assert "3" in (await shopper.say("how many stores do you have?")).text


async def test_all_stores_that_have_a_product_are_told_with_their_units(shopper: Shopper) -> None:
    reply = await shopper.talk("show me mugs", "which stores have it?")
    assert stores(reply) == ["seattle"] and "6 in stock" in reply.text


async def test_stock_at_a_store_is_answered_for_that_store(shopper: Shopper) -> None:
    reply = await shopper.talk("how heavy is the fjell storm 2 tent?", "is it in stock in portland?")
    assert stores(reply) == ["portland"] and "2" in reply.text


async def test_a_store_without_it_is_told_with_the_nearest_that_has_it(shopper: Shopper) -> None:
    reply = await shopper.talk("how heavy is the fjell storm 2 tent?", "is it in stock in denver?")
    assert stores(reply) == ["portland"]
    assert "Denver" in reply.text and "Portland" in reply.text


async def test_what_no_store_has_is_said_and_whether_it_can_be_ordered(shopper: Shopper) -> None:
    kettle = await shopper.talk("show me kettles", "which stores have it?")
    assert stores(kettle) == [] and "online" in kettle.text


async def test_what_nobody_has_is_said_to_be_sold_out(shopper: Shopper) -> None:
    feather = await shopper.talk("how heavy is the lumen featherlight 1 tent?", "which stores have it?")
    assert stores(feather) == [] and feather.cards[0].availability == "sold out"


async def test_an_option_in_the_question_counts_its_own_stock(shopper: Shopper) -> None:
    await shopper.say("how heavy is the fjell storm 2 tent?")
    assert stores(await shopper.say("do you have it in blue in portland?")) == ["portland"]


async def test_the_stock_is_that_of_this_moment(shopper: Shopper, shop: SmallShop) -> None:
    await shopper.say("show me mugs")
    shop.change(replace(MUG, variants=(replace(MUG.variants[0], stock={DENVER: 9}),)))
    reply = await shopper.say("which stores have it?")
    assert stores(reply) == ["denver"] and "9 in stock" in reply.text


async def test_open_now_is_by_the_clock_of_the_store(shopper: Shopper) -> None:
    """The small shop's clock says 18:00 UTC on a Friday; its stores keep UTC."""
    closed = await shopper.say("is the portland store open now?")
    assert "closed now, opens Saturday at 10:00" in closed.text
    assert "open now, until 19:00" in (await shopper.say("is the seattle store open right now?")).text


async def test_of_few_stores_those_open_now_are_told(shopper: Shopper) -> None:
    reply = await shopper.say("which stores are open now?")
    assert stores(reply) == ["seattle", "denver"] and "until 20:00" in reply.text


async def test_near_a_place_distance_and_doors_are_told(shopper: Shopper) -> None:
    reply = await shopper.say("stores near portland")
    assert "145 miles away" in reply.text and "open now, until 19:00" in reply.text
    assert stores(reply) == ["portland", "seattle", "denver"]


async def test_the_nearest_that_is_open_is_told(shopper: Shopper) -> None:
    reply = await shopper.say("which store near portland is open right now?")
    assert stores(reply)[:1] == ["seattle"]


async def test_the_nearest_to_me_asks_where_that_is(shopper: Shopper) -> None:
    reply = await shopper.say("where is the nearest store?")
    assert reply.context.asked is not None and reply.context.asked.slot == "place"
