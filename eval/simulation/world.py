"""World: what all parts of one simulation share: the seed, the wall clock, ids, the log that survives, and who is alive.

Above: the parts. Below: the assistant's ports and `eval.virtual_time`.
"""

from __future__ import annotations

import asyncio
import itertools
import random
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from assistant.events import ConversationId, TurnId
from assistant.ids import uuid7
from assistant.stores.memory import MemoryEventStore
from eval.simulation.chances import Chances

BEGINNING = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@dataclass(slots=True)
class WallClock:
    """Goes with the loop's virtual time, and jumps."""

    skew: timedelta = timedelta()

    def now(self) -> datetime:
        return BEGINNING + timedelta(seconds=asyncio.get_running_loop().time()) + self.skew


@dataclass(slots=True)
class SeededIds:
    chance: random.Random
    _numbers: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    def conversation(self) -> ConversationId:
        return ConversationId(f"c_{self.chance.getrandbits(48):012x}")

    def turn(self) -> TurnId:
        return TurnId(f"t_{self.chance.getrandbits(48):012x}")

    def event(self) -> str:
        return uuid7(next(self._numbers), self.chance.getrandbits(74))

    def owner(self) -> str:
        return f"replica-{next(self._numbers)}"


@dataclass(slots=True)
class World:
    seed: int
    chances: Chances
    shared: bool = True
    """Several replicas write to one log."""
    chance: random.Random = field(init=False)
    clock: WallClock = field(default_factory=WallClock)
    ids: SeededIds = field(init=False)
    log: MemoryEventStore = field(init=False)
    """What is on the disk. It outlives every replica."""
    healed: bool = False
    """From here on nothing goes wrong any more, so that all can come to rest."""
    never: asyncio.Event = field(default_factory=asyncio.Event)
    """What the dead wait for. Kept here: a wait that nobody refers to would be collected, and tidy up, at a moment of its own."""
    over: bool = False
    """The simulation is left: what still hangs in a dead replica may end."""
    happened: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)
        self.ids = SeededIds(random.Random(self.seed ^ 0x5EED))
        self.log = MemoryEventStore(clock=self.clock, ids=self.ids, shared=self.shared)

    def happens(self, name: str, share: float) -> bool:
        """Draws even when healed, so that healing changes nothing but the outcome."""
        drawn = self.chance.random() < share and not self.healed
        if drawn:
            self.happened[name] = self.happened.get(name, 0) + 1
        return drawn

    def wait(self, mean: float) -> float:
        return self.chance.expovariate(1 / mean)
