"""The tables of keys, in a database of their own: `keys.db` in AISLE_HOME, AISLE_KEYS_URL, or beside the log that replicas share.

They are no part of a backup of data (`stores.backup`): a key that was destroyed must not come back with one. Portable SQL.
Above: `key_store`, `master_keys`, the erasure register. Below: SQLAlchemy.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from sqlalchemy import URL, Column, Engine, Float, Integer, LargeBinary, MetaData, String, Table, Text, create_engine
from sqlalchemy import event as sqlalchemy_event

from assistant.stores.small_tables import BUSY_SECONDS, open_engine

FILE: Final = "keys.db"
metadata = MetaData()

META = Table(
    "sealing_meta",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("value", LargeBinary, nullable=False),
)
KEYS = Table(
    "sealing_keys",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("id", String(24), nullable=False, unique=True),
    Column("conversation", String(2000), nullable=False, index=True),
    Column("owner", String(32), nullable=False, index=True),
    Column("parent", String(24), nullable=False, index=True),
    Column("wrapped", LargeBinary),
    Column("ended", Integer, nullable=False),
    Column("made_at", Float, nullable=False),
    Column("destroyed_at", Float, nullable=False, index=True),
)
"""A customer's key has no conversation. `owner`: keyed hash of the customer. `parent`: what wraps it, "m1" (the key-encryption
key of version 1) or a customer's key. `wrapped` null: destroyed. `ended`: nothing more is sealed with it."""

COPIES = Table(
    "sealing_copies", metadata, Column("path", String(700), primary_key=True), Column("made_at", Float, nullable=False)
)
"""Archives of these tables that were made: an erasure makes them anew."""

MASTERS = Table(
    "sealing_master_keys",
    metadata,
    Column("version", Integer, primary_key=True),
    Column("secret", LargeBinary, nullable=False),
)
"""Key-encryption keys of replicas that were given none: better than nothing, worse than a secret of its own."""

REGISTER = Table(
    "erasure_register",
    metadata,
    Column("request_id", String(40), primary_key=True),
    Column("subject", String(64), nullable=False),
    Column("scope", String(16), nullable=False),
    Column("reason", String(16), nullable=False),
    Column("asked_at", String(32), nullable=False),
    Column("done_at", String(32), nullable=False),
    Column("conversations", Integer, nullable=False),
    Column("keys", Integer, nullable=False),
    Column("rows", Integer, nullable=False),
    Column("left", Text, nullable=False),
    Column("pending", Text, nullable=False),
)
"""The register. `pending`: the subject, sealed by the key-encryption key, until all of it is done; empty afterwards."""

FORGOTTEN = Table(
    "erasure_told",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("conversation", String(2000), nullable=False),
    Column("owner", String(32), nullable=False),
    Column("at", Float, nullable=False, index=True),
)
"""What processes that run must forget; looked at every second or two, kept for a day."""

TABLE_NAMES: Final = tuple(table.name for table in metadata.sorted_tables)


def open_keys(home: Path, url: str | URL = "") -> Engine:
    """Blocking. `url`: of a PostgreSQL database in the file's place."""
    if url:
        return open_engine(home, url)
    home.mkdir(parents=True, exist_ok=True)
    path = home / FILE
    if not path.exists():
        path.touch(mode=0o600)
    engine = create_engine(f"sqlite:///{path}", connect_args={"timeout": BUSY_SECONDS}, hide_parameters=True)
    sqlalchemy_event.listen(engine, "connect", _leaving_nothing)
    return engine


def _leaving_nothing(connection: Any, _: Any) -> None:
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "secure_delete = ON"):
        connection.execute(f"PRAGMA {pragma}")


def tidy(engine: Engine) -> None:
    """What was overwritten lies in no write-ahead log any more."""
    if engine.dialect.name == "sqlite":
        with engine.connect() as db:
            db.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
