"""Limits of all replicas together: what one lets through, the others hear of over the bus and count too.

Counting stays in the process, so a message waits for nobody; what was let through goes out in one message every quarter of a
second. While the bus is away each replica counts alone. Above: `app`. Below: limits, the assistant's replicas.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Mapping

from assistant.replicas import Replicas
from channels.edge.limits import RateLimit

TELL_SECONDS = 0.25


class SharedLimit:
    """Gathers what one limit let through here."""

    def __init__(self, tell: Callable[[Mapping[str, int]], None], *, seconds: float = TELL_SECONDS) -> None:
        self._tell, self._seconds = tell, seconds
        self._taken: Counter[str] = Counter()

    def taken(self, key: str) -> None:
        if not self._taken:
            asyncio.get_running_loop().call_later(self._seconds, self._out)
        self._taken[key] += 1

    def _out(self) -> None:
        taken, self._taken = self._taken, Counter()
        self._tell(dict(taken))


def share(replicas: Replicas, limits: Mapping[str, RateLimit]) -> None:
    """Of a process that is the only one, nothing changes."""
    if not replicas.others:
        return
    for name, limit in limits.items():
        limit.on_taken = SharedLimit(_teller(replicas, name)).taken

    def hear(name: str, counts: Mapping[str, int]) -> None:
        if (limit := limits.get(name)) is not None:
            limit.taken_elsewhere(counts, time.monotonic())

    replicas.on_spent = hear


def _teller(replicas: Replicas, name: str) -> Callable[[Mapping[str, int]], None]:
    return lambda counts: replicas.tell_spent(name, counts)
