"""Orders: told to whom they belong, and to nobody else."""

from __future__ import annotations

import re

import pytest

from assistant.events import CustomerIdentified, ToolReturned
from tests.assistant.shopper import Reply, Shopper

pytestmark = pytest.mark.anyio


def orders(reply: Reply) -> list[str]:
    return [card.id for card in reply.cards if card.kind == "order"]


async def test_nothing_is_told_before_the_customer_is_known(shopper: Shopper) -> None:
    for said in ("where is my order?", "where is order #W1000001?", "show my orders"):
        reply = await shopper.say(said)
        assert orders(reply) == [] and "Storm" not in reply.text
        assert reply.context.asked is not None and reply.context.asked.slot == "identity"


@pytest.mark.parametrize(
    "answers",
    [
        ("maya@example.com",),
        ("it's MAYA@Example.com",),
        ("Maya Lindqvist 97205",),
        ("my name is maya lindqvist, zip 97205",),
        ("maya lindqvist", "97205"),
        ("97205", "maya lindqvist"),
    ],
)
async def test_who_they_are_opens_the_order_they_asked_for(shopper: Shopper, answers: tuple[str, ...]) -> None:
    await shopper.say("where is my order?")
    reply = await shopper.talk(*answers)
    assert orders(reply) == ["#W1000001"]
    assert "November 24" in reply.text and "Postly" in reply.text and "PX111" in reply.text
    assert [fact.customer_id for fact in reply.facts(CustomerIdentified)] == ["maya"]


async def test_a_digression_does_not_lose_the_question(shopper: Shopper) -> None:
    reply = await shopper.talk("where is my order?", "is shipping free?", "maya@example.com")
    assert orders(reply) == ["#W1000001"]


async def test_the_order_named_first_is_told_once_they_are_known(shopper: Shopper) -> None:
    reply = await shopper.talk("where is order #W1000002?", "maya@example.com")
    assert orders(reply) == ["#W1000002"] and "November 6" in reply.text


async def test_a_name_that_two_customers_share_opens_neither(shopper: Shopper) -> None:
    reply = await shopper.talk("where is my order?", "Ann Lee 97205")
    assert not reply.facts(CustomerIdentified) and "Ann" not in reply.text


async def test_wrong_details_are_asked_again_and_then_a_person_is_offered(shopper: Shopper) -> None:
    await shopper.say("where is my order?")
    for wrong in ("nobody@example.com", "no.one@example.com"):
        reply = await shopper.say(wrong)
        assert reply.context.asked is not None and reply.context.asked.slot == "identity"
    reply = await shopper.say("still.nobody@example.com")
    assert "I'd like to talk to a person" in reply.buttons
    assert not reply.facts(CustomerIdentified)


async def test_a_foreign_order_is_answered_like_one_that_does_not_exist(maya: Shopper) -> None:
    def shape(reply: Reply) -> tuple[object, ...]:
        wordings = re.sub(r"#W\d+", "#", reply.text)
        answers = [(fact.result, fact.error) for fact in reply.facts(ToolReturned)]
        return wordings, orders(reply), reply.citations, answers

    foreign = shape(await maya.say("where is order #W2000001?"))
    await maya.say("hello")
    missing = shape(await maya.say("where is order #W7777777?"))
    assert foreign[1:] == missing[1:]
    assert orders(await maya.say("where is order #W2000001?")) == []
    both = {foreign[0], missing[0]}
    assert all("Kettle" not in str(text) and "shipped" not in str(text) for text in both)


async def test_a_signed_in_customer_is_not_asked_who_they_are(maya: Shopper) -> None:
    reply = await maya.say("where is my order?")
    assert orders(reply) == ["#W1000001"] and not reply.facts(CustomerIdentified)


async def test_all_orders_are_listed_newest_first(maya: Shopper) -> None:
    reply = await maya.say("show my orders")
    assert orders(reply) == ["#W1000001", "#W1000002"]
    assert orders(await maya.say("#W1000002")) == ["#W1000002"]


async def test_the_last_order_is_the_newest(maya: Shopper) -> None:
    assert orders(await maya.say("what was my last order?")) == ["#W1000001"]


async def test_a_follow_up_stays_with_the_order(maya: Shopper) -> None:
    reply = await maya.talk("where is order #W1000001?", "when will it arrive?")
    assert orders(reply) == ["#W1000001"] and "November 24" in reply.text


async def test_a_late_parcel_is_called_late(shopper: Shopper) -> None:
    reply = await shopper.talk("where is my order?", "tom@example.com")
    assert "late" in reply.text and "November 18" in reply.text


async def test_somebody_without_orders_is_told_so(shopper: Shopper) -> None:
    reply = await shopper.talk("where is my order?", "nora@example.com")
    assert orders(reply) == [] and "no orders" in reply.text


async def test_another_persons_order_stays_private_whoever_asks(maya: Shopper) -> None:
    reply = await maya.say("where is my husband's order?")
    assert orders(reply) == []


async def test_a_change_of_an_order_is_never_claimed_to_be_done_without_a_yes(maya: Shopper) -> None:
    for said in ("cancel my order #W1000001", "return my order #W1000002", "change the address of my order"):
        text = (await maya.say(said)).text.lower()
        assert "has been cancelled" not in text and "is cancelled" not in text and "done" not in text


@pytest.mark.parametrize(("thing", "found"), [("tent", "#W1000001"), ("mug", "#W1000002")])
async def test_an_order_is_found_by_the_thing_in_it(shopper: Shopper, thing: str, found: str) -> None:
    reply = await shopper.talk(f"where is my {thing}?", "maya@example.com")
    assert orders(reply) == [found]


async def test_a_thing_never_ordered_is_said_to_be_in_no_order(shopper: Shopper) -> None:
    reply = await shopper.talk("where is my order?", "maya@example.com", "when will my canoe arrive?")
    assert "no canoe" in reply.text
