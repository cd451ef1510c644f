"""Kept states of long conversations: the same as reading all of it, and only for the history that they were made of."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest
from hypothesis import given

from assistant.buses.in_process import InProcessBus
from assistant.clock import SystemClock
from assistant.conversation import Conversation
from assistant.events import (
    CUSTOMER,
    SYSTEM,
    ClientId,
    ConversationId,
    ConversationStarted,
    CustomerSaid,
    DataErased,
    Draft,
    Event,
)
from assistant.folds import EVERY, SHORT, Folds
from assistant.ids import RandomIds
from assistant.sealing.ports import Unsealed
from assistant.sessions import Sessions
from assistant.stores.memory import MemoryEventStore
from assistant.stores.small_tables import open_engine
from tests.assistant.any_log import logs

pytestmark = pytest.mark.anyio
C = ConversationId("c")


class CountingStore(MemoryEventStore):
    """How many events were read."""

    events_read = 0

    async def read(
        self, conversation: ConversationId, *, after: int = 0, limit: int | None = None
    ) -> tuple[Event, ...]:
        events = await super().read(conversation, after=after, limit=limit)
        self.events_read += len(events)
        return events


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def folds(tmp_path: Path) -> AsyncIterator[Folds]:
    engine = open_engine(tmp_path)
    made = Folds(engine, Unsealed())
    made.make_table()
    yield made
    engine.dispose()


@given(logs)
def test_a_state_that_is_written_and_read_is_the_same(log: list[Event]) -> None:
    state = Conversation.replay(log)
    assert msgspec.json.decode(msgspec.json.encode(state), type=Conversation) == state


def said(number: int) -> Draft:
    fact = CustomerSaid(client_id=ClientId(f"m{number}"), text=f"message {number}")
    return Draft(fact=fact, actor=CUSTOMER, channel="web")


async def spoken(store: MemoryEventStore, folds: Folds, count: int) -> Sessions:
    await store.create(C, [Draft(fact=ConversationStarted(locale="en"), actor=SYSTEM, channel="web")])
    sessions = Sessions(store, InProcessBus(), owner="o", folds=folds)
    await sessions.of(C)
    for number in range(count):
        await sessions.append(C, [said(number)])
    await sessions.let_all_go()
    return sessions


async def test_a_long_conversation_is_opened_by_its_newest_events(folds: Folds) -> None:
    store = CountingStore(clock=SystemClock(), ids=RandomIds())
    before = await spoken(store, folds, 3 * EVERY + 5)
    store.events_read = 0
    after = Sessions(store, InProcessBus(), owner="p", folds=folds)
    assert (await after.of(C)).state == (await before.of(C)).state
    assert store.events_read <= SHORT + EVERY + 3


async def test_another_history_is_read_from_its_start(folds: Folds) -> None:
    await spoken(MemoryEventStore(clock=SystemClock(), ids=RandomIds()), folds, EVERY + 5)
    other = CountingStore(clock=SystemClock(), ids=RandomIds())
    sessions = await spoken(other, folds, 0)
    for number in range(EVERY):
        await other.append(C, [said(number)])
    state = (await Sessions(other, InProcessBus(), owner="p", folds=folds).of(C)).state
    assert state == Conversation.replay(await other.read(C))
    await sessions.let_all_go()


async def test_what_is_erased_is_kept_nowhere(folds: Folds) -> None:
    store = MemoryEventStore(clock=SystemClock(), ids=RandomIds())
    sessions = await spoken(store, folds, EVERY + 5)
    assert await folds.load(C) is not None
    erased = DataErased(request_id="r", scope="conversation")
    await sessions.append(C, [Draft(fact=erased, actor=SYSTEM, channel="api")])
    await sessions.let_all_go()
    assert await folds.load(C) is None
