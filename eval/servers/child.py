"""A server as a child process, on a free port of this machine: started, killed, started again. Above: postgres, valkey."""

from __future__ import annotations

import importlib.util
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

START_SECONDS = 30.0
NOBODY = 65534
"""PostgreSQL refuses to run as root: it then runs as this user, who owns nothing else."""


class ServerMissing(Exception):
    """The package that holds the server is not installed here, or cannot run."""


def folder_of(package: str) -> Path:
    """Where a package lies, without importing it. Raises ServerMissing."""
    found = importlib.util.find_spec(package)
    if found is None or not found.submodule_search_locations:
        raise ServerMissing(f"the package {package!r} is not installed: pip install 'aisle[dev]'")
    return Path(next(iter(found.submodule_search_locations)))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def runs_as() -> dict[str, object]:
    return {"user": NOBODY, "group": NOBODY, "extra_groups": []} if os.geteuid() == 0 else {}


def wait_until(ready: Callable[[], bool], child: subprocess.Popen[bytes], what: str, log: Path) -> None:
    """Raises ServerMissing when it ends or takes too long, with the end of what it said."""
    end = time.monotonic() + START_SECONDS
    while not ready():
        if child.poll() is not None or time.monotonic() > end:
            raise ServerMissing(f"{what} did not start: {log.read_text(errors='replace')[-600:]}")
        time.sleep(0.01)


def listens(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def end(child: subprocess.Popen[bytes], number: int = signal.SIGTERM) -> None:
    if child.poll() is None:
        child.send_signal(number)
    try:
        child.wait(10)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()
