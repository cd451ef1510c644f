"""Drift: whether conversations of now are still what they were, by the population stability index (pure).

    PSI = Σ (now − before) · ln(now / before), over the shares of each kind; below 0.1 the same, above 0.25 another population

Small numbers alone make an index of about (kinds − 1) · (1/n + 1/m), so that much is taken off, and fewer than LEAST
conversations on a side are told as not measured. Above: `aisle analytics drift`. Below: `fact_rows`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import log
from typing import Final, Literal

from assistant.analytics.fact_rows import FactRow
from assistant.analytics.resolving import counts

SHIFTED: Final = 0.1
DRIFTED: Final = 0.25
LEAST: Final = 50
RARE: Final = 0.01
"""A kind with a smaller share on both sides counts with the other rare ones."""
Verdict = Literal["same", "shifted", "drifted", "not_measured"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    of: str
    psi: float | None
    verdict: Verdict
    before: int
    now: int
    moved: tuple[tuple[str, float, float], ...] = ()
    """Kinds whose shares changed most: name, before, now."""


def _bucket(value: float | None, limits: Sequence[float]) -> str:
    if value is None:
        return "none"
    return next((f"up to {limit:g}" for limit in limits if value <= limit), f"over {limits[-1]:g}")


OF: Final[dict[str, Callable[[FactRow], Iterable[str]]]] = {
    "languages": lambda row: (row.language,),
    "channels": lambda row: row.channels[:1],
    "intents": lambda row: row.intents,
    "queries": lambda row: (_bucket(row.searches, (0, 1, 2, 4)) + (" in vain" if row.not_found else ""),),
    "not_understood": lambda row: (_bucket(row.not_understood / row.replies if row.replies else None, (0, 0.2, 0.5)),),
    "latency": lambda row: (_bucket(row.latency_p50, (0.1, 0.25, 0.5, 1, 2)),),
    "thumbs": lambda row: (row.last_thumb or "none",),
}
"""What is watched; queries and scores by counts, for rows hold no words."""


def drift(before: Sequence[FactRow], now: Sequence[FactRow]) -> tuple[Drift, ...]:
    past, present = [row for row in before if counts(row)], [row for row in now if counts(row)]
    return tuple(_of(name, kinds, past, present) for name, kinds in OF.items())


def _of(
    name: str, kinds: Callable[[FactRow], Iterable[str]], before: Sequence[FactRow], now: Sequence[FactRow]
) -> Drift:
    was, there = Counter(k for row in before for k in kinds(row)), Counter(k for row in now for k in kinds(row))
    if min(len(before), len(now)) < LEAST or not was or not there:
        return Drift(of=name, psi=None, verdict="not_measured", before=len(before), now=len(now))
    old, new = _shares(was, there)
    moved = sorted(((k, old[k], new[k]) for k in old), key=lambda one: -abs(one[2] - one[1]))
    found = round(psi(old, new, sum(was.values()), sum(there.values())), 4)
    verdict: Verdict = "drifted" if found > DRIFTED else "shifted" if found > SHIFTED else "same"
    told = tuple((k, round(a, 4), round(b, 4)) for k, a, b in moved[:5] if abs(a - b) >= RARE)
    return Drift(of=name, psi=found, verdict=verdict, before=len(before), now=len(now), moved=told)


def psi(old: dict[str, float], new: dict[str, float], n: int, m: int) -> float:
    """Less what chance alone makes of samples of n and m; never below 0."""
    raw = sum((new[kind] - old[kind]) * log(new[kind] / old[kind]) for kind in old)
    return max(0.0, raw - (len(old) - 1) * (1 / n + 1 / m))


def _shares(was: Counter[str], there: Counter[str]) -> tuple[dict[str, float], dict[str, float]]:
    """With half a case added to each kind: a kind that was never seen has no share of 0."""
    n, m = max(1, was.total()), max(1, there.total())
    often = sorted(kind for kind in was | there if was[kind] / n >= RARE or there[kind] / m >= RARE)
    rare = [kind for kind in was | there if kind not in often]
    cases = {kind: (was[kind], there[kind]) for kind in often}
    if rare:
        cases["other"] = (sum(was[kind] for kind in rare), sum(there[kind] for kind in rare))
    k = len(cases)
    return (
        {kind: (a + 0.5) / (n + k / 2) for kind, (a, _) in cases.items()},
        {kind: (b + 0.5) / (m + k / 2) for kind, (_, b) in cases.items()},
    )
