"""A conversation that is had in a store: "here" is that store, and its stock comes first."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from assistant.events import ChannelName
from tests.assistant.shopper import Brains, Reply, Shopper, assistant_of
from tests.assistant.small_shop import SmallShop

pytestmark = pytest.mark.anyio
Standing = Callable[..., Awaitable[Shopper]]


@pytest.fixture
async def standing(brains: Brains, shop: SmallShop) -> AsyncIterator[Standing]:
    """In a store of the small shop."""
    assistant = assistant_of(brains, shop)

    async def at(store: str, locale: str = "en", channel: ChannelName = "kiosk") -> Shopper:
        conversation, _ = await assistant.start(channel=channel, locale=locale, store=store)
        return Shopper(assistant, conversation)

    yield at
    await assistant.drain(seconds=1)


def stores(reply: Reply) -> list[str]:
    return [card.id for card in reply.cards if card.kind == "store"]


async def test_the_store_told_at_the_start_is_part_of_the_state(standing: Standing) -> None:
    shopper = await standing("portland")
    assert (await shopper.assistant.state(shopper.conversation)).store == "portland"


@pytest.mark.parametrize("asked", ["is it in stock?", "do you have it here?", "is it available in this store?"])
async def test_stock_is_that_of_this_store_where_none_is_named(standing: Standing, asked: str) -> None:
    shopper = await standing("portland")
    reply = await shopper.talk("how heavy is the fjell storm 2 tent?", asked)
    assert stores(reply) == ["portland"] and "2" in reply.text


async def test_what_is_not_here_is_said_with_the_nearest_store_that_has_it(standing: Standing) -> None:
    shopper = await standing("denver")
    reply = await shopper.talk("how heavy is the fjell storm 2 tent?", "do you have it here?")
    assert stores(reply) == ["portland"] and "Denver" in reply.text


async def test_another_store_that_is_named_is_meant(standing: Standing) -> None:
    shopper = await standing("denver")
    reply = await shopper.talk("how heavy is the fjell storm 2 tent?", "is it in stock in portland?")
    assert stores(reply) == ["portland"] and "2" in reply.text


async def test_asking_for_stores_in_general_looks_beyond_this_one(standing: Standing) -> None:
    shopper = await standing("portland")
    reply = await shopper.talk("show me mugs", "which stores have it?")
    assert stores(reply) == ["seattle"] and "Portland" not in reply.text


async def test_products_found_are_told_with_the_stock_of_this_store_first(standing: Standing) -> None:
    reply = await (await standing("seattle")).say("show me mugs")
    assert reply.cards[0].availability == "6 in stock at Small Shop Seattle, also online"
    assert reply.cards[0].availability in reply.text


async def test_what_is_gone_here_and_not_online_is_told_so(standing: Standing) -> None:
    reply = await (await standing("denver")).say("show me mugs")
    assert reply.cards[0].availability == "sold out at Small Shop Denver, in stock online"


async def test_the_hours_asked_for_are_those_of_this_store(standing: Standing) -> None:
    reply = await (await standing("denver")).say("when do you close today?")
    assert stores(reply) == ["denver"] and "20:00" in reply.text


async def test_elsewhere_nothing_is_taken_for_here(standing: Standing) -> None:
    reply = await (await standing("", channel="web")).say("show me mugs")
    assert "Seattle" not in reply.text
