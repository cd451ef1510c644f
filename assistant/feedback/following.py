"""Every replica follows the learnt set in use: looked at each second, taken up without a restart, by the search after.

A set named by AISLE_LEARNED is used in its place: that is how one is measured before it is promoted. Above: `opening`,
/metrics. Below: `learned_sets`, `learned_files`.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from assistant.errors import AssistantError
from assistant.feedback.learned import Learned
from assistant.feedback.learned_files import SUITE_FILE, forget_files, read_learned, write_learned, write_suite
from assistant.feedback.learned_sets import LearnedSets

log = logging.getLogger(__name__)

LOOK_SECONDS: Final = 1.0
COUNT_EVERY: Final = 30
"""Looks between two counts of what waits: they are for a gauge."""


@dataclass(slots=True, kw_only=True)
class FeedbackFollowing:
    sets: LearnedSets
    home: Path
    in_thread: Callable[[Callable[[], Any]], Awaitable[Any]]
    learn: Callable[[Learned], None]
    """Takes a set into use. Blocking."""
    trial: Path | None = None
    """AISLE_LEARNED."""
    learned: Learned = field(default_factory=Learned)
    counts: Mapping[str, int] = field(default_factory=dict)
    _mark: tuple[int, int] = (0, 0)
    _looks: int = 0

    @property
    def current(self) -> int:
        return self.learned.number

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            try:
                await self.once()
            except (AssistantError, OSError):
                log.exception("the learnt set in use cannot be read: what was learnt before stays")

    async def once(self) -> None:
        """Raises StoreUnavailable, SealingError, OSError."""
        await self.in_thread(self._looked)

    def _looked(self) -> None:
        if self._looks % COUNT_EVERY == 0:
            self.counts = dict(self.sets.reviewing.counts())
        self._looks += 1
        if self.trial is not None:
            if not self.learned.number:
                self._take(read_learned(self.trial))
            return
        mark = self.sets.mark()
        if mark != self._mark:
            learned = self.sets.learned(mark[0])
            self._take(learned)
            self._mark = mark
            self.write()
            log.info("learnt set %s is in use", learned.label or "none")

    def _take(self, learned: Learned) -> None:
        self.learn(learned)
        self.learned = learned

    def write(self) -> None:
        """Files of the set in use and of the cases that are accepted; those of sets that are gone go. Blocking."""
        write_files(self.sets, self.home)


def write_files(sets: LearnedSets, home: Path) -> None:
    """AISLE_HOME/feedback as the tables have it: after an erasure nothing of it is left there, either. Blocking."""
    made = [one.number for one in sets.sets()]
    standing = sets.standing()
    for number in {standing.current, standing.previous, *made[:1]} - {0}:
        write_learned(home, sets.learned(number))
    forget_files(home, {standing.current, standing.previous, *made[:1]})
    write_suite(home / SUITE_FILE, sets.accepted_cases())
