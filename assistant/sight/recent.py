"""Recent: the last hour, minute by minute, for the operator's page. Figures alone; bounded; of this process.

Above: `sight`. Below: bins.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from assistant.sight.bins import place_of

MINUTES: Final = 60
ERRORS: Final = 100
MOST_CONVERSATIONS: Final = 5_000
"""Told apart in one minute."""


@dataclass(slots=True)
class Minute:
    number: int
    """Since 1970."""
    results: dict[str, int] = field(default_factory=dict)
    stages: dict[str, dict[int, int]] = field(default_factory=dict)
    """How many by size, as `bins` has it."""
    conversations: set[int] = field(default_factory=set)
    """By hash, to count them apart: nothing leads back."""
    fallbacks: int = 0
    not_grounded: int = 0
    by_model: int = 0
    tokens: int = 0
    cost: float = 0.0
    cpu: float = 0.0

    @property
    def turns(self) -> int:
        return sum(self.results.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Mishap:
    at: datetime
    turn_id: str
    what: str
    """The kind of the error, or the mark: never its words."""
    stage: str = ""


class Recent:
    def __init__(self, *, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._minutes: deque[Minute] = deque(maxlen=MINUTES)
        self._cpu = time.process_time()
        self.mishaps: deque[Mishap] = deque(maxlen=ERRORS)

    def minute(self) -> Minute:
        number = int(self._clock() // 60)
        if not self._minutes or self._minutes[-1].number != number:
            self._minutes.append(Minute(number))
        return self._minutes[-1]

    @staticmethod
    def stage(minute: Minute, name: str, seconds: float) -> None:
        bins = minute.stages.get(name)
        if bins is None:
            bins = minute.stages[name] = {}
        place = place_of(seconds)
        bins[place] = bins.get(place, 0) + 1

    def spoke(self, minute: Minute, conversation: str) -> None:
        if len(minute.conversations) < MOST_CONVERSATIONS:
            minute.conversations.add(hash(conversation))

    def mishap(self, turn_id: str, what: str, stage: str = "") -> None:
        at = datetime.fromtimestamp(self._clock(), UTC)
        self.mishaps.append(Mishap(at=at, turn_id=turn_id, what=what, stage=stage))

    def cpu_used(self) -> None:
        """To be told now and then: what the process used since goes to this minute."""
        now = time.process_time()
        self.minute().cpu += now - self._cpu
        self._cpu = now

    def last(self, minutes: int = MINUTES) -> tuple[Minute, ...]:
        """The newest last."""
        first = int(self._clock() // 60) - minutes
        return tuple(minute for minute in self._minutes if minute.number > first)
