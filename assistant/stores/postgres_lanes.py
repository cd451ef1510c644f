"""Lanes: where appends wait for their commit. A conversation always takes the same lane; what waits together commits together.

Above: postgres. Below: postgres_writing, an SQLAlchemy engine. One append alone goes at once; under load a commit takes all
that came while the one before it was on its way to the disk. A broken connection is made anew and the commit tried again:
under the row lock it is seen whether the first try was written after all.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Sequence
from zlib import crc32

from sqlalchemy.ext.asyncio import AsyncEngine

from assistant.errors import StoreUnavailable
from assistant.ports import Appended
from assistant.stores.postgres_trouble import TROUBLE, Unreachable, passes, unavailable
from assistant.stores.postgres_writing import Commit, Job

log = logging.getLogger(__name__)

MAX_BATCH = 256
"""Appends a commit takes: bounds how long the first of them waits for the rest."""
MAX_WAITING = 20_000
"""Appends that wait for a lane; more are refused at once."""
PAUSE_SECONDS = 0.1
"""Between tries while the server is away."""


class Lanes:
    def __init__(self, engine: AsyncEngine, commit: Callable[[], Commit], *, count: int, wait_seconds: float) -> None:
        self._lanes = [_Lane(engine, commit, wait_seconds) for _ in range(count)]

    async def submit(self, job: Job) -> Appended:
        """Returns once it is durable. Raises what the append is refused with, StoreUnavailable."""
        lane = self._lanes[crc32(job.wish.conversation.encode()) % len(self._lanes)]
        lane.put(job)
        return await asyncio.shield(job.done)

    async def close(self) -> None:
        """What was submitted is written first."""
        await asyncio.gather(*(lane.close() for lane in self._lanes))


class _Lane:
    def __init__(self, engine: AsyncEngine, commit: Callable[[], Commit], wait_seconds: float) -> None:
        self._engine, self._commit_of_now, self._wait = engine, commit, wait_seconds
        self._waiting: deque[Job] = deque()
        self._arrived = asyncio.Event()
        self._closed = False
        self._task = asyncio.create_task(self._run())

    def put(self, job: Job) -> None:
        if self._closed:
            raise StoreUnavailable("the log is closed")
        if len(self._waiting) >= MAX_WAITING:
            raise StoreUnavailable("too many messages wait to be stored: come again in a moment")
        self._waiting.append(job)
        self._arrived.set()

    async def close(self) -> None:
        self._closed = True
        self._arrived.set()
        await self._task

    async def _run(self) -> None:
        while not self._closed or self._waiting:
            if not self._waiting:
                self._arrived.clear()
                await self._arrived.wait()
                continue
            batch = [self._waiting.popleft() for _ in range(min(len(self._waiting), MAX_BATCH))]
            await self._settle(batch)

    async def _settle(self, batch: Sequence[Job]) -> None:
        try:
            await self._store(batch)
        except Exception as error:  # noqa: BLE001 - the lane must outlive any failure; its job's caller is told
            if len(batch) > 1:
                for job in batch:  # one of them failed: each now stands or falls alone
                    await self._settle([job])
                return
            batch[0].error = error
        for job in batch:
            _answer(job)

    async def _store(self, batch: Sequence[Job]) -> None:
        """Raises StoreUnavailable when the server stays away for longer than anybody should wait."""
        end = asyncio.get_running_loop().time() + self._wait
        while True:
            try:
                async with asyncio.timeout_at(end), self._engine.begin() as db:
                    await self._commit_of_now().write(db, batch)
                return
            except TROUBLE as error:
                if not passes(error):
                    raise unavailable("written", error) from error
                if asyncio.get_running_loop().time() + PAUSE_SECONDS >= end:
                    self._refuse_all(batch, error)
                    return
                log.warning("the log's server does not answer, tried again: %s", Unreachable.of(error))
            await asyncio.sleep(PAUSE_SECONDS)

    def _refuse_all(self, batch: Sequence[Job], error: BaseException) -> None:
        """Of the batch and of all that came meanwhile and waited as long: each by itself would wait again for nothing."""
        for job in batch:
            job.outcome, job.error = None, unavailable("reached", error)


def _answer(job: Job) -> None:
    if job.done.done():  # its caller was cancelled: what it wrote stays written
        return
    if job.error is not None:
        job.done.set_exception(job.error)
        job.done.exception()  # its caller may be gone: then nobody is missed
    elif job.outcome is not None:
        job.done.set_result(job.outcome)
