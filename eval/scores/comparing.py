"""Two results side by side: what got better, what worse, and whether beyond chance (pure). Above: `judging`, the page.

Where both runs kept the same cases, the pairs that changed decide (McNemar 1947, exact); else the difference of two rates
with Newcombe's interval (1998, method 10) of the two Wilson intervals. Means and times have no interval here: they are told.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from eval.metrics import wilson
from eval.scores.result import Figure, PartResult, Result

Way = Literal["better", "worse", "same", "told"]
SURE = 0.05
SCORE_STEP = 0.01
"""A mean score that changes by less is the same to us."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    figure: str
    """part/name"""
    was: float
    now: float
    unit: str
    way: Way
    beyond_chance: bool
    told: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    name: str
    at: str
    changes: tuple[Change, ...]
    broken: tuple[str, ...] = ()
    """Cases that fail now and did not."""
    mended: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    """Figures that the other has and this lacks."""

    @property
    def worse(self) -> tuple[Change, ...]:
        return tuple(one for one in self.changes if one.way == "worse")

    @property
    def better(self) -> tuple[Change, ...]:
        return tuple(one for one in self.changes if one.way == "better")


def compared(now: Result, was: Result) -> Compared:
    ours, theirs = now.figures(), was.figures()
    changes = [_change(name, ours[name], theirs[name], now, was) for name in ours if name in theirs]
    broken, mended = _cases(now, was)
    return Compared(
        name=was.name,
        at=was.at,
        changes=tuple(changes),
        broken=broken,
        mended=mended,
        gone=tuple(name for name in theirs if name not in ours),
    )


def _change(name: str, now: Figure, was: Figure, result: Result, before: Result) -> Change:
    gain = (now.value - was.value) * (-1 if now.better == "lower" else 1)
    sure, told = _beyond_chance(name, now, was, result, before)
    way: Way = "same"
    if now.better == "told":
        way = "told" if gain else "same"
    elif abs(gain) > 1e-9 and (now.unit != "score" or abs(gain) >= SCORE_STEP):
        way = "better" if gain > 0 else "worse"
    return Change(figure=name, was=was.value, now=now.value, unit=now.unit, way=way, beyond_chance=sure, told=told)


def _beyond_chance(name: str, now: Figure, was: Figure, result: Result, before: Result) -> tuple[bool, str]:
    if now.hits is None or was.hits is None or not now.of or not was.of:
        return now.better != "told" and abs(now.value - was.value) >= SCORE_STEP, ""
    part, _, figure = name.partition("/")
    pairs = _pairs(result.part(part), before.part(part), figure, now, was)
    if pairs is not None:
        p = mcnemar(*pairs)
        return p < SURE, f"{pairs[0]} newly wrong, {pairs[1]} mended, p {p:.3f}"
    low, high = newcombe(now.hits, now.of, was.hits, was.of)
    return not low <= 0 <= high, f"difference {low:+.3f} to {high:+.3f}"


def _pairs(
    now: PartResult | None, was: PartResult | None, figure: str, one: Figure, other: Figure
) -> tuple[int, int] | None:
    """Newly wrong and mended, where both kept every case of the same trials."""
    if now is None or was is None or one.of != other.of:
        return None
    ours, theirs = _wrong(now, figure), _wrong(was, figure)
    if len(ours) != _faults(one) or len(theirs) != _faults(other):
        return None
    return len(ours - theirs), len(theirs - ours)


def _wrong(part: PartResult, figure: str) -> frozenset[str]:
    return frozenset(one.name for one in part.cases if one.figure == figure)


def _faults(figure: Figure) -> int:
    hits, of = figure.hits or 0, figure.of or 0
    return hits if figure.better == "lower" else of - hits


def _cases(now: Result, was: Result) -> tuple[tuple[str, ...], tuple[str, ...]]:
    both = {part.name for part in now.parts if part.state == "measured"} & {
        part.name for part in was.parts if part.state == "measured"
    }

    def named(result: Result) -> dict[str, None]:
        return {f"{part.title}: {one.name}": None for part in result.parts if part.name in both for one in part.cases}

    ours, theirs = named(now), named(was)
    return tuple(one for one in ours if one not in theirs), tuple(one for one in theirs if one not in ours)


def mcnemar(broken: int, mended: int) -> float:
    """Two-sided and exact: how likely as uneven a split is when neither is better. 1.0 of nothing."""
    pairs = broken + mended
    if not pairs:
        return 1.0
    tail = sum(math.comb(pairs, one) for one in range(min(broken, mended) + 1)) / 2**pairs
    return float(min(1.0, 2 * tail))


def newcombe(hits: int, of: int, before: int, of_before: int) -> tuple[float, float]:
    """95 % interval of the difference of two rates, the first less the second."""
    one, other = hits / of, before / of_before
    (low, high), (low_before, high_before) = wilson(hits, of), wilson(before, of_before)
    below = math.hypot(one - low, high_before - other)
    above = math.hypot(high - one, other - low_before)
    return one - other - below, one - other + above
