"""Reading the audit log: what was sought, newest or oldest first, a page at a time. Above: the desk, the command line. Blocking."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Engine, Row, and_, or_, select
from sqlalchemy.exc import SQLAlchemyError

from assistant.audit.audit_errors import AuditUnavailable
from assistant.audit.audit_tables import ENTRIES, make_tables

PAGE = 1_000
Place = tuple[int, int, int]
"""at, lane, seq: where a page ended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """All that is named must fit."""

    who: str = ""
    act: str = ""
    what: str = ""
    """Whole, or its beginning: "conversation:" finds all of them."""
    whose: str = ""
    """A customer: as the one concerned, or among those that were found or shown."""
    since: datetime | None = None
    until: datetime | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        found: list[ColumnElement[bool]] = []
        if self.who:
            found.append(ENTRIES.c.who == self.who)
        if self.act:
            found.append(ENTRIES.c.act == self.act)
        if self.what:
            found.append(ENTRIES.c.what.startswith(self.what, autoescape=True))
        if self.whose:
            named = ENTRIES.c.details.contains(msgspec.json.encode(self.whose).decode(), autoescape=True)
            seen = ENTRIES.c.details.contains(f'"seen:{self.whose}"', autoescape=True)
            found.append(or_(ENTRIES.c.whose == self.whose, named, seen))
        if self.since is not None:
            found.append(ENTRIES.c.at >= micros(self.since))
        if self.until is not None:
            found.append(ENTRIES.c.at < micros(self.until))
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """An entry as people and programs read it."""

    place: str
    """lane/number: what `aisle audit verify` names it by."""
    at: str
    who_kind: str
    who: str
    act: str
    what: str
    whose: str
    why: str
    result: str
    details: dict[str, Any]
    key: str
    link: str


def newest(engine: Engine, sought: Sought, *, limit: int, before: Place | None = None) -> list[tuple[Place, Recorded]]:
    """The newest first. Raises AuditUnavailable."""
    conditions = sought.conditions()
    if before is not None:
        conditions.append(_beyond(before, older=True))
    order = (ENTRIES.c.at.desc(), ENTRIES.c.lane.desc(), ENTRIES.c.seq.desc())
    return _read(engine, select(ENTRIES).where(*conditions).order_by(*order).limit(limit))


def oldest_first(engine: Engine, sought: Sought) -> Iterator[list[Recorded]]:
    """Pages of all that fits, in the order in which it happened. Raises AuditUnavailable."""
    after: Place | None = None
    while True:
        conditions = sought.conditions()
        if after is not None:
            conditions.append(_beyond(after, older=False))
        page = select(ENTRIES).where(*conditions).order_by(ENTRIES.c.at, ENTRIES.c.lane, ENTRIES.c.seq).limit(PAGE)
        found = _read(engine, page)
        if found:
            yield [one for _, one in found]
        if len(found) < PAGE:
            return
        after = found[-1][0]


def _beyond(place: Place, *, older: bool) -> ColumnElement[bool]:
    at, lane, seq = place
    c = ENTRIES.c
    if older:
        return or_(c.at < at, and_(c.at == at, or_(c.lane < lane, and_(c.lane == lane, c.seq < seq))))
    return or_(c.at > at, and_(c.at == at, or_(c.lane > lane, and_(c.lane == lane, c.seq > seq))))


def _read(engine: Engine, asked: Any) -> list[tuple[Place, Recorded]]:
    try:
        make_tables(engine)
        with engine.connect() as db:
            return [((row.at, row.lane, row.seq), _recorded(row)) for row in db.execute(asked)]
    except SQLAlchemyError as error:
        raise AuditUnavailable(str(getattr(error, "orig", None) or error)) from error


def _recorded(row: Row[Any]) -> Recorded:
    try:
        details = msgspec.json.decode(row.details, type=dict[str, Any])
    except msgspec.DecodeError:
        details = {"unreadable": row.details[:200]}
    return Recorded(
        place=f"{row.lane}/{row.seq}",
        at=stamp(row.at),
        who_kind=row.who_kind,
        who=row.who,
        act=row.act,
        what=row.what,
        whose=row.whose,
        why=row.why,
        result=row.result,
        details=details,
        key=row.key,
        link=bytes(row.link).hex(),
    )


def stamp(at: int) -> str:
    return datetime.fromtimestamp(at / 1e6, UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def micros(at: datetime) -> int:
    return int((at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp() * 1e6)


def place_of(text: str) -> Place:
    """Out of "at.lane.seq". Raises ValueError."""
    at, lane, seq = (int(part) for part in text.split("."))
    return at, lane, seq
