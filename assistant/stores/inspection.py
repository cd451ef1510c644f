"""Looks into a log as it lies in its database: what is there, and whether it holds together. Blocking, reads only.

Above: `aisle db`. Below: SQLAlchemy; the same questions to SQLite and to PostgreSQL.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, inspect, text
from sqlalchemy.pool import NullPool

from assistant.events import decode_fact
from assistant.sealing.envelope import key_id_of
from assistant.stores.database import for_tables, shown
from assistant.stores.entries import row_digest
from assistant.stores.migrations import HEAD
from assistant.stores.upgrading import version_of

_COUNTS = {
    "conversations": "SELECT count(*) FROM conversations",
    "events": "SELECT count(*) FROM events",
    "unanswered": "SELECT count(*) FROM conversations WHERE unanswered",
    "with_people": "SELECT count(*) FROM conversations WHERE desk <> ''",
}
_FAULTS = {
    "seqs with a gap, or another last one than their conversation's": (
        "SELECT c.name FROM conversations c LEFT JOIN (SELECT conversation, count(*) AS n, min(seq) AS first, "
        "max(seq) AS last FROM events GROUP BY conversation) e ON e.conversation = c.id "
        "WHERE coalesce(e.n, 0) <> c.last_seq OR coalesce(e.last, 0) <> c.last_seq OR coalesce(e.first, 1) <> 1"
    ),
    "events of no conversation": (
        "SELECT DISTINCT e.conversation FROM events e LEFT JOIN conversations c ON c.id = e.conversation WHERE c.id IS NULL"
    ),
    "client_ids without their event": (
        "SELECT k.client_id FROM client_ids k LEFT JOIN events e ON e.conversation = k.conversation AND e.seq = k.seq "
        "WHERE e.seq IS NULL"
    ),
}
_COLUMNS = "conversation, seq, id, at, actor_kind, actor_id, channel, type, data"
_SHOWN = 5
_PAGE = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What `aisle db status` tells."""

    where: str
    version: str
    """Of the tables; empty where there is no log yet."""
    newest: str
    """That this release knows."""
    generation: str = ""
    counts: Mapping[str, int]


def open_inspected(url: str, file: Path) -> tuple[Engine, str]:
    """The engine and where it looks. `url` empty: the file."""
    if url:
        return create_engine(for_tables(url), poolclass=NullPool, connect_args={"connect_timeout": 5}), shown(url)
    return create_engine(f"sqlite:///{file}", poolclass=NullPool, connect_args={"timeout": 5.0}), str(file)


def standing(engine: Engine, where: str) -> Standing:
    with engine.connect() as db:
        version = version_of(db)
        if not version:
            return Standing(where=where, version="", newest=HEAD, counts={})
        counts = {name: int(db.execute(text(asked)).scalar() or 0) for name, asked in _COUNTS.items()}
        return Standing(where=where, version=version, newest=HEAD, generation=_generation(db), counts=counts)


def _generation(db: Connection) -> str:
    table = meta_table(db)
    found = db.execute(text(f"SELECT value FROM {table} WHERE name = 'generation'")).scalar()
    return bytes(found).decode() if found else ""


def meta_table(db: Connection) -> str:
    """The log's own small facts; on SQLite it has a file of its own, on PostgreSQL the shop's `meta` lies beside."""
    return "meta" if db.dialect.name == "sqlite" else "log_meta"


def faults(engine: Engine, *, deep: bool = False) -> list[str]:
    """A line for each kind of fault; none: the log holds together. `deep`: every event is read, too."""
    found: list[str] = []
    with engine.connect() as db:
        if db.dialect.name == "sqlite":
            said = [row[0] for row in db.execute(text("PRAGMA integrity_check"))]
            found += [] if said == ["ok"] else [f"the file is damaged: {said[0]}"]
        for what, asked in _FAULTS.items():
            if names := [str(row[0]) for row in db.execute(text(asked))]:
                found.append(f"{len(names)} × {what}: {', '.join(names[:_SHOWN])}")
        return found + (_unreadable(db) if deep else [])


def _unreadable(db: Connection) -> list[str]:
    """Each row of which not every character is as it was written, or that no release can read."""
    names: dict[int, str] = {row.id: row.name for row in db.execute(text("SELECT id, name FROM conversations"))}
    key = bytes(db.execute(text(f"SELECT value FROM {meta_table(db)} WHERE name = 'digest_key'")).scalar() or b"")
    found: list[str] = []
    asked = f"SELECT {_COLUMNS}{', digest' if _has_digests(db) else ''} FROM events ORDER BY conversation, seq"
    for row in db.execution_options(yield_per=_PAGE).execute(text(asked)):
        if wrong := _wrong_with(row, key):
            conversation, seq, kind = row.conversation, row.seq, row.type
            found.append(f"event {seq} of conversation {names.get(conversation, conversation)} ({kind}) {wrong}")
    return found[:_SHOWN] + ([f"… and {len(found) - _SHOWN} more"] if len(found) > _SHOWN else [])


def _has_digests(db: Connection) -> bool:
    return "digest" in {column["name"] for column in inspect(db).get_columns("events")}


def _wrong_with(row: Any, key: bytes) -> str:
    """Rows that a release before 0003 wrote have no digest: of those it is seen whether they can be read."""
    *columns, digest = row if hasattr(row, "digest") else (*row, None)
    if digest is not None and bytes(digest) != row_digest(key, *columns):
        return "is not as it was written"
    if key_id_of(row.data):
        return ""
    try:
        decode_fact(row.type, row.data.encode())
    except (KeyError, ValueError) as error:  # msgspec's errors are ValueErrors
        return f"cannot be read: {error}"
    return ""
