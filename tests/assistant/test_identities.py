"""Signing in and out of a running conversation: what is known, what is forgotten, and what a running turn may no longer do."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from assistant.assistant import Assistant
from assistant.buses.in_process import InProcessBus
from assistant.conversation import Conversation, Unanswered
from assistant.errors import MessageRefused
from assistant.events import (
    ASSISTANT,
    SYSTEM,
    AssistantSaid,
    Card,
    ConfirmationAsked,
    ContextChanged,
    ConversationClosed,
    CustomerIdentified,
    CustomerSignedOut,
    Draft,
    event_to_wire,
)
from assistant.ids import RandomIds
from assistant.live_turn import LiveTurn
from assistant.state_hash import state_hash
from assistant.stores.memory import MemoryEventStore
from tests.assistant.wire_state import folded, hashed

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


class Now:
    def now(self) -> datetime:
        return datetime.now(UTC)


class Flow:
    """A turn that learns who the customer is by what they say, shows an order, asks, and may be slow about it."""

    def __init__(self) -> None:
        self.slow = False
        self.begun = asyncio.Event()

    async def __call__(self, conversation: Conversation, said: Sequence[Unanswered], live: LiveTurn) -> AssistantSaid:
        live.record(ASSISTANT, CustomerIdentified(customer_id="maya", method="email"))
        live.record(SYSTEM, ContextChanged(turn_id=live.id, context={"order": "#1"}))
        live.record(ASSISTANT, ConfirmationAsked(confirmation_id="c", action="cancel_order", summary="Cancel #1?"))
        live.say("Your order #1")
        if self.slow:
            self.begun.set()
            await asyncio.Event().wait()
        return AssistantSaid(
            turn_id=live.id, text="Your order #1", language="en", cards=(Card(kind="order", id="#1", title="#1"),)
        )


def opened(flow: Flow) -> tuple[Assistant, MemoryEventStore]:
    store = MemoryEventStore(clock=Now(), ids=RandomIds())
    return Assistant(store=store, bus=InProcessBus(), run_turn=flow, ids=RandomIds()), store


async def test_signing_in_is_a_proven_fact() -> None:
    assistant, _ = opened(Flow())
    conversation, last = await assistant.start(channel="web")
    seq = await assistant.identities.sign_in(conversation, "maya", method="phone", channel="web")
    state = await assistant.state(conversation)
    assert (seq, state.customer_id, state.identified_by, state.proven) == (last + 1, "maya", "phone", True)


async def test_words_alone_prove_nothing() -> None:
    assistant, _ = opened(Flow())
    conversation, _ = await assistant.start(channel="web")
    received = await assistant.receive(conversation, "it is maya@example.com", client_id="1", channel="web")
    await assistant.wait_for_reply(conversation, received.seq, timeout=5)
    state = await assistant.state(conversation)
    assert (state.customer_id, state.proven) == ("maya", False)


async def test_signing_out_forgets_all_that_belonged_to_who_was_here() -> None:
    assistant, store = opened(Flow())
    conversation, _ = await assistant.start(channel="web")
    received = await assistant.receive(conversation, "my order", client_id="1", channel="web")
    await assistant.wait_for_reply(conversation, received.seq, timeout=5)
    assert await assistant.identities.sign_out(conversation, channel="web")
    state = await assistant.state(conversation)
    assert (state.customer_id, state.proven, state.confirmation, state.shown, state.context, state.transcript) == (
        "", False, None, (), {}, (),
    )  # fmt: skip
    events = await store.read(conversation)
    assert Conversation.replay(events) == state
    assert hashed(folded(event_to_wire(event) for event in events)) == state_hash(state)


async def test_signing_out_twice_is_one_fact() -> None:
    assistant, store = opened(Flow())
    conversation, _ = await assistant.start(channel="web", customer_id="maya")
    assert await assistant.identities.sign_out(conversation, channel="web")
    assert not await assistant.identities.sign_out(conversation, channel="web")
    assert [type(event.fact) for event in await store.read(conversation)].count(CustomerSignedOut) == 1


async def test_a_turn_that_runs_cannot_bring_back_who_signed_out() -> None:
    flow = Flow()
    assistant, _ = opened(flow)
    conversation, _ = await assistant.start(channel="web")
    flow.slow = True
    await assistant.receive(conversation, "my order", client_id="1", channel="web")
    async with asyncio.timeout(5):
        await flow.begun.wait()
        await assistant.identities.sign_out(conversation, channel="web")
    await assistant.drain()
    state = await assistant.state(conversation)
    assert (state.customer_id, state.context, state.turn) == ("", {}, None)


async def test_another_who_signs_in_finds_nothing_of_the_first() -> None:
    assistant, store = opened(Flow())
    conversation, _ = await assistant.start(channel="web")
    received = await assistant.receive(conversation, "my order", client_id="1", channel="web")
    await assistant.wait_for_reply(conversation, received.seq, timeout=5)
    await assistant.identities.sign_in(conversation, "noah", method="email", channel="web")
    state = await assistant.state(conversation)
    assert (state.customer_id, state.confirmation, state.shown, state.context) == ("noah", None, (), {})
    facts = [event.fact for event in await store.read(conversation)][-2:]
    assert [type(fact) for fact in facts] == [CustomerSignedOut, CustomerIdentified]


async def test_who_proves_what_they_said_keeps_what_they_asked() -> None:
    assistant, _ = opened(Flow())
    conversation, _ = await assistant.start(channel="web")
    received = await assistant.receive(conversation, "my order", client_id="1", channel="web")
    await assistant.wait_for_reply(conversation, received.seq, timeout=5)
    await assistant.identities.sign_in(conversation, "maya", method="email", channel="web")
    state = await assistant.state(conversation)
    assert state.proven and state.confirmation is not None and state.shown


async def test_nobody_signs_in_to_a_conversation_that_has_ended() -> None:
    assistant, store = opened(Flow())
    conversation, _ = await assistant.start(channel="web")
    await store.append(conversation, [Draft(fact=ConversationClosed(reason="done"), actor=SYSTEM, channel="web")])
    assistant.desk._sessions.forget()
    with pytest.raises(MessageRefused):
        await assistant.identities.sign_in(conversation, "maya", method="email", channel="web")
