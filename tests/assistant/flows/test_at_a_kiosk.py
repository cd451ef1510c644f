"""Before strangers nobody is asked who they are: the customer's own phone is, and the question goes on there."""

from __future__ import annotations

import pytest

from assistant.events import CustomerIdentified
from assistant.public_screen import Masked, Screen
from tests.assistant.shopper import Shopper

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    "words", ["where is my order?", "maya@example.com", "Maya Lindqvist 97205", "cancel my order #W1000001"]
)
async def test_who_they_are_is_neither_asked_nor_taken_at_a_kiosk(shopper: Shopper, words: str) -> None:
    shopper.channel = "kiosk"
    reply = await shopper.talk("where is my order?", words)
    assert "phone" in reply.text and "e-mail" not in reply.text and not reply.cards
    assert not reply.facts(CustomerIdentified) and "find_customer" not in reply.tools()
    assert reply.context.asked is not None and reply.context.asked.slot == "identity"


async def test_what_was_asked_at_the_kiosk_is_answered_on_the_phone_and_there_alone(shopper: Shopper) -> None:
    shopper.channel = "kiosk"
    await shopper.say("where is my order?")
    shopper.channel = "mobile"
    told = await shopper.say("maya@example.com")
    assert [card.id for card in told.cards] == ["#W1000001"]
    log = await shopper.assistant.events(shopper.conversation)
    assert isinstance(Screen().view(log)[-1], Masked)


async def test_products_are_shown_at_the_kiosk_to_a_customer_whose_phone_has_said_who_they_are(
    shopper: Shopper,
) -> None:
    shopper.channel = "mobile"
    await shopper.talk("where is my order?", "maya@example.com")
    shopper.channel = "kiosk"
    for words in (
        "show me tents",
        "the second one",
        "add it to my cart",
        "what's in my cart?",
        "what's your return policy?",
    ):
        await shopper.say(words)
        shown = Screen().view(await shopper.assistant.events(shopper.conversation))[-1]
        assert not isinstance(shown, Masked), words
    await shopper.say("where is my order?")
    assert isinstance(Screen().view(await shopper.assistant.events(shopper.conversation))[-1], Masked)


async def test_of_shopping_at_a_kiosk_alone_nothing_is_held_back(shopper: Shopper) -> None:
    shopper.channel = "kiosk"
    for words in (
        "show me tents",
        "the second one",
        "add it to my cart",
        "what's in my cart?",
        "i wear size 42",
        "thanks",
    ):
        await shopper.say(words)
    log = await shopper.assistant.events(shopper.conversation)
    assert Screen().view(log) == log
