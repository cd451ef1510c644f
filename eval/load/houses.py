"""The servers under load, as children of the bench: scripted, the real product, or two replicas on PostgreSQL and Valkey.

Above: `bench`, `idle`, `burst`. Below: `eval.servers`, the kill proof's ServerProcess.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from eval.kill.server_process import ServerProcess, free_port
from eval.load.processes import Used, used
from eval.servers.postgres import PostgresServer
from eval.servers.valkey import ValkeyServer

House = Literal["product", "scripted"]
PLENTY = {
    "AISLE_CONNECTIONS": "1000000",
    "AISLE_OPENS_AT_ONCE": "1000000",
    "AISLE_HELLO_SECONDS": "60",
    "AISLE_DATABASE_WAIT_SECONDS": "10",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Under:
    """What is under load. `servers` and `others` are empty for an address that somebody else runs."""

    urls: tuple[str, ...]
    servers: Mapping[str, int]
    """Process ids by name."""
    others: Mapping[str, int]

    def used(self) -> dict[str, Used]:
        return {name: used(pid) for name, pid in {**self.servers, **self.others}.items()}


@asynccontextmanager
async def house(
    kind: House, *, home: Path | None, replicas: int, interface: str = "", limits: Mapping[str, str] | None = None
) -> AsyncIterator[Under]:
    """`home`: of the product, with its shop; its log is a new file all the same."""
    with tempfile.TemporaryDirectory(prefix="aisle-load-") as made:
        folder, environment = Path(made), {**PLENTY, **(limits or {})}
        if replicas == 1:
            environment["AISLE_LOG_PATH"] = str(folder / "log.db")
            async with _running(kind, folder, home, environment, 1, interface) as servers:
                yield _under(servers, {})
            return
        postgres, valkey = PostgresServer.make(), ValkeyServer()
        try:
            postgres.start()
            valkey.start()
            environment |= {"AISLE_DATABASE_URL": postgres.make_database("aisle"), "AISLE_BUS_URL": valkey.url}
            assert postgres.child is not None and valkey.child is not None
            others = {"postgres": postgres.child.pid, "valkey": valkey.child.pid}
            async with _running(kind, folder, home, environment, replicas, interface) as servers:
                yield _under(servers, others)
        finally:
            valkey.remove()
            postgres.remove()


def _under(servers: list[ServerProcess], others: Mapping[str, int]) -> Under:
    pids = {f"server {number}": server.pid for number, server in enumerate(servers, 1)}
    return Under(urls=tuple(server.url for server in servers), servers=pids, others=others)


@asynccontextmanager
async def _running(
    kind: House, folder: Path, home: Path | None, environment: Mapping[str, str], count: int, interface: str
) -> AsyncIterator[list[ServerProcess]]:
    servers: list[ServerProcess] = []
    try:
        for number in range(count):
            where = home if home is not None and kind == "product" and number == 0 else folder / f"home{number}"
            where.mkdir(parents=True, exist_ok=True)
            port = free_port()
            servers.append(
                ServerProcess(
                    command=_command(kind, where, port, interface),
                    port=port,
                    log=folder / f"server{number}.log",
                    environment=environment,
                )
            )
            await servers[-1].start()  # one after the other: the first makes what all share
        yield servers
    finally:
        for server in servers:
            server.stop()


def _command(kind: House, home: Path, port: int, interface: str) -> list[str]:
    place = ["--home", str(home), "--port", str(port)]
    if kind == "product":
        return [sys.executable, "-m", "channels.command_line.main", "serve", *place]
    how = ["--interface", interface] if interface else []
    return [sys.executable, "-m", "eval.load.scripted_server", *place, *how]
