"""A session folds what arrives in any order, and knows which turn a new message interrupts."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.conversation import Conversation, served_at
from assistant.events import (
    CUSTOMER,
    AssistantSaid,
    ClientId,
    ConversationStarted,
    CustomerSaid,
    Draft,
    Event,
    Fact,
    TurnFailed,
    TurnId,
    TurnStarted,
)
from assistant.live_turn import LiveTurn
from assistant.session import Session
from tests.assistant.any_log import log_of, logs

pytestmark = pytest.mark.anyio
T, U = TurnId("t"), TurnId("u")
SAID = CustomerSaid(client_id=ClientId("m"), text="hi")
TOOK = TurnStarted(turn_id=T, answers=(2,))


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


def log(*facts: Fact) -> tuple[Event, ...]:
    rest = [Draft(fact=fact, actor=CUSTOMER, channel="web") for fact in facts]
    return log_of(ConversationStarted(locale="en"), rest)


@given(logs, st.data())
def test_events_that_arrive_in_any_order_and_twice_are_folded_once_in_order(
    log: Sequence[Event], data: st.DataObject
) -> None:
    arriving = data.draw(st.permutations([*log[1:], *log[1:3]]))
    session = Session(Conversation.replay(log[:1]))
    folded = [event for one in arriving for event in session.fold([one])]
    assert folded == list(log[1:])
    assert session.state == Conversation.replay(log)
    assert not session.ahead


async def test_a_message_does_not_interrupt_the_turn_that_serves_it() -> None:
    session = Session(Conversation.replay(log(SAID, TOOK)))
    session.live = LiveTurn(id=T, emit=lambda signal: None)
    session.turn = asyncio.create_task(_never())
    session.cut_for(2)
    assert not session.live.interrupted
    session.cut_for(4)
    assert session.live.interrupted
    await asyncio.gather(session.turn, return_exceptions=True)


async def _never() -> AssistantSaid:
    await asyncio.Event().wait()
    raise AssertionError


@pytest.mark.parametrize(
    ("facts", "end"),
    [
        ((SAID,), None),
        ((SAID, TOOK), None),
        ((SAID, TOOK, AssistantSaid(turn_id=T, text="x", language="en")), 4),
        ((SAID, TOOK, TurnFailed(turn_id=T, code="x")), 4),
        ((SAID, TOOK, AssistantSaid(turn_id=T, text="x", language="en", interrupted=True)), 4),
        ((SAID, TOOK, AssistantSaid(turn_id=T, text="", language="en", interrupted=True)), None),
        (
            (
                SAID,
                TOOK,
                AssistantSaid(turn_id=T, text="", language="en", interrupted=True),
                TurnStarted(turn_id=U, answers=(2,)),
                AssistantSaid(turn_id=U, text="x", language="en"),
            ),
            6,
        ),
    ],
)
def test_a_message_is_served_when_a_turn_that_took_it_has_ended(facts: tuple[Fact, ...], end: int | None) -> None:
    assert served_at(log(*facts), 2) == end
