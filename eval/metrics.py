"""Rates with their uncertainty, and percentiles of times (pure)."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

Z95 = 1.959964
"""Of the normal distribution, two-sided 95 %."""
_ROUNDS = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    hits: int
    of: int

    @property
    def value(self) -> float | None:
        """None of nothing."""
        return self.hits / self.of if self.of else None

    @property
    def interval(self) -> tuple[float, float]:
        """95 %, by Wilson's score (1927): sound for small counts and for rates near 0 and 1."""
        return wilson(self.hits, self.of)

    def to_plain(self) -> dict[str, Any]:
        low, high = self.interval
        value = None if self.value is None else round(self.value, 4)
        return {"hits": self.hits, "of": self.of, "rate": value, "interval_95": [round(low, 4), round(high, 4)]}


def wilson(hits: int, of: int, *, z: float = Z95) -> tuple[float, float]:
    """(0, 1) when nothing was counted."""
    if of == 0:
        return 0.0, 1.0
    share, spread = hits / of, z * z / of
    centre = (share + spread / 2) / (1 + spread)
    half = z * math.sqrt(share * (1 - share) / of + spread / (4 * of)) / (1 + spread)
    return max(0.0, min(share, centre - half)), min(1.0, max(share, centre + half))


def mean_interval(values: Sequence[float], *, rounds: int = _ROUNDS, seed: int = 7) -> tuple[float, float]:
    """95 % of a mean, by resampling the values (Efron's percentile bootstrap); the same seed gives the same. (0, 1) of none."""
    return ratio_interval([(value, 1.0) for value in values], rounds=rounds, seed=seed)


def ratio_interval(
    pairs: Sequence[tuple[float, float]], *, rounds: int = _ROUNDS, seed: int = 7
) -> tuple[float, float]:
    """95 % of sum over sum, resampling whole pairs: turns of one conversation and words of one sentence belong together."""
    if not pairs:
        return 0.0, 1.0
    chance = random.Random(seed)
    ratios = sorted(_ratio(chance.choices(pairs, k=len(pairs))) for _ in range(rounds))
    return ratios[int(0.025 * rounds)], ratios[min(rounds - 1, math.ceil(0.975 * rounds) - 1)]


def _ratio(pairs: Sequence[tuple[float, float]]) -> float:
    below = sum(of for _, of in pairs)
    return sum(part for part, _ in pairs) / below if below else 0.0


def percentile(values: Sequence[float], share: float) -> float:
    """The nearest rank: the smallest value that at least `share` (0 to 1) of all do not exceed; 0.0 of nothing."""
    if not values:
        return 0.0
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)]
