"""Audit: the audit log as the rest of the house writes it, on the event loop. Everything that waits shares the next commit.

`record` returns once the entry is durable: sign-ins, whatever discloses or changes anything at the desk, administrators' acts,
and the wish to carry out a tool's change, before it is carried out. `note` is for what follows from such an entry and for the
assistant's own reads: it costs a turn a microsecond, is written within LINGER seconds, and is lost only with the process.
Above: channels, tools, turns. Below: `chain`.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from dataclasses import dataclass, field

from assistant.audit.acts import SYSTEM, Entry
from assistant.audit.audit_errors import AuditUnavailable
from assistant.audit.chain import Chain, Timed

log = logging.getLogger(__name__)

LINGER = 0.05
RETRY = 1.0
MOST_AT_ONCE = 512
MOST_WAITING = 20_000
"""Noted entries that are kept while the database is away, some 20 MB; those beyond are counted, and the count is an entry."""


@dataclass(slots=True)
class _Waiting:
    timed: Timed
    done: asyncio.Future[None] | None = None


@dataclass(slots=True)
class Audit:
    """One event loop."""

    chain: Chain
    _waiting: deque[_Waiting] = field(default_factory=deque)
    _writing: asyncio.Task[None] | None = None
    _timer: asyncio.TimerHandle | None = None
    _lost: int = 0
    _trouble: AuditUnavailable | None = None

    async def record(self, entry: Entry) -> None:
        """Durable when it returns. Raises AuditUnavailable."""
        done = asyncio.get_running_loop().create_future()
        self._waiting.append(_Waiting(self._timed(entry), done))
        self._write_soon(0)
        await done

    def note(self, entry: Entry) -> None:
        """Soon. Never waits, never fails."""
        if len(self._waiting) >= MOST_WAITING:
            self._lost += 1
            return
        self._waiting.append(_Waiting(self._timed(entry)))
        self._write_soon(RETRY if self._trouble is not None else LINGER)

    def check(self) -> None:
        """Before an act that must be recorded. Raises AuditUnavailable where the last commit failed."""
        if self._trouble is not None:
            self._write_soon(0)
            raise self._trouble

    async def flush(self) -> None:
        """Until everything noted so far is written, or cannot be. Raises AuditUnavailable."""
        while self._waiting or self._writing is not None or self._trouble is not None:
            self._write_soon(0)
            if self._writing is not None:
                await asyncio.shield(self._writing)
            if self._trouble is not None:
                raise self._trouble

    def digest(self, value: str) -> str:
        return self.chain.digest(value)

    def _timed(self, entry: Entry) -> Timed:
        return Timed(at=self.chain.now(), entry=entry)

    def _write_soon(self, seconds: float) -> None:
        if self._writing is not None:
            return
        if self._timer is not None:
            if seconds:
                return
            self._timer.cancel()
        loop = asyncio.get_running_loop()
        if seconds:
            self._timer = loop.call_later(seconds, self._begin)
        else:
            self._begin()

    def _begin(self) -> None:
        self._timer = None
        if self._writing is None and (self._waiting or self._trouble is not None):
            self._writing = asyncio.get_running_loop().create_task(self._write())

    async def _write(self) -> None:
        try:
            await self._batches()
        finally:
            self._writing = None
        if self._waiting:
            self._write_soon(RETRY)

    async def _batches(self) -> None:
        while self._waiting or self._trouble is not None:
            batch = [self._waiting.popleft() for _ in range(min(MOST_AT_ONCE, len(self._waiting)))]
            entries = [*self._loss(), *(one.timed for one in batch)]
            try:
                await asyncio.to_thread(self.chain.append, entries)
            except AuditUnavailable as error:
                self._failed(batch, error)
                return
            self._trouble, self._lost = None, 0
            for one in batch:
                if one.done is not None and not one.done.done():
                    one.done.set_result(None)

    def _loss(self) -> list[Timed]:
        if not self._lost:
            return []
        lost = Entry(act="entries_lost", who=SYSTEM, why="unavailable", details={"entries": self._lost})
        return [self._timed(lost)]

    def _failed(self, batch: list[_Waiting], error: AuditUnavailable) -> None:
        """Whoever waits is told; what was noted waits for the next try."""
        if self._trouble is None:
            log.error("%s", error)
        self._trouble = error
        for one in batch:
            if one.done is not None and not one.done.done():
                one.done.set_exception(AuditUnavailable(error.reason))
        self._waiting.extendleft(reversed([one for one in batch if one.done is None]))
