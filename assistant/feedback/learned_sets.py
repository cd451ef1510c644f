"""Learnt sets: numbered, never changed but by an erasure, in use only once they are promoted; who did what and why stays.

Small tables, so that all replicas see the same: `following` looks at the standing. That the gates were passed is asked above
(`channels/command_line/feedback`). Blocking. Above: `following`, `aisle feedback`, the desk's page. Below: `reviewing`, sealing.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final, Literal

from sqlalchemy import (
    Column,
    Connection,
    Engine,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    delete,
    func,
    insert,
    select,
    update,
)

from assistant.analytics.fact_rows import translated
from assistant.desk.tables import stamp
from assistant.errors import AssistantError
from assistant.feedback.learned import NAME, Item, Learned, item_of
from assistant.feedback.reviewing import Reviewing

PLACE: Final = "learned item"
METADATA = MetaData()
SETS = Table(
    "feedback_sets",
    METADATA,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("made_at", String(32), nullable=False),
    Column("made_by", String(120), nullable=False),
)
ITEMS = Table(
    "feedback_items",
    METADATA,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("candidate_id", String(32), primary_key=True),
    Column("conversation_id", String(128), nullable=False, index=True),
    Column("sealed", Text, nullable=False),
)
STANDING = Table(
    "feedback_standing",
    METADATA,
    Column("name", String(16), primary_key=True),
    Column("current", Integer, nullable=False),
    Column("previous", Integer, nullable=False),
)
ACTS = Table(
    "feedback_acts",
    METADATA,
    Column("number", Integer, primary_key=True),
    Column("at", String(32), nullable=False),
    Column("act", String(16), nullable=False),
    Column("version", Integer, nullable=False),
    Column("by", String(120), nullable=False),
    Column("reason", String(500), nullable=False),
    Column("forced", Integer, nullable=False),
)
ActName = Literal["made", "promoted", "rolled_back"]


class LearnedRefused(AssistantError):
    """What was asked of the learnt sets cannot be; the message says why and what can."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LearnedSet:
    number: int
    made_at: str
    made_by: str
    items: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LearnedStanding:
    """0: nothing is learnt."""

    current: int = 0
    previous: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class LearnedAct:
    at: str
    act: ActName
    version: int
    by: str
    reason: str
    forced: bool


@dataclass(frozen=True, slots=True)
class LearnedSets:
    """`make_tables` first, once. Raises StoreUnavailable, SealingError, LearnedRefused."""

    reviewing: Reviewing

    @property
    def engine(self) -> Engine:
        return self.reviewing.engine

    def make_tables(self) -> None:
        with translated():
            METADATA.create_all(self.engine)

    def make(self, *, by: str, at: datetime) -> Learned:
        """Of all that is accepted now. The newest again, where nothing has changed since."""
        accepted = self.reviewing.listed("accepted", most=100_000)
        if not accepted:
            raise LearnedRefused("nothing is accepted yet: Floor → Review at the desk, or `aisle analytics accept`")
        newest = max((one.number for one in self.sets()), default=0)
        found = Learned(number=newest, items=tuple(item_of(one.candidate) for one in accepted))
        if newest and self.learned(newest).digest == found.digest:
            return found
        number = newest + 1
        seal = self.reviewing.sealer.seal
        with translated(), self.engine.begin() as db:
            db.execute(insert(SETS).values(number=number, made_at=stamp(at), made_by=by[:120]))
            for one in accepted:
                clear = json.dumps(asdict(item_of(one.candidate))).encode()
                conversation = one.candidate.conversation_id
                sealed = seal(conversation, PLACE, clear)
                row = {"candidate_id": one.candidate_id, "conversation_id": conversation, "sealed": sealed}
                db.execute(insert(ITEMS).values(number=number, **row))
            _note(db, "made", number, by=by, reason="", at=at)
        return self.learned(number)

    def sets(self) -> tuple[LearnedSet, ...]:
        """The newest first."""
        count = func.count(ITEMS.c.candidate_id)
        asked = (
            select(SETS, count.label("items"))
            .select_from(SETS.outerjoin(ITEMS, ITEMS.c.number == SETS.c.number))
            .group_by(SETS.c.number, SETS.c.made_at, SETS.c.made_by)
            .order_by(SETS.c.number.desc())
        )
        with translated(), self.engine.connect() as db:
            return tuple(LearnedSet(**row) for row in db.execute(asked).mappings())

    def learned(self, number: int) -> Learned:
        """What is in it, but what was erased since. 0: nothing."""
        if not number:
            return Learned()
        asked = select(ITEMS).where(ITEMS.c.number == number).order_by(ITEMS.c.candidate_id)
        with translated(), self.engine.connect() as db:
            rows = db.execute(asked).mappings().all()
            there = db.execute(select(SETS.c.number).where(SETS.c.number == number)).scalar()
        if there is None:
            known = ", ".join(str(one.number) for one in self.sets()) or "none: `aisle feedback make` makes one"
            raise LearnedRefused(f"there is no learnt set {number} (there are {known})")
        sealer = self.reviewing.sealer
        sealer.look_up([row["sealed"] for row in rows])
        clear = (sealer.open(row["conversation_id"], PLACE, row["sealed"]) for row in rows)
        return Learned(number=number, items=tuple(Item(**json.loads(one)) for one in clear if one is not None))

    def accepted_cases(self) -> tuple[Item, ...]:
        """Of all that is accepted now, promoted or not: playing more cases changes nothing for a customer."""
        accepted = self.reviewing.listed("accepted", most=100_000)
        return Learned(items=tuple(item_of(one.candidate) for one in accepted)).cases

    def forget(self, conversation_id: str) -> bool:
        """Its customer's consent is gone: no set has anything of it any more. Whether there was any."""
        which = ITEMS.c.conversation_id == conversation_id
        with translated(), self.engine.begin() as db:
            return bool(db.execute(delete(ITEMS).where(which)).rowcount)

    def standing(self) -> LearnedStanding:
        with translated(), self.engine.connect() as db:
            return _standing(db)

    def mark(self) -> tuple[int, int]:
        """Another pair when another set is in use, or something of it was erased: two small questions."""
        with translated(), self.engine.connect() as db:
            current = _standing(db).current
            left = select(func.count()).select_from(ITEMS).where(ITEMS.c.number == current)
            return current, int(db.execute(left).scalar_one()) if current else 0

    def promote(self, number: int, *, by: str, at: datetime, reason: str = "", forced: bool = False) -> None:
        """In use from now on, on every replica within a second or two."""
        self.learned(number)
        with translated(), self.engine.begin() as db:
            standing = _standing(db)
            if standing.current == number:
                return
            _stand(db, current=number, previous=standing.current)
            _note(db, "promoted", number, by=by, reason=reason, at=at, forced=forced)

    def roll_back(self, *, by: str, at: datetime, reason: str = "") -> int:
        """Back to the set before, or to none; gives its number."""
        with translated(), self.engine.begin() as db:
            standing = _standing(db)
            if not standing.current and not standing.previous:
                raise LearnedRefused("no learnt set is in use: there is nothing to take back")
            _stand(db, current=standing.previous, previous=standing.current)
            _note(db, "rolled_back", standing.previous, by=by, reason=reason, at=at)
            return standing.previous

    def acts(self, *, last: int = 20) -> Sequence[LearnedAct]:
        """The newest first."""
        with translated(), self.engine.connect() as db:
            rows = db.execute(select(ACTS).order_by(ACTS.c.number.desc()).limit(last)).mappings()
            return tuple(LearnedAct(**_act(dict(row))) for row in rows)


def _act(row: dict[str, Any]) -> dict[str, Any]:
    row.pop("number")
    return {**row, "forced": bool(row["forced"])}


def _standing(db: Connection) -> LearnedStanding:
    row = db.execute(select(STANDING.c.current, STANDING.c.previous).where(STANDING.c.name == NAME)).first()
    return LearnedStanding() if row is None else LearnedStanding(current=row[0], previous=row[1])


def _stand(db: Connection, *, current: int, previous: int) -> None:
    values = {"current": current, "previous": previous}
    if not db.execute(update(STANDING).where(STANDING.c.name == NAME).values(values)).rowcount:
        db.execute(insert(STANDING).values(name=NAME, **values))


def _note(
    db: Connection, act: ActName, version: int, *, by: str, reason: str, at: datetime, forced: bool = False
) -> None:
    told = {"by": by[:120], "reason": reason[:500], "forced": int(forced)}
    db.execute(insert(ACTS).values(at=stamp(at), act=act, version=version, **told))
