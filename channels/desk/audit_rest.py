"""A supervisor's look into the audit log: who did what to whose data, as a list and as a file. Itself written down.

Above: `desk_app`. Below: the audit log.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import StreamingResponse
from pydantic import Field

from assistant.audit.acts import ACTS, DISCLOSING
from assistant.audit.reading import Place, Recorded, Sought, newest, oldest_first, place_of
from assistant.desk.people import InvalidWish
from channels.desk.door import AsAgent, AtDesk, DeskDoor
from channels.edge.bodies import Document
from channels.rest import problems_of

audit = APIRouter(prefix="/v1/desk/audit", tags=["desk"])
_PROBLEMS = problems_of(401, 403, 422, 503)
Name = Annotated[str, Query(max_length=200)]
From = Annotated[datetime | None, Query(alias="from")]
To = Annotated[datetime | None, Query(alias="to")]


class EntryDocument(Document):
    place: str = Field(description="lane/number, as `aisle audit verify` names it.")
    at: str
    who_kind: str
    who: str
    act: str
    what: str
    whose: str
    why: str
    result: str
    discloses: bool = Field(description="Whether it is an access to personal data.")
    details: dict[str, Any]


class Entries(Document):
    entries: list[EntryDocument]
    before: str = Field(description="Give it back as `before` for the next, older ones; empty: there are none.")
    acts: list[str] = Field(description="Every act that there is.")


@audit.get("", responses=_PROBLEMS)
async def list_entries(
    agent: AsAgent,
    door: AtDesk,
    who: Name = "",
    act: Name = "",
    what: Name = "",
    whose: Name = "",
    since: From = None,
    until: To = None,
    before: Annotated[str, Query(max_length=60)] = "",
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> Entries:
    """The newest first."""
    sought = Sought(who=who, act=act, what=what, whose=whose, since=since, until=until)
    place = _place(before)
    found = await door.product.in_thread(lambda: newest(door.product.tables, sought, limit=limit, before=place))
    last = ".".join(map(str, found[-1][0])) if len(found) == limit else ""
    return Entries(entries=[_document(one) for _, one in found], before=last, acts=list(ACTS))


@audit.get("/export", responses=_PROBLEMS, response_class=StreamingResponse)
async def export_entries(
    agent: AsAgent,
    door: AtDesk,
    who: Name = "",
    act: Name = "",
    what: Name = "",
    whose: Name = "",
    since: From = None,
    until: To = None,
) -> StreamingResponse:
    """A line of JSON each, in the order in which it happened, with key and link."""
    sought = Sought(who=who, act=act, what=what, whose=whose, since=since, until=until)
    headers = {"Content-Disposition": 'attachment; filename="audit.jsonl"', "Cache-Control": "no-store"}
    return StreamingResponse(_lines(door, sought), media_type="application/jsonl; charset=utf-8", headers=headers)


async def _lines(door: DeskDoor, sought: Sought) -> AsyncIterator[str]:
    pages = oldest_first(door.product.tables, sought)
    while (page := await door.product.in_thread(next, pages, None)) is not None:
        yield "".join(line_of(one) for one in page)


def line_of(one: Recorded) -> str:
    return json.dumps(asdict(one), ensure_ascii=False) + "\n"


def _document(one: Recorded) -> EntryDocument:
    values = {name: value for name, value in asdict(one).items() if name not in ("key", "link")}
    return EntryDocument(discloses=one.act in DISCLOSING, **values)


def _place(text: str) -> Place | None:
    try:
        return place_of(text) if text else None
    except ValueError:
        raise InvalidWish("bad_place", "before is what the answer before had there") from None
