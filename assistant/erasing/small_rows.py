"""Rows of the small tables that are a customer's or a conversation's, deleted by what `holdings` says of each table. Blocking.

It names tables and imports none, for some are the channels'. Above: `erasing`. Below: SQLAlchemy.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnClause, Connection, Engine, column, delete, insert, inspect, or_, select, table, update

from assistant.erasing.holdings import HOLDINGS

NAMES_A_QUERY = 400


def delete_rows(engine: Engine, customer_id: str, conversations: Sequence[str]) -> int:
    """How many went. In one transaction; what it overwrote lies in no file any more."""
    there = set(inspect(engine).get_table_names())
    with engine.begin() as db:
        gone = sum(_texts(db, there, some) for some in _parts(conversations))
        for name in sorted(there & set(HOLDINGS)):
            gone += _of_table(db, name, customer_id, conversations)
        if "ended_tokens" in there:
            _end_tokens(db, conversations)
    if engine.dialect.name == "sqlite":
        with engine.connect() as db:
            db.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    return gone


def conversations_named(engine: Engine, customer_id: str) -> tuple[str, ...]:
    """Of that customer, as the desk's archive has them."""
    if not inspect(engine).has_table("desk_conversations"):
        return ()
    kept = table("desk_conversations", column("conversation_id"), column("customer_id"))
    with engine.connect() as db:
        return tuple(db.execute(select(kept.c.conversation_id).where(kept.c.customer_id == customer_id)).scalars())


def _end_tokens(db: Connection, conversations: Sequence[str]) -> None:
    """Whoever holds one is turned away, and open sockets are closed when they are asked again: within seconds."""
    ended, now = table("ended_tokens", column("conversation"), column("before")), time.time()
    for some in _parts(conversations):
        db.execute(delete(ended).where(ended.c.conversation.in_(some)))
        db.execute(insert(ended), [{"conversation": name, "before": now} for name in some])


def _of_table(db: Connection, name: str, customer_id: str, conversations: Sequence[str]) -> int:
    holding, gone = HOLDINGS[name], 0
    if holding.by_conversation and name != "text_lines":
        which: ColumnClause[str] = column(holding.by_conversation)
        for some in _parts(conversations):
            gone += _deleted(db, name, which.in_(some))
    if holding.by_customer and customer_id:
        gone += _deleted(db, name, column(holding.by_customer) == customer_id)
    return gone


def _texts(db: Connection, there: set[str], conversations: Sequence[str]) -> int:
    """A line that wants no more messages stays stopped, without its number; what waits on it in either direction goes."""
    if "text_lines" not in there:
        return 0
    lines = table("text_lines", column("line"), column("conversation"), column("stopped"), column("sealed"))
    keys = list(db.execute(select(lines.c.line).where(lines.c.conversation.in_(conversations))).scalars())
    gone = 0
    for some in _parts(keys):
        for name in ("text_inbox", "text_outgoing"):
            gone += _deleted(db, name, column("line").in_(some)) if name in there else 0
        stopped = lines.c.line.in_(some) & or_(lines.c.stopped.is_(True))
        db.execute(update(lines).where(stopped).values(conversation=""))
        gone += _deleted(db, "text_lines", column("line").in_(some) & column("stopped").is_(False))
    return gone


def _deleted(db: Connection, name: str, which: Any) -> int:
    return int(db.execute(delete(table(name)).where(which)).rowcount)


def _parts(names: Sequence[str]) -> Iterator[list[str]]:
    for first in range(0, len(names), NAMES_A_QUERY):
        yield list(names[first : first + NAMES_A_QUERY])
