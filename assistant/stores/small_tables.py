"""The database of the house's small tables: accounts, codes, canned replies, call-backs. Log and shop have their own.

One SQLAlchemy engine, used in worker threads: SQLite under AISLE_HOME, or the server that all replicas share. Whoever keeps
a table defines it with SQLAlchemy Core, makes it when missing, and uses nothing that only SQLite knows.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from zlib import crc32

from sqlalchemy import URL, Engine, create_engine, event, text

FILE = "house.db"
BUSY_SECONDS = 5.0


CONNECTIONS = 5


def open_engine(home: Path, url: str | URL = "") -> Engine:
    """Blocking, and so is what it is used for. `url`: an SQLAlchemy URL in place of the file under `home`. Its errors tell the
    statement, never the values: those are customers'."""
    if url:
        return create_engine(
            url,
            pool_pre_ping=True,
            pool_size=CONNECTIONS,
            max_overflow=0,
            pool_timeout=2,
            connect_args={"connect_timeout": 3},
            hide_parameters=True,
        )
    home.mkdir(parents=True, exist_ok=True)
    engine = create_engine(f"sqlite:///{home / FILE}", connect_args={"timeout": BUSY_SECONDS}, hide_parameters=True)
    event.listen(engine, "connect", _durable)
    return engine


@contextmanager
def one_at_a_time(engine: Engine, what: str) -> Iterator[None]:
    """While open, no other replica does the same: making the demo shop, for instance. Over a file it lets everybody in."""
    if engine.dialect.name != "postgresql":
        yield
        return
    with engine.begin() as db:
        db.execute(text("SELECT pg_advisory_xact_lock(1097035629, :key)"), {"key": crc32(what.encode()) >> 1})
        yield


def _durable(connection: Any, _: Any) -> None:
    # What is deleted is overwritten: customers ask for it, and SQLite by itself leaves it in free pages and in backups.
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "secure_delete = ON"):
        connection.execute(f"PRAGMA {pragma}")
