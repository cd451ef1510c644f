"""The log's tables on SQLite, and the opening of a file that may be new, ours, another's or broken.

Above: sqlite. Below: the standard library's sqlite3. Version 2 is the last that stands here; later ones come by Alembic
(`stores.migrations`), on a new file too: it is made as the newest, and says so.
"""

from __future__ import annotations

import secrets
import sqlite3
from pathlib import Path

from assistant.errors import StoreUnreadable
from assistant.sealing.errors import KeysMissing
from assistant.stores.migrations import HEAD, VERSION_TABLE
from assistant.stores.upgrading import bring_file_up_to_date, file_version

APPLICATION_ID = 0x4169736C
"""In the file's header, so that another program's database is never taken for a log."""
VERSION = 2
BUSY_SECONDS = 5.0
CHECKPOINT_PAGES = 1_000

_TABLES = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;

CREATE TABLE conversations (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    last_seq INTEGER NOT NULL,
    desk TEXT NOT NULL DEFAULT '',
    by_people INTEGER NOT NULL DEFAULT 0,
    turn TEXT NOT NULL DEFAULT '',
    waiting TEXT NOT NULL DEFAULT '',
    serving TEXT NOT NULL DEFAULT '',
    unanswered INTEGER NOT NULL DEFAULT 0,
    epoch INTEGER NOT NULL DEFAULT 0,
    owner TEXT NOT NULL DEFAULT '',
    leased_until INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX conversations_unanswered ON conversations (id) WHERE unanswered = 1;
CREATE INDEX conversations_with_people ON conversations (id) WHERE desk <> '';

-- Rows are appended at the end of the file whatever their conversation, so a commit of many touches few pages.
CREATE TABLE events (
    conversation INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    id TEXT NOT NULL,
    at INTEGER NOT NULL,
    actor_kind TEXT NOT NULL,
    actor_id TEXT NOT NULL,
    channel TEXT NOT NULL,
    type TEXT NOT NULL,
    data TEXT NOT NULL,
    digest BLOB
);
CREATE UNIQUE INDEX events_in_order ON events (conversation, seq);

CREATE TABLE client_ids (
    conversation INTEGER NOT NULL,
    client_id TEXT NOT NULL,
    seq INTEGER NOT NULL,
    digest BLOB NOT NULL,
    PRIMARY KEY (conversation, client_id)
) WITHOUT ROWID;

CREATE TABLE ended_turns (
    conversation INTEGER NOT NULL,
    turn_id TEXT NOT NULL,
    PRIMARY KEY (conversation, turn_id)
) WITHOUT ROWID;
"""


_STEPS = {
    1: """
ALTER TABLE conversations ADD COLUMN desk TEXT NOT NULL DEFAULT '';
UPDATE conversations SET desk = coalesce((
    SELECT CASE type WHEN 'handoff_requested' THEN 'waiting' WHEN 'agent_joined' THEN 'agent' ELSE '' END
    FROM events WHERE conversation = conversations.id
    AND type IN ('handoff_requested', 'agent_joined', 'agent_left', 'conversation_closed')
    ORDER BY seq DESC LIMIT 1), '');
CREATE INDEX conversations_with_people ON conversations (id) WHERE desk <> ''
""",
}
"""From each version to the next."""


def open_writer(path: Path) -> sqlite3.Connection:
    """The connection that writes; creates the file and its tables. Raises StoreUnreadable, sqlite3.Error."""
    path.parent.mkdir(parents=True, exist_ok=True)
    db = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=BUSY_SECONDS)
    try:
        _recognise(db, path)
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = FULL")
        db.execute("PRAGMA secure_delete = ON")
        db.execute(f"PRAGMA wal_autocheckpoint = {CHECKPOINT_PAGES}")
        db.execute("PRAGMA cache_size = -16000")
        _create_tables(db)
        _climb(db)
        if file_version(db) != HEAD:
            bring_file_up_to_date(path)
    except BaseException:
        db.close()
        raise
    return db


def open_reader(path: Path) -> sqlite3.Connection:
    """Sees what was committed when a statement begins; never waits for the writer."""
    db = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=BUSY_SECONDS)
    db.execute("PRAGMA query_only = 1")
    return db


def _recognise(db: sqlite3.Connection, path: Path) -> None:
    (application,) = db.execute("PRAGMA application_id").fetchone()
    (version,) = db.execute("PRAGMA user_version").fetchone()
    (tables,) = db.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    if tables and application != APPLICATION_ID:
        raise StoreUnreadable(str(path), "it is another program's database")
    if tables and version != VERSION and version not in _STEPS:
        raise StoreUnreadable(str(path), f"it has schema {version}, this release reads schema {VERSION}")


def _create_tables(db: sqlite3.Connection) -> None:
    """Under the write lock, so that of two processes that start at once one creates and the other finds."""
    db.execute("BEGIN IMMEDIATE")
    try:
        if not db.execute("SELECT 1 FROM sqlite_schema WHERE name = 'events'").fetchone():
            for statement in _TABLES.split(";\n"):
                db.execute(statement)
            db.execute("INSERT INTO meta VALUES ('digest_key', ?)", (secrets.token_bytes(32),))
            db.execute("INSERT INTO meta VALUES ('generation', ?)", (secrets.token_hex(8).encode(),))
            db.execute(f"CREATE TABLE {VERSION_TABLE} (version_num VARCHAR(32) NOT NULL PRIMARY KEY)")
            db.execute(f"INSERT INTO {VERSION_TABLE} VALUES (?)", (HEAD,))
            db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            db.execute(f"PRAGMA user_version = {VERSION}")
        db.execute("COMMIT")
    except BaseException:
        db.execute("ROLLBACK")
        raise


def _climb(db: sqlite3.Connection) -> None:
    """An older file becomes one of this release: all of it or nothing."""
    db.execute("BEGIN IMMEDIATE")
    try:
        (version,) = db.execute("PRAGMA user_version").fetchone()
        while version < VERSION:
            for statement in _STEPS[version].split(";\n"):
                db.execute(statement)
            version += 1
        db.execute(f"PRAGMA user_version = {VERSION}")
        db.execute("COMMIT")
    except BaseException:
        db.execute("ROLLBACK")
        raise


def settle_keys(db: sqlite3.Connection, path: Path, keys: str) -> None:
    """From the first start with keys on it is those that the log is sealed with. Raises KeysMissing."""
    if keys:
        db.execute("INSERT INTO meta VALUES ('keys', ?) ON CONFLICT DO NOTHING", (keys.encode(),))
    if (sealed := read_meta(db).get("keys", b"").decode()) != keys:
        raise KeysMissing(str(path), f"the keys {keys}" if keys else f"sight (its own are {sealed})")


def read_meta(db: sqlite3.Connection) -> dict[str, bytes]:
    return {name: bytes(value) for name, value in db.execute("SELECT name, value FROM meta")}
