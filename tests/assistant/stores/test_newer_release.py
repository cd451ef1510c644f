"""A rolling upgrade: the replica of the release before reads what the newer one wrote beside it."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.clock import SystemClock
from assistant.conversation import Conversation
from assistant.events import (
    CUSTOMER,
    FACTS_BY_TYPE,
    SYSTEM,
    ClientId,
    ConversationId,
    ConversationStarted,
    CustomerSaid,
    Draft,
    FactUnknown,
    NoteAdded,
)
from assistant.ids import RandomIds
from assistant.stores.postgres import PostgresEventStore
from assistant.stores.sqlite import SqliteEventStore

pytestmark = pytest.mark.anyio
C = ConversationId("c")


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
async def test_a_type_that_only_the_newer_release_knows_keeps_its_place_and_stops_nobody(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with await _opened(kind, tmp_path, request) as store:
        await store.create(C, [Draft(fact=ConversationStarted(locale="en"), actor=SYSTEM, channel="web")])
        await store.append(C, [Draft(fact=NoteAdded(agent_id="a", text="secret"), actor=SYSTEM, channel="desk")])
        monkeypatch.delitem(FACTS_BY_TYPE, "note_added")
        said = CustomerSaid(client_id=ClientId("m1"), text="hello")
        await store.append(C, [Draft(fact=said, actor=CUSTOMER, channel="web")], expected_seq=2)
        events = await store.read(C)
        assert [event.seq for event in events] == [1, 2, 3]
        assert events[1].fact == FactUnknown(was="note_added")
        assert Conversation.replay(events).last_seq == 3
        assert await store.unanswered() == (C,)


async def _opened(kind: str, folder: Path, request: pytest.FixtureRequest) -> SqliteEventStore | PostgresEventStore:
    if kind == "sqlite":
        return await SqliteEventStore.open(folder / "log.db", clock=SystemClock(), ids=RandomIds())
    return await PostgresEventStore.open(request.getfixturevalue("postgres_url"), ids=RandomIds())
