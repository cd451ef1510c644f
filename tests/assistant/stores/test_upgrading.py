"""Older logs become this release's, on either database; newer ones are left alone."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import psycopg
import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory

import assistant.stores.migrations as migrations
from assistant.clock import SystemClock
from assistant.errors import StoreUnreadable
from assistant.ids import RandomIds
from assistant.stores.postgres import PostgresEventStore
from assistant.stores.sqlite import SqliteEventStore
from assistant.stores.upgrading import bring_up_to_date
from eval.servers.postgres import PostgresServer

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


async def generation_of(path: Path) -> str:
    async with await SqliteEventStore.open(path, clock=SystemClock(), ids=RandomIds()) as store:
        return store.generation


def test_the_newest_migration_is_this_releases() -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    assert ScriptDirectory.from_config(config).get_heads() == [migrations.HEAD]


async def test_a_file_from_before_alembic_gets_a_generation_and_keeps_it(tmp_path: Path) -> None:
    path = tmp_path / "log.sqlite"
    await generation_of(path)
    with sqlite3.connect(path) as db:
        db.execute(f"DROP TABLE {migrations.VERSION_TABLE}")
        db.execute("DELETE FROM meta WHERE name = 'generation'")
    db.close()
    first = await generation_of(path)
    assert len(first) == 16
    assert await generation_of(path) == first


async def test_a_log_of_a_newer_release_is_left_as_it_is(tmp_path: Path, postgres_server: PostgresServer) -> None:
    path = tmp_path / "log.sqlite"
    await generation_of(path)
    newer = f"UPDATE {migrations.VERSION_TABLE} SET version_num = '9999'"
    with sqlite3.connect(path) as db:
        db.execute(newer)
    db.close()
    with pytest.raises(StoreUnreadable, match="9999"):
        await generation_of(path)
    url = postgres_server.make_database("newer")
    assert bring_up_to_date(url) == ""
    assert bring_up_to_date(url) == migrations.HEAD
    with psycopg.connect(url) as server:
        server.execute(newer.encode())
    with pytest.raises(StoreUnreadable, match="9999"):
        await PostgresEventStore.open(url, ids=RandomIds())


async def test_the_first_version_on_postgresql_is_climbed_from(postgres_server: PostgresServer) -> None:
    url = postgres_server.make_database("older")
    bring_up_to_date(url)
    with psycopg.connect(url) as server:
        server.execute(f"UPDATE {migrations.VERSION_TABLE} SET version_num = '0001'".encode())
        server.execute("DELETE FROM log_meta WHERE name = 'generation'")
    assert bring_up_to_date(url) == "0001"
    async with await PostgresEventStore.open(url, ids=RandomIds()) as store:
        assert store.generation
