"""Rounds: a worker on a table that other processes write to as well: at once when told, else every few seconds.

Above: `text_office`. Below: nothing.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from sqlalchemy.exc import SQLAlchemyError

log = logging.getLogger(__name__)

IDLE_SECONDS = 2.0
"""What other processes have written, and pauses that are over, are looked for that often."""


@dataclass(slots=True, kw_only=True)
class Rounds:
    step: Callable[[], Awaitable[bool]]
    """Does what is due; whether there was anything."""
    idle_seconds: float = IDLE_SECONDS
    _wake: asyncio.Event = field(default_factory=asyncio.Event)

    def wake(self) -> None:
        self._wake.set()

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            self._wake.clear()
            try:
                busy = await self.step()
            except SQLAlchemyError as error:
                log.warning("the tables of texts cannot be used now: %s", error)
                busy = False
            except Exception:  # a worker's edge: one row must not end all texts until the next start
                log.exception("a round of texts failed")
                busy = False
            if not busy:
                await self._rest()

    async def _rest(self) -> None:
        try:
            async with asyncio.timeout(self.idle_seconds):
                await self._wake.wait()
        except TimeoutError:
            pass  # another look
