"""The agents' desk: who waits, who has whom, and what an agent may do where."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field

import pytest

from assistant.assistant import Assistant
from assistant.buses.in_process import InProcessBus
from assistant.clock import SystemClock
from assistant.conversation import Conversation, Unanswered
from assistant.desk.desk import Agent, ClaimedByAnother, Desk, NotClaimed, NotOpen
from assistant.desk.moves import close
from assistant.errors import MessageRefused
from assistant.events import (
    SYSTEM,
    AgentSaid,
    AssistantSaid,
    ConversationId,
    HandoffRequested,
    fact_type,
)
from assistant.ids import RandomIds
from assistant.live_turn import LiveTurn
from assistant.mood import mood_of
from assistant.signals import Committed
from assistant.stores.memory import MemoryEventStore

pytestmark = pytest.mark.anyio

ADA, BEN = Agent(id="ada", name="Ada"), Agent(id="ben", name="Ben")
SUE = Agent(id="sue", name="Sue", role="supervisor")


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@dataclass
class Turns:
    """Asks for a person when the customer does; says something else otherwise. While `held`, it waits."""

    held: bool = False
    began: asyncio.Event = field(default_factory=asyncio.Event)
    served: list[str] = field(default_factory=list)

    async def __call__(self, conversation: Conversation, said: Sequence[Unanswered], live: LiveTurn) -> AssistantSaid:
        self.served += [waiting.said.text for waiting in said]
        if "person" in said[-1].said.text and conversation.handoff is None:
            live.record(SYSTEM, HandoffRequested(reason="asked", summary="wants a person"))
        self.began.set()
        if self.held:
            await asyncio.Event().wait()
        return AssistantSaid(turn_id=live.id, text="Right.", language="en")


class House:
    def __init__(self) -> None:
        store, bus = MemoryEventStore(clock=SystemClock(), ids=RandomIds()), InProcessBus()
        self.turns = Turns()
        self.assistant = Assistant(store=store, bus=bus, run_turn=self.turns, ids=RandomIds())
        self.desk = self.assistant.desk
        assert isinstance(self.desk, Desk)

    async def customer(self, *texts: str) -> ConversationId:
        conversation, _ = await self.assistant.start(channel="web")
        for text in texts:
            await self.say(conversation, text)
        return conversation

    async def say(self, conversation: ConversationId, text: str) -> None:
        received = await self.assistant.receive(conversation, text, client_id=text, channel="web")
        await self.assistant.wait_for_reply(conversation, received.seq, timeout=5)

    async def types(self, conversation: ConversationId) -> list[str]:
        return [fact_type(event.fact) for event in await self.assistant.events(conversation)]


@pytest.fixture
async def house() -> AsyncIterator[House]:
    opened = House()
    yield opened
    await opened.assistant.drain(seconds=0)


async def test_who_asked_for_a_person_waits_in_the_order_of_asking(house: House) -> None:
    await house.customer("hello")
    first = await house.customer("a person please, this is unacceptable!")
    second = await house.customer("any person")
    queue = await house.desk.queue()
    assert [line.conversation for line in queue] == [first, second]
    assert (queue[0].reason, queue[0].mood, queue[0].status) == ("asked", "upset", "waiting_for_agent")
    assert [await house.desk.position(one) for one in (first, second)] == [1, 2]


async def test_one_agent_has_a_conversation_and_the_other_is_told_who(house: House) -> None:
    talk = await house.customer("a person please")
    await house.desk.claim(talk, ADA)
    await house.desk.claim(talk, ADA)
    assert (await house.types(talk)).count("agent_joined") == 1
    with pytest.raises(ClaimedByAnother, match="Ada"):
        await house.desk.claim(talk, BEN)
    with pytest.raises(ClaimedByAnother):
        await house.desk.say(talk, BEN, "hi", client_id="1")
    assert (await house.desk.queue())[0].agent is not None


async def test_of_two_agents_who_claim_at_once_one_has_it(house: House) -> None:
    talk = await house.customer("a person please")
    outcomes = await asyncio.gather(house.desk.claim(talk, ADA), house.desk.claim(talk, BEN), return_exceptions=True)
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["ClaimedByAnother", "NoneType"]
    assert (await house.types(talk)).count("agent_joined") == 1


async def test_nothing_goes_out_without_a_claim(house: House) -> None:
    talk = await house.customer("a person please")
    with pytest.raises(NotClaimed):
        await house.desk.say(talk, ADA, "hello", client_id="1")
    await house.desk.note(talk, BEN, "knows this customer")
    assert "agent_said" not in await house.types(talk)


async def test_an_agent_answers_once_however_often_it_is_sent_and_the_assistant_is_silent(house: House) -> None:
    talk = await house.customer("a person please")
    await house.desk.claim(talk, ADA)
    seqs = {await house.desk.say(talk, ADA, "How can I help?", client_id="1") for _ in range(3)}
    assert len(seqs) == 1
    await house.say(talk, "my parcel is late")
    assert house.turns.served == ["a person please"]
    with pytest.raises(MessageRefused):
        await house.desk.say(talk, ADA, "  ", client_id="2")


async def test_handed_back_the_assistant_answers_what_comes_next_only(house: House) -> None:
    talk = await house.customer("a person please")
    await house.desk.claim(talk, ADA)
    await house.say(talk, "my parcel is late")
    await house.desk.release(talk, ADA, to="assistant")
    assert await house.desk.queue() == ()
    await house.say(talk, "thanks")
    assert house.turns.served == ["a person please", "thanks"]


async def test_back_in_the_queue_it_waits_anew_with_its_summary(house: House) -> None:
    talk = await house.customer("a person please")
    await house.desk.claim(talk, ADA)
    await house.desk.release(talk, ADA, to="queue")
    (line,) = await house.desk.queue()
    assert (line.status, line.reason, line.summary) == ("waiting_for_agent", "returned to the queue", "wants a person")
    await house.desk.claim(talk, BEN)


async def test_a_supervisor_releases_for_others_and_an_agent_does_not(house: House) -> None:
    talk = await house.customer("a person please")
    await house.desk.claim(talk, ADA)
    with pytest.raises(ClaimedByAnother):
        await house.desk.release(talk, BEN, to="queue")
    await house.desk.release(talk, SUE, to="queue")
    with pytest.raises(NotClaimed):
        await house.desk.release(talk, SUE, to="queue")


async def test_a_closed_conversation_is_over_for_everybody(house: House) -> None:
    talk = await house.customer("a person please")
    await house.desk.claim(talk, ADA)
    await close(house.desk, talk, ADA, outcome="solved")
    assert await house.desk.queue() == ()
    for wish in (house.desk.claim(talk, BEN), house.desk.say(talk, ADA, "x", client_id="9")):
        with pytest.raises(NotOpen):
            await wish


async def test_a_claim_silences_a_reply_that_is_being_written_and_it_is_not_made_later(house: House) -> None:
    talk = await house.customer("a person please")
    house.turns.held = True
    house.turns.began.clear()
    await house.assistant.receive(talk, "are you there", client_id="x", channel="web")
    async with asyncio.timeout(5):
        await house.turns.began.wait()
    await house.desk.claim(talk, ADA)
    async with asyncio.timeout(5), house.assistant.subscribe(talk) as messages:
        while (await house.assistant.state(talk)).turn is not None:
            await anext(messages)
    house.turns.held = False
    await house.desk.release(talk, ADA, to="assistant")
    await house.say(talk, "thanks")
    assert house.turns.served[-1] == "thanks"
    assert house.turns.served.count("are you there") == 1


async def test_the_desk_hears_of_every_event_of_its_conversations_and_of_no_other(house: House) -> None:
    async with house.desk.follow() as messages:
        other = await house.customer("hello")
        talk = await house.customer("a person please")
        await house.desk.claim(talk, ADA)
        await house.desk.say(talk, ADA, "hi", client_id="1")
        heard: list[object] = []
        async with asyncio.timeout(5):
            while not any(isinstance(event.fact, AgentSaid) for event in heard):  # type: ignore[attr-defined]
                message = await anext(messages)
                assert isinstance(message, Committed)
                heard += message.events
    assert {event.conversation for event in heard} == {talk}  # type: ignore[attr-defined]
    assert other != talk


@pytest.mark.parametrize(
    ("said", "mood"),
    [
        (["where is my parcel"], "neutral"),
        (["this is ridiculous"], "upset"),
        (["DAS IST EINE FRECHHEIT"], "upset"),
        (["je suis furieux"], "upset"),
        (["it was awful", "ok thanks, great, perfect"], "neutral"),
        (["gracias, perfecto"], "pleased"),
        ([], "neutral"),
    ],
)
def test_a_mood_is_told_by_the_last_words(said: list[str], mood: str) -> None:
    assert mood_of(said) == mood
