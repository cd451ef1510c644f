"""Tickets: what a call's announcement leaves for its sound to come with. Single use, short-lived, in memory (pure).

One process answers both (`stores.sole_process`), and a call that a restart cut off is gone anyway. Below: `caller`.
"""

from __future__ import annotations

import secrets
import uuid
from collections import OrderedDict
from collections.abc import Callable
from time import monotonic

from channels.call_center.caller import Caller

MOST = 10_000


class Tickets:
    """Redeemed once, within `seconds`; the oldest go when there are too many."""

    def __init__(self, *, seconds: float, now: Callable[[], float] = monotonic) -> None:
        self._seconds, self._now = seconds, now
        self._kept: OrderedDict[str, tuple[Caller, float]] = OrderedDict()

    def issue(self, caller: Caller) -> str:
        """A UUID, which an AudioSocket can carry: 122 random bits."""
        ticket = str(uuid.UUID(bytes=secrets.token_bytes(16), version=4))
        self._kept[ticket] = (caller, self._now() + self._seconds)
        self._drop_stale()
        return ticket

    def redeem(self, ticket: str) -> Caller | None:
        """None, alike for one that never was, was used or has run out."""
        caller, until = self._kept.pop(ticket, (None, 0.0))
        return caller if until > self._now() else None

    def _drop_stale(self) -> None:
        now = self._now()
        while self._kept:
            oldest = next(iter(self._kept))
            if len(self._kept) <= MOST and self._kept[oldest][1] > now:
                return
            del self._kept[oldest]
