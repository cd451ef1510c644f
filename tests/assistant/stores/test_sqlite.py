"""The log on SQLite, by itself: the file, the disk, the crash, the threads."""

# ruff: noqa: ASYNC220, ASYNC240 - nothing else runs on a test's loop
from __future__ import annotations

import asyncio
import json
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from assistant.conversation import Conversation
from assistant.errors import AssistantError, ConcurrentTurn, StoreUnavailable, StoreUnreadable
from assistant.events import (
    CUSTOMER,
    SYSTEM,
    AgentJoined,
    ChannelJoined,
    ClientId,
    ConversationClosed,
    ConversationId,
    ConversationStarted,
    CustomerSaid,
    Draft,
    Event,
    HandoffRequested,
)
from assistant.ids import RandomIds
from assistant.stores.schema import APPLICATION_ID, VERSION
from assistant.stores.sqlite import SqliteEventStore
from tests.assistant.any_log import logs

pytestmark = pytest.mark.anyio

C = ConversationId("c_1")


class FixedClock:
    def now(self) -> datetime:
        return datetime(2026, 11, 22, tzinfo=UTC)


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "log.sqlite"


async def open_store(path: Path) -> SqliteEventStore:
    return await SqliteEventStore.open(path, clock=FixedClock(), ids=RandomIds())


def said(text: str, client_id: str | None = None) -> Draft:
    fact = CustomerSaid(client_id=ClientId(client_id or text), text=text)
    return Draft(fact=fact, actor=CUSTOMER, channel="web")


async def begin(store: SqliteEventStore, name: ConversationId = C) -> None:
    await store.create(name, [Draft(fact=ConversationStarted(locale="en"), actor=SYSTEM, channel="web")])


async def test_the_log_is_there_again_after_the_store_was_closed(path: Path) -> None:
    async with await open_store(path) as store:
        await begin(store)
        await store.append(C, [said("hi")])
        before = await store.read(C)
    async with await open_store(path) as store:
        assert await store.read(C) == before
        assert (await store.append(C, [said("hi")])).duplicate
        assert await store.unanswered() == (C,)


async def test_every_commit_reaches_the_disk_before_it_is_acknowledged(path: Path) -> None:
    async with await open_store(path) as store:
        modes = await store._writer.submit(
            lambda db: [db.execute(f"PRAGMA {name}").fetchone()[0] for name in ("journal_mode", "synchronous")]
        )
    assert modes == ["wal", 2]


async def test_appends_that_wait_together_share_commits(path: Path) -> None:
    async with await open_store(path) as store:
        await begin(store)
        commits: list[str] = []

        def count(statement: str) -> None:
            if statement == "COMMIT":
                commits.append(statement)

        await store._writer.submit(lambda db: db.set_trace_callback(count))
        commits.clear()
        await asyncio.gather(*(store.append(C, [said(str(number))]) for number in range(200)))
    assert 1 <= len(commits) < 50


async def test_appends_are_acknowledged_in_the_order_of_their_seqs(path: Path) -> None:
    acknowledged: list[int] = []

    async def send(store: SqliteEventStore, number: int) -> None:
        appended = await store.append(C, [said(str(number))])
        acknowledged.append(appended.events[0].seq)

    async with await open_store(path) as store:
        await begin(store)
        await asyncio.gather(*(send(store, number) for number in range(100)))
    assert acknowledged == sorted(acknowledged)


async def test_a_full_disk_is_an_error_that_loses_nothing_and_ends_when_there_is_space(path: Path) -> None:
    async with await open_store(path) as store:
        await begin(store)
        await store._writer.submit(_limit_to_current_size)
        acknowledged, refused = await _fill(store)
        assert refused
        assert [event.seq for event in await store.read(C)] == list(range(1, len(acknowledged) + 2))
        await store._writer.submit(lambda db: db.execute("PRAGMA max_page_count = 1000000"))
        for text in refused:
            assert not (await store.append(C, [said(text)])).duplicate
    async with await open_store(path) as store:
        log = await store.read(C, after=1)
    texts = [event.fact.text for event in log if isinstance(event.fact, CustomerSaid)]
    assert texts == acknowledged + refused


def _limit_to_current_size(db: sqlite3.Connection) -> None:
    (pages,) = db.execute("PRAGMA page_count").fetchone()
    db.execute(f"PRAGMA max_page_count = {pages + 3}")


async def _fill(store: SqliteEventStore) -> tuple[list[str], list[str]]:
    acknowledged, refused = [], []
    for number in range(40):
        text = f"{number} " + "x" * 500
        try:
            await store.append(C, [said(text)])
            acknowledged.append(text)
        except StoreUnavailable as error:
            assert "full" in str(error)
            refused.append(text)
    return acknowledged, refused


async def test_one_append_that_finds_no_space_does_not_refuse_the_small_ones_beside_it(path: Path) -> None:
    async with await open_store(path) as store:
        await begin(store)
        await store._writer.submit(_limit_to_current_size)
        sends = [store.append(C, [said("small")]), store.append(C, [said("x" * 200_000, "big")])]
        small, big = await asyncio.gather(*sends, return_exceptions=True)
        assert isinstance(big, StoreUnavailable)
        assert not isinstance(small, BaseException)
        assert await store.last_seq(C) == 2


async def test_the_writer_survives_work_that_breaks(path: Path) -> None:
    def broken(db: sqlite3.Connection) -> None:
        db.execute("UPDATE conversations SET last_seq = 77")
        raise RuntimeError("a bug")

    async with await open_store(path) as store:
        await begin(store)
        sends = [store.append(C, [said("a")]), store._writer.submit(broken), store.append(C, [said("b")])]
        outcomes = await asyncio.gather(*sends, return_exceptions=True)
        assert isinstance(outcomes[1], RuntimeError)
        assert [event.seq for event in await store.read(C)] == [1, 2, 3]


async def test_a_file_that_is_no_database_is_named_with_the_way_out_and_left_alone(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b"Dear diary, " * 1000)
    with pytest.raises(StoreUnreadable, match=r"log\.sqlite") as refused:
        await open_store(path)
    assert "restore a backup" in str(refused.value)
    assert path.read_bytes() == b"Dear diary, " * 1000


async def test_another_programs_database_is_left_alone(path: Path) -> None:
    path.parent.mkdir()
    with sqlite3.connect(path) as db:
        db.execute("CREATE TABLE songs (title TEXT)")
    db.close()
    before = path.read_bytes()
    with pytest.raises(StoreUnreadable, match="another program's"):
        await open_store(path)
    assert path.read_bytes() == before


async def test_a_log_of_another_version_is_left_alone(path: Path) -> None:
    await (await open_store(path)).close()
    with sqlite3.connect(path) as db:
        db.execute(f"PRAGMA user_version = {VERSION + 1}")
    db.close()
    with pytest.raises(StoreUnreadable, match=f"schema {VERSION + 1}, this release reads schema {VERSION}"):
        await open_store(path)


async def test_a_log_of_the_release_before_is_taken_over_with_its_queue(path: Path) -> None:
    """Schema 1 did not keep who waits for a person: it is read from the events."""
    waiting, served, closed = (ConversationId(name) for name in ("c_waiting", "c_served", "c_closed"))
    asked = Draft(fact=HandoffRequested(reason="asked", summary=""), actor=SYSTEM, channel="web")
    joined = Draft(fact=AgentJoined(agent_id="a", name="Ada"), actor=SYSTEM, channel="desk")
    over = Draft(fact=ConversationClosed(reason="done"), actor=SYSTEM, channel="desk")
    async with await open_store(path) as store:
        await begin(store)
        for name, drafts in ((waiting, [asked]), (served, [asked, joined]), (closed, [asked, joined, over])):
            await store.create(
                name, [Draft(fact=ConversationStarted(locale="en"), actor=SYSTEM, channel="web"), *drafts]
            )
        assert await store.with_people() == (waiting, served)
    with sqlite3.connect(path) as db:
        db.execute("DROP INDEX conversations_with_people")
        db.execute("ALTER TABLE conversations DROP COLUMN desk")
        db.execute("PRAGMA user_version = 1")
    db.close()
    async with await open_store(path) as store:
        assert await store.with_people() == (waiting, served)
        await store.append(waiting, [joined, over])
        assert await store.with_people() == (served,)


async def test_a_torn_file_is_an_error_and_never_a_wrong_log(path: Path) -> None:
    async with await open_store(path) as store:
        await begin(store)
        for number in range(50):
            await store.append(C, [said(f"{number} " + "x" * 300)])
        whole = await store.read(C)
    pages = path.stat().st_size // 4096
    for page in range(1, pages):
        torn = bytearray(path.read_bytes())
        torn[page * 4096 : page * 4096 + 256] = b"\xff" * 256
        copy = path.with_name(f"torn{page}.sqlite")
        copy.write_bytes(torn)
        try:
            async with await open_store(copy) as store:
                log = await store.read(C)
        except (AssistantError, ValueError):
            continue
        assert log == whole  # the damage was in a page that this read does not need


async def test_a_folder_in_the_place_of_the_file_is_an_error_that_names_it(tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailable, match="cannot be opened"):
        await open_store(tmp_path)


async def test_a_conversation_may_not_be_created_twice_even_at_once(path: Path) -> None:
    async with await open_store(path) as store:
        outcomes = await asyncio.gather(begin(store), begin(store), return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [type(None), ConcurrentTurn]


async def test_the_file_says_whose_it_is(path: Path) -> None:
    await (await open_store(path)).close()
    with sqlite3.connect(path) as db:
        assert db.execute("PRAGMA application_id").fetchone() == (APPLICATION_ID,)
    db.close()
    assert not path.with_name("log.sqlite-wal").exists()


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(log=logs)
def test_any_log_reads_back_and_its_unanswered_state_is_the_folds(tmp_path: Path, log: Sequence[Event]) -> None:
    name = ConversationId(os.urandom(8).hex())

    async def play() -> None:
        async with await open_store(tmp_path / "log.sqlite") as store:
            written: list[Event] = []
            for number, event in enumerate(log):
                draft = Draft(fact=event.fact, actor=event.actor, channel=event.channel)
                try:
                    written += await store.create(name, [draft]) if number == 0 else await _append(store, name, draft)
                except AssistantError:
                    continue
            assert await store.read(name) == tuple(written)
            state = Conversation.replay(written)
            open_ = bool(state.turn or (state.unanswered and state.status in ("assistant", "waiting_for_agent")))
            assert (name in await store.unanswered()) == open_

    asyncio.run(play())


async def _append(store: SqliteEventStore, name: ConversationId, draft: Draft) -> Sequence[Event]:
    appended = await store.append(name, [draft])
    return () if appended.duplicate else appended.events


_HOLDER = """
import asyncio, sys
from datetime import UTC, datetime
from assistant.events import ChannelJoined, ConversationId, CUSTOMER, ClientId, CustomerSaid, Draft
from assistant.ids import RandomIds
from assistant.stores.sqlite import SqliteEventStore

class Clock:
    def now(self):
        return datetime(2026, 11, 22, tzinfo=UTC)

async def main():
    store = await SqliteEventStore.open(sys.argv[1], clock=Clock(), ids=RandomIds())
    await store.create(ConversationId("c_1"), [Draft(fact=ChannelJoined(channel="web"), actor=CUSTOMER, channel="web")])
    await store.take_lease(ConversationId("c_1"), owner="doomed", seconds=60)
    number = 0
    while True:
        said = CustomerSaid(client_id=ClientId(str(number)), text=str(number))
        appended = await store.append(ConversationId("c_1"), [Draft(fact=said, actor=CUSTOMER, channel="web")])
        print(appended.events[0].seq, flush=True)
        number += 1

asyncio.run(main())
"""


async def test_after_kill_9_all_that_was_acknowledged_is_there_and_the_dead_hold_no_lease(path: Path) -> None:
    child = subprocess.Popen([sys.executable, "-c", _HOLDER, str(path)], stdout=subprocess.PIPE, text=True)
    with child:
        assert child.stdout is not None
        acknowledged = [int(child.stdout.readline()) for _ in range(50)]
        async with await open_store(path) as beside:  # a living owner keeps its lease
            assert await beside.take_lease(C, owner="other", seconds=1) is None
        child.send_signal(signal.SIGKILL)
        acknowledged += [int(line) for line in child.stdout]
    async with await open_store(path) as store:
        seqs = [event.seq for event in await store.read(C)]
        assert seqs == list(range(1, len(seqs) + 1))
        assert set(acknowledged) <= set(seqs)
        assert await store.take_lease(C, owner="other", seconds=1) is not None


_SMALL_FILES = """
import asyncio, json, resource, signal, sys
from datetime import UTC, datetime
from assistant.errors import StoreUnavailable
from assistant.events import ChannelJoined, ConversationId, CUSTOMER, ClientId, CustomerSaid, Draft
from assistant.ids import RandomIds
from assistant.stores.sqlite import SqliteEventStore

class Clock:
    def now(self):
        return datetime(2026, 11, 22, tzinfo=UTC)

def said(number):
    return [Draft(fact=CustomerSaid(client_id=ClientId(str(number)), text="x" * 2000), actor=CUSTOMER, channel="web")]

async def main():
    c = ConversationId("c_1")
    store = await SqliteEventStore.open(sys.argv[1], clock=Clock(), ids=RandomIds())
    await store.create(c, [Draft(fact=ChannelJoined(channel="web"), actor=CUSTOMER, channel="web")])
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, resource.RLIM_INFINITY))
    acknowledged, refused = [], []
    for number in range(200):
        try:
            await store.append(c, said(number))
            acknowledged.append(number)
        except StoreUnavailable:
            refused.append(number)
    seen = len(await store.read(c)) - 1
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    for number in refused:
        await store.append(c, said(number))
    await store.close()
    print(json.dumps([len(acknowledged), len(refused), seen]))

asyncio.run(main())
"""


async def test_a_disk_that_refuses_to_write_in_the_middle_costs_nothing_that_was_acknowledged(path: Path) -> None:
    """The file may not grow past a limit of the process: the write itself fails, as on a full volume."""
    ran = await asyncio.to_thread(
        subprocess.run, [sys.executable, "-c", _SMALL_FILES, str(path)], capture_output=True, text=True, check=True
    )
    acknowledged, refused, seen = json.loads(ran.stdout)
    assert acknowledged > 10
    assert refused > 10
    assert seen == acknowledged
    async with await open_store(path) as store:
        log = await store.read(C)
    assert [event.seq for event in log] == list(range(1, 202))
    assert isinstance(log[0].fact, ChannelJoined)
