"""When a canary is worse than the model it stands beside: counts, and one exact test a gate. Pure; `canary` feeds it.

Each gate is a share of bad turns (failed, slow, of an invalid shape, ungrounded) compared by Fisher's exact test, one
sided: of all the canary's turns, and of its last few, since a good past must not excuse one that has just died. It is asked
after every turn, so the bars are far stricter than a single look would need; they were chosen by simulation
(`aisle bench holds canary`): an equal canary of 10 % outlives 2,000 turns 98 times in 100 or more.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from math import comb
from typing import Literal

Arm = Literal["stable", "canary"]
Fault = Literal["failed", "slow", "invalid", "ungrounded"]
FAULTS: tuple[Fault, ...] = ("failed", "slow", "invalid", "ungrounded")

SURE = 0.0002
"""Odds, were both models alike, of seeing the canary do as badly as this or worse."""
RECENT = (6, 20)
"""Turns of the canary that are looked at by themselves, too."""
SURE_OF_RECENT = 0.00004
"""The same odds for those: they are drawn anew more often."""
REMEMBERED = 1000
"""Turns of each arm that count: a stable model's bad morning is forgotten by the evening."""
SLOWER = 1.5
SLACK = 0.05
"""A turn is slow when its first word takes SLOWER times the stable model's p95 and SLACK seconds more."""
LEAST_TIMED = 20
"""Stable turns before its p95 means something."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What one turn showed. None: it does not tell."""

    failed: bool | None = None
    ttft: float | None = None
    """Seconds to the first word."""
    valid: bool | None = None
    """Whether structured output fitted its schema."""
    grounded: bool | None = None


@dataclass(slots=True)
class Tally:
    bad: int = 0
    seen: int = 0

    @property
    def share(self) -> float:
        return self.bad / self.seen if self.seen else 0.0


@dataclass(slots=True)
class CanaryWatch:
    """Both arms' last turns. Not safe for threads: it lives on the event loop."""

    sure: float = SURE
    sure_of_recent: float = SURE_OF_RECENT
    _turns: Mapping[Arm, deque[Outcome]] = field(
        default_factory=lambda: {"stable": deque(maxlen=REMEMBERED), "canary": deque(maxlen=REMEMBERED)}
    )

    def saw(self, arm: Arm, outcome: Outcome) -> None:
        self._turns[arm].append(outcome)

    def turns(self, arm: Arm) -> int:
        return len(self._turns[arm])

    def verdict(self) -> str:
        """Why the canary must go, or "" while nothing speaks against it."""
        for fault in FAULTS:
            stable = self.tally("stable", fault)
            for last, sure in ((0, self.sure), *((turns, self.sure_of_recent) for turns in RECENT)):
                canary = self.tally("canary", fault, last=last)
                if worse(canary, stable) < sure:
                    return f"{fault}: {canary.bad} of {canary.seen} turns of the canary, {stable.bad} of {stable.seen} beside it"
        return ""

    def tally(self, arm: Arm, fault: Fault, *, last: int = 0) -> Tally:
        """last: only that many turns, the newest that tell; 0: all."""
        limit = self._slow_from() if fault == "slow" else None
        tally = Tally()
        for turn in reversed(self._turns[arm]):
            bad = _is(fault, turn, limit)
            if bad is not None:
                tally.seen += 1
                tally.bad += bad
                if tally.seen == last:
                    break
        return tally

    def _slow_from(self) -> float | None:
        times = sorted(turn.ttft for turn in self._turns["stable"] if turn.ttft is not None)
        return times[int(0.95 * (len(times) - 1))] * SLOWER + SLACK if len(times) >= LEAST_TIMED else None


def _is(fault: Fault, turn: Outcome, slow_from: float | None) -> bool | None:
    if fault == "failed":
        return turn.failed
    if fault == "slow":
        return None if turn.ttft is None or slow_from is None else turn.ttft > slow_from
    kept = turn.valid if fault == "invalid" else turn.grounded
    return None if kept is None else not kept


def worse(canary: Tally, stable: Tally) -> float:
    """Fisher's exact test, one sided: the odds of so many bad turns or more falling on the canary by chance."""
    bad, seen = canary.bad + stable.bad, canary.seen + stable.seen
    if not canary.bad or not stable.seen:
        return 1.0
    ways = sum(
        comb(bad, here) * comb(seen - bad, canary.seen - here)
        for here in range(canary.bad, min(bad, canary.seen) + 1)
        if canary.seen - here <= seen - bad
    )
    return ways / comb(seen, canary.seen)
