"""Bins: durations counted by size, so that those of many minutes and replicas add up to percentiles. Pure.

A bin is 5 % wide: a percentile read off it is within 2.5 % of the true one. Above: `recent`, /admin. Below: nothing.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Final

WIDTH: Final = math.log(1.05)
SMALLEST: Final = 1e-6
"""Seconds; what is shorter is counted as that."""

Bins = Mapping[int, int]
"""How many by size: the logarithm of the seconds, in widths."""


def place_of(seconds: float) -> int:
    return math.floor(math.log(seconds if seconds > SMALLEST else SMALLEST) / WIDTH)


def binned(seconds: Iterable[float]) -> dict[int, int]:
    found: dict[int, int] = {}
    for one in seconds:
        place = place_of(one)
        found[place] = found.get(place, 0) + 1
    return found


def added(many: Iterable[Bins]) -> dict[int, int]:
    whole: dict[int, int] = {}
    for one in many:
        for place, count in one.items():
            whole[place] = whole.get(place, 0) + count
    return whole


def percentile_of(bins: Bins, share: float) -> float | None:
    """Seconds; None of nothing."""
    if not bins:
        return None
    wanted = share * sum(bins.values())
    for place in sorted(bins):
        wanted -= bins[place]
        if wanted <= 0:
            break
    return round(math.exp((place + 0.5) * WIDTH), 7)
