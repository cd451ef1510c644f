"""What goes with a thing, what is like it, and something for what they have."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from functools import partial
from pathlib import Path

import pytest

from assistant.customers import open_customers
from assistant.stores.sqlite_memories import SqliteMemories
from retrieval.private import PrivateNotes
from tests.assistant.shopper import Brains, Shopper, assistant_of
from tests.assistant.small_shop import SmallShop

pytestmark = pytest.mark.anyio


async def here(call: Callable[[], object]) -> object:
    return call()


@pytest.fixture
async def known(tmp_path: Path, brains: Brains) -> AsyncIterator[Shopper]:
    """Maya, with customer context: she has ordered a tent and a mug."""
    notes = partial(PrivateNotes, embedder=brains.embedder)
    customers = open_customers(SmallShop(), SqliteMemories.open(tmp_path / "customers.db"), notes, here)
    assistant = assistant_of(brains, SmallShop(), customers=customers)
    conversation, _ = await assistant.start(channel="web", customer_id="maya")
    yield Shopper(assistant, conversation)
    await assistant.drain(seconds=1)
    customers.close()


async def test_what_goes_with_a_thing_is_of_other_kinds_and_in_stock(shopper: Shopper) -> None:
    await shopper.say("show me the Fjell Storm 2 Tent")
    reply = await shopper.say("what goes well with the Fjell Storm 2 Tent?")
    assert reply.shown and not set(reply.shown) & {"t1", "t2", "t3", "t4", "t5", "t6"}
    assert "Fjell Storm 2 Tent" in reply.text
    assert "e1" not in reply.shown


async def test_like_this_but_cheaper_costs_less_and_is_of_its_kind(shopper: Shopper) -> None:
    await shopper.say("tell me about the Fjell Storm 2 Tent")
    reply = await shopper.say("something like it but cheaper")
    assert set(reply.shown) == {"t4", "t5"} and "Fjell Storm 2 Tent" in reply.text


async def test_where_nothing_costs_less_that_is_said(shopper: Shopper) -> None:
    reply = await shopper.talk("tell me about the Sola Garden 3 Tent", "something like it but cheaper")
    assert reply.shown == ["t5"] and "less" in reply.text


async def test_something_similar_to_a_thing_that_is_sold_out_is_in_stock(shopper: Shopper) -> None:
    await shopper.say("tell me about the Lumen Featherlight 1 Tent")
    reply = await shopper.say("anything similar to this?")
    assert reply.shown and "t3" not in reply.shown


async def test_something_for_my_tent_is_found_by_the_order_it_came_in(known: Shopper) -> None:
    reply = await known.say("I'd like something for my tent")
    assert "#W1000001" in reply.text and "Fjell Storm 2 Tent" in reply.text
    assert reply.shown and "t1" not in reply.shown


async def test_something_for_a_thing_they_do_not_have_is_a_search(known: Shopper) -> None:
    reply = await known.say("anything for my headphones?")
    assert "#W" not in reply.text


async def test_what_goes_with_it_is_offered_once(known: Shopper) -> None:
    first = await known.talk("show me the Hearth Enamel Mug", "add it to my cart")
    assert "goes" in first.text and "What goes with it?" in first.buttons
    second = await known.talk("show me the Hearth Steel Kettle", "add it to my cart")
    assert "goes" not in second.text


async def test_a_yes_to_that_shows_it(known: Shopper) -> None:
    reply = await known.talk("show me the Fjell Storm 2 Tent", "add the blue one to my cart", "yes please")
    assert reply.shown and "t1" not in reply.shown
    assert list(reply.in_cart) == ["t1-1"]
