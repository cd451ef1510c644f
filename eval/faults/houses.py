"""The servers that faults are done to: one on its own file, or replicas over PostgreSQL, as child processes on this machine.

Above: the faults. Below: eval.kill's small server and ServerProcess, eval.servers.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import psutil

from assistant.shops.sql import SqlShop
from assistant.stores.database import for_tables
from eval.kill.effects import prepare
from eval.kill.server_process import ServerProcess, free_port, small_server
from eval.servers.child import ServerMissing, folder_of
from eval.servers.postgres import PostgresServer

Environment = Mapping[str, str]


@asynccontextmanager
async def small_house(
    folder: Path, *, environment: Environment | None = None, home: Path | None = None
) -> AsyncIterator[ServerProcess]:
    """One process with its log in a file."""
    server = one_server(folder, "server", environment or {}, home=home)
    await server.start()
    try:
        yield server
    finally:
        await asyncio.to_thread(server.stop)


def one_server(folder: Path, name: str, environment: Environment, *, home: Path | None = None) -> ServerProcess:
    """Not started yet. Its home is `folder/name`, or `home`."""
    port, own = free_port(), folder / name
    own.mkdir(parents=True, exist_ok=True)
    home = home or own
    return ServerProcess(
        command=small_server(home, port), port=port, log=own / "server.log", environment=dict(environment)
    )


@asynccontextmanager
async def postgres_house() -> AsyncIterator[tuple[PostgresServer, str]]:
    """A PostgreSQL with an empty shop in it, and the URL of its database. Raises ServerMissing."""
    postgres = await asyncio.to_thread(PostgresServer.make)
    try:
        await asyncio.to_thread(postgres.start)
        url = await asyncio.to_thread(postgres.make_database, "aisle")
        shop = await asyncio.to_thread(SqlShop.at, for_tables(url))
        await asyncio.to_thread(prepare, shop)
        shop.close()
        yield postgres, url
    finally:
        await asyncio.to_thread(postgres.remove)


@asynccontextmanager
async def running(*servers: ServerProcess) -> AsyncIterator[None]:
    try:
        await asyncio.gather(*(server.start() for server in servers))
        yield
    finally:
        for server in servers:
            await asyncio.to_thread(server.stop)


def memory_of(server: ServerProcess) -> int:
    """Resident bytes."""
    return int(psutil.Process(server.pid).memory_info().rss)


class WallClock:
    """The clock on the wall of a child, moved while it runs; its monotonic clock goes on. By libfaketime, preloaded."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self.move(0)

    def move(self, seconds: float) -> None:
        """So far from the true time, from now on. Written beside and renamed: it is read at any moment."""
        beside = self._file.with_suffix(".new")
        beside.write_text(f"{seconds:+.0f}\n", encoding="utf-8")
        beside.rename(self._file)

    @property
    def environment(self) -> dict[str, str]:
        """Raises ServerMissing."""
        library = folder_of("libfaketime") / "vendor" / "libfaketime" / "src" / "libfaketime.so.1"
        if not library.exists():
            raise ServerMissing("libfaketime has no library for this system: pip install 'libfaketime>=3.0.1'")
        return {
            "LD_PRELOAD": " ".join(filter(None, (str(library), os.environ.get("LD_PRELOAD", "")))),
            "FAKETIME_TIMESTAMP_FILE": str(self._file),
            "FAKETIME_NO_CACHE": "1",
            "DONT_FAKE_MONOTONIC": "1",
        }
