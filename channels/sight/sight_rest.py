"""GET /v1/admin/sight: how the replicas run, for the page at /admin and for scripts. Nobody's data is in it.

Above: `app`. Below: what this replica sees of itself, what the others told, both added up.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated

from fastapi import APIRouter, Query, Request

from channels.errors import NotFound
from channels.front_door import Door
from channels.rest import problems_of
from channels.sight.documents import ReplicaLine, SightDocument, Told
from channels.sight.heartbeat import Heartbeat, Other
from channels.sight.operator_door import AsOperator
from channels.sight.seeing import seen
from channels.sight.together import (
    dependencies_together,
    differing,
    errors_together,
    hour_together,
    minutes_together,
    now_together,
    several,
    stages_together,
    status_of,
    versions_together,
)

sight_routes = APIRouter(prefix="/v1/admin", tags=["admin"])


@sight_routes.get("/sight", responses=problems_of(401, 404, 503))
async def sight(
    request: Request,
    door: Door,
    operator: AsOperator,
    replica: Annotated[
        str, Query(max_length=120, description="One replica's figures alone, by its name; empty: all of them together.")
    ] = "",
) -> SightDocument:
    """Health, load, latency by stage, grounding, fallbacks, cost, versions and errors of the replicas, over the last hour."""
    heartbeat: Heartbeat = request.app.state.heartbeat
    own, others = await seen(door, heartbeat.name), await heartbeat.others()
    heard = {own.replica.name: own} | {one.name: one.told for one in others if one.told is not None}
    if replica and replica not in heard:
        raise NotFound
    shown = [heard[replica]] if replica else [own, *(one.told for one in others if one.told and not one.silent)]
    return _document(own, shown, replica, _lines(own, others), silent=not replica and any(one.silent for one in others))


def _document(own: Told, shown: Sequence[Told], name: str, lines: list[ReplicaLine], *, silent: bool) -> SightDocument:
    minutes = minutes_together([one.minutes for one in shown])
    return SightDocument(
        status=status_of(shown, silent=silent),
        currency=own.currency,
        shown=name,
        dependencies=dependencies_together(shown),
        now=now_together([one.now for one in shown]),
        hour=hour_together([one.hour for one in shown]),
        minutes=minutes,
        stages=stages_together(shown, minutes),
        versions=versions_together(shown),
        index=several(one.index or "–" for one in shown) if any(one.index for one in shown) else "",
        errors=errors_together(shown),
        replica=own.replica,
        replicas=lines,
    )


def _lines(own: Told, others: Sequence[Other]) -> list[ReplicaLine]:
    live = [own, *(one.told for one in others if one.told is not None and not one.silent)]
    apart = differing(live)
    lines = [_line(own, 0.0, apart, this=True)]
    for one in others:
        if one.told is None:
            lines.append(_unread(one))
        else:
            line = _line(one.told, one.seen_seconds, apart, this=False)
            lines.append(line.model_copy(update={"state": "silent"}) if one.silent else line)
    return sorted(lines, key=lambda line: line.name)


def _unread(one: Other) -> ReplicaLine:
    return ReplicaLine(
        name=one.name,
        state="silent" if one.silent else "other_release",
        release=one.release,
        seen_seconds=round(one.seen_seconds, 1),
        this=False,
    )


def _line(told: Told, seconds: float, apart: Mapping[str, list[str]], *, this: bool) -> ReplicaLine:
    return ReplicaLine(
        name=told.replica.name,
        state="leaving" if told.replica.leaving else told.status,
        release=told.replica.release,
        seen_seconds=round(seconds, 1),
        this=this,
        turns=told.now.turns,
        connections=told.now.connections,
        queued=sum(queue.waiting for queue in told.now.queues),
        hour_turns=told.hour.turns,
        hour_failed=told.hour.failed,
        p95=next((one.p95 for one in told.stages if one.stage == "turn"), None),
        memory_bytes=told.replica.memory_bytes,
        uptime_seconds=told.replica.uptime_seconds,
        index=told.index,
        differs=apart.get(told.replica.name, []),
    )
