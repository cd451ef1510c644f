"""GET /v1/admin/sight: how this server runs, for the page at /admin and for scripts. Nobody's data is in it.

Above: `app`. Below: figures, the product's health.
"""

from __future__ import annotations

import asyncio
import time
from datetime import datetime
from typing import Any

import psutil
from fastapi import APIRouter
from pydantic import Field

from assistant.errors import AssistantError
from channels.dependency_state import GOOD, state_of
from channels.edge.bodies import Document
from channels.front_door import Door, FrontDoor
from channels.rest import problems_of
from channels.sight.figures import (
    Error,
    HourFigures,
    MinuteFigures,
    StageFigures,
    by_minute,
    by_stage,
    error_of,
    hour_of,
)
from channels.sight.operator_door import AsOperator
from channels.sight.product_metrics import RELEASE

sight_routes = APIRouter(prefix="/v1/admin", tags=["admin"])


class Dependency(Document):
    name: str
    state: str
    good: bool
    detail: str = Field(description="What is known of it: a name, a generation, counts, the error.")


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


class Replica(Document):
    release: str
    started_at: datetime
    uptime_seconds: int
    memory_bytes: int
    leaving: bool


class SightDocument(Document):
    status: str = Field(description="ready, degraded (served, with less), not_ready")
    currency: str
    dependencies: list[Dependency]
    now: Now
    hour: HourFigures
    minutes: list[MinuteFigures] = Field(description="Of the last hour, those in which something happened.")
    stages: list[StageFigures]
    versions: dict[str, str] = Field(description="Part -> name@version of what makes replies now.")
    errors: list[Error] = Field(description="The newest first.")
    replica: Replica


@sight_routes.get("/sight", responses=problems_of(401, 503))
async def sight(door: Door, operator: AsOperator) -> SightDocument:
    """Health, load, latency by stage, grounding, fallbacks, cost, versions and errors of this replica, over the last hour."""
    product, seen = door.product, door.product.assistant.sight
    minutes = seen.recent.last()
    dependencies = [_dependency(name, told) for name, told in (await asyncio.to_thread(product.health)).items()]
    return SightDocument(
        status=_status(door, dependencies),
        currency=await _currency(door),
        dependencies=dependencies,
        now=await _now(door),
        hour=hour_of(minutes, seen.settings),
        minutes=by_minute(minutes),
        stages=by_stage(minutes),
        versions=dict(product.control.lineage.snapshot("")) if product.control is not None else {},
        errors=[error_of(one, seen.settings) for one in reversed(seen.recent.mishaps)],
        replica=_replica(door),
    )


def _dependency(name: str, told: Any) -> Dependency:
    state = state_of(told)
    rest = ", ".join(f"{key} {value}" for key, value in state.items() if key != "state" and value not in ("", None))
    return Dependency(name=name, state=state["state"], good=state["state"] in GOOD, detail=rest)


def _status(door: FrontDoor, dependencies: list[Dependency]) -> str:
    if door.leaving.is_set() or door.stopping.is_set() or not all(one.good for one in dependencies):
        return "not_ready"
    quiet = ("ready", "ok", "off")
    return "ready" if all(one.state in quiet for one in dependencies) else "degraded"


async def _currency(door: FrontDoor) -> str:
    try:
        return (await door.product.shop.info()).currency if door.product.shop is not None else ""
    except AssistantError:
        return ""


async def _now(door: FrontDoor) -> Now:
    control = door.product.control
    queues = control.board.queues() if control is not None else ()
    return Now(
        turns=door.product.assistant.turns_running,
        turns_most=door.settings.turns_at_once,
        connections=door.connections.total,
        connections_most=door.settings.connections,
        waiting_for_people=await _waiting(door),
        queues=[Queue(name=name, waiting=one.waiting, working=one.working, slots=one.slots) for name, one in queues],
        refused={
            "messages": door.messages.refused,
            "conversations": door.conversations.refused,
            "opens": door.opens.refused,
            "overload": door.admission.refused,
        },
    )


async def _waiting(door: FrontDoor) -> int | None:
    try:
        return sum(line.status == "waiting_for_agent" for line in await door.product.assistant.desk.queue())
    except AssistantError:
        return None


def _replica(door: FrontDoor) -> Replica:
    process = psutil.Process()
    began = process.create_time()
    return Replica(
        release=RELEASE,
        started_at=datetime.fromtimestamp(began).astimezone(),
        uptime_seconds=int(time.time() - began),
        memory_bytes=process.memory_info().rss,
        leaving=door.leaving.is_set() or door.stopping.is_set(),
    )
