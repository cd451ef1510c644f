"""ServerProcess: the server under test as a child process that is killed and started again on the same port and home.

Above: `proof`. Below: a command line; any server of protocol.md will do.
"""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import httpx

from eval.kill.figures import Failed

READY_SECONDS = 180.0
"""A first start may have a shop and an index to make."""
END_SECONDS = 25.0
"""What docs/operations.md asks a platform to wait."""
SETTINGS = {
    "AISLE_MESSAGES_PER_MINUTE": "1000000",
    "AISLE_CONVERSATIONS_PER_MINUTE": "1000000",
    "AISLE_CONNECTIONS_PER_CONVERSATION": "1000",
    "AISLE_ANSWERING_WRITER": "template",
    "AISLE_MODEL_ENGINE": "none",
}
"""So that no limit is mistaken for a loss, and a restart waits for no model."""


def small_server(home: Path, port: int) -> list[str]:
    return [sys.executable, "-m", "eval.kill.small_server", "--home", str(home), "--port", str(port)]


def product(home: Path, port: int) -> list[str]:
    return [sys.executable, "-m", "channels.command_line.main", "serve", "--home", str(home), "--port", str(port)]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Child(Protocol):
    """A process, as `subprocess.Popen` has it."""

    @property
    def pid(self) -> int: ...
    @property
    def returncode(self) -> int | None: ...
    def poll(self) -> int | None: ...
    def wait(self, timeout: float | None = None) -> int: ...
    def kill(self) -> None: ...
    def terminate(self) -> None: ...


@dataclass(slots=True, kw_only=True)
class ServerProcess:
    command: Sequence[str]
    port: int
    log: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    restart_seconds: list[float] = field(default_factory=list)
    forked: Callable[[Mapping[str, str], Path], Child] | None = None
    """What starts it with an environment and a log, in the command's place."""
    _child: Child | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        """Of the running child; 0 where none runs."""
        return self._child.pid if self._child is not None else 0

    async def start(self) -> None:
        """Returns once it is ready. Raises Failed when it ends or takes far too long."""
        began = time.monotonic()
        child = self.launch()
        async with httpx.AsyncClient(base_url=self.url) as client:
            while not await _ready(client):
                if child.poll() is not None:
                    raise Failed(f"the server ended with {child.returncode}: see {self.log}")
                if time.monotonic() - began > READY_SECONDS:
                    raise Failed(f"the server was not ready after {READY_SECONDS:.0f} s: see {self.log}")
                await asyncio.sleep(0.02)
        self.restart_seconds.append(time.monotonic() - began)

    def launch(self) -> Child:
        """Without waiting until it is ready."""
        environment = SETTINGS | dict(self.environment)
        if self.forked is not None:
            self._child = self.forked(environment, self.log)
            return self._child
        with self.log.open("ab") as log:
            self._child = subprocess.Popen(self.command, env=os.environ | environment, stdout=log, stderr=log)
        return self._child

    def kill(self) -> None:
        """SIGKILL: no handler runs, nothing is flushed."""
        if self._child is not None:
            self._child.kill()
            self._child.wait()
            self._child = None

    def stop(self) -> float:
        """SIGTERM, as an operator would. Returns the seconds it took to end; it is killed when they are too many."""
        began = time.monotonic()
        if self._child is not None:
            self._child.terminate()
            try:
                self._child.wait(END_SECONDS)
            except subprocess.TimeoutExpired:
                self.kill()
            self._child = None
        return time.monotonic() - began


async def _ready(client: httpx.AsyncClient) -> bool:
    try:
        return (await client.get("/readyz", timeout=2)).status_code == 200
    except httpx.HTTPError:
        return False
