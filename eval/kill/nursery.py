"""A nursery: small servers forked from a process that has imported everything, so that a start is a start of the server and
not of Python. They are processes of their own, and die like any other. Above: `replicas`. Below: multiprocessing's fork server.
"""

from __future__ import annotations

import multiprocessing
import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from multiprocessing.context import ForkServerContext, ForkServerProcess
from pathlib import Path

_PRELOADED = [
    "eval.kill.small_server",
    "assistant.stores.postgres",
    "assistant.buses.valkey",
    "channels.command_line.main",
]
"""The last one because each child imports what the bench's own process was started as."""


def nursery() -> ForkServerContext:
    made = multiprocessing.get_context("forkserver")
    made.set_forkserver_preload(_PRELOADED)
    return made


@dataclass(frozen=True, slots=True)
class Forked:
    """As much of a `subprocess.Popen` as a server process needs."""

    process: ForkServerProcess

    @property
    def pid(self) -> int:
        return self.process.pid or 0

    @property
    def returncode(self) -> int | None:
        return self.process.exitcode

    def poll(self) -> int | None:
        return self.process.exitcode

    def wait(self, timeout: float | None = None) -> int:
        """Raises subprocess.TimeoutExpired."""
        self.process.join(timeout)
        if self.process.exitcode is None:
            raise subprocess.TimeoutExpired("a small server", timeout or 0)
        return self.process.exitcode

    def kill(self) -> None:
        self.process.kill()

    def terminate(self) -> None:
        self.process.terminate()


def fork(context: ForkServerContext, home: Path, port: int, environment: Mapping[str, str], log: Path) -> Forked:
    process = context.Process(target=_be_a_server, args=(home, port, dict(environment), log), daemon=True)
    process.start()
    return Forked(process)


def _be_a_server(home: Path, port: int, environment: dict[str, str], log: Path) -> None:
    from eval.kill.small_server import run

    out = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    os.dup2(out, 1)
    os.dup2(out, 2)
    os.environ.update(environment)
    run(home, port)
