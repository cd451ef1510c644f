"""Playing scripted shoppers on a shopfront, and the report of it."""

import json
from collections.abc import Callable, Mapping
from typing import Any

import httpx
import pytest

from assistant.events import AssistantSaid, Card, CardAction, Fact, QuickReply, TurnId
from assistant.shops.records import Address, Customer, CustomerId
from eval.dialogue.dialogue import Played, play, repeated_sentences
from eval.dialogue.report import report
from eval.dialogue.scenarios import Suite
from eval.dialogue.shop_facts import ShopFacts
from eval.progress import Exchange
from eval.shopfronts import OverHttp
from retrieval.catalogue import Product, ProductId

pytestmark = pytest.mark.anyio

TENT = Product(id=ProductId("p1"), title="Skarvik Hollin Tent", brand="Skarvik", attributes={"weight": "1.8 kg"})
MAYA = Customer(
    id=CustomerId("maya"), first_name="Maya", last_name="L", email="maya@example.com",
    address=Address(address1="1 Main St", city="X", zip="97205", country="US"),
)  # fmt: skip
SHOP = ShopFacts(products={TENT.id: TENT}, customers={MAYA.id: MAYA})


class Clerk:
    """A shopfront that answers by rule and remembers what it was asked."""

    can_sign_in = False

    def __init__(self, answer: Callable[[str], tuple[Fact, ...]]) -> None:
        self._answer = answer
        self.asked: list[tuple[str, str]] = []

    async def start(self, *, locale: str, customer_id: str) -> str:
        return "c"

    async def say(self, conversation: str, text: str, *, client_id: str) -> Exchange:
        self.asked.append((client_id, text))
        return Exchange(facts=self._answer(text), seconds=0.5) if text else Exchange(refused="empty")

    async def press(self, conversation: str, action: str, arguments: Mapping[str, Any], *, client_id: str) -> Exchange:
        return await self.say(conversation, f"{action} {json.dumps(arguments)}", client_id=client_id)


def tent_clerk(text: str) -> tuple[Fact, ...]:

    button = CardAction(id="1", label="Add", action="add_to_cart", arguments={"variant": "v1"})
    card = Card(kind="product", id="p1", title=TENT.title, actions=(button,))
    words = f"You asked for it. The Skarvik Hollin weighs {'2.5' if 'lie' in text else '1.8'} kg."
    replies = (QuickReply(label="Cheaper", text="show me cheaper ones"),)
    return (AssistantSaid(turn_id=TurnId("t"), text=words, language="en", cards=(card,), quick_replies=replies),)


def suite(*turns: Mapping[str, Any], **more: Any) -> Suite:
    return Suite.model_validate(
        {"suite": "s", "scenarios": [{"name": "one", "tags": ["find"], "turns": turns, **more}]}
    )


def figures(played: Played) -> dict[str, Any]:
    return report(played, seed=7, versions={})


async def test_a_script_types_presses_and_taps_and_each_turn_is_judged() -> None:
    clerk = Clerk(tent_clerk)
    played = await play(
        suite(
            {"says": "tents", "expect": {"cards": {}}},
            {"says": "is {name:1} heavy", "expect": {}},
            {"press": {"action": "add_to_cart"}, "expect": {}},
            {"tap": "cheap", "expect": {"no_cards": True}},
            {"says": "", "expect": {"refused": "empty"}},
        ),
        clerk,
        SHOP,
    )
    assert [text for _, text in clerk.asked] == [
        "tents", "is skarvik hollin heavy", 'add_to_cart {"variant": "v1"}', "show me cheaper ones", "",
    ]  # fmt: skip
    assert [turn.reached for turn in played.turns] == [True, True, True, False, True]
    assert len({client_id for client_id, _ in clerk.asked}) == 5


async def test_what_cannot_be_said_is_not_reached_and_the_script_goes_on() -> None:
    played = await play(
        suite({"says": "the {name:2}", "expect": {}}, {"tap": "none", "expect": {}}, {"says": "hi", "expect": {}}),
        Clerk(tent_clerk),
        SHOP,
    )
    assert [turn.wrongs for turn in played.turns] == [
        ("cannot be said: no product number 2 was shown",),
        ("cannot be said: no quick reply like 'none'",),
        (),
    ]


async def test_the_report_counts_turns_conversations_tags_and_what_is_ungrounded() -> None:
    played = await play(
        suite(
            {"says": "tents", "expect": {}, "tags": ["easy"]},
            {"says": "tell me a lie", "expect": {"no_cards": True}},
        ),
        Clerk(tent_clerk),
        SHOP,
    )
    told = figures(played)
    assert told["turns_reached"] == {
        "hits": 1, "of": 2, "rate": 0.5, "interval_95": [0.0945, 0.9055], "interval_95_by_conversation": [0.5, 0.5],
    }  # fmt: skip
    assert told["conversations_reached"]["hits"] == 0
    assert told["ungrounded_figures"] == 1
    assert told["ungrounded"][0]["figures"][0]["text"] == "2.5 kg"
    assert told["unnamed_cards"] == 0
    assert told["repeated_sentences"] == 1
    assert told["by_tag"]["easy"]["rate"] == 1.0
    assert told["by_tag"]["find"]["of"] == 2
    assert told["failures"][0]["wrong"] == ["no_cards: 1 shown"]
    assert told["failures"][0]["expected"] == ["no cards: yes"]
    assert told["milliseconds_a_turn"]["p50"] == 500.0
    json.dumps(told)


async def test_a_scenario_that_cannot_be_played_here_is_skipped_with_its_reason() -> None:
    turn = {"says": "hi", "expect": {}}
    played = await play(suite(turn, customer="maya@example.com", signed_in=True), Clerk(tent_clerk), SHOP)
    assert played.skipped == (("one", "signing in needs the shop's own key"),)
    played = await play(suite(turn, customer="nobody@example.com"), Clerk(tent_clerk), SHOP)
    assert played.skipped == (("one", "the shop has no customer 'nobody@example.com'"),)
    assert figures(played)["turns_reached"]["rate"] is None


def test_a_sentence_said_twice_in_a_row_is_found_and_short_ones_are_not() -> None:
    assert repeated_sentences("Sure. Here are some tents.", "Sure. Here  are some tents. Bye.") == (
        "Here are some tents.",
    )
    assert repeated_sentences("", "Here are some tents.") == ()
    assert repeated_sentences("", "Which one is it? Which one is it?") == ("Which one is it?",)


def test_facts_in_lists_may_be_said_again() -> None:
    text = "- **Hollin Tent**: $189.00, in stock\nTracking number: NB14. Last seen in Boise."
    assert repeated_sentences(text, text) == ()


async def test_over_http_it_speaks_the_protocol_and_waits_when_told_to_slow_down() -> None:
    calls: list[tuple[str, str]] = []

    def server(request: httpx.Request) -> httpx.Response:
        calls.append((request.url.raw_path.decode(), request.headers.get("authorization", "")))
        if request.url.path == "/v1/conversations":
            return httpx.Response(201, json={"conversation_id": "c_1", "token": "secret", "last_seq": 2})
        if len(calls) == 2:
            return httpx.Response(429, headers={"retry-after": "0"}, json={"code": "too_many_messages"})
        if json.loads(request.content).get("text") == "":
            return httpx.Response(422, json={"code": "empty"})
        reply = {"turn_id": "t", "text": "Hello.", "language": "en", "something_new": 1}
        events = [{"type": "assistant_said", "data": reply}, {"type": "of_the_future", "data": {}}]
        return httpx.Response(200, json={"seq": 3, "events": events})

    async with httpx.AsyncClient(transport=httpx.MockTransport(server), base_url="http://shop") as client:
        front = OverHttp(client)
        conversation = await front.start(locale="en", customer_id="")
        said = await front.say(conversation, "hi", client_id="1")
        refused = await front.say(conversation, "", client_id="2")
        await front.press(conversation, "add_to_cart", {"variant": "v"}, client_id="3")
    assert said.text == "Hello."
    assert refused.refused == "empty"
    assert calls[2] == ("/v1/conversations/c_1/messages?wait=reply", "Bearer secret")
    assert calls[-1][0] == "/v1/conversations/c_1/actions?wait=reply"
