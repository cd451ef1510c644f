"""A supervisor's figures, from the records of handoffs (pure): service level, waits, handle times, by hour, channel, agent.

A figure without a measurement is None, never 0. Above: channels/desk. Below: `desk_records`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import ceil
from typing import Any

from assistant.desk.archive import Drafts
from assistant.desk.records import HandoffRecord
from assistant.desk.roster import Colleague
from assistant.desk.tables import moment


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    asked: int
    claimed: int
    left_before: int
    service_level: float | None
    wait: dict[str, Any]
    handle: dict[str, Any]
    first_reply: dict[str, Any]
    by_hour: list[dict[str, Any]]
    by_channel: list[dict[str, Any]]
    reasons: list[dict[str, Any]]
    rules: list[dict[str, Any]]
    outcomes: list[dict[str, Any]]
    suggestions: dict[str, Any]
    agents: list[dict[str, Any]]


def figures_of(
    handoffs: Sequence[HandoffRecord],
    *,
    now: datetime,
    level_seconds: float,
    colleagues: Sequence[Colleague] = (),
    drafts: Drafts | None = None,
) -> Figures:
    asked = [one for one in handoffs if one.reason != "taken by an agent"]
    return Figures(
        asked=len(asked),
        claimed=sum(bool(one.claimed_at) for one in asked),
        left_before=sum(one.over and not one.claimed_at for one in asked),
        service_level=service_level(asked, now=now, level_seconds=level_seconds),
        wait=spread(waits(asked)),
        handle=spread(handle_times(handoffs)),
        first_reply=spread(seconds_between(one.claimed_at, one.first_reply_at) for one in handoffs),
        by_hour=[
            {"hour": hour, **_group(rows, now, level_seconds)}
            for hour, rows in _grouped(asked, lambda one: f"{one.asked_at[:13]}:00:00Z")
        ],
        by_channel=[
            {"name": name, **_group(rows, now, level_seconds)}
            for name, rows in _grouped(asked, lambda one: one.channel)
        ],
        reasons=counted(one.reason for one in asked),
        rules=counted(one.rule for one in asked),
        outcomes=counted(one.outcome for one in handoffs),
        suggestions=_suggestions(drafts),
        agents=[_agent(one, handoffs) for one in colleagues],
    )


def service_level(handoffs: Sequence[HandoffRecord], *, now: datetime, level_seconds: float) -> float | None:
    """The share that was claimed in time. Those who wait, and not yet too long, count neither way."""
    met, missed = 0, 0
    for one in handoffs:
        waited = seconds_between(one.asked_at, one.claimed_at)
        if waited is not None:
            met, missed = met + (waited <= level_seconds), missed + (waited > level_seconds)
        elif one.over or (_since(one.asked_at, now) > level_seconds):
            missed += 1
    return round(met / (met + missed), 4) if met + missed else None


def waits(handoffs: Iterable[HandoffRecord]) -> list[float]:
    return [waited for one in handoffs if (waited := seconds_between(one.asked_at, one.claimed_at)) is not None]


def handle_times(handoffs: Iterable[HandoffRecord]) -> list[float]:
    """From the claim to its end."""
    return [took for one in handoffs if (took := seconds_between(one.claimed_at, one.ended_at)) is not None]


def spread(values: Iterable[float | None]) -> dict[str, Any]:
    measured = sorted(value for value in values if value is not None)
    return {"p50": percentile(measured, 0.5), "p95": percentile(measured, 0.95), "n": len(measured)}


def percentile(ordered: Sequence[float], share: float) -> float | None:
    """The nearest rank."""
    if not ordered:
        return None
    return round(ordered[min(len(ordered) - 1, max(0, ceil(len(ordered) * share) - 1))], 1)


def counted(names: Iterable[str]) -> list[dict[str, Any]]:
    return [{"name": name, "count": count} for name, count in Counter(filter(None, names)).most_common(50)]


def _group(rows: Sequence[HandoffRecord], now: datetime, level_seconds: float) -> dict[str, Any]:
    measured = spread(waits(rows))
    return {
        "asked": len(rows),
        "claimed": measured["n"],
        "service_level": service_level(rows, now=now, level_seconds=level_seconds),
        "wait_p50": measured["p50"],
        "wait_p95": measured["p95"],
    }


def _grouped(
    rows: Iterable[HandoffRecord], key: Callable[[HandoffRecord], str]
) -> list[tuple[str, list[HandoffRecord]]]:
    groups: dict[str, list[HandoffRecord]] = {}
    for row in rows:
        groups.setdefault(key(row), []).append(row)
    return sorted(groups.items())


def _suggestions(drafts: Drafts | None) -> dict[str, Any]:
    if drafts is None:
        return {"made": 0, "used": 0, "unedited": 0, "edit_distance_p50": None}
    middle = percentile(sorted(map(float, drafts.distances)), 0.5)
    return {"made": drafts.made, "used": drafts.used, "unedited": drafts.unedited, "edit_distance_p50": middle}


def _agent(one: Colleague, handoffs: Sequence[HandoffRecord]) -> dict[str, Any]:
    theirs = [record for record in handoffs if record.agent_id == one.agent_id]
    return {
        "agent_id": one.agent_id,
        "claimed": len(theirs),
        "handle_p50": spread(handle_times(theirs))["p50"],
        "solved": sum(record.outcome == "solved" for record in theirs),
    }


def seconds_between(start: str, end: str) -> float | None:
    first, last = moment(start), moment(end)
    return (last - first).total_seconds() if first is not None and last is not None else None


def _since(start: str, now: datetime) -> float:
    first = moment(start)
    return (now - first).total_seconds() if first is not None else 0.0
