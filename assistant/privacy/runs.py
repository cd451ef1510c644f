"""Runs of retention: one a day, whichever replica begins it first; cut off, another takes it up when the lease has ended.

Blocking. Above: `nightly`. Below: `privacy_tables`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine, and_, insert, or_, select, update
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from assistant.desk.tables import stamp
from assistant.errors import StoreUnavailable
from assistant.privacy.privacy_tables import RUNS, make_tables

LEASE_SECONDS = 900.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    day: str
    owner: str
    started_at: str
    ended_at: str
    done: int
    held: int
    failed: int


class Runs:
    def __init__(self, engine: Engine, *, owner: str) -> None:
        """Makes its table where it is missing. Raises StoreUnavailable."""
        self._engine, self._owner = engine, owner
        try:
            make_tables(engine)
        except SQLAlchemyError as error:
            raise StoreUnavailable(f"runs of retention cannot be noted: {type(error).__name__}") from error

    def take(self, now: datetime) -> bool:
        """Whether today's run is this process's now: nobody has it, or whoever had it has ended without ending it. The row is
        what replicas meet at: one insert, or one update of a lease that has run out, succeeds."""
        day, at = now.date().isoformat(), now.timestamp()
        row: dict[str, str | float] = {
            "day": day,
            "owner": self._owner,
            "leased_until": at + LEASE_SECONDS,
            "started_at": stamp(now),
        }
        counts: dict[str, str | float] = {"ended_at": "", "done": 0, "held": 0, "failed": 0}
        try:
            try:
                with self._engine.begin() as db:
                    db.execute(insert(RUNS).values({**row, **counts}))
                    return True
            except IntegrityError:
                free = and_(RUNS.c.ended_at == "", or_(RUNS.c.leased_until < at, RUNS.c.owner == self._owner))
                with self._engine.begin() as db:
                    change = update(RUNS).where(RUNS.c.day == day, free).values(row)
                    return bool(db.execute(change).rowcount)
        except SQLAlchemyError as error:
            raise StoreUnavailable(f"runs of retention cannot be noted: {type(error).__name__}") from error

    def keep(self, now: datetime, *, done: int, held: int, failed: int, ended: bool = False) -> bool:
        """Progress, and the lease anew. False: another process has taken it."""
        values: dict[str, str | float] = {
            "done": done,
            "held": held,
            "failed": failed,
            "leased_until": now.timestamp() + LEASE_SECONDS,
        }
        values |= {"ended_at": stamp(now)} if ended else {}
        mine = (RUNS.c.owner == self._owner) & (RUNS.c.ended_at == "")
        try:
            with self._engine.begin() as db:
                return bool(db.execute(update(RUNS).where(mine).values(values)).rowcount)
        except SQLAlchemyError as error:
            raise StoreUnavailable(f"runs of retention cannot be noted: {type(error).__name__}") from error

    def newest(self, limit: int = 30) -> tuple[Run, ...]:
        columns = [column for column in RUNS.c if column.name != "leased_until"]
        try:
            with self._engine.connect() as db:
                rows = db.execute(select(*columns).order_by(RUNS.c.day.desc()).limit(limit)).mappings()
                return tuple(Run(**row) for row in rows)
        except SQLAlchemyError as error:
            raise StoreUnavailable(f"runs of retention cannot be read: {type(error).__name__}") from error
