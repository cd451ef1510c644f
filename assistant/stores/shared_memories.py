"""Memories of customers in the database that all replicas share. As `sqlite_memories`: nothing that the log could not give again.

Above: `customers`. Below: the small tables' engine, PostgreSQL.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import BigInteger, Column, Connection, Engine, MetaData, Table, Text, delete, func, inspect, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import SQLAlchemyError

from assistant.errors import StoreUnavailable
from assistant.memories import EVERYTHING, Memory, key_of
from assistant.shops.records import CustomerId
from assistant.stores.small_tables import one_at_a_time

metadata = MetaData()
_memories = Table(
    "memories",
    metadata,
    Column("owner", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    *(Column(name, Text, nullable=False) for name in ("kind", "trait", "value", "words", "conversation")),
    Column("at", BigInteger, nullable=False),
)
_SEPARATOR = "\x1f"


class SharedMemories:
    """Open it with `open`. `fresh`: the table was not there, and the log may fill it."""

    def __init__(self, engine: Engine, *, fresh: bool) -> None:
        self._engine, self.fresh = engine, fresh

    @classmethod
    def open(cls, engine: Engine) -> SharedMemories:
        """Blocking. Raises StoreUnavailable."""
        with _translated(), one_at_a_time(engine, "memories"):
            fresh = not inspect(engine).has_table(_memories.name)
            metadata.create_all(engine)
        return cls(engine, fresh=fresh)

    def of(self, owner: CustomerId) -> tuple[Memory, ...]:
        if not owner:
            return ()
        asked = select(_memories).where(_memories.c.owner == owner).order_by(_memories.c.at.desc(), _memories.c.key)
        with _translated(), self._engine.connect() as db:
            return tuple(_memory(row) for row in db.execute(asked))

    def keep(self, memories: Sequence[Memory]) -> None:
        with _translated(), self._engine.begin() as db:
            for one in sorted((one for one in memories if one.owner), key=lambda one: (one.owner, key_of(one)[1:])):
                _keep(db, one)

    def forget(self, owner: CustomerId, trait: str = EVERYTHING, value: str = "") -> int:
        asked = delete(_memories).where(_memories.c.owner == owner)
        if trait != EVERYTHING:
            asked = asked.where(_memories.c.trait == trait)
        if value:
            asked = asked.where(func.lower(_memories.c.value) == value.lower())
        with _translated(), self._engine.begin() as db:
            return db.execute(asked).rowcount

    def owners(self) -> tuple[str, ...]:
        with _translated(), self._engine.connect() as db:
            return tuple(db.execute(select(_memories.c.owner).distinct()).scalars())

    def close(self) -> None:
        """The engine is its opener's to close."""


def _keep(db: Connection, one: Memory) -> None:
    values = {
        "owner": one.owner,
        "key": _SEPARATOR.join(key_of(one)[1:]),
        "kind": one.kind,
        "trait": one.trait,
        "value": one.value,
        "words": one.words.replace("\x00", ""),
        "conversation": one.conversation,
        "at": round(one.at.timestamp() * 1_000_000),
    }
    new = insert(_memories).values(values)
    changed = {name: new.excluded[name] for name in ("value", "words", "conversation", "at")}
    db.execute(
        new.on_conflict_do_update(
            index_elements=["owner", "key"], set_=changed, where=new.excluded.at >= _memories.c.at
        )
    )


def _memory(row: Any) -> Memory:
    return Memory(
        owner=CustomerId(row.owner),
        kind=row.kind,
        trait=row.trait,
        value=row.value,
        words=row.words,
        conversation=row.conversation,
        at=datetime.fromtimestamp(row.at / 1_000_000, UTC),
    )


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except SQLAlchemyError as error:
        raise StoreUnavailable(f"customers' memories cannot be used: {str(error).splitlines()[0]}") from error
