"""What /admin is told, and what a replica tells the others of itself. Above: `sight_rest`, OpenAPI. Below: nothing."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import Field

from channels.edge.bodies import Document

Health = Literal["ready", "degraded", "not_ready"]


class Dependency(Document):
    name: str
    state: str
    good: bool
    detail: str = Field(description="What is known of it: a name, a generation, counts, the error.")
    on: list[str] = Field(default_factory=list, description="The replicas that say so, where not all say the same.")


class Queue(Document):
    name: str
    waiting: int
    working: int
    slots: int


class Now(Document):
    turns: int = Field(description="Being answered.")
    turns_most: int
    connections: int
    connections_most: int
    waiting_for_people: int | None
    queues: list[Queue]
    refused: dict[str, int] = Field(description="By limit, since the start.")


class StageFigures(Document):
    stage: str
    n: int = Field(description="Measured in the last hour.")
    p50: float | None = Field(description="Seconds, within 2.5 %.")
    p95: float | None
    p95_by_minute: list[float | None] = Field(
        description="As `minutes`; of several replicas the slowest one's in that minute."
    )


class StageTold(StageFigures):
    bins: dict[int, int] = Field(description="How many by size, to add up: `assistant.sight.bins`.")


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
    conversations: int = Field(description="That had a turn; one that two replicas answered counts at each.")
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
    replica: str = ""


class Replica(Document):
    name: str
    release: str
    started_at: datetime
    uptime_seconds: int
    memory_bytes: int
    leaving: bool


class Told(Document):
    """All that one replica says of itself."""

    status: Health
    currency: str
    dependencies: list[Dependency]
    now: Now
    hour: HourFigures
    minutes: list[MinuteFigures] = Field(description="Of the last hour, those in which something happened.")
    stages: list[StageTold]
    versions: dict[str, str] = Field(description="Part -> name@version of what makes replies now.")
    index: str = Field(description="The generation of the index that is served; empty: none.")
    errors: list[Error] = Field(description="The newest first.")
    replica: Replica


class ReplicaLine(Document):
    """One replica among all."""

    name: str
    state: Literal["ready", "degraded", "not_ready", "leaving", "silent", "other_release"] = Field(
        description="silent: it has told nothing for some time; other_release: what it tells is not understood here"
    )
    release: str
    seen_seconds: float = Field(description="Since it last told of itself.")
    this: bool = Field(description="The one that answers.")
    turns: int | None = Field(default=None, description="Being answered.")
    connections: int | None = None
    queued: int | None = Field(default=None, description="Calls that wait for a place in its queues.")
    hour_turns: int | None = None
    hour_failed: int | None = None
    p95: float | None = Field(default=None, description="Of its turns in the last hour, seconds.")
    memory_bytes: int | None = None
    uptime_seconds: int | None = None
    index: str = ""
    differs: list[str] = Field(
        default_factory=list,
        description="What it runs that most others do not: `release`, `index`, parts of `versions`.",
    )


class SightDocument(Document):
    status: Health = Field(description="ready, degraded (served, with less), not_ready")
    currency: str
    shown: str = Field(description="Whose figures these are: one replica's name, or empty for all of them together.")
    dependencies: list[Dependency]
    now: Now
    hour: HourFigures
    minutes: list[MinuteFigures]
    stages: list[StageFigures]
    versions: dict[str, str] = Field(
        description="Part -> name@version of what makes replies now; several where replicas differ."
    )
    index: str
    errors: list[Error]
    replica: Replica = Field(description="The one that answers.")
    replicas: list[ReplicaLine]
