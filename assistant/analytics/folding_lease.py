"""The lease of folding, and how far it came: one row, so that of many replicas one reads the log. Blocking.

Above: `folding`. Below: `analytics_tables`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Engine, insert, select, update
from sqlalchemy.exc import IntegrityError

from assistant.analytics.analytics_tables import RUNS
from assistant.analytics.fact_rows import translated

LEASE_SECONDS: Final = 120.0
NAME: Final = "folding"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    after: int = 0
    """The log's number of the last conversation before which all are settled."""
    swept_on: str = ""
    """The day on which all were looked at."""
    folded_at: str = ""


@dataclass(frozen=True, slots=True)
class FoldingLease:
    """Raises StoreUnavailable."""

    engine: Engine
    owner: str

    def take(self, now: datetime) -> Standing | None:
        """None: another process reads. One insert, or one update of a lease that has run out, succeeds."""
        mine = {"owner": self.owner, "leased_until": now.timestamp() + LEASE_SECONDS}
        with translated():
            try:
                with self.engine.begin() as db:
                    db.execute(insert(RUNS).values(name=NAME, after=0, swept_on="", folded_at="", **mine))
                    return Standing()
            except IntegrityError:
                free = (RUNS.c.leased_until < now.timestamp()) | (RUNS.c.owner == self.owner)
                with self.engine.begin() as db:
                    if not db.execute(update(RUNS).where(RUNS.c.name == NAME, free).values(mine)).rowcount:
                        return None
                    row = db.execute(select(RUNS).where(RUNS.c.name == NAME)).one()
        return Standing(after=row.after, swept_on=row.swept_on, folded_at=row.folded_at)

    def keep(self, now: datetime, done: Standing, *, over: bool = False) -> bool:
        """Progress, and the lease anew, or given back. False: another process has taken it."""
        values = {
            "after": done.after,
            "swept_on": done.swept_on,
            "folded_at": done.folded_at,
            "leased_until": 0.0 if over else now.timestamp() + LEASE_SECONDS,
        }
        mine = (RUNS.c.name == NAME) & (RUNS.c.owner == self.owner)
        with translated(), self.engine.begin() as db:
            return bool(db.execute(update(RUNS).where(mine).values(values)).rowcount)
