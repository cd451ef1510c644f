"""Guesses: how often codes may be tried, by one address and by all together (pure). Above: `front_door`. Below: buckets."""

from __future__ import annotations

from channels.edge.limits import RateLimit

ALL = 100
"""A spoken code has 33 bits: were addresses without number, this still holds a guess under 1 in 10⁵ a code's lifetime."""


class Guesses:
    def __init__(self, *, per_minute: int) -> None:
        self._each = RateLimit("codes", per_minute=per_minute, at_once=2 * per_minute)
        self._all = RateLimit("codes", per_minute=ALL * per_minute, at_once=2 * ALL * per_minute)

    def take(self, address: str, now: float) -> None:
        """Raises TooMany. Right ones count too: nobody redeems dozens a minute."""
        self._each.take(address, now)
        self._all.take("", now)
