"""The embedded bus, by itself."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from assistant.buses.in_process import InProcessBus
from assistant.events import CUSTOMER, ChannelJoined, ConversationId, Event, TurnId
from assistant.signals import Committed, Delta, Lagged, Message

C = ConversationId("c_1")
SIGNAL = Delta(turn_id=TurnId("t"), offset=0, text="x")


def committed(seq: int) -> Committed:
    at = datetime(2026, 11, 22, tzinfo=UTC)
    fact = ChannelJoined(channel="web")
    return Committed(
        events=(Event(seq=seq, id=str(seq), conversation=C, at=at, actor=CUSTOMER, channel="web", fact=fact),)
    )


def taken_now(messages: AsyncIterator[Message]) -> Message | None:
    """The next message if there is one already: a step of the reader without a wait."""
    step = messages.__anext__().__await__()
    try:
        next(step)
    except StopIteration as taken:
        message: Message = taken.value
        return message
    step.close()  # type: ignore[attr-defined]
    return None


@given(st.integers(1, 5), st.lists(st.sampled_from(["event", "signal", "read"]), max_size=80))
def test_no_event_goes_missing_without_lagged_before_the_next_message(queue: int, steps: list[str]) -> None:
    async def play() -> None:
        bus, published, known = InProcessBus(queue=queue), 0, 0
        async with bus.subscribe(C) as messages:
            for step in [*steps, *["read"] * (queue + 1)]:
                if step == "event":
                    bus.publish(C, committed(published := published + 1))
                elif step == "signal":
                    bus.publish(C, SIGNAL)
                else:
                    match taken_now(messages):
                        case Lagged():
                            known = published  # it reads the log
                        case Committed(events=(event,)):
                            assert event.seq <= known + 1
                            known = max(known, event.seq)
        assert known == published

    asyncio.run(play())


@given(st.integers(1, 5), st.integers(0, 40))
def test_a_reader_that_keeps_within_the_queue_never_lags(queue: int, rounds: int) -> None:
    async def play() -> None:
        bus = InProcessBus(queue=queue)
        async with bus.subscribe(C) as messages:
            for _ in range(rounds):
                for _ in range(queue):
                    bus.publish(C, SIGNAL)
                assert [taken_now(messages) for _ in range(queue + 1)] == [SIGNAL] * queue + [None]

    asyncio.run(play())


async def _leave_and_count(bus: InProcessBus) -> int:
    async with bus.subscribe(C):
        pass
    return len(bus._mailboxes)


def test_a_conversation_without_subscribers_leaves_nothing_behind() -> None:
    assert asyncio.run(_leave_and_count(InProcessBus())) == 0
