"""What this replica says of itself, read off the product and the door. Above: `sight_rest`, `heartbeat`. Below: figures, health."""

from __future__ import annotations

import asyncio
import time
from datetime import datetime
from typing import Any, Final

import psutil

from assistant.errors import AssistantError
from assistant.sight.opening import replica_name
from channels.dependency_state import GOOD, state_of
from channels.front_door import FrontDoor
from channels.sight.documents import Dependency, Health, Now, Queue, Replica, Told
from channels.sight.figures import by_minute, by_stage, error_of, hour_of
from channels.sight.product_metrics import RELEASE

QUIET: Final = ("ready", "ok", "off")
"""States in which nothing is amiss."""


async def seen(door: FrontDoor, name: str = "") -> Told:
    product, sight = door.product, door.product.assistant.sight
    minutes, name = sight.recent.last(), name or replica_name()
    dependencies = [_dependency(of, told) for of, told in (await asyncio.to_thread(product.health)).items()]
    return Told(
        status=_status(door, dependencies),
        currency=await _currency(door),
        dependencies=dependencies,
        now=await _now(door),
        hour=hour_of(minutes, sight.settings),
        minutes=by_minute(minutes),
        stages=by_stage(minutes),
        versions=dict(product.control.lineage.snapshot("")) if product.control is not None else {},
        index=str(product.retriever.generation) if product.retriever is not None else "",
        errors=[error_of(one, sight.settings, name) for one in reversed(sight.recent.mishaps)],
        replica=_replica(door, name),
    )


def _dependency(name: str, told: Any) -> Dependency:
    state = state_of(told)
    rest = ", ".join(f"{key} {value}" for key, value in state.items() if key != "state" and value not in ("", None))
    return Dependency(name=name, state=state["state"], good=state["state"] in GOOD, detail=rest)


def _status(door: FrontDoor, dependencies: list[Dependency]) -> Health:
    if door.leaving.is_set() or door.stopping.is_set() or not all(one.good for one in dependencies):
        return "not_ready"
    return "ready" if all(one.state in QUIET for one in dependencies) else "degraded"


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


def _replica(door: FrontDoor, name: str) -> Replica:
    process = psutil.Process()
    began = process.create_time()
    return Replica(
        name=name,
        release=RELEASE,
        started_at=datetime.fromtimestamp(began).astimezone(),
        uptime_seconds=int(time.time() - began),
        memory_bytes=process.memory_info().rss,
        leaving=door.leaving.is_set() or door.stopping.is_set(),
    )
