"""The database of the house's small tables: accounts, codes, canned replies, call-backs. Log and shop have their own.

One SQLAlchemy engine, used in worker threads: SQLite under AISLE_HOME, or the server that all replicas share. Whoever keeps
a table defines it with SQLAlchemy Core, makes it when missing, and uses nothing that only SQLite knows.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event

FILE = "house.db"
BUSY_SECONDS = 5.0


def open_engine(home: Path, url: str = "") -> Engine:
    """Blocking, and so is what it is used for. `url`: an SQLAlchemy URL in place of the file under `home`."""
    if url:
        return create_engine(url, pool_pre_ping=True)
    home.mkdir(parents=True, exist_ok=True)
    engine = create_engine(f"sqlite:///{home / FILE}", connect_args={"timeout": BUSY_SECONDS})
    event.listen(engine, "connect", _durable)
    return engine


def _durable(connection: Any, _: Any) -> None:
    for pragma in ("journal_mode = WAL", "synchronous = FULL"):
        connection.execute(f"PRAGMA {pragma}")
