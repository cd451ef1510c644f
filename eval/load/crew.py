"""The workers of a load: started as processes of their own, begun at the same moment, their results gathered.

Above: `bench`, `idle`, `burst`. Below: `worker` as a command line.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, replace
from typing import Any

from eval.kill.figures import Failed
from eval.load.processes import Used
from eval.load.schedule import Plan, shares

START_IN_SECONDS = 1.0
LINE_BYTES = 1 << 30
Tell = Callable[[str], None]


@dataclass(slots=True, kw_only=True)
class Crew:
    workers: Sequence[asyncio.subprocess.Process]
    sockets: int
    start: float = 0.0

    def begin(self) -> float:
        """The moment, of the monotonic clock, that all of them count from."""
        self.start = time.monotonic() + START_IN_SECONDS
        for worker in self.workers:
            assert worker.stdin is not None
            worker.stdin.write(f"{self.start}\n".encode())
        return self.start

    async def results(self) -> list[dict[str, Any]]:
        return [(await _line(worker))["result"] for worker in self.workers]


@asynccontextmanager
async def crew(plan: Plan, *, processes: int) -> AsyncIterator[Crew]:
    """The plan's users spread over so many processes, all sockets open. Raises Failed."""
    workers: list[asyncio.subprocess.Process] = []
    try:
        parts = shares(plan.users, processes)
        for first, users in parts:
            part = replace(plan, first_user=first, users=users, open_rate=plan.open_rate / len(parts))
            workers.append(await _started(part))
        ready = [await _line(worker) for worker in workers]
        yield Crew(workers=workers, sockets=sum(one["ready"] for one in ready))
    finally:
        for worker in workers:
            if worker.returncode is None:
                worker.terminate()
            await worker.wait()


async def sampled(
    look: Callable[[], dict[str, Used]], start: float, begin: float, end: float, tell: Tell
) -> tuple[dict[str, Used], dict[str, Used]]:
    """What all processes had used at `begin` and at `end`, in seconds after the start."""
    await asyncio.sleep(max(0.0, start + begin - time.monotonic()))
    tell(f"measuring for {end - begin:.0f} s")
    before = look()
    while (left := start + end - time.monotonic()) > 0:
        await asyncio.sleep(min(left, 10.0))
        tell(f"{max(0.0, start + end - time.monotonic()):.0f} s to go")
    return before, look()


async def _started(plan: Plan) -> asyncio.subprocess.Process:
    worker = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "eval.load.worker",
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        limit=LINE_BYTES,
    )
    assert worker.stdin is not None
    worker.stdin.write((json.dumps(asdict(plan)) + "\n").encode())
    return worker


async def _line(worker: asyncio.subprocess.Process) -> dict[str, Any]:
    assert worker.stdout is not None
    line = await worker.stdout.readline()
    if not line:
        raise Failed("a worker of the load ended before its time: what it said stands above")
    found: dict[str, Any] = json.loads(line)
    return found
