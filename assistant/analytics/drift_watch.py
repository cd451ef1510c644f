"""The watch over drift: once an hour one replica compares the last days with those before, and every replica tells it.

What was found lies in a small table, so that /metrics of each replica says the same and a restart forgets nothing. Above:
`opening`, /metrics, the desk's page. Below: `drift`, `fact_rows`.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Column, Engine, Float, Integer, MetaData, String, Table, Text, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from assistant.analytics.drift import Drift, drift
from assistant.analytics.fact_rows import FactRows, translated
from assistant.clock import SystemClock
from assistant.desk.tables import moment, stamp
from assistant.errors import AssistantError
from assistant.ports import Clock

log = logging.getLogger(__name__)

DAYS: Final = 7
EVERY: Final = timedelta(hours=1)
LOOK_SECONDS: Final = 60.0
METADATA = MetaData()
CHECKS = Table(
    "analytics_drift_checks",
    METADATA,
    Column("name", String(16), primary_key=True),
    Column("at", String(32), nullable=False),
)
FOUND = Table(
    "analytics_drift",
    METADATA,
    Column("of", String(32), primary_key=True),
    Column("place", Integer, nullable=False),
    Column("psi", Float),
    Column("verdict", String(16), nullable=False),
    Column("before", Integer, nullable=False),
    Column("now", Integer, nullable=False),
    Column("moved", Text, nullable=False),
)
_ONE: Final = "drift"


@dataclass(frozen=True, slots=True, kw_only=True)
class DriftFound:
    at: str = ""
    """When it was compared; empty: never yet."""
    found: tuple[Drift, ...] = ()


@dataclass(frozen=True, slots=True)
class DriftRows:
    """`make_tables` first, once. Blocking. Raises StoreUnavailable."""

    engine: Engine

    def make_tables(self) -> None:
        with translated():
            METADATA.create_all(self.engine)

    def found(self) -> DriftFound:
        with translated(), self.engine.connect() as db:
            at = str(db.execute(select(CHECKS.c.at)).scalar() or "")
            rows = db.execute(select(FOUND).order_by(FOUND.c.place)).mappings().all()
        return DriftFound(at=at, found=tuple(_read(dict(row)) for row in rows))

    def take(self, now: datetime) -> bool:
        """Whether it is time, and this replica the one: a single insert or update succeeds."""
        due = stamp(now - EVERY)
        with translated():
            try:
                with self.engine.begin() as db:
                    db.execute(insert(CHECKS).values(name=_ONE, at=stamp(now)))
                    return True
            except IntegrityError:
                with self.engine.begin() as db:
                    return bool(db.execute(update(CHECKS).where(CHECKS.c.at <= due).values(at=stamp(now))).rowcount)

    def keep(self, found: Sequence[Drift]) -> None:
        with translated(), self.engine.begin() as db:
            db.execute(delete(FOUND))
            rows = [{**asdict(one), "moved": json.dumps(one.moved), "place": place} for place, one in enumerate(found)]
            if rows:
                db.execute(insert(FOUND), rows)


@dataclass(slots=True, kw_only=True)
class DriftWatch:
    rows: FactRows
    kept: DriftRows
    in_thread: Callable[[Callable[[], Any]], Awaitable[Any]]
    clock: Clock = field(default_factory=SystemClock)
    days: int = DAYS
    last: DriftFound = field(default_factory=DriftFound)
    """What /metrics tells: at most a minute old."""

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            try:
                await self.once()
            except AssistantError:
                log.exception("drift could not be watched: it is tried again in %s s", LOOK_SECONDS)
            await asyncio.sleep(LOOK_SECONDS)

    async def once(self) -> None:
        """Raises StoreUnavailable."""
        self.last = await self.in_thread(self._looked)

    def _looked(self) -> DriftFound:
        now = self.clock.now()
        if self.kept.take(now):
            self.kept.keep(compared(self.rows, now, self.days))
        return self.kept.found()


def compared(rows: FactRows, now: datetime, days: int) -> tuple[Drift, ...]:
    """The newest days against as many before them. Blocking."""
    span = timedelta(days=days)
    return drift(list(rows.between(now - 2 * span, now - span)), list(rows.between(now - span, now)))


def age_of(found: DriftFound, now: datetime) -> float | None:
    """Seconds since it was compared."""
    at = moment(found.at) if found.at else None
    return None if at is None else max(0.0, (now - at).total_seconds())


def _read(row: dict[str, Any]) -> Drift:
    moved = tuple((str(name), float(a), float(b)) for name, a, b in json.loads(row.pop("moved")))
    row.pop("place")
    return replace(Drift(**row), moved=moved)
