"""Starts and watches an engine: a free port, readiness, logs, memory, restart with back-off, a clean stop.

Above it are the engines (`llama_cpp`, `vllm`), which only say what to run; below it is `guard`, which makes sure that
nothing is left behind.
"""

from __future__ import annotations

import logging
import os
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import anyio
import httpx
import psutil
from anyio.abc import Process

from model_serving.background import beside
from model_serving.engines.log_file import LogFile
from model_serving.errors import ModelLoading, ModelTimeout, ModelUnavailable

logger = logging.getLogger(__name__)

State = Literal["starting", "ready", "restarting", "failed", "stopped"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Launch:
    """What to run and how to tell that it is well. Times in seconds, memory in bytes of the whole process tree."""

    engine: str
    command: Callable[[int], Sequence[str]]
    """Port on 127.0.0.1 -> argv."""
    port: int = 0
    """0: any free one, another at each start."""
    environment: Mapping[str, str] = field(default_factory=dict)
    check: Callable[[], None] = lambda: None
    """Runs in a worker thread before each start. Raises ModelUnavailable where starting cannot help."""
    explain: Callable[[Sequence[str]], str] = lambda lines: ""
    """Last lines of the log -> the way out, where it is known."""
    health_path: str = "/health"
    start_timeout: float = 60.0
    stop_timeout: float = 5.0
    watch_interval: float = 2.0
    health_timeout: float = 5.0
    unhealthy_after: int = 3
    """Failed health checks in a row before a restart."""
    memory_limit: int | None = None
    first_delay: float = 0.5
    longest_delay: float = 30.0
    steady_after: float = 60.0
    """An engine that was ready for so long starts again without delay history."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def memory_of_tree(pid: int) -> int:
    total = 0
    with suppress(psutil.NoSuchProcess):
        root = psutil.Process(pid)
        for process in (root, *root.children(recursive=True)):
            with suppress(psutil.NoSuchProcess, psutil.AccessDenied):
                total += process.memory_info().rss
    return total


class EngineProcess:
    """One engine and its present state. `run` keeps it alive until cancelled."""

    def __init__(self, launch: Launch, *, log: LogFile, on_change: Callable[[str], None] = lambda line: None) -> None:
        self.launch, self.log = launch, log
        self._say = on_change
        self.state: State = "starting"
        self.reason = ""
        self.starts = 0
        self.pid = 0
        """Of the guard; 0 while none runs."""
        self._address = ""
        self._changed = anyio.Event()

    @property
    def address(self) -> str:
        """`http://127.0.0.1:port`. Raises ModelUnavailable unless ready."""
        if self.state != "ready":
            raise self.unavailable()
        return self._address

    def unavailable(self) -> ModelUnavailable:
        words = {"starting": "is still loading", "restarting": "is starting again", "failed": "cannot start"}
        state = f"the engine {self.launch.engine} {words.get(self.state, 'is stopped')}"
        kind = ModelLoading if self.state in {"starting", "restarting"} else ModelUnavailable
        return kind(state, way_out=self.reason)

    async def wait_ready(self, *, timeout: float) -> None:
        """Raises ModelUnavailable as soon as starting cannot help, ModelTimeout after `timeout` seconds."""
        with anyio.move_on_after(timeout):
            while self.state != "ready":
                if self.state in {"failed", "stopped"}:
                    raise self.unavailable()
                await self._changed.wait()
            return
        raise ModelTimeout(seconds=timeout)

    async def run(self) -> None:
        failures = 0
        try:
            while True:
                ready_for = await self._one_life()
                failures = 1 if ready_for > self.launch.steady_after else failures + 1
                delay = min(self.launch.longest_delay, self.launch.first_delay * 2 ** (failures - 1))
                self._become("restarting", self.reason)
                logger.warning("engine %s ended, next start in %.1f s: %s", self.launch.engine, delay, self.reason)
                await anyio.sleep(delay)
        except ModelUnavailable as refused:
            self._become("failed", str(refused))
            logger.info("engine %s cannot start: %s", self.launch.engine, refused)
        finally:
            if self.state != "failed":
                self._become("stopped", "")

    async def _one_life(self) -> float:
        """Seconds that it was ready. Sets `reason` to why it ended."""
        await anyio.to_thread.run_sync(self.launch.check)
        port = self.launch.port or free_port()
        guard = [
            sys.executable,
            "-m",
            "model_serving.engines.guard",
            str(os.getpid()),
            str(self.launch.stop_timeout),
            "--",
        ]
        environment = {**os.environ, **self.launch.environment, "PYTHONPATH": module_path()}
        self.starts += 1
        with anyio.CancelScope(shield=True):  # cancelled halfway it would leave a process that nobody knows
            process = await anyio.open_process(
                [*guard, *self.launch.command(port)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                env=environment,
            )
        life = _Life(self, process, f"http://127.0.0.1:{port}")
        self.pid = process.pid
        try:
            return await life.lasts()
        finally:
            self.pid = 0
            with anyio.CancelScope(shield=True):
                await stop(process, self.launch.stop_timeout)

    def ready_at(self, address: str) -> None:
        self._address = address
        self._become("ready", "")

    def _become(self, state: State, reason: str) -> None:
        self.state, self.reason = state, reason
        self._changed.set()
        self._changed = anyio.Event()
        self._say(f"engine {self.launch.engine}: {state}{': ' + reason if reason else ''}")


class _Life:
    """One run of the process, from start to end."""

    def __init__(self, engine: EngineProcess, process: Process, address: str) -> None:
        self._engine, self._launch, self._process, self._address = engine, engine.launch, process, address
        self._ready_since: float | None = None
        self._verdict = ""
        self._drained = anyio.Event()

    async def lasts(self) -> float:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(self._drain)
            tasks.start_soon(self._watch)
            code = await self._process.wait()
            with anyio.move_on_after(1):
                await self._drained.wait()  # the last lines tell why it ended
            tasks.cancel_scope.cancel()
        self._engine.reason = self._verdict or self._explanation(code)
        return anyio.current_time() - self._ready_since if self._ready_since is not None else 0.0

    def _explanation(self, code: int) -> str:
        lines = self._engine.log.last_lines()
        known = self._launch.explain(lines)
        return (
            known or f"it ended with code {code} ({lines[-1] if lines else 'no output'}); log: {self._engine.log.path}"
        )

    async def _drain(self) -> None:
        assert self._process.stdout is not None
        with suppress(anyio.ClosedResourceError, anyio.BrokenResourceError):
            async for chunk in self._process.stdout:
                self._engine.log.write(chunk)
        self._drained.set()

    async def _watch(self) -> None:
        async with httpx.AsyncClient(
            base_url=self._address, timeout=self._launch.health_timeout, trust_env=False
        ) as client:
            if not await self._becomes_ready(client):
                await self._end(
                    f"it was not ready after {self._launch.start_timeout:.0f} s; log: {self._engine.log.path}"
                )
                return
            self._ready_since = anyio.current_time()
            self._engine.ready_at(self._address)
            await self._end(await self._first_trouble(client))

    async def _becomes_ready(self, client: httpx.AsyncClient) -> bool:
        with anyio.move_on_after(self._launch.start_timeout):
            while True:
                if await healthy(client, self._launch.health_path):
                    return True
                await anyio.sleep(0.05)
        return False

    async def _first_trouble(self, client: httpx.AsyncClient) -> str:
        missed = 0
        while True:
            await anyio.sleep(self._launch.watch_interval)
            missed = 0 if await healthy(client, self._launch.health_path) else missed + 1
            if missed >= self._launch.unhealthy_after:
                return f"it did not answer {missed} health checks in a row"
            used = await anyio.to_thread.run_sync(memory_of_tree, self._process.pid)
            if self._launch.memory_limit is not None and used > self._launch.memory_limit:
                return f"it used {used >> 20} MiB of the {self._launch.memory_limit >> 20} MiB allowed"

    async def _end(self, verdict: str) -> None:
        self._verdict = verdict
        await stop(self._process, self._launch.stop_timeout)


async def healthy(client: httpx.AsyncClient, path: str) -> bool:
    try:
        answer = await client.get(path, headers={"Connection": "close"})
    except httpx.HTTPError:
        return False
    return answer.status_code == 200


async def stop(process: Process, grace: float) -> None:
    """The guard stops the engine within `grace`; a guard that does not is killed, which kills the engine."""
    with suppress(ProcessLookupError):
        process.send_signal(signal.SIGTERM)
    with anyio.move_on_after(grace + 2):
        await process.wait()
    with suppress(ProcessLookupError):
        process.kill()
    await process.aclose()


def module_path() -> str:
    """So that the child finds this package wherever the assistant was started from."""
    root = str(Path(__file__).resolve().parents[2])
    return os.pathsep.join(part for part in (root, os.environ.get("PYTHONPATH", "")) if part)


@asynccontextmanager
async def watched(
    launch: Launch, *, log_path: Path, on_change: Callable[[str], None] = lambda line: None
) -> AsyncIterator[EngineProcess]:
    """Starts it in the background and stops it at the end. Enter returns at once: ask `wait_ready`."""
    engine = EngineProcess(launch, log=LogFile(log_path), on_change=on_change)
    async with beside(engine.run):
        yield engine
