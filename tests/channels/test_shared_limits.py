"""Limits over replicas: what one lets through counts on the other; without news each counts alone."""

from __future__ import annotations

import asyncio

import pytest

from assistant.assistant import Assistant
from assistant.buses.in_process import InProcessBus
from assistant.clock import SystemClock
from assistant.ids import RandomIds
from assistant.signals import Asked
from assistant.stores.memory import MemoryEventStore
from channels.edge.limits import RateLimit
from channels.edge.shared_limits import SharedLimit, share
from channels.errors import TooMany

pytestmark = pytest.mark.anyio


class Wire(InProcessBus):
    """Two of them hear what the other asks."""

    def __init__(self) -> None:
        super().__init__()
        self.other: Wire | None = None
        self.heard = asyncio.Event()
        self.cut = False

    def listen(self, listener):
        self.listener = listener

    def ask(self, asked: Asked) -> None:
        assert self.other is not None
        if not self.cut:
            self.other.listener(asked.conversation, asked)
            self.other.heard.set()


@pytest.fixture
def anyio_backend():
    return "asyncio"


def replica(store: MemoryEventStore, bus: Wire) -> tuple[Assistant, RateLimit]:
    async def never(*_: object) -> None:
        raise AssertionError

    assistant = Assistant(store=store, bus=bus, run_turn=never, ids=RandomIds())
    limit = RateLimit("messages", per_minute=6, at_once=4)
    share(assistant.replicas, {"messages": limit})
    return assistant, limit


async def test_a_visitor_has_one_allowance_however_many_replicas_they_reach() -> None:
    store = MemoryEventStore(clock=SystemClock(), ids=RandomIds(), shared=True)
    one, two = Wire(), Wire()
    one.other, two.other = two, one
    (_, first), (_, second) = replica(store, one), replica(store, two)
    now = asyncio.get_running_loop().time()
    for _ in range(3):
        first.take("c", now)
    await asyncio.wait_for(two.heard.wait(), 5)
    second.take("c", now + 1)
    with pytest.raises(TooMany):
        second.take("c", now + 1)
    second.take("another", now + 1)


async def test_without_the_bus_each_counts_alone() -> None:
    store = MemoryEventStore(clock=SystemClock(), ids=RandomIds(), shared=True)
    one, two = Wire(), Wire()
    one.other, two.other, one.cut = two, one, True
    (_, first), (_, second) = replica(store, one), replica(store, two)
    for _ in range(4):
        first.take("c", 0.0)
        second.take("c", 0.0)


async def test_what_was_let_through_goes_out_in_one_message() -> None:
    told: list[dict[str, int]] = []
    done = asyncio.Event()

    def tell(counts) -> None:
        told.append(dict(counts))
        done.set()

    shared = SharedLimit(tell, seconds=0.01)
    for key in ("a", "b", "a"):
        shared.taken(key)
    await asyncio.wait_for(done.wait(), 5)
    assert told == [{"a": 2, "b": 1}]


async def test_a_process_that_is_alone_tells_nobody() -> None:
    store = MemoryEventStore(clock=SystemClock(), ids=RandomIds())
    _, limit = replica(store, Wire())
    assert limit.on_taken is None
