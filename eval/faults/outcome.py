"""What every fault gets and what it gives back. Pure. Above: the faults and the matrix."""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditions:
    folder: Path
    """Empty, this fault's own; removed afterwards."""
    seed: int = 1
    quick: bool = False
    home: Path | None = None
    """AISLE_HOME with a shop in it, for the faults of models; else the demo shop is made."""
    tell: Callable[[str], None] = lambda _: None

    def chance(self, of: str = "") -> random.Random:
        return random.Random(f"{self.seed}:{of}")

    def of(self, quick: int, full: int) -> int:
        return quick if self.quick else full


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """`wrong`: each a count that must be 0. `figures`: what else was measured."""

    wrong: Mapping[str, int]
    figures: Mapping[str, Any] = field(default_factory=dict)
    note: str = ""

    @property
    def held(self) -> bool:
        return not any(self.wrong.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    name: str
    title: str
    invariant: str
    run: Callable[[Conditions], Awaitable[Seen]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    fault: str
    title: str
    invariant: str
    held: bool
    wrong: Mapping[str, int]
    figures: Mapping[str, Any]
    seconds: float
    seed: int
    note: str = ""
    """How the fault was made here, or why it could not be."""


def summed(*counts: Mapping[str, int]) -> dict[str, int]:
    total: dict[str, int] = {}
    for one in counts:
        for name, value in one.items():
            total[name] = total.get(name, 0) + value
    return total
