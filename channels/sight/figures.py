"""What a replica tells of its last hour, made of its minutes. Pure. Above: `seeing`. Below: the assistant's `recent`, `bins`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from assistant.sight.bins import added, percentile_of
from assistant.sight.recent import Minute, Mishap
from assistant.sight.sight_settings import SightSettings
from assistant.sight.spans import trace_of
from assistant.sight.turn_measures import STAGES
from channels.sight.documents import Error, HourFigures, MinuteFigures, StageTold


def hour_of(minutes: Sequence[Minute], settings: SightSettings) -> HourFigures:
    cpu = sum(minute.cpu for minute in minutes)
    conversations: set[int] = set().union(*(minute.conversations for minute in minutes))
    return HourFigures(
        turns=sum(minute.turns for minute in minutes),
        failed=_results(minutes, "failed"),
        interrupted=_results(minutes, "interrupted"),
        not_grounded=sum(minute.not_grounded for minute in minutes),
        fallbacks=sum(minute.fallbacks for minute in minutes),
        by_model=sum(minute.by_model for minute in minutes),
        conversations=len(conversations),
        tokens=sum(minute.tokens for minute in minutes),
        model_cost=round(sum(minute.cost for minute in minutes), 6),
        cpu_seconds=round(cpu, 2),
        cpu_cost=round(cpu / 3600 * settings.cost_cpu_hour, 6),
    )


def by_minute(minutes: Sequence[Minute]) -> list[MinuteFigures]:
    return [
        MinuteFigures(
            at=datetime.fromtimestamp(minute.number * 60, UTC),
            turns=minute.turns,
            failed=minute.results.get("failed", 0),
            interrupted=minute.results.get("interrupted", 0),
            not_grounded=minute.not_grounded,
            fallbacks=minute.fallbacks,
        )
        for minute in minutes
    ]


def by_stage(minutes: Sequence[Minute]) -> list[StageTold]:
    """In the order in which a turn passes them; those that nothing passed are left out."""
    found = []
    for name in STAGES:
        bins = [minute.stages.get(name, {}) for minute in minutes]
        if whole := added(bins):
            found.append(
                StageTold(
                    stage=name,
                    n=sum(whole.values()),
                    p50=percentile_of(whole, 0.5),
                    p95=percentile_of(whole, 0.95),
                    p95_by_minute=[percentile_of(one, 0.95) for one in bins],
                    bins=whole,
                )
            )
    return found


def error_of(mishap: Mishap, settings: SightSettings, replica: str = "") -> Error:
    trace = trace_of(mishap.turn_id)
    return Error(
        at=mishap.at,
        what=mishap.what,
        stage=mishap.stage,
        turn_id=mishap.turn_id,
        trace_id=trace,
        trace_page=settings.page_of(trace),
        replica=replica,
    )


def _results(minutes: Sequence[Minute], result: str) -> int:
    return sum(minute.results.get(result, 0) for minute in minutes)
