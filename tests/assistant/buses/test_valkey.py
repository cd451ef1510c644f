"""The bus between replicas: what one publishes the other hears, through the server's death and back, and never twice."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from dataclasses import replace

import pytest
from hypothesis import given

from assistant.buses.valkey import HEARD_SECONDS, ValkeyBus
from assistant.buses.wire import coalesced, decode, encode
from assistant.events import CUSTOMER, ChannelJoined, ConversationId, Event, TurnId
from assistant.signals import Asked, Committed, Delta, Lagged, Message, Stage, Typing
from eval.servers.child import ServerMissing
from eval.servers.valkey import ValkeyServer
from tests.assistant.any_log import logs

pytestmark = pytest.mark.anyio

C = ConversationId("c_1")
T = TurnId("t_1")


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def pair(valkey_server: ValkeyServer) -> AsyncIterator[tuple[ValkeyBus, ValkeyBus]]:
    one, two = [await ValkeyBus.open(valkey_server.url, prefix="pair:") for _ in range(2)]
    assert one.connected and two.connected
    yield one, two
    await one.close()
    await two.close()


@pytest.fixture
def mortal() -> Iterator[ValkeyServer]:
    server = ValkeyServer()
    try:
        server.start()
    except (ServerMissing, OSError) as error:
        pytest.skip(f"no Valkey can be started here: {error}")
    yield server
    server.remove()


def delta(offset: int, text: str = "x") -> Delta:
    return Delta(turn_id=T, offset=offset, text=text)


async def take(messages: AsyncIterator[Message], count: int = 1) -> list[Message]:
    async with asyncio.timeout(10):
        return [await anext(messages) for _ in range(count)]


async def test_another_replica_hears_in_order_and_the_sender_only_once(pair: tuple[ValkeyBus, ValkeyBus]) -> None:
    one, two = pair
    async with one.subscribe(C) as here, two.subscribe(C) as there:
        one.publish(C, Typing(who="customer", on=True))
        one.publish(C, delta(0, "Hel"))
        one.publish(C, delta(3, "lo"))
        assert await take(there, 2) == [Typing(who="customer", on=True), delta(0, "Hello")]
        assert await take(here, 3) == [Typing(who="customer", on=True), delta(0, "Hel"), delta(3, "lo")]
        two.publish(C, delta(9))
        assert await take(here) == [delta(9)]


async def test_who_does_not_follow_a_conversation_does_not_hear_it(pair: tuple[ValkeyBus, ValkeyBus]) -> None:
    one, two = pair
    other = ConversationId("c_2")
    heard: list[object] = []
    two.listen(lambda conversation, message: heard.append((conversation, message)))
    async with two.subscribe(other):
        one.publish(C, delta(0))
        one.publish(other, delta(1))
        asked = Asked(wish="cut", conversation=C, turn_id=T, stop=True)
        one.ask(asked)
        async with asyncio.timeout(10):
            while len(heard) < 2:  # noqa: ASYNC110
                await asyncio.sleep(0.005)
    assert sorted(heard, key=str) == [(ConversationId("all"), asked), (other, delta(1))]


async def test_a_turn_kept_in_hearing_is_heard_without_a_subscriber(pair: tuple[ValkeyBus, ValkeyBus]) -> None:
    one, two = pair
    heard = asyncio.Event()
    two.listen(lambda conversation, message: heard.set())
    with two.hearing(C):
        assert C in two.followed()
        async with asyncio.timeout(10):
            while not heard.is_set():
                one.publish(C, delta(0))
                await asyncio.sleep(0.01)
    assert C not in two.followed()


async def test_a_server_that_dies_costs_messages_and_readers_look_at_the_log_when_it_is_back(
    mortal: ValkeyServer,
) -> None:
    one, two = [await ValkeyBus.open(mortal.url) for _ in range(2)]
    async with two.subscribe(C) as there, one.subscribe(C) as here:
        one.publish(C, delta(0))
        assert await take(there) == [delta(0)]
        mortal.kill()
        one.publish(C, delta(1))
        assert await take(here, 2) == [delta(0), delta(1)]
        await asyncio.to_thread(mortal.start)
        assert await take(there) == [Lagged()]
        async with asyncio.timeout(10):
            while not one.connected:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        one.publish(C, delta(2))
        assert delta(2) in await take(there)
    await one.close()
    await two.close()


@given(logs)
def test_events_come_over_the_wire_as_they_were(log: tuple[Event, ...]) -> None:
    sender, conversation, messages = decode(encode("me", C, [Committed(events=log[:3]), delta(0), Lagged()]))
    assert (sender, conversation) == ("me", C)
    assert messages == [
        Committed(events=tuple(replace(event, conversation=C) for event in log[:3])),
        delta(0),
        Lagged(),
    ]


def test_what_is_too_much_or_of_another_release_becomes_a_look_at_the_log() -> None:
    assert decode(encode("me", C, [delta(0)]), own="me") == ("me", C, [])
    assert decode(encode("me", C, [delta(0, "x" * 100_000)]))[2] == [Lagged()]
    raw = encode("me", C, [Stage(turn_id=T, stage="s", label="l")]).replace(b"Stage", b"Stags")
    assert decode(raw)[2] == [Lagged()]
    for nonsense in (b"", b"\x93\x01\x02\x03", b"\xc1"):
        with pytest.raises(ValueError, match="no message"):
            decode(nonsense)


def test_only_what_continues_is_merged() -> None:
    apart: list[Message | Asked] = [delta(0), Stage(turn_id=T, stage="s", label="l"), delta(1), delta(5)]
    assert coalesced(apart) == apart
    at = Event(seq=1, id="1", conversation=C, at=None, actor=CUSTOMER, channel="web", fact=ChannelJoined(channel="web"))  # type: ignore[arg-type]
    assert coalesced([Committed(events=(at,)), Committed(events=(at,))]) == [Committed(events=(at, at))]


async def test_who_waits_for_a_subscription_when_the_server_dies_waits_no_longer(mortal: ValkeyServer) -> None:
    bus = await ValkeyBus.open(mortal.url)
    mortal.kill()
    before = asyncio.get_running_loop().time()
    async with AsyncExitStack() as subscribed:
        for number in range(20):
            await subscribed.enter_async_context(bus.subscribe(ConversationId(f"c_{number}")))
    assert asyncio.get_running_loop().time() - before < HEARD_SECONDS
    await bus.close()


async def test_what_is_wanted_again_at_once_is_heard_again(pair: tuple[ValkeyBus, ValkeyBus]) -> None:
    one, two = pair
    for number in range(20):
        async with two.subscribe(C) as messages:
            one.publish(C, Typing(who="customer", on=bool(number % 2)))
            assert await take(messages) == [Typing(who="customer", on=bool(number % 2))]
        await asyncio.sleep(0)


async def test_what_was_spent_of_a_limit_reaches_the_other_replica(pair: tuple[ValkeyBus, ValkeyBus]) -> None:
    one, two = pair
    heard: asyncio.Queue[Message | Asked] = asyncio.Queue()
    two.listen(lambda conversation, message: heard.put_nowait(message))
    spent = Asked(wish="spent", conversation=C, limit="messages", counts={"c_1": 3})
    one.ask(spent)
    async with asyncio.timeout(10):
        assert await heard.get() == spent
