"""Replies that a line reads aloud: the log keeps what was heard of them, whatever ends the reading."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.assistant import Assistant
from assistant.buses.in_process import InProcessBus
from assistant.conversation import Conversation, Unanswered
from assistant.events import (
    ASSISTANT,
    AssistantSaid,
    Card,
    ConversationId,
    Fact,
    ReplyReady,
    ToolCalled,
    TurnFailed,
    TurnId,
)
from assistant.ids import RandomIds
from assistant.live_turn import LiveTurn
from assistant.signals import Committed
from assistant.speaking import Speaking, as_heard
from assistant.stores.memory import MemoryEventStore
from retrieval.catalogue import Money

pytestmark = pytest.mark.anyio

TEXT = "We have two: the **Fell 2**, and the **Moor 3**. Shall I add one?"
PRICE = Money(amount=Decimal("89.00"), currency="USD")
CARDS = tuple(Card(kind="product", id=title, title=title, price=PRICE) for title in ("Fell 2", "Moor 3"))


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@dataclass
class TwoTents:
    """A TurnRunner whose replies name two cards. While `held`, it waits after its first words."""

    served: list[tuple[str, ...]] = field(default_factory=list)
    held: bool = False
    began: asyncio.Event = field(default_factory=asyncio.Event)
    go: asyncio.Event = field(default_factory=asyncio.Event)

    async def __call__(self, conversation: Conversation, said: Sequence[Unanswered], live: LiveTurn) -> AssistantSaid:
        self.served.append(tuple(waiting.said.text for waiting in said))
        live.record(ASSISTANT, ToolCalled(turn_id=live.id, call_id="1", name="look"))
        live.say("We have two: ")
        self.began.set()
        if self.held:
            await self.go.wait()
        return AssistantSaid(turn_id=live.id, text=TEXT, language="en", cards=CARDS)


class SetClock:
    def __init__(self) -> None:
        self.time = datetime(2026, 11, 22, 10, tzinfo=UTC)

    def now(self) -> datetime:
        return self.time


class House:
    def __init__(self) -> None:
        self.clock = SetClock()
        self.store = MemoryEventStore(clock=self.clock, ids=RandomIds())
        self.turns = TwoTents()
        self.assistant = self.begin()

    def begin(self) -> Assistant:
        return Assistant(store=self.store, bus=InProcessBus(), run_turn=self.turns, ids=RandomIds())

    async def call(self) -> ConversationId:
        conversation, _ = await self.assistant.start(channel="call")
        return conversation

    async def say(self, conversation: ConversationId, text: str) -> None:
        await self.assistant.receive(conversation, text, client_id=text, channel="call", audio=True)

    async def until(self, conversation: ConversationId, kind: type[Fact], count: int = 1) -> list[Fact]:
        """Every fact of that kind, once there are so many."""
        async with asyncio.timeout(5), self.assistant.subscribe(conversation) as messages:
            while True:
                facts = [event.fact for event in await self.store.read(conversation)]
                found = [fact for fact in facts if isinstance(fact, kind)]
                if len(found) >= count:
                    return found
                while not isinstance(await anext(messages), Committed):
                    pass


@pytest.fixture
async def house() -> AsyncIterator[House]:
    opened = House()
    yield opened
    await opened.assistant.drain(seconds=0)


async def test_a_reply_on_a_line_is_shown_at_once_and_said_when_it_was_heard(house: House) -> None:
    call = await house.call()
    with house.assistant.attend(call):
        await house.say(call, "two tents")
        (ready,) = await house.until(call, ReplyReady)
        assert isinstance(ready, ReplyReady)
        assert (ready.text, ready.cards) == (TEXT, CARDS)
        assert (await house.assistant.state(call)).turn == ready.turn_id
        assert await house.assistant.heard(call, ready.turn_id)
        (said,) = await house.until(call, AssistantSaid)
    assert isinstance(said, AssistantSaid)
    assert (said.text, said.cards, said.interrupted) == (TEXT, CARDS, False)
    assert (await house.assistant.state(call)).unheard == ""


async def test_speaking_over_the_reply_stores_what_was_heard_and_the_cards_that_it_names(house: House) -> None:
    call = await house.call()
    heard = "We have two: the **Fell 2**,"
    with house.assistant.attend(call):
        await house.say(call, "two tents")
        (ready,) = await house.until(call, ReplyReady)
        assert isinstance(ready, ReplyReady)
        await house.assistant.heard(call, ready.turn_id, so_far="We have two:")
        assert await house.assistant.interrupt(call, ready.turn_id, heard=heard)
        (said,) = await house.until(call, AssistantSaid)
        assert isinstance(said, AssistantSaid)
        assert (said.text, said.interrupted) == (heard, True)
        assert [card.title for card in said.cards] == ["Fell 2"]
        state = await house.assistant.state(call)
    assert state.transcript[-1].text == heard
    assert state.unheard == TEXT[len(heard) :]


async def test_a_new_message_ends_the_reading_where_it_was_and_is_answered_alone(house: House) -> None:
    call = await house.call()
    with house.assistant.attend(call):
        await house.say(call, "two tents")
        (ready,) = await house.until(call, ReplyReady)
        assert isinstance(ready, ReplyReady)
        await house.assistant.heard(call, ready.turn_id, so_far="We have two:")
        await house.say(call, "no, stoves")
        await house.until(call, ReplyReady, 2)
        (said,) = await house.until(call, AssistantSaid)
    assert isinstance(said, AssistantSaid)
    assert (said.text, said.interrupted) == ("We have two:", True)
    assert house.turns.served == [("two tents",), ("no, stoves",)]


async def test_a_button_does_not_wait_for_the_voice(house: House) -> None:
    call = await house.call()
    with house.assistant.attend(call):
        await house.say(call, "two tents")
        await house.until(call, ReplyReady)
        await house.assistant.act(call, "talk_to_human", {}, client_id="b", channel="call")
        await house.until(call, ReplyReady, 2)
    assert len(house.turns.served) == 2


async def test_a_reply_of_which_nothing_was_heard_ends_its_turn_and_is_not_made_again(house: House) -> None:
    call = await house.call()
    with house.assistant.attend(call):
        await house.say(call, "two tents")
        await house.until(call, ReplyReady)
    (failed,) = await house.until(call, TurnFailed)
    assert isinstance(failed, TurnFailed) and failed.code == "unheard"
    state = await house.assistant.state(call)
    assert (state.turn, state.ready, state.unanswered, state.unheard) == (None, None, (), TEXT)
    assert house.turns.served == [("two tents",)]


async def test_words_cut_before_they_were_heard_leave_the_question_to_the_next_turn(house: House) -> None:
    """The turn was still being written: nothing was done yet, so both questions are answered together."""
    call = await house.call()
    house.turns.held = True
    with house.assistant.attend(call):
        await house.say(call, "two tents")
        async with asyncio.timeout(5):
            await house.turns.began.wait()
        house.turns.held = False
        await house.say(call, "for snow")
        await house.until(call, ReplyReady)
    assert house.turns.served[-1] == ("two tents", "for snow")


async def test_a_reply_whose_server_ended_while_it_was_spoken_is_not_made_again(house: House) -> None:
    call = await house.call()
    with house.assistant.attend(call):
        await house.say(call, "two tents")
        await house.until(call, ReplyReady)
        await house.assistant.drain(seconds=0)
    house.clock.time += timedelta(minutes=1)  # its lease has run out
    house.assistant = house.begin()
    await house.assistant.resume_unanswered()
    (said,) = await house.until(call, AssistantSaid)
    assert isinstance(said, AssistantSaid)
    assert (said.text, said.interrupted) == (TEXT, True)
    assert len(house.turns.served) == 1


async def test_without_a_line_nothing_is_held_back(house: House) -> None:
    call = await house.call()
    await house.say(call, "two tents")
    (said,) = await house.until(call, AssistantSaid)
    assert isinstance(said, AssistantSaid) and not said.interrupted
    assert not [e for e in await house.store.read(call) if isinstance(e.fact, ReplyReady)]
    assert not await house.assistant.heard(call, said.turn_id)


@given(st.lists(st.integers(0, len(TEXT)), max_size=6))
def test_what_was_heard_never_gets_less_and_is_never_more_than_the_text(told: list[int]) -> None:
    speaking = Speaking(ReplyReady(turn_id=TurnId("t"), text=TEXT, language="en", cards=CARDS))
    for length in told:
        speaking.progress(TEXT[:length])
    ending = speaking.ending()
    heard = TEXT[: max(told, default=0)].rstrip()
    assert (ending.text if isinstance(ending, AssistantSaid) else "") == heard
    if isinstance(ending, AssistantSaid):
        assert all(card.title in ending.text for card in ending.cards)
        assert ending.interrupted == (heard != TEXT)


def test_a_list_that_was_cut_has_no_bullet_left_over() -> None:
    reply = ReplyReady(turn_id=TurnId("t"), text="Two fit:\n- **Fell 2**\n- **Moor 3**", language="en")
    ending = as_heard(reply, "Two fit:\n- **Fell 2**\n- ")
    assert isinstance(ending, AssistantSaid)
    assert (ending.text, ending.interrupted) == ("Two fit:\n- **Fell 2**", True)


def test_a_line_that_tells_other_words_is_believed_in_their_length_alone() -> None:
    speaking = Speaking(ReplyReady(turn_id=TurnId("t"), text=TEXT, language="en"))
    speaking.progress("I promise you a refund")
    ending = speaking.ending()
    assert isinstance(ending, AssistantSaid) and TEXT.startswith(ending.text)
    assert as_heard(speaking.reply, "") == TurnFailed(turn_id=TurnId("t"), code="unheard")
