"""GroupCommit: one thread that writes. All work that waits while a commit is on its way to the disk shares the next one.

Above: sqlite. Below: a sqlite3 connection. A commit costs an fsync (0.2 to 10 ms), an append about 0.05 ms: so hundreds of
conversations wait for one disk write together, and each is still judged on its own.
"""

from __future__ import annotations

import asyncio
import contextlib
import queue
import sqlite3
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from assistant.errors import AssistantError, StoreUnavailable

MAX_BATCH = 512
"""Jobs a commit takes: bounds how long the first of them waits for the rest."""

T = TypeVar("T")
Work = Callable[[sqlite3.Connection], T]


@dataclass(slots=True, eq=False)
class _Job:
    work: Work[Any]
    done: asyncio.Future[Any]
    outcome: Any = None
    error: Exception | None = None


class GroupCommit:
    """Owns `db` from here on. One event loop submits; results come back to it in the order of the commits."""

    def __init__(self, db: sqlite3.Connection, *, name: str) -> None:
        self._db = db
        self._name = name
        self._loop = asyncio.get_running_loop()
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._closed = False
        self._thread = threading.Thread(target=self._write_until_closed, name=f"writer of {name}", daemon=True)
        self._thread.start()

    async def submit(self, work: Work[T]) -> T:
        """Runs `work` in the writer's transaction; returns once that is on the disk.

        `work` raises AssistantError before its first write, to refuse only itself. Any sqlite3.Error becomes
        StoreUnavailable, and nothing of this work was written.
        """
        if self._closed:
            raise StoreUnavailable(f"{self._name} is closed")
        job = _Job(work, self._loop.create_future())
        self._jobs.put(job)
        result: T = await job.done
        return result

    async def close(self) -> None:
        """Writes what was submitted, then closes the connection."""
        if not self._closed:
            self._closed = True
            self._jobs.put(None)
        await asyncio.to_thread(self._thread.join)

    def _write_until_closed(self) -> None:
        open_for_more = True
        while open_for_more:
            batch, open_for_more = self._next_batch()
            if batch:
                self._commit(batch)
                self._report(batch)
        self._db.close()

    def _next_batch(self) -> tuple[list[_Job], bool]:
        batch: list[_Job] = []
        job = self._jobs.get()
        while job is not None:
            batch.append(job)
            if len(batch) == MAX_BATCH:
                return batch, True
            try:
                job = self._jobs.get_nowait()
            except queue.Empty:
                return batch, True
        return batch, False

    def _commit(self, batch: Sequence[_Job]) -> None:
        try:
            self._transaction(batch)
        except Exception as error:  # noqa: BLE001 - the thread must outlive any failure; its job's caller is told
            self._roll_back()
            if len(batch) == 1:
                batch[0].error = self._translated(error)
                return
            for job in batch:  # one of them failed, or the disk did: each now stands or falls alone
                self._commit([job])

    def _transaction(self, batch: Sequence[_Job]) -> None:
        self._db.execute("BEGIN IMMEDIATE")
        for job in batch:
            job.outcome = job.error = None
            try:
                job.outcome = job.work(self._db)
            except AssistantError as refused:
                job.error = refused
        self._db.execute("COMMIT")

    def _roll_back(self) -> None:
        """When even this fails, the next BEGIN fails too and says so: nothing is acknowledged on a broken connection."""
        if self._db.in_transaction:  # SQLite has often rolled back by itself, for instance on a full disk
            with contextlib.suppress(sqlite3.Error):
                self._db.execute("ROLLBACK")

    def _translated(self, error: Exception) -> Exception:
        if isinstance(error, sqlite3.Error):
            unavailable = StoreUnavailable(f"{self._name} cannot be written: {error}")
            unavailable.__cause__ = error
            return unavailable
        return error

    def _report(self, batch: Sequence[_Job]) -> None:
        """One wake-up of the loop for all; it is closed only when nobody waits any more."""
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(_settle, batch)


def _settle(batch: Sequence[_Job]) -> None:
    for job in batch:
        if job.done.done():  # its caller was cancelled: what it wrote stays written
            continue
        if job.error is not None:
            job.done.set_exception(job.error)
        else:
            job.done.set_result(job.outcome)
