"""Rechecks: open sockets and streams are asked again whether their token still counts: run out, ended, left, erased.

One task for all of a process, that lives while any is open; who is over is told within `CHECK_SECONDS`. Above: `socket`,
`stream`, `realtime`. Below: `ended_tokens`.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress

from channels.edge.auth import Grant
from channels.edge.ended_tokens import EndedTokens
from channels.errors import CodesUnavailable

log = logging.getLogger(__name__)

CHECK_SECONDS = 2.0
PATIENCE_SECONDS = 0.25
"""Of a request, for what was ended in other processes."""
InThread = Callable[[Callable[[], None]], Awaitable[None]]


class Rechecks:
    def __init__(self, ended: EndedTokens, in_thread: InThread) -> None:
        self._ended, self._in_thread = ended, in_thread
        self._open: dict[int, tuple[Grant, Callable[[], None]]] = {}
        self._looking: asyncio.Task[None] | None = None
        self._asking: asyncio.Task[None] | None = None
        """One question at a time, whoever waits for its answer, and nobody longer than `_until`."""
        self._until = 0.0
        self._next = 0

    @contextmanager
    def held(self, grant: Grant, end: Callable[[], None]) -> Iterator[None]:
        """While open. `end` is called once, when the token counts no more."""
        self._next += 1
        mine = self._next
        self._open[mine] = (grant, end)
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._look())
        try:
            yield
        finally:
            self._open.pop(mine, None)
            if not self._open and self._looking is not None:
                self._looking.cancel()
                self._looking = None

    async def fresh(self) -> None:
        """What ended in other processes is known. Where it cannot be read, what was known before still counts: a database
        that answers nothing holds nobody up, for nothing can be written without it either."""
        if not self._ended.stale:
            return
        now = asyncio.get_running_loop().time
        if self._asking is None or self._asking.done():
            self._asking, self._until = asyncio.create_task(self._ask()), now() + PATIENCE_SECONDS
        if self._until > now():
            await asyncio.wait({self._asking}, timeout=self._until - now())

    async def _ask(self) -> None:
        try:
            await self._in_thread(self._ended.refresh)
        except CodesUnavailable:
            log.warning("which tokens were ended cannot be read now")

    async def _look(self) -> None:
        with suppress(asyncio.CancelledError):
            while True:
                await asyncio.sleep(CHECK_SECONDS)
                await self.fresh()
                for mine, (grant, end) in list(self._open.items()):
                    if self._ended.over(grant):
                        self._open.pop(mine, None)
                        end()
