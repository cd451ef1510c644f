"""Choosing with an option, "the second one in blue": said whether it is to be had so, and kept for the cart."""

from __future__ import annotations

import pytest

from tests.assistant.shopper import Shopper

pytestmark = pytest.mark.anyio


async def test_a_choice_in_a_colour_it_comes_in_goes_into_the_cart_in_that_colour(shopper: Shopper) -> None:
    await shopper.talk("show me the storm tent", "the first one in red")
    reply = await shopper.say("add it to my cart")
    assert reply.in_cart == {"t1-2": 1}


async def test_a_choice_in_a_colour_it_does_not_come_in_is_told_what_there_is(shopper: Shopper) -> None:
    reply = await shopper.talk("show me the storm tent", "the first one in green")
    assert "green" in reply.text and "blue" in reply.text and not reply.in_cart


async def test_the_red_one_is_of_what_was_just_spoken_of(shopper: Shopper) -> None:
    await shopper.talk("show me running shoes", "the first one in green")
    reply = await shopper.say("ok the black one then")
    assert [card.id for card in reply.cards][:1] == ["s1"]


async def test_a_product_named_with_a_store_is_looked_up_there(shopper: Shopper) -> None:
    reply = await shopper.say("do you have the Storm tent in stock in Seattle?")
    assert "Seattle" in reply.text and "Small Shop Portland" in reply.text
    assert reply.shown == ["t1"]


@pytest.mark.parametrize("said", ["my kettle is broken", "my headphones are broken", "my watch won't charge"])
async def test_what_is_broken_is_a_matter_of_warranty_and_not_of_shopping(shopper: Shopper, said: str) -> None:
    reply = await shopper.say(said)
    assert not reply.shown and "policy" in [citation.kind for citation in reply.citations]


@pytest.mark.parametrize("said", ["I was charged twice!!! this is ridiculous", "do u have any deals?"])
async def test_what_is_no_product_is_not_looked_for(shopper: Shopper, said: str) -> None:
    reply = await shopper.say(said)
    assert not reply.shown and "carry" not in reply.text and reply.buttons
