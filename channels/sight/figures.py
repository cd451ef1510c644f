"""What /admin shows, made of the last hour's minutes. Pure. Above: `sight_rest`. Below: the assistant's `recent`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from pydantic import Field

from assistant.sight.recent import Minute, Mishap, of_stage, percentile
from assistant.sight.sight_settings import SightSettings
from assistant.sight.spans import trace_of
from assistant.sight.turn_measures import STAGES
from channels.edge.bodies import Document


class StageFigures(Document):
    stage: str
    n: int = Field(description="Measured in the last hour.")
    p50: float | None = Field(description="Seconds.")
    p95: float | None
    p95_by_minute: list[float | None] = Field(description="As `minutes`.")


class MinuteFigures(Document):
    at: datetime
    turns: int
    failed: int
    interrupted: int
    not_grounded: int
    fallbacks: int


class HourFigures(Document):
    turns: int
    failed: int
    interrupted: int
    not_grounded: int
    fallbacks: int = Field(description="Replies that a model was to write and the template wrote.")
    by_model: int
    conversations: int
    tokens: int
    model_cost: float = Field(description="In the shop's currency, by AISLE_COST_….")
    cpu_seconds: float
    cpu_cost: float


class Error(Document):
    at: datetime
    what: str = Field(description="The kind of the error, `not_grounded` or `fell_back`.")
    stage: str
    turn_id: str
    trace_id: str
    trace_page: str = Field(description="Where the trace can be looked at; empty: AISLE_TRACES_PAGE is not set.")


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


def by_stage(minutes: Sequence[Minute]) -> list[StageFigures]:
    """In the order in which a turn passes them; those that nothing passed are left out."""
    found = []
    for name in STAGES:
        if kept := of_stage(minutes, name):
            found.append(
                StageFigures(
                    stage=name,
                    n=sum(minute.stages[name].count for minute in minutes if name in minute.stages),
                    p50=percentile(kept, 0.5),
                    p95=percentile(kept, 0.95),
                    p95_by_minute=[percentile(of_stage([minute], name), 0.95) for minute in minutes],
                )
            )
    return found


def error_of(mishap: Mishap, settings: SightSettings) -> Error:
    trace = trace_of(mishap.turn_id)
    return Error(
        at=mishap.at,
        what=mishap.what,
        stage=mishap.stage,
        turn_id=mishap.turn_id,
        trace_id=trace,
        trace_page=settings.page_of(trace),
    )


def _results(minutes: Sequence[Minute], result: str) -> int:
    return sum(minute.results.get(result, 0) for minute in minutes)
