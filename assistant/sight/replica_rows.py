"""What each replica told of itself last: a row a replica in the small tables, so that any of them can show all.

Figures and random ids alone. A row says when it was written by its replica's clock: replicas whose clocks are apart by more than
some seconds look silent, which is worth knowing. Above: /admin. Below: the small tables. Blocking.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Column, Engine, Float, MetaData, String, Table, Text, delete, insert, select, update

_metadata = MetaData()
REPLICAS = Table(
    "sight_replicas",
    _metadata,
    Column("name", String(120), primary_key=True),
    Column("at", Float, nullable=False),
    Column("release", String(40), nullable=False),
    Column("told", Text, nullable=False),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplicaRow:
    name: str
    at: float
    """Seconds since 1970."""
    release: str
    told: str
    """JSON, as that release makes it."""


class ReplicaRows:
    """Raises SQLAlchemyError."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        _metadata.create_all(engine)

    def tell(self, row: ReplicaRow) -> None:
        values = {"at": row.at, "release": row.release, "told": row.told}
        with self._engine.begin() as db:
            if not db.execute(update(REPLICAS).where(REPLICAS.c.name == row.name).values(values)).rowcount:
                db.execute(insert(REPLICAS).values(name=row.name, **values))

    def read(self) -> Sequence[ReplicaRow]:
        with self._engine.connect() as db:
            return [
                ReplicaRow(name=name, at=at, release=release, told=told)
                for name, at, release, told in db.execute(select(REPLICAS).order_by(REPLICAS.c.name))
            ]

    def leave(self, name: str) -> None:
        with self._engine.begin() as db:
            db.execute(delete(REPLICAS).where(REPLICAS.c.name == name))

    def forget(self, before: float) -> None:
        """Those that ended without leaving."""
        with self._engine.begin() as db:
            db.execute(delete(REPLICAS).where(REPLICAS.c.at < before))
