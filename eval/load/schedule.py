"""When each user speaks: a pure plan. Messages have an intended time from the start, whatever the server does meanwhile.

Latency counts from that time, so a server that stalls is charged for every message that it kept waiting (no coordinated
omission). Above: `worker`, `crew`. Below: nothing.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

LINES = (
    "i need a 2 person tent under {price}",
    "in green",
    "is the first one waterproof?",
    "looking for running shoes size {size}",
    "how long do i have to return something?",
    "show me headphones under {price}",
    "which stores near portland have the first one",
    "thanks!",
)
"""Figures change from user to user, so that no cache answers for us."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Burst:
    """From `at` on, for `seconds`, `times` the rate."""

    at: float
    seconds: float
    times: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What one worker process does; as JSON on its command line's input."""

    urls: tuple[str, ...]
    first_user: int
    users: int
    all_users: int
    rate: float
    """Messages a second of each user, in the mean: gaps between them are exponential."""
    ramp: float
    """Seconds over which users begin."""
    seconds: float
    """After the ramp: what is measured."""
    watched: float = 0.1
    """The share of users with a second device that only looks on."""
    seed: int = 7
    open_rate: float = 200.0
    """Sockets opened a second, before the ramp."""
    settle: float = 20.0
    """How long what was said is waited for at the end."""
    burst: Burst | None = None

    @property
    def end(self) -> float:
        return self.ramp + self.seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Intended:
    at: float
    """Seconds after the start of all workers."""
    text: str


def shares(users: int, workers: int) -> list[tuple[int, int]]:
    """(first user, users) of each worker, even to one."""
    sizes = [users // workers + (number < users % workers) for number in range(workers)]
    return [(sum(sizes[:number]), size) for number, size in enumerate(sizes) if size]


def messages(plan: Plan, user: int) -> list[Intended]:
    """All that this user will say: Poisson arrivals from the user's place in the ramp to the end."""
    chance = random.Random(f"{plan.seed}:{user}")
    begins = plan.ramp * user / max(1, plan.all_users)
    times = sorted([*_arrivals(plan.rate, begins, plan.end, chance), *_burst(plan, chance)])
    return [Intended(at=at, text=_line(user, number)) for number, at in enumerate(times)]


def has_watcher(plan: Plan, user: int) -> bool:
    """Spread evenly over the users."""
    return int((user + 1) * plan.watched) > int(user * plan.watched)


def url_of(urls: Sequence[str], user: int, device: int) -> str:
    """Round robin, so that a second device is on another replica where there are two."""
    return urls[(user + device) % len(urls)]


def _burst(plan: Plan, chance: random.Random) -> list[float]:
    """On top of the ordinary messages."""
    if plan.burst is None:
        return []
    more = plan.rate * (plan.burst.times - 1)
    return _arrivals(more, plan.burst.at, plan.burst.at + plan.burst.seconds, chance)


def _arrivals(rate: float, begin: float, end: float, chance: random.Random) -> list[float]:
    times: list[float] = []
    at = begin + chance.expovariate(rate) if rate > 0 else end
    while at < end:
        times.append(at)
        at += chance.expovariate(rate)
    return times


def _line(user: int, number: int) -> str:
    figures = {"price": 90 + (user * 37 + number * 11) % 300, "size": 38 + (user + number) % 9}
    return LINES[number % len(LINES)].format(**figures)
