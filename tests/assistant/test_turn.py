"""A turn as a whole: what a broken part costs, what a conversation remembers, and what it forgets."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.answering.writer import ModelWriter
from assistant.conversation import Conversation
from assistant.events import AssistantSaid, ContextChanged, ConversationId, ToolReturned, TurnFailed
from assistant.ids import RandomIds
from assistant.stores.memory import MemoryEventStore
from assistant.stores.sqlite import SqliteEventStore
from assistant.turn import who_first
from assistant.understanding.commands import FillSlot, StartFlow
from model_serving.affinity import session_id
from model_serving.language_models.scripted import Fault, ScriptedModel
from tests.assistant.shopper import Brains, Clock, Shopper, assistant_of
from tests.assistant.small_shop import SmallShop

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        ("products", "show me tents"),
        ("products", "compare the first two"),
        ("products", "add it to my cart"),
        ("find_customers", "maya@example.com"),
    ],
)
async def test_a_tool_that_fails_costs_an_apology_and_nothing_else(
    shopper: Shopper, shop: SmallShop, broken: str, said: str
) -> None:
    await shopper.talk("show me mugs", "where is my order?" if "@" in said else "show me tents under 200")
    shop.broken.add(broken)
    reply = await shopper.say(said)
    assert "sorry" in reply.text.lower() and reply.cards == ()
    shop.broken.clear()
    assert (await shopper.say("show me kettles")).shown == ["k2"]


async def test_a_failing_tool_is_recorded_with_the_name_of_its_error_only(maya: Shopper, shop: SmallShop) -> None:
    shop.broken.add("order")
    reply = await maya.say("where is order #W1000001?")
    assert [(fact.result, fact.error) for fact in reply.facts(ToolReturned)] == [(None, "ShopUnavailable")]


async def test_one_failing_request_does_not_take_the_others_with_it(shopper: Shopper, shop: SmallShop) -> None:
    shop.broken.add("products")
    reply = await shopper.say("show me kettles and how long do i have to return something?")
    assert "30 days" in reply.text and "sorry" in reply.text.lower()


async def test_a_turn_that_breaks_for_an_unknown_reason_ends_in_a_sentence(brains: Brains) -> None:
    class Broken(SmallShop):
        async def products(self, product_ids: object) -> tuple[()]:
            raise RuntimeError("nobody thought of this")

    assistant = assistant_of(brains, Broken())
    conversation, _ = await assistant.start(channel="web")
    received = await assistant.receive(conversation, "show me tents", client_id="m", channel="web")
    events = await assistant.wait_for_reply(conversation, received.seq, timeout=10)
    failed = events[-1].fact
    assert isinstance(failed, TurnFailed) and "sorry" in failed.text.lower()
    await assistant.drain(seconds=1)


async def test_every_call_of_a_model_belongs_to_its_conversation(brains: Brains) -> None:
    """A router keeps a conversation on one replica by it, and a canary its arm."""
    seen: list[str] = []

    def script(messages: object) -> list[str]:
        seen.append(session_id.get())
        return ["Hello!"]

    assistant = assistant_of(brains, SmallShop(), writer=ModelWriter(ScriptedModel(script)))
    shoppers = [Shopper(assistant, (await assistant.start(channel="web"))[0]) for _ in range(2)]
    for shopper in (*shoppers, *shoppers):
        await shopper.say("hello")
    assert seen == [shopper.conversation for shopper in (*shoppers, *shoppers)]
    await assistant.drain(seconds=1)


async def test_what_was_talked_about_survives_a_restart(brains: Brains, tmp_path: Path) -> None:
    path, shop = tmp_path / "log.db", SmallShop()
    async with await SqliteEventStore.open(path, clock=Clock(), ids=RandomIds()) as store:
        before = assistant_of(brains, shop, store=store)
        conversation, _ = await before.start(channel="web")
        shown = (await Shopper(before, conversation).say("show me tents under 200")).shown
        await before.drain(seconds=1)
    async with await SqliteEventStore.open(path, clock=Clock(), ids=RandomIds()) as store:
        after = Shopper(assistant_of(brains, shop, store=store), conversation)
        after._numbers = iter(range(100, 200))  # type: ignore[assignment]
        reply = await after.talk("add the second one to my cart", "what's in my cart?")
        assert list(reply.in_cart) == [f"{shown[1]}-1"]
        await after.assistant.drain(seconds=1)


async def test_the_state_replayed_from_the_log_is_the_state_that_was_lived(shopper: Shopper) -> None:
    await shopper.talk(
        "show me tents", "add the first one", "where is my order?", "maya@example.com", "talk to a human"
    )
    live = await shopper.assistant.state(shopper.conversation)
    assert Conversation.replay(await shopper.assistant.events(shopper.conversation)) == live


async def test_an_open_question_is_forgotten_after_some_digressions(shopper: Shopper) -> None:
    asked = (await shopper.say("where is my order?")).context.asked
    assert asked is not None and asked.age == 0
    ages = [(await shopper.say("is shipping free?")).context.asked for _ in range(6)]
    assert [one.age for one in ages if one] == [1, 2, 3]
    assert ages[-1] is None


async def test_an_offer_lapses_with_the_next_message(shopper: Shopper) -> None:
    reply = await shopper.say("can you book me an appointment?")
    assert reply.context.asked is not None and reply.context.asked.slot == "go_ahead"
    assert (await shopper.say("show me kettles")).context.asked is None


async def test_what_nothing_changed_is_not_written_again(shopper: Shopper) -> None:
    assert (await shopper.say("show me kettles")).facts(ContextChanged)
    await shopper.say("thanks")
    assert not (await shopper.say("hello")).facts(ContextChanged)


async def test_only_titles_of_what_is_on_the_table_are_remembered(shopper: Shopper) -> None:
    await shopper.say("show me tents")
    reply = await shopper.say("show me kettles")
    assert set(reply.context.titles) == {"k2"}


def echo(messages: object) -> list[str]:
    draft = messages[-1].content.partition("DRAFT: ")[2]  # type: ignore[index]
    return [f"{word} " for word in draft.split(" ")]


SCRIPT = ("hi", "show me tents under 200", "how heavy is the first one?", "add it to my cart", "is shipping free?")


async def talk_with(brains: Brains, model: ScriptedModel) -> list[AssistantSaid]:
    assistant = assistant_of(brains, SmallShop(), writer=ModelWriter(model, deadline=0.05))
    conversation, _ = await assistant.start(channel="web")
    shopper = Shopper(assistant, conversation)
    replies = [(await shopper.say(said)).said for said in SCRIPT]
    await assistant.drain(seconds=1)
    return replies


async def test_a_model_that_rewords_faithfully_writes_the_replies(brains: Brains) -> None:
    assert {reply.written_by for reply in await talk_with(brains, ScriptedModel(echo))} == {"scripted"}


@pytest.mark.parametrize("fault", ["hang", "cut", "garbage", "overload", "unavailable"])
async def test_a_model_in_trouble_costs_no_conversation(brains: Brains, fault: Fault) -> None:
    replies = await talk_with(brains, ScriptedModel(echo, fault=fault))
    assert {reply.written_by for reply in replies} == {"template"}
    assert replies[1].cards and "30 days" not in replies[1].text


@pytest.mark.parametrize(
    "lie", ["Only $1 today!", "See https://evil.example.", "It is waterproof.", "It comes on Tuesday."]
)
async def test_a_model_that_makes_things_up_is_never_heard(brains: Brains, lie: str) -> None:
    replies = await talk_with(brains, ScriptedModel(lambda messages: [*echo(messages), lie]))
    assert all(lie not in reply.text for reply in replies)


async def test_a_message_during_a_turn_stops_it_and_is_answered(brains: Brains) -> None:
    model = ScriptedModel(echo, fault="hang")
    assistant = assistant_of(brains, SmallShop(), writer=ModelWriter(model, deadline=30))
    conversation, _ = await assistant.start(channel="web")
    await assistant.receive(conversation, "show me tents", client_id="a", channel="web")
    async with assistant.subscribe(conversation) as messages:
        async for _ in messages:
            if model.working:
                break
    model.fault = ""
    received = await assistant.receive(conversation, "show me kettles", client_id="b", channel="web")
    events = await assistant.wait_for_reply(conversation, received.seq, timeout=10)
    last = events[-1].fact
    assert isinstance(last, AssistantSaid) and "Hearth Steel Kettle" in last.text
    assert model.working == 0
    await assistant.drain(seconds=1)


async def test_two_conversations_know_nothing_of_each_other(brains: Brains) -> None:
    assistant = assistant_of(brains, SmallShop(), store=MemoryEventStore(clock=Clock(), ids=RandomIds()))
    shoppers = [Shopper(assistant, (await assistant.start(channel="web"))[0]) for _ in range(2)]
    await shoppers[0].talk("show me mugs", "add it to my cart")
    assert (await shoppers[1].say("show my cart")).in_cart == {}
    assert isinstance(shoppers[0].conversation, str) and ConversationId(shoppers[0].conversation)
    await assistant.drain(seconds=1)


async def test_who_they_are_is_taken_before_the_order_they_ask_after() -> None:
    asks, tells = StartFlow(flow="track_order"), FillSlot(email="ada@shop.example")
    assert list(who_first([asks, tells])) == [tells, asks]
    changes = StartFlow(flow="serve_orders", change="cancel")
    assert list(who_first([changes, tells])) == [changes, tells]
