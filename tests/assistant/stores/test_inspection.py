"""What `aisle db check --deep` finds: exactly the row that is not as it was written."""

from __future__ import annotations

import random
import sqlite3
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from assistant.clock import SystemClock
from assistant.events import CUSTOMER, SYSTEM, ConversationId, ConversationStarted, CustomerSaid, Draft
from assistant.ids import RandomIds
from assistant.stores.inspection import faults, open_inspected
from assistant.stores.postgres import PostgresEventStore
from assistant.stores.sqlite import SqliteEventStore
from eval.faults.spoiling import SPOILS, spoil
from eval.servers.postgres import PostgresServer

pytestmark = pytest.mark.anyio
C = ConversationId("c_1")
STARTED = Draft(fact=ConversationStarted(locale="en"), actor=SYSTEM, channel="web")


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


def said(number: int) -> Draft:
    return Draft(fact=CustomerSaid(client_id=f"m{number}", text=f"Größe {number}?"), actor=CUSTOMER, channel="web")


@pytest.fixture
async def log(tmp_path: Path) -> Path:
    path = tmp_path / "log.sqlite"
    async with await SqliteEventStore.open(path, clock=SystemClock(), ids=RandomIds()) as store:
        await store.create(C, [STARTED])
        await store.append(C, [said(number) for number in range(6)])
    return path


@pytest.mark.parametrize("kind", SPOILS)
@pytest.mark.parametrize("seed", range(4))
async def test_the_row_that_was_spoiled_is_named_and_no_other(log: Path, kind: str, seed: int) -> None:
    engine, _ = open_inspected("", log)
    assert faults(engine, deep=True) == []
    with closing(sqlite3.connect(log, isolation_level=None)) as db:
        spoiled = spoil(db, 1 + seed, kind, random.Random(f"{kind}{seed}"))
        (told,) = faults(engine, deep=True)
        assert f"event {spoiled.seq} of conversation c_1 " in told
        spoiled.put_back(db)
    assert faults(engine, deep=True) == []


async def test_rows_in_each_others_places_are_found(log: Path) -> None:
    with closing(sqlite3.connect(log, isolation_level=None)) as db:
        db.execute("UPDATE events SET seq = 100 - seq WHERE seq IN (3, 4)")
        db.execute("UPDATE events SET seq = seq - 93 WHERE seq > 90")
    engine, _ = open_inspected("", log)
    assert sum("is not as it was written" in told for told in faults(engine, deep=True)) == 2


async def test_rows_of_a_release_before_have_no_digest_and_are_no_fault(log: Path) -> None:
    with closing(sqlite3.connect(log, isolation_level=None)) as db:
        db.execute("UPDATE events SET digest = NULL WHERE seq = 2")
    engine, _ = open_inspected("", log)
    assert faults(engine, deep=True) == []


async def test_on_postgresql_too(postgres_server: PostgresServer) -> None:
    url = postgres_server.make_database("spoiled")
    async with await PostgresEventStore.open(url, ids=RandomIds()) as store:
        await store.create(C, [STARTED])
        await store.append(C, [said(1), said(2)])
    engine, _ = open_inspected(url, Path())
    assert faults(engine, deep=True) == []
    with psycopg.connect(url) as server:
        server.execute(b"UPDATE events SET data = replace(data, '1?', '7?') WHERE seq = 2")
    (told,) = faults(engine, deep=True)
    assert told == "event 2 of conversation c_1 (customer_said) is not as it was written"
