"""What the log on PostgreSQL promises beyond the contract: servers that die and come back, replicas that die, doubtful commits."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from assistant.errors import StoreUnavailable
from assistant.events import (
    CUSTOMER,
    SYSTEM,
    ClientId,
    ConversationId,
    ConversationStarted,
    CustomerSaid,
    Draft,
)
from assistant.ids import RandomIds
from assistant.stores.database import DatabaseSettings
from assistant.stores.postgres import PostgresEventStore
from assistant.stores.postgres_writing import Commit, Job
from eval.servers.child import ServerMissing
from eval.servers.postgres import PostgresServer

pytestmark = pytest.mark.anyio

C = ConversationId("c_1")


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def store(postgres_url: str) -> AsyncIterator[PostgresEventStore]:
    async with await PostgresEventStore.open(postgres_url, ids=RandomIds()) as opened:
        yield opened


@pytest.fixture(scope="module")
def mortal() -> Iterator[PostgresServer]:
    try:
        server = PostgresServer.make()
        server.start()
    except (ServerMissing, OSError) as error:
        pytest.skip(f"no PostgreSQL can be started here: {error}")
    yield server
    server.remove()


def said(client_id: str) -> Draft:
    fact = CustomerSaid(client_id=ClientId(client_id), text="hi")
    return Draft(fact=fact, actor=CUSTOMER, channel="web")


async def begin(store: PostgresEventStore, conversation: ConversationId = C) -> None:
    await store.create(conversation, [Draft(fact=ConversationStarted(locale="en"), actor=SYSTEM, channel="web")])


async def test_two_replicas_write_to_one_conversation_without_gap_or_duplicate(
    postgres_url: str, store: PostgresEventStore
) -> None:
    await begin(store)
    async with await PostgresEventStore.open(postgres_url, ids=RandomIds()) as other:
        sends = [one.append(C, [said(str(number % 40))]) for number in range(80) for one in (store, other)]
        outcomes = await asyncio.gather(*sends)
        assert sum(outcome.duplicate for outcome in outcomes) == 120
        assert [event.seq for event in await other.read(C)] == list(range(1, 42))
        assert await other.read(C) == await store.read(C)
        assert other.generation == store.generation


async def test_a_server_that_is_killed_costs_a_wait_and_nothing_that_was_acknowledged(mortal: PostgresServer) -> None:
    url = mortal.make_database("killed")
    async with await PostgresEventStore.open(url, ids=RandomIds(), settings=DatabaseSettings(wait_seconds=30)) as store:
        await begin(store)
        acknowledged: list[int] = []

        async def talk(device: int) -> None:
            for number in range(60):
                appended = await store.append(C, [said(f"{device}-{number}")])
                acknowledged.append(appended.events[0].seq)

        talking = [asyncio.create_task(talk(device)) for device in range(4)]
        while len(acknowledged) < 40:  # noqa: ASYNC110
            await asyncio.sleep(0)
        await asyncio.to_thread(mortal.kill)
        await asyncio.to_thread(mortal.start)
        await asyncio.gather(*talking)
        assert sorted(acknowledged) == list(range(2, 242))
        assert [event.seq for event in await store.read(C)] == list(range(1, 242))


async def test_while_the_server_is_away_callers_are_told_how_to_go_on_and_afterwards_all_is_well(
    mortal: PostgresServer,
) -> None:
    url = mortal.make_database("away")
    quick = DatabaseSettings(wait_seconds=0.3)
    async with await PostgresEventStore.open(url, ids=RandomIds(), settings=quick) as store:
        await begin(store)
        mortal.kill()
        with pytest.raises(StoreUnavailable, match="AISLE_DATABASE_URL"):
            await store.append(C, [said("m1")])
        with pytest.raises(StoreUnavailable, match="AISLE_DATABASE_URL"):
            await store.read(C)
        await asyncio.to_thread(mortal.start)
        assert (await store.append(C, [said("m1")])).events[0].seq == 2


async def test_a_commit_whose_answer_was_lost_is_found_again_and_not_written_twice(
    store: PostgresEventStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    await begin(store)
    write, broken = Commit.write, [True]

    async def committed_but_never_told(self: Commit, db: AsyncConnection, batch: Sequence[Job]) -> None:
        await write(self, db, batch)
        if broken.pop():
            broken.append(False)
            await db.commit()
            raise ConnectionResetError("the line went dead before the answer came")
        broken.append(False)

    monkeypatch.setattr(Commit, "write", committed_but_never_told)
    nameless = Draft(fact=ConversationStarted(locale="de"), actor=SYSTEM, channel="web")
    appended = await store.append(C, [nameless])
    assert not appended.duplicate
    assert await store.read(C, after=1) == appended.events


async def test_the_lease_of_a_replica_that_died_is_free_at_once(postgres_url: str, store: PostgresEventStore) -> None:
    await begin(store)
    await store.append(C, [said("m1")])
    dead = await PostgresEventStore.open(postgres_url, ids=RandomIds())
    lease = await dead.take_lease(C, owner="dead", seconds=60)
    assert lease is not None
    assert await store.take_lease(C, owner="alive", seconds=15) is None
    assert await store.orphaned(quiet_seconds=0) == ()
    await dead.close()  # its connections end, as they do when its process is killed
    assert await store.orphaned(quiet_seconds=0) == (C,)
    taken = await store.take_lease(C, owner="alive", seconds=15)
    assert taken is not None
    assert taken.epoch == lease.epoch + 1
    assert await store.orphaned(quiet_seconds=0) == ()


async def test_what_has_only_just_been_said_is_no_orphan(store: PostgresEventStore) -> None:
    await begin(store)
    await store.append(C, [said("m1")])
    assert await store.orphaned(quiet_seconds=60) == ()
    assert await store.orphaned(quiet_seconds=0) == (C,)


async def test_a_name_that_no_column_can_hold_is_not_found(store: PostgresEventStore) -> None:
    from assistant.errors import ConversationNotFound

    for name in ("c_\x00", "c" * 5000, "c_\ud800"):
        with pytest.raises(ConversationNotFound):
            await store.read(ConversationId(name))


@pytest.mark.parametrize(
    ("url", "way_out"),
    [
        ("mysql://x@h/db", "only PostgreSQL"),
        ("nonsense", "is no URL"),
        ("postgresql://x@h", "names no database"),
        ("postgresql://nobody@127.0.0.1:1/db", "AISLE_DATABASE_URL"),
    ],
)
async def test_a_wrong_address_is_told_in_a_line(url: str, way_out: str) -> None:
    with pytest.raises(StoreUnavailable, match=way_out) as refused:
        await PostgresEventStore.open(url, ids=RandomIds())
    assert "\n" not in str(refused.value)


async def test_many_replicas_that_start_at_once_make_one_log(postgres_server: PostgresServer) -> None:
    url = postgres_server.make_database("together")
    opened: list[Any] = await asyncio.gather(*(PostgresEventStore.open(url, ids=RandomIds()) for _ in range(4)))
    assert len({store.generation for store in opened}) == 1
    await asyncio.gather(*(store.close() for store in opened))
