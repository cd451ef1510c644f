"""A supervisor's calls: figures of the desk, and its handoffs as a file. Above: `desk_app`. Below: the office, figures."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import AsyncIterator, Sequence
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from fastapi.responses import StreamingResponse
from pydantic import Field

from assistant.desk.archive import MOST_EXPORTED_AT_ONCE
from assistant.desk.figures import figures_of, seconds_between
from assistant.desk.people import InvalidWish
from assistant.desk.records import HandoffRecord
from assistant.desk.running import keep_archive
from assistant.desk.tables import stamp
from channels.desk.beside_rest import ColleagueDocument, colleague_document
from channels.desk.door import AsAgent, AtDesk, DeskDoor
from channels.edge.bodies import Document
from channels.rest import problems_of

supervisor = APIRouter(prefix="/v1/desk", tags=["desk"])
_PROBLEMS = problems_of(401, 403, 422, 503)
LONGEST = timedelta(days=400)
COLUMNS = (
    *("conversation_id", "asked_at", "reason", "rule", "priority", "channel", "language", "customer_id", "claimed_at"),
    *("agent_id", "wait_seconds", "first_reply_at", "ended_at", "handle_seconds", "ended_by", "outcome", "callback"),
)
From = Annotated[datetime | None, Query(alias="from", description="Default: when the desk's day began.")]
To = Annotated[datetime | None, Query(alias="to", description="Default: now.")]


class Spread(Document):
    p50: float | None
    p95: float | None
    n: int


class QueueNow(Document):
    waiting: int
    longest_wait_seconds: float | None
    with_agents: int
    snoozed: int
    callbacks_open: int
    open: bool


class AgentFigures(ColleagueDocument):
    claimed: int
    handle_p50: float | None
    solved: int


class DeskFigures(Document):
    since: str = Field(serialization_alias="from")
    until: str = Field(serialization_alias="to")
    level_seconds: float
    now: QueueNow
    asked: int
    claimed: int
    left_before: int
    service_level: float | None
    wait: Spread
    handle: Spread
    first_reply: Spread
    by_hour: list[dict[str, Any]]
    by_channel: list[dict[str, Any]]
    reasons: list[dict[str, Any]]
    rules: list[dict[str, Any]]
    outcomes: list[dict[str, Any]]
    suggestions: dict[str, Any]
    agents: list[AgentFigures]


@supervisor.get("/figures", responses=_PROBLEMS)
async def figures(agent: AsAgent, door: AtDesk, since: From = None, until: To = None) -> DeskFigures:
    """Of the handoffs asked for in that time. A figure without a measurement is null."""
    office = door.office
    start, end = _span(door, since, until)
    await keep_archive(office)
    rows = await door.product.in_thread(office.archive.handoffs, start, end)
    drafts = await door.product.in_thread(office.archive.drafts, start, end)
    colleagues = await office.colleagues()
    level = office.settings.level_seconds
    told = asdict(figures_of(rows, now=office.clock.now(), level_seconds=level, colleagues=colleagues, drafts=drafts))
    theirs = {row["agent_id"]: row for row in told.pop("agents")}
    agents = [AgentFigures(**{**colleague_document(one).model_dump(), **theirs[one.agent_id]}) for one in colleagues]
    return DeskFigures(
        since=stamp(start), until=stamp(end), level_seconds=level, now=await _now(door), agents=agents, **told
    )


async def _now(door: DeskDoor) -> QueueNow:
    lines = await door.desk.queue()
    now = door.office.clock.now()
    waiting = [line for line in lines if line.status == "waiting_for_agent"]
    taken = [line for line in lines if line.agent is not None]
    longest = max(((now - line.since).total_seconds() for line in waiting), default=None)
    return QueueNow(
        waiting=len(waiting),
        longest_wait_seconds=round(longest, 1) if longest is not None else None,
        with_agents=sum(line.snoozed_until is None for line in taken),
        snoozed=sum(line.snoozed_until is not None for line in taken),
        callbacks_open=await door.product.in_thread(door.office.callbacks.open),
        open=door.office.hours.is_open(now),
    )


def _span(door: DeskDoor, since: datetime | None, until: datetime | None) -> tuple[datetime, datetime]:
    now = door.office.clock.now()
    end = _utc(until) if until is not None else now + timedelta(seconds=1)
    start = _utc(since) if since is not None else door.office.hours.midnight(min(now, end))
    if not start < end <= start + LONGEST:
        raise InvalidWish("bad_time", f"from lies before to, and at most {LONGEST.days} days before")
    return start, end


def _utc(at: datetime) -> datetime:
    return at if at.tzinfo is not None else at.replace(tzinfo=UTC)


@supervisor.get("/export", responses=_PROBLEMS, response_class=StreamingResponse)
async def export(
    agent: AsAgent, door: AtDesk, format: Literal["csv", "jsonl"] = "csv", since: From = None, until: To = None
) -> StreamingResponse:
    """One row a handoff, in the order in which they were asked for."""
    start, end = _span(door, since, until)
    await keep_archive(door.office)
    kind = "text/csv; charset=utf-8" if format == "csv" else "application/jsonl; charset=utf-8"
    name = f"handoffs_{start:%Y%m%d}_{end:%Y%m%d}.{format}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return StreamingResponse(_rows(door, format, start, end), media_type=kind, headers=headers)


async def _rows(door: DeskDoor, kind: str, start: datetime, end: datetime) -> AsyncIterator[str]:
    if kind == "csv":
        yield _csv([COLUMNS])
    last: tuple[str, str, int] | None = None
    while True:
        page = await _page(door, start, end, last)
        if page:
            rows = [_row(one) for one in page]
            lines = [json.dumps(row, ensure_ascii=False) + "\n" for row in rows]
            yield _csv([[_plain(row[name]) for name in COLUMNS] for row in rows]) if kind == "csv" else "".join(lines)
            last = (page[-1].asked_at, page[-1].conversation_id, page[-1].asked_seq)
        if len(page) < MOST_EXPORTED_AT_ONCE:
            return


async def _page(
    door: DeskDoor, start: datetime, end: datetime, after: tuple[str, str, int] | None
) -> Sequence[HandoffRecord]:
    archive = door.office.archive
    return await door.product.in_thread(lambda: archive.handoffs(start, end, after=after, limit=MOST_EXPORTED_AT_ONCE))


def _row(one: HandoffRecord) -> dict[str, Any]:
    row = asdict(one)
    row["wait_seconds"] = seconds_between(one.asked_at, one.claimed_at)
    row["handle_seconds"] = seconds_between(one.claimed_at, one.ended_at)
    return {name: row[name] for name in COLUMNS}


def _plain(value: object) -> str:
    """For a spreadsheet: nothing, and what begins like a formula as text (OWASP on CSV injection)."""
    text = "" if value is None else str(value)
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r", "\n") else text


def _csv(rows: Sequence[Sequence[object]]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer).writerows(rows)
    return buffer.getvalue()
