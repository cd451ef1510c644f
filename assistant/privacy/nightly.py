"""The privacy office at work, beside the server: erasures that were asked for at once, retention once a night.

Of many replicas one does it (`runs`); it shows its progress in the table and in one line of the log. Above: bootstrap. Below:
`retention`, `runs`.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from dataclasses import dataclass

from assistant.errors import AssistantError
from assistant.ports import Clock
from assistant.privacy.retention import Retention, carry_out_requests, retain
from assistant.privacy.runs import Runs

log = logging.getLogger(__name__)

SECONDS = 10.0
NOTED_EVERY = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Nightly:
    retention: Retention
    runs: Runs
    clock: Clock

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            try:
                await self.once()
            except AssistantError:
                log.exception("the privacy office could not work: it tries again in %s s", SECONDS)
            await asyncio.sleep(SECONDS)

    async def once(self) -> None:
        """Raises StoreUnavailable."""
        await carry_out_requests(self.retention)
        now = self.clock.now()
        if now.hour >= self.retention.rules.hour and await self.retention.in_thread(lambda: self.runs.take(now)):
            await self.retain_all()

    async def retain_all(self) -> Counter[str]:
        """How many of each outcome. Ended by another process that took the run over, it stops. Raises StoreUnavailable."""
        found: Counter[str] = Counter()
        async for step in retain(self.retention, self.clock.now()):
            found[step.outcome] += step.count
            if found.total() % NOTED_EVERY == 0 and not await self._keep(found):
                return found
        await self._keep(found, ended=True)
        log.info("retention: %d went, %d are held, %d failed", found["done"], found["held"], found["failed"])
        return found

    async def _keep(self, found: Counter[str], *, ended: bool = False) -> bool:
        now = self.clock.now()
        mine: bool = await self.retention.in_thread(
            lambda: self.runs.keep(now, done=found["done"], held=found["held"], failed=found["failed"], ended=ended)
        )
        return mine
