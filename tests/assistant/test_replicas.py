"""Two processes over one log: whoever hears a message, one turn runs; what one does reaches the other, by hint or by sweep."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from assistant.assistant import Assistant
from assistant.buses.in_process import InProcessBus
from assistant.conversation import Conversation, Unanswered
from assistant.desk.desk import Agent
from assistant.events import AssistantSaid, ConversationId, Event, ReplyReady, TurnFailed
from assistant.ids import RandomIds
from assistant.live_turn import LiveTurn
from assistant.signals import Asked, Delta, Lagged, Message
from assistant.stores.memory import MemoryEventStore

pytestmark = pytest.mark.anyio

ADA = Agent(id="ada", name="Ada", role="agent")


class SetClock:
    def __init__(self) -> None:
        self.time = datetime(2026, 11, 22, 10, tzinfo=UTC)

    def now(self) -> datetime:
        return self.time


class LinkedBus(InProcessBus):
    """Two of them are as two processes' buses: deaf ones lose everything."""

    def __init__(self) -> None:
        super().__init__()
        self.other: LinkedBus | None = None
        self.deaf = False
        self._listener: Callable[[ConversationId, Message | Asked], None] = lambda conversation, message: None

    def publish(self, conversation: ConversationId, message: Message) -> None:
        super().publish(conversation, message)
        if self.other is not None and not self.other.deaf and conversation in self.other.followed():
            self.other._listener(conversation, message)

    publish_here = InProcessBus.publish

    def ask(self, asked: Asked) -> None:
        if self.other is not None and not self.other.deaf:
            self.other._listener(ConversationId("all"), asked)

    def listen(self, listener: Callable[[ConversationId, Message | Asked], None]) -> None:
        self._listener = listener


@dataclass
class SteeredTurns:
    """While `held`, a turn says its first words and waits until it is let go."""

    held: bool = False
    served: list[tuple[str, ...]] = field(default_factory=list)
    began: asyncio.Event = field(default_factory=asyncio.Event)
    go: asyncio.Event = field(default_factory=asyncio.Event)

    async def __call__(self, conversation: Conversation, said: Sequence[Unanswered], live: LiveTurn) -> AssistantSaid:
        texts = tuple(waiting.said.text for waiting in said)
        self.served.append(texts)
        live.say("Let me see")
        self.began.set()
        if self.held:
            await self.go.wait()
        return AssistantSaid(turn_id=live.id, text="re: " + " / ".join(texts), language="en")


@dataclass
class Process:
    assistant: Assistant
    bus: LinkedBus
    turns: SteeredTurns

    async def says(self, conversation: ConversationId, text: str) -> int:
        said = await self.assistant.receive(conversation, text, client_id=text.replace(" ", "_"), channel="web")
        return said.seq

    async def events(self, conversation: ConversationId) -> tuple[Event, ...]:
        return await self.assistant.events(conversation)


@dataclass
class Both:
    a: Process
    b: Process
    store: MemoryEventStore
    clock: SetClock

    def deafen(self) -> None:
        self.a.bus.deaf = self.b.bus.deaf = True

    async def sweep(self) -> None:
        for process in (self.a, self.b):
            await process.assistant.replicas.sweep()


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def both() -> AsyncIterator[Both]:
    clock = SetClock()
    store = MemoryEventStore(clock=clock, ids=RandomIds(), shared=True)
    made = []
    for _ in range(2):
        bus, turns = LinkedBus(), SteeredTurns()
        assistant = Assistant(store=store, bus=bus, run_turn=turns, ids=RandomIds())
        made.append(Process(assistant, bus, turns))
    made[0].bus.other, made[1].bus.other = made[1].bus, made[0].bus
    yield Both(*made, store, clock)
    for process in made:
        process.turns.go.set()
        await process.assistant.drain(seconds=0)


async def until(there: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not there():  # noqa: ASYNC110
            await asyncio.sleep(0.002)


async def until_answered(process: Process, conversation: ConversationId) -> tuple[AssistantSaid, ...]:
    async with asyncio.timeout(10):
        while True:
            state = await process.assistant.state(conversation)
            if state.turn is None and not state.unanswered:
                break
            await asyncio.sleep(0.005)
    events = await process.events(conversation)
    return tuple(event.fact for event in events if isinstance(event.fact, AssistantSaid))


async def until_ready(process: Process, conversation: ConversationId) -> None:
    async with asyncio.timeout(10):
        while not isinstance((await process.events(conversation))[-1].fact, ReplyReady):  # noqa: ASYNC110
            await asyncio.sleep(0.002)


async def begun(both: Both) -> ConversationId:
    """A turn runs on a, and is held."""
    conversation, _ = await both.a.assistant.start(channel="web")
    both.a.turns.held = True
    await both.a.says(conversation, "one")
    await both.a.turns.began.wait()
    return conversation


async def test_each_process_sees_at_once_what_the_other_wrote(both: Both) -> None:
    both.deafen()
    conversation, _ = await both.a.assistant.start(channel="web")
    assert (await both.b.assistant.state(conversation)).channels == ("web",)
    await both.a.assistant.join(conversation, "mobile")
    await both.b.assistant.join(conversation, "mobile")
    joined = [event for event in await both.b.events(conversation) if event.channel == "mobile"]
    assert len(joined) == 1


async def test_messages_that_come_to_both_are_answered_once_each(both: Both) -> None:
    conversation, _ = await both.a.assistant.start(channel="web")
    await asyncio.gather(*(process.says(conversation, f"{n}") for n in range(6) for process in (both.a, both.b)))
    await until_answered(both.a, conversation)
    served = [text for process in (both.a, both.b) for texts in process.turns.served for text in texts]
    assert set(served) == {f"{n}" for n in range(6)}
    turns = [event.fact.turn_id for event in await both.a.events(conversation) if isinstance(event.fact, AssistantSaid)]
    assert len(turns) == len(set(turns))


@pytest.mark.parametrize("deaf", [False, True])
async def test_what_is_said_to_another_process_interrupts_the_turn_that_runs_here(both: Both, deaf: bool) -> None:
    conversation = await begun(both)
    if deaf:
        both.deafen()
    both.a.turns.held = False
    await both.b.says(conversation, "two")
    if deaf:
        await both.sweep()
    replies = await until_answered(both.b, conversation)
    assert [(reply.text, reply.interrupted) for reply in replies] == [("Let me see", True), ("re: two", False)]


@pytest.mark.parametrize("deaf", [False, True])
async def test_an_agent_who_claims_elsewhere_silences_the_turn_that_runs_here(both: Both, deaf: bool) -> None:
    conversation = await begun(both)
    if deaf:
        both.deafen()
    await both.b.assistant.desk.claim(conversation, ADA)
    if deaf:
        await both.sweep()
    replies = await until_answered(both.b, conversation)
    assert [reply.interrupted for reply in replies] == [True]
    assert (await both.a.assistant.state(conversation)).status == "agent"


async def test_an_interruption_reaches_the_process_that_runs_the_turn(both: Both) -> None:
    conversation = await begun(both)
    turn_id = (await both.b.assistant.state(conversation)).turn
    assert turn_id is not None
    assert await both.b.assistant.interrupt(conversation, turn_id)
    replies = await until_answered(both.b, conversation)
    assert [(reply.text, reply.interrupted) for reply in replies] == [("Let me see", True)]
    assert not await both.b.assistant.interrupt(conversation, turn_id)


async def test_who_comes_during_a_turn_of_another_process_is_given_the_words_so_far(both: Both) -> None:
    conversation = await begun(both)
    async with both.b.assistant.subscribe(conversation) as messages:
        await both.b.assistant.state(conversation)
        assert both.b.assistant.partial(conversation) is None
        async with asyncio.timeout(10):
            first = await anext(messages)
    assert isinstance(first, Delta)
    assert (first.offset, first.text) == (0, "Let me see")


async def test_the_turn_of_a_process_that_died_is_run_by_the_other_once_its_lease_is_over(both: Both) -> None:
    conversation = await begun(both)
    both.deafen()  # a is as dead: its turn never goes on
    await both.b.assistant.replicas.sweep()
    await asyncio.sleep(0)
    assert not both.b.turns.served
    both.clock.time += timedelta(seconds=16)
    await both.b.assistant.replicas.sweep()
    replies = await until_answered(both.b, conversation)
    assert [reply.text for reply in replies] == ["re: one"]
    both.a.turns.go.set()  # it lived after all, and comes too late
    await until(lambda: both.a.assistant.turns_running == 0)
    assert await until_answered(both.a, conversation) == replies


async def test_a_process_that_ends_hands_its_turns_over_at_once(both: Both) -> None:
    conversation = await begun(both)
    await both.a.assistant.drain(seconds=0)
    replies = await until_answered(both.b, conversation)
    assert [reply.text for reply in replies] == ["re: one"]
    assert both.b.turns.served == [("one",)]


async def test_after_a_turn_the_next_may_run_elsewhere_without_waiting_for_a_lease(both: Both) -> None:
    conversation, _ = await both.a.assistant.start(channel="web")
    await both.a.says(conversation, "one")
    await until_answered(both.a, conversation)
    await both.b.says(conversation, "two")
    replies = await until_answered(both.b, conversation)
    assert [reply.text for reply in replies] == ["re: one", "re: two"]
    assert both.b.turns.served == [("two",)]


async def test_waiting_for_a_reply_works_where_the_turn_does_not_run_and_no_hint_comes(both: Both) -> None:
    conversation = await begun(both)
    both.deafen()
    waiting = asyncio.create_task(both.b.assistant.wait_for_reply(conversation, 3, timeout=10))
    await until(lambda: conversation in both.b.bus.followed())
    both.a.turns.go.set()
    await until(lambda: both.a.assistant.turns_running == 0)
    await both.sweep()
    assert isinstance((await waiting)[-1].fact, AssistantSaid)


async def test_a_line_of_another_process_decides_what_was_heard(both: Both) -> None:
    conversation = await begun(both)
    with both.b.assistant.attend(conversation):
        both.a.turns.go.set()
        await until_ready(both.b, conversation)
        turn_id = (await both.b.assistant.state(conversation)).turn
        assert turn_id is not None
        assert await both.b.assistant.heard(conversation, turn_id, so_far="re:")
    replies = await until_answered(both.b, conversation)
    assert [(reply.text, reply.interrupted) for reply in replies] == [("re:", True)]


async def test_a_line_that_hears_all_of_it_elsewhere_ends_the_turn_whole(both: Both) -> None:
    conversation = await begun(both)
    with both.b.assistant.attend(conversation):
        both.a.turns.go.set()
        await until_ready(both.b, conversation)
        turn_id = (await both.b.assistant.state(conversation)).turn
        assert turn_id is not None
        assert await both.b.assistant.heard(conversation, turn_id)
        replies = await until_answered(both.b, conversation)
        assert [(reply.text, reply.interrupted) for reply in replies] == [("re: one", False)]
    assert not any(isinstance(event.fact, TurnFailed) for event in await both.a.events(conversation))


async def test_desks_hear_of_conversations_that_only_another_process_has_touched(both: Both) -> None:
    conversation, _ = await both.a.assistant.start(channel="web")
    both.deafen()
    async with both.b.assistant.desk.follow() as messages:
        await both.a.assistant.desk.claim(conversation, ADA)
        await both.b.assistant.replicas.sweep()
        async with asyncio.timeout(10):
            told = await anext(messages)
    assert isinstance(told, Lagged)
