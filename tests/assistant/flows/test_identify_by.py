"""What makes a customer known: an address alone is no secret, and a shop may ask for more than that, or for proof."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable

import pytest

from assistant.authority import IdentifyBy
from assistant.events import CustomerIdentified
from assistant.identity import recognise
from tests.assistant.shopper import Brains, Reply, Shopper, assistant_of
from tests.assistant.small_shop import SmallShop

pytestmark = pytest.mark.anyio
Opened = Callable[[IdentifyBy], "Shopper"]


def orders(reply: Reply) -> list[str]:
    return [card.id for card in reply.cards if card.kind == "order"]


@pytest.fixture
async def strict(brains: Brains, shop: SmallShop) -> AsyncIterator[Shopper]:
    assistant = assistant_of(brains, shop, identify_by="two_facts")
    conversation, _ = await assistant.start(channel="web")
    yield Shopper(assistant, conversation)
    await assistant.drain(seconds=1)


@pytest.fixture
async def proving(brains: Brains, shop: SmallShop) -> AsyncIterator[Shopper]:
    assistant = assistant_of(brains, shop, identify_by="proof")
    conversation, _ = await assistant.start(channel="web")
    yield Shopper(assistant, conversation)
    await assistant.drain(seconds=1)


async def test_an_address_alone_opens_nothing_and_tells_nothing_of_whose_it_is(strict: Shopper) -> None:
    theirs = await strict.talk("where is my order?", "maya@example.com")
    assert orders(theirs) == [] and not theirs.facts(CustomerIdentified) and "Maya" not in theirs.text
    assert theirs.context.asked is not None and theirs.context.asked.slot == "identity"
    nobodys = await strict.say("nobody@example.com")
    assert nobodys.text == theirs.text


@pytest.mark.parametrize("second", ["97205", "my zip is 97205", "#W1000001", "W1000001", "order #W1000002"])
async def test_an_address_and_a_second_fact_are_enough(strict: Shopper, second: str) -> None:
    reply = await strict.talk("where is my order?", "maya@example.com", second)
    assert [fact.customer_id for fact in reply.facts(CustomerIdentified)] == ["maya"]
    assert orders(reply)


async def test_the_order_that_was_asked_about_is_a_second_fact(strict: Shopper) -> None:
    reply = await strict.talk("where is order #W1000001?", "maya@example.com")
    assert orders(reply) == ["#W1000001"]


@pytest.mark.parametrize("wrong", ["10001", "#W2000001", "#W7777777"])
async def test_a_wrong_second_fact_opens_nothing(strict: Shopper, wrong: str) -> None:
    reply = await strict.talk("where is my order?", "maya@example.com", wrong)
    assert not reply.facts(CustomerIdentified) and orders(reply) == [] and "Maya" not in reply.text


async def test_name_and_zip_are_two_facts(strict: Shopper) -> None:
    assert orders(await strict.talk("where is my order?", "Maya Lindqvist 97205")) == ["#W1000001"]


async def test_asking_again_while_a_second_fact_is_waited_for_asks_for_it_again(strict: Shopper) -> None:
    reply = await strict.talk("where is my order?", "maya@example.com", "where is my order?")
    assert "zip code" in reply.text and not reply.facts(CustomerIdentified)


@pytest.mark.parametrize("said", [("maya@example.com",), ("Maya Lindqvist 97205",), ("maya@example.com", "97205")])
async def test_where_proof_is_asked_for_nobodys_word_is_taken(proving: Shopper, said: tuple[str, ...]) -> None:
    asked = await proving.say("where is my order?")
    assert "sign" in asked.text.lower()
    reply = await proving.talk(*said)
    assert not reply.facts(CustomerIdentified) and orders(reply) == []


async def test_recognising_asks_for_as_much_as_the_shop(shop: SmallShop) -> None:
    found = {
        asks: (
            await recognise(shop, email="maya@example.com", asks=asks) is not None,
            await recognise(shop, email="maya@example.com", zip_code="97205", asks=asks) is not None,
        )
        for asks in ("email", "two_facts", "proof")
    }
    assert found == {"email": (True, True), "two_facts": (False, True), "proof": (False, False)}
