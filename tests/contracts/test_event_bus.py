"""What every EventBus promises. One suite over all adapters."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from assistant.buses.in_process import InProcessBus
from assistant.buses.valkey import ValkeyBus
from assistant.events import CUSTOMER, ChannelJoined, ConversationId, Event, TurnId
from assistant.ports import EventBus
from assistant.signals import Committed, Delta, Lagged, Message, Typing

pytestmark = pytest.mark.anyio

C = ConversationId("c_1")
OTHER = ConversationId("c_2")
QUEUE = 8


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(params=["in_process", "valkey", "valkey_away"])
async def bus(request: pytest.FixtureRequest) -> AsyncIterator[EventBus]:
    if request.param == "in_process":
        yield InProcessBus(queue=QUEUE)
        return
    away = request.param == "valkey_away"
    url = "valkey://127.0.0.1:1" if away else request.getfixturevalue("valkey_server").url
    opened = await ValkeyBus.open(url, queue=QUEUE, wait_seconds=0 if away else 5)
    yield opened
    await opened.close()


def committed(seq: int) -> Committed:
    at = datetime(2026, 11, 22, tzinfo=UTC)
    fact = ChannelJoined(channel="web")
    event = Event(seq=seq, id=str(seq), conversation=C, at=at, actor=CUSTOMER, channel="web", fact=fact)
    return Committed(events=(event,))


def delta(offset: int) -> Delta:
    return Delta(turn_id=TurnId("t"), offset=offset, text="x")


async def take(messages: AsyncIterator[Message], count: int) -> list[Message]:
    async with asyncio.timeout(5):
        return [await anext(messages) for _ in range(count)]


async def test_messages_arrive_in_the_order_in_which_they_were_published(bus: EventBus) -> None:
    sent = [committed(1), delta(0), Typing(who="customer", on=True), committed(2)]
    async with bus.subscribe(C) as messages:
        for message in sent:
            bus.publish(C, message)
        assert await take(messages, 4) == sent


async def test_every_subscriber_gets_every_message(bus: EventBus) -> None:
    async with bus.subscribe(C) as one, bus.subscribe(C) as two:
        bus.publish(C, committed(1))
        assert await take(one, 1) == await take(two, 1) == [committed(1)]


async def test_what_was_published_before_entering_is_not_delivered(bus: EventBus) -> None:
    bus.publish(C, committed(1))
    async with bus.subscribe(C) as messages:
        bus.publish(C, committed(2))
        assert await take(messages, 1) == [committed(2)]


async def test_conversations_do_not_hear_each_other(bus: EventBus) -> None:
    async with bus.subscribe(C) as messages:
        bus.publish(OTHER, committed(1))
        bus.publish(C, committed(2))
        assert await take(messages, 1) == [committed(2)]


async def test_a_waiting_reader_is_woken(bus: EventBus) -> None:
    async with bus.subscribe(C) as messages:
        waiting = asyncio.create_task(take(messages, 1))
        await asyncio.sleep(0)
        bus.publish(C, committed(1))
        assert await waiting == [committed(1)]


async def test_a_wait_that_is_cancelled_loses_no_message(bus: EventBus) -> None:
    async with bus.subscribe(C) as messages:
        waiting = asyncio.create_task(take(messages, 1))
        await asyncio.sleep(0)
        bus.publish(C, committed(1))
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        bus.publish(C, committed(2))
        assert await take(messages, 2) == [committed(1), committed(2)]


async def test_a_reader_that_falls_behind_hears_that_it_lagged_before_anything_newer(bus: EventBus) -> None:
    async with bus.subscribe(C) as messages:
        for offset in range(QUEUE * 3):
            bus.publish(C, delta(offset))
        first, *rest = await take(messages, 2)
        assert first == Lagged()
        assert isinstance(rest[0], Delta)


async def test_events_outlive_signals_in_a_full_queue(bus: EventBus) -> None:
    async with bus.subscribe(C) as messages:
        for seq in range(1, QUEUE // 2 + 1):
            bus.publish(C, committed(seq))
        for offset in range(QUEUE * 4):
            bus.publish(C, delta(offset))
        got = await take(messages, 1 + QUEUE // 2)
        assert got == [Lagged(), *(committed(seq) for seq in range(1, QUEUE // 2 + 1))]


async def test_one_slow_reader_does_not_cost_another_anything(bus: EventBus) -> None:
    async with bus.subscribe(C), bus.subscribe(C) as fast:
        for seq in range(1, QUEUE * 5):
            bus.publish(C, committed(seq))
            assert await take(fast, 1) == [committed(seq)]


async def test_after_leaving_nothing_is_delivered_and_publishing_goes_on(bus: EventBus) -> None:
    async with bus.subscribe(C) as messages:
        pass
    bus.publish(C, committed(1))
    with pytest.raises(StopAsyncIteration):
        await anext(messages)
