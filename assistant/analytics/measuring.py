"""Figures of conversations, each with its n and the 95 % interval that so few or so many allow (pure).

A share without anything to count is None, never 0. Above: the desk's page, `aisle analytics show`. Below: `resolving`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from math import sqrt
from statistics import median
from typing import Final

from assistant.analytics.fact_rows import FactRow
from assistant.analytics.resolving import MEANS, Because, because, came_back, contained, counts

Z: Final = 1.959964
MOST_NAMED: Final = 30
FUNNEL: Final = ("search", "opened", "cart", "checkout")


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """Wilson's interval: it holds for few cases, and for shares near 0 and 1."""

    share: float | None
    low: float | None
    high: float | None
    count: int
    n: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    name: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    name: str
    of_all: Share
    """Of those who searched."""
    of_before: Share
    """Of those who came as far as the step before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Of one channel or language, or of all."""

    name: str
    conversations: int
    contained: Share
    resolved: Share
    """Of those that are decided; the silent and the recent ones stand beside."""
    silent: Share
    not_understood: Share
    """Replies that did not understand, of all replies."""
    searched_in_vain: Share
    to_cart: Share
    thumbs_up: Share
    turns_p50: float | None
    latency_p50: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    day: str
    conversations: int
    contained: Share
    resolved: Share


@dataclass(frozen=True, slots=True, kw_only=True)
class AnalyticsFigures:
    all: Group
    by_channel: list[Group]
    by_language: list[Group]
    by_store: list[Group]
    by_day: list[Day]
    why_resolved: list[Counted]
    """Every counted conversation by what decided it, `resolving`'s words."""
    handoffs: list[Counted]
    intents: list[Counted]
    """Conversations that asked for it, not messages."""
    funnel: list[Step]
    not_found: list[Counted]
    opened_only: int
    """Conversations in which the customer said nothing: counted nowhere else."""
    left_out: int
    """… whose customer lets nobody analyse them."""


@dataclass(slots=True)
class _Decided:
    rows: list[FactRow]
    why: dict[str, Because] = field(default_factory=dict)


def share(count: int, n: int) -> Share:
    if not n:
        return Share(share=None, low=None, high=None, count=count, n=0)
    p, z2 = count / n, Z * Z
    middle, half = (p + z2 / (2 * n)) / (1 + z2 / n), Z * sqrt(p * (1 - p) / n + z2 / (4 * n * n)) / (1 + z2 / n)
    low, high = max(0.0, middle - half), min(1.0, middle + half)
    return Share(share=round(p, 4), low=round(low, 4), high=round(high, 4), count=count, n=n)


def figures_of(
    rows: Iterable[FactRow],
    *,
    now: datetime,
    later: Sequence[FactRow] = (),
    not_found: Sequence[tuple[str, int]] = (),
    left_out: int = 0,
) -> AnalyticsFigures:
    """`later`: rows from after the span, in which customers may have come back."""
    every = list(rows)
    spoken = [row for row in every if counts(row)]
    back = came_back(spoken, later)
    why = {row.conversation_id: because(row, came_back=row.conversation_id in back, now=now) for row in spoken}
    decided = _Decided(spoken, why)
    return AnalyticsFigures(
        all=_group("", spoken, why),
        by_channel=_groups(decided, lambda row: row.channels[:1]),
        by_language=_groups(decided, lambda row: [row.language] if row.language else []),
        by_store=_groups(decided, lambda row: [row.store] if row.store else []),
        by_day=_days(decided),
        why_resolved=_counted(why.values()),
        handoffs=_counted(row.handoff for row in spoken if row.handoff),
        intents=_counted(intent for row in spoken for intent in row.intents),
        funnel=funnel(spoken),
        not_found=[Counted(name=words, count=count) for words, count in not_found],
        opened_only=len(every) - len(spoken),
        left_out=left_out,
    )


def funnel(rows: Sequence[FactRow]) -> list[Step]:
    """A later step without the earlier ones (a cart that was filled from the shop's page) is no step of this funnel."""
    reached: list[int] = []
    left = list(rows)
    for passed in _STEPS:
        left = [row for row in left if passed(row)]
        reached.append(len(left))
    before = [reached[0], *reached]
    return [
        Step(name=name, of_all=share(count, reached[0]), of_before=share(count, before[place]))
        for place, (name, count) in enumerate(zip(FUNNEL, reached, strict=True))
    ]


_STEPS: Final[tuple[Callable[[FactRow], bool], ...]] = (
    lambda row: row.searches > 0,
    lambda row: row.opened or row.carted or row.checked_out,
    lambda row: row.carted or row.checked_out,
    lambda row: row.checked_out,
)


def _group(name: str, rows: Sequence[FactRow], why: dict[str, Because]) -> Group:
    meant = Counter(MEANS[why[row.conversation_id]] for row in rows)
    thumbs = sum(row.thumbs_up + row.thumbs_down for row in rows)
    latencies = [row.latency_p50 for row in rows if row.latency_p50 is not None]
    return Group(
        name=name,
        conversations=len(rows),
        contained=share(sum(map(contained, rows)), len(rows)),
        resolved=share(meant["resolved"], meant["resolved"] + meant["unresolved"]),
        silent=share(meant["silent"], len(rows) - meant["recent"]),
        not_understood=share(sum(row.not_understood for row in rows), sum(row.replies for row in rows)),
        searched_in_vain=share(sum(row.not_found for row in rows), sum(row.searches for row in rows)),
        to_cart=share(sum(row.carted for row in rows), len(rows)),
        thumbs_up=share(sum(row.thumbs_up for row in rows), thumbs),
        turns_p50=median([row.customer_turns for row in rows]) if rows else None,
        latency_p50=round(median(latencies), 3) if latencies else None,
    )


def _groups(decided: _Decided, names: Callable[[FactRow], Iterable[str]]) -> list[Group]:
    found: dict[str, list[FactRow]] = {}
    for row in decided.rows:
        for name in names(row):
            found.setdefault(name, []).append(row)
    ordered = sorted(found.items(), key=lambda item: (-len(item[1]), item[0]))[:MOST_NAMED]
    return [_group(name, rows, decided.why) for name, rows in ordered]


def _days(decided: _Decided) -> list[Day]:
    found: dict[str, list[FactRow]] = {}
    for row in decided.rows:
        found.setdefault(row.started_at[:10], []).append(row)
    days = ((day, _group(day, rows, decided.why)) for day, rows in sorted(found.items()))
    return [
        Day(day=day, conversations=one.conversations, contained=one.contained, resolved=one.resolved)
        for day, one in days
    ]


def _counted(names: Iterable[str]) -> list[Counted]:
    return [Counted(name=name, count=count) for name, count in Counter(names).most_common(MOST_NAMED)]
