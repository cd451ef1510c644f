"""For all tests: what hangs on a real engine, a browser, sockets or a busy machine's clock may be tried a second time, in the open.

Everything else passes the first time or fails. A test that needed its second time is named in the closing summary (-rR):
it is a fault to mend, not one to stop a release for.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import hypothesis
import pytest

from eval.servers.child import ServerMissing
from eval.servers.postgres import PostgresServer
from eval.servers.valkey import ValkeyServer

if TYPE_CHECKING:
    from playwright.sync_api import Playwright

hypothesis.settings.register_profile("aisle", deadline=None)  # another's load is no fault of what is tested
hypothesis.settings.load_profile("aisle")

AT_THE_MERCY_OF_THE_MACHINE = ("ui", "vllm", "slow", "long", "anyio")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    whole_files_by_weight(items)
    for item in items:
        if any(item.get_closest_marker(name) for name in AT_THE_MERCY_OF_THE_MACHINE) or "/journeys/" in str(item.path):
            item.add_marker(pytest.mark.flaky(reruns=1))


def whole_files_by_weight(items: list[pytest.Item]) -> None:
    """Files with slow tests come first, then by the number of tests, so that workers that take whole files end together."""
    weights: dict[Path, list[int]] = {}
    for item in items:
        weight = weights.setdefault(item.path, [0, 0])
        weight[0] += any(item.get_closest_marker(name) for name in ("slow", "long"))
        weight[1] += 1
    items.sort(key=lambda item: (weights[item.path], str(item.path)), reverse=True)


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """One a process: a second beside it is refused."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """A real one, once a session; without fsync, for tests that do not kill it."""
    try:
        server = PostgresServer.make(durable=False)
        server.start()
    except (ServerMissing, OSError) as error:
        pytest.skip(f"no PostgreSQL can be started here: {error}")
    yield server
    server.remove()


@pytest.fixture(scope="session")
def _log_database(postgres_server: PostgresServer) -> str:
    from assistant.stores.upgrading import bring_up_to_date

    url = postgres_server.make_database("aisle")
    bring_up_to_date(url)
    return url


@pytest.fixture
def postgres_url(_log_database: str) -> str:
    """A database with the log's tables of this release, and nothing in it."""
    import psycopg

    with psycopg.connect(_log_database, autocommit=True) as db:
        kept = ("log_meta", "log_version")
        found = db.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        names = ", ".join(f'"{name}"' for (name,) in found if name not in kept)
        db.execute(f"TRUNCATE {names} RESTART IDENTITY".encode())
        db.execute("DELETE FROM log_meta WHERE name = 'keys'")
    return _log_database


@pytest.fixture(scope="session")
def valkey_server() -> Iterator[ValkeyServer]:
    server = ValkeyServer()
    try:
        server.start()
    except (ServerMissing, OSError) as error:
        pytest.skip(f"no Valkey can be started here: {error}")
    yield server
    server.remove()
