"""Memories of customers in one small SQLite file. It holds nothing that the log could not give again, so losing it loses nothing.

Above: `customers`. Below: the standard library's sqlite3.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock

from assistant.errors import StoreUnavailable, StoreUnreadable
from assistant.memories import EVERYTHING, Memory, key_of
from assistant.shops.records import CustomerId

_APPLICATION_ID = 0x41696D65
_VERSION = 1
_ANEW = "removed, it is made anew from the log"
_TABLES = """
CREATE TABLE IF NOT EXISTS memories (
    owner TEXT NOT NULL,
    key TEXT NOT NULL,
    kind TEXT NOT NULL,
    trait TEXT NOT NULL,
    value TEXT NOT NULL,
    words TEXT NOT NULL,
    conversation TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (owner, key)
) WITHOUT ROWID
"""


class SqliteMemories:
    """Open it with `open`. `fresh`: the file was not there, and the log may fill it."""

    def __init__(self, db: sqlite3.Connection, *, path: Path, fresh: bool) -> None:
        self._db, self._path, self.fresh = db, path, fresh
        self._one_at_a_time = Lock()

    @classmethod
    def open(cls, path: Path) -> SqliteMemories:
        """Blocking. Raises StoreUnreadable for another program's file, StoreUnavailable when it can't be made."""
        fresh = not path.exists()
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            db = sqlite3.connect(path, check_same_thread=False, isolation_level=None, timeout=5.0)
            _recognise(db, path)
            db.execute("PRAGMA journal_mode = WAL")
            db.execute("PRAGMA synchronous = NORMAL")  # what a power cut takes, the next turn or the log gives again
            db.execute("PRAGMA secure_delete = ON")
            db.execute(_TABLES)
            db.execute(f"PRAGMA application_id = {_APPLICATION_ID}")
            db.execute(f"PRAGMA user_version = {_VERSION}")
        except (OSError, sqlite3.OperationalError) as error:
            raise StoreUnavailable(
                f"{path} cannot be opened: {error}; check the disk and the rights of its folder"
            ) from error
        except sqlite3.DatabaseError as error:
            raise StoreUnreadable(str(path), f"it is damaged ({error}); {_ANEW}") from error
        return cls(db, path=path, fresh=fresh)

    def of(self, owner: CustomerId) -> tuple[Memory, ...]:
        if not owner:
            return ()
        asked = "SELECT kind, trait, value, words, conversation, at FROM memories WHERE owner = ? ORDER BY at DESC, key"
        with self._one_at_a_time, closing(self._run(asked, (owner,))) as rows:
            return tuple(_memory(owner, row) for row in rows.fetchall())

    def keep(self, memories: Sequence[Memory]) -> None:
        rows = [
            (
                one.owner,
                "\x1f".join(key_of(one)[1:]),
                one.kind,
                one.trait,
                one.value,
                one.words,
                one.conversation,
                _micros(one.at),
            )
            for one in memories
            if one.owner
        ]
        newer = (
            "INSERT INTO memories VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (owner, key) DO UPDATE SET value = excluded.value,"
            " words = excluded.words, conversation = excluded.conversation, at = excluded.at WHERE excluded.at >= memories.at"
        )
        with self._one_at_a_time:
            self._run("BEGIN IMMEDIATE").close()
            try:
                for row in rows:
                    self._run(newer, row).close()
            finally:
                self._run("COMMIT").close()

    def forget(self, owner: CustomerId, trait: str = EVERYTHING, value: str = "") -> int:
        asked, given = "DELETE FROM memories WHERE owner = ?", [str(owner)]
        if trait != EVERYTHING:
            asked, given = f"{asked} AND trait = ?", [*given, trait]
        if value:
            asked, given = f"{asked} AND lower(value) = lower(?)", [*given, value]
        with self._one_at_a_time:
            gone = self._run(asked, given).rowcount
            self._run("PRAGMA wal_checkpoint(TRUNCATE)").close()
        return gone

    def owners(self) -> tuple[str, ...]:
        with self._one_at_a_time, closing(self._run("SELECT DISTINCT owner FROM memories")) as rows:
            return tuple(owner for (owner,) in rows.fetchall())

    def close(self) -> None:
        with self._one_at_a_time:
            self._db.close()

    def _run(self, statement: str, values: Sequence[object] = ()) -> sqlite3.Cursor:
        try:
            return self._db.execute(statement, values)
        except sqlite3.Error as error:
            raise StoreUnavailable(f"{self._path} cannot be used: {error}") from error


def _recognise(db: sqlite3.Connection, path: Path) -> None:
    (application,) = db.execute("PRAGMA application_id").fetchone()
    (version,) = db.execute("PRAGMA user_version").fetchone()
    (tables,) = db.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    if tables and (application, version) != (_APPLICATION_ID, _VERSION):
        raise StoreUnreadable(str(path), f"it is another program's or another release's; {_ANEW}")


def _memory(owner: CustomerId, row: tuple[str, str, str, str, str, int]) -> Memory:
    kind, trait, value, words, conversation, at = row
    return Memory(
        owner=owner,
        kind=kind,  # type: ignore[arg-type]
        trait=trait,
        value=value,
        words=words,
        conversation=conversation,
        at=datetime.fromtimestamp(at / 1_000_000, UTC),
    )


def _micros(at: datetime) -> int:
    return round(at.timestamp() * 1_000_000)
