"""A supervisor's and a buyer's look at how conversations went: figures, and the rows as a file. Above: `desk_app`.

Below: assistant.analytics.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import StreamingResponse

from assistant.analytics import spans
from assistant.analytics.drift_watch import DAYS, DriftFound, DriftRows
from assistant.analytics.exporting import NAMES, csv_lines, pages
from assistant.analytics.fact_rows import FactRows
from assistant.analytics.opening import open_rows
from assistant.analytics.spans import Narrowed
from assistant.desk.people import InvalidWish
from assistant.desk.tables import stamp
from channels.desk.analytics_documents import AnalyticsDocument
from channels.desk.door import AsAgent, AtDesk, DeskDoor
from channels.desk.feedback_documents import DriftDocument, DriftRowDocument
from channels.rest import problems_of

analytics = APIRouter(prefix="/v1/desk/analytics", tags=["desk"])
_PROBLEMS = problems_of(401, 403, 422, 503)
LONGEST = timedelta(days=400)
DEFAULT_SPAN = timedelta(days=30)
From = Annotated[datetime | None, Query(alias="from", description="Default: 30 days before `to`.")]
To = Annotated[datetime | None, Query(alias="to", description="Default: now.")]
Name = Annotated[str, Query(max_length=16)]


@analytics.get("", responses=_PROBLEMS)
async def conversation_analytics(
    agent: AsAgent, door: AtDesk, since: From = None, until: To = None, channel: Name = "", language: Name = ""
) -> AnalyticsDocument:
    """Of the conversations that began in that time. Each share with its n and interval; `not_found` of all channels."""
    start, end = _span(door, since, until)
    now, narrowed = door.office.clock.now(), Narrowed(channel=channel, language=language)

    def counted() -> dict[str, Any]:
        rows = _rows(door)
        found = spans.figures(rows, start, end, now=now, narrowed=narrowed)
        return {"read_at": rows.folded_at(), **asdict(found)}

    found = await door.product.in_thread(counted)
    return AnalyticsDocument(since=stamp(start), until=stamp(end), **found)


@analytics.get("/export", responses=_PROBLEMS, response_class=StreamingResponse)
async def export_analytics(agent: AsAgent, door: AtDesk, since: From = None, until: To = None) -> StreamingResponse:
    """CSV, a row a conversation, no words: docs/analytics.md names the columns. Parquet: `aisle analytics export`."""
    start, end = _span(door, since, until)
    name = f"conversations_{start:%Y%m%d}_{end:%Y%m%d}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return StreamingResponse(_lines(door, start, end), media_type="text/csv; charset=utf-8", headers=headers)


@analytics.get("/drift", responses=problems_of(401, 403, 503))
async def conversation_drift(agent: AsAgent, door: AtDesk) -> DriftDocument:
    """Whether the last days' conversations are still like those before (PSI), as it was compared last: once an hour."""

    def read() -> DriftFound:
        kept = DriftRows(door.product.tables)
        kept.make_tables()
        return kept.found()

    told: DriftFound = await door.product.in_thread(read)
    return DriftDocument(at=told.at, days=DAYS, rows=[DriftRowDocument(**asdict(one)) for one in told.found])


async def _lines(door: DeskDoor, start: datetime, end: datetime) -> AsyncIterator[str]:
    yield csv_lines([NAMES])
    now = door.office.clock.now()
    left = await door.product.in_thread(lambda: pages(spans.export(_rows(door), start, end, now=now)))
    while (page := await door.product.in_thread(next, left, None)) is not None:
        yield csv_lines([list(row.values()) for row in page])


def _rows(door: DeskDoor) -> FactRows:
    return open_rows(door.product.tables, door.product.settings.home)


def _span(door: DeskDoor, since: datetime | None, until: datetime | None) -> tuple[datetime, datetime]:
    end = _utc(until) if until is not None else door.office.clock.now() + timedelta(seconds=1)
    start = _utc(since) if since is not None else end - DEFAULT_SPAN
    if not start < end <= start + LONGEST:
        raise InvalidWish("bad_time", f"from lies before to, and at most {LONGEST.days} days before")
    return start, end


def _utc(at: datetime) -> datetime:
    return at if at.tzinfo is not None else at.replace(tzinfo=UTC)
