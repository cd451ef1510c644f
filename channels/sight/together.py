"""What replicas tell, added up. Pure. Above: `sight_rest`. Below: documents, bins."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final

from assistant.sight.bins import added, percentile_of
from channels.sight.documents import (
    Dependency,
    Error,
    Health,
    HourFigures,
    MinuteFigures,
    Now,
    Queue,
    StageFigures,
    Told,
)

MOST_ERRORS: Final = 100
WORST: Final = ("ready", "ok", "off")


def status_of(all_told: Sequence[Told], *, silent: bool) -> Health:
    """Of the service: served as long as one replica serves. One that leaves is no trouble while others stay."""
    states = [one.status for one in all_told if not one.replica.leaving] or [one.status for one in all_told]
    if all(state == "not_ready" for state in states):
        return "not_ready"
    return "ready" if not silent and all(state == "ready" for state in states) else "degraded"


def hour_together(hours: Sequence[HourFigures]) -> HourFigures:
    return HourFigures.model_validate(
        {name: round(sum(getattr(one, name) for one in hours), 6) for name in HourFigures.model_fields}
    )


def now_together(all_now: Sequence[Now]) -> Now:
    waiting = [one.waiting_for_people for one in all_now if one.waiting_for_people is not None]
    refused: Counter[str] = Counter()
    for one in all_now:
        refused.update(one.refused)
    return Now(
        turns=sum(one.turns for one in all_now),
        turns_most=sum(one.turns_most for one in all_now),
        connections=sum(one.connections for one in all_now),
        connections_most=sum(one.connections_most for one in all_now),
        waiting_for_people=max(waiting, default=None),  # each counts the same conversations
        queues=list(_queues(queue for one in all_now for queue in one.queues)),
        refused=dict(refused),
    )


def _queues(queues: Iterable[Queue]) -> Iterable[Queue]:
    by_name: dict[str, list[Queue]] = {}
    for queue in queues:
        by_name.setdefault(queue.name, []).append(queue)
    for name, same in by_name.items():
        yield Queue(
            name=name,
            waiting=sum(one.waiting for one in same),
            working=sum(one.working for one in same),
            slots=sum(one.slots for one in same),
        )


def minutes_together(minutes: Sequence[Sequence[MinuteFigures]]) -> list[MinuteFigures]:
    by_time: dict[datetime, list[MinuteFigures]] = {}
    for one in (minute for each in minutes for minute in each):
        by_time.setdefault(one.at, []).append(one)
    names = set(MinuteFigures.model_fields) - {"at"}
    return [
        MinuteFigures(at=at, **{name: sum(getattr(one, name) for one in by_time[at]) for name in names})
        for at in sorted(by_time)
    ]


def stages_together(all_told: Sequence[Told], minutes: Sequence[MinuteFigures]) -> list[StageFigures]:
    """As the replica orders them that has the most."""
    names = list(dict.fromkeys(one.stage for told in sorted(all_told, key=_most) for one in told.stages))
    return [_stage(name, all_told, [minute.at for minute in minutes]) for name in names]


def _most(told: Told) -> int:
    return -len(told.stages)


def _stage(name: str, all_told: Sequence[Told], times: Sequence[datetime]) -> StageFigures:
    found = [(told, one) for told in all_told for one in told.stages if one.stage == name]
    bins = added(one.bins for _, one in found)
    slowest: dict[datetime, float] = {}
    for told, one in found:
        for minute, value in zip(told.minutes, one.p95_by_minute, strict=True):
            if value is not None:
                slowest[minute.at] = max(value, slowest.get(minute.at, 0.0))
    return StageFigures(
        stage=name,
        n=sum(one.n for _, one in found),
        p50=percentile_of(bins, 0.5),
        p95=percentile_of(bins, 0.95),
        p95_by_minute=[slowest.get(at) for at in times],
    )


def dependencies_together(all_told: Sequence[Told]) -> list[Dependency]:
    """Of each the worst; where they differ, with who says so."""
    found = []
    for name in dict.fromkeys(one.name for told in all_told for one in told.dependencies):
        each = [(told.replica.name, one) for told in all_told for one in told.dependencies if one.name == name]
        worst = max((one for _, one in each), key=_badness)
        same = [replica for replica, one in each if one.state == worst.state]
        found.append(worst.model_copy(update={"on": same if len(same) < len(all_told) else []}))
    return found


def _badness(one: Dependency) -> int:
    return 2 if not one.good else int(one.state not in WORST)


def versions_together(all_told: Sequence[Told]) -> dict[str, str]:
    parts = dict.fromkeys(part for told in all_told for part in told.versions)
    return {part: several(told.versions.get(part, "–") for told in all_told) for part in parts}


def several(labels: Iterable[str]) -> str:
    """One, or each with how many have it."""
    counts = Counter(labels)
    return next(iter(counts)) if len(counts) == 1 else ", ".join(f"{one} ({n})" for one, n in counts.most_common())


def errors_together(all_told: Sequence[Told]) -> list[Error]:
    return sorted((one for told in all_told for one in told.errors), key=lambda one: one.at, reverse=True)[:MOST_ERRORS]


def differing(all_told: Sequence[Told]) -> Mapping[str, list[str]]:
    """By replica, what it has that most others do not; nothing where no version has the most."""
    found: dict[str, list[str]] = {told.replica.name: [] for told in all_told}
    reads: dict[str, Callable[[Told], str]] = {
        "release": lambda told: told.replica.release,
        "index": lambda told: told.index,
    }
    for part in dict.fromkeys(part for told in all_told for part in told.versions):
        reads[part] = lambda told, part=part: told.versions.get(part, "")  # type: ignore[misc]
    for what, read in reads.items():
        usual = Counter(map(read, all_told)).most_common(1)[0][0]
        for told in all_told:
            if read(told) != usual:
                found[told.replica.name].append(what)
    return found
