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

Bins = Mapping[int, float]
"""How many by size: the logarithm of the seconds, in widths."""


def binned(seconds: Iterable[float], weight: float = 1.0) -> dict[int, float]:
    """weight: how many each stands for, where they are a sample."""
    found: dict[int, float] = {}
    for one in seconds:
        place = math.floor(math.log(max(one, SMALLEST)) / WIDTH)
        found[place] = found.get(place, 0.0) + weight
    return found


def added(many: Iterable[Bins]) -> dict[int, float]:
    whole: dict[int, float] = {}
    for one in many:
        for place, count in one.items():
            whole[place] = whole.get(place, 0.0) + count
    return whole


def percentile_of(bins: Bins, share: float) -> float | None:
    """Seconds; None of nothing."""
    wanted = share * sum(bins.values())
    if not bins:
        return None
    for place in sorted(bins):
        wanted -= bins[place]
        if wanted <= 0:
            break
    return round(math.exp((place + 0.5) * WIDTH), 7)
