"""Brings a log's tables to this release's version, once, however many replicas start at the same moment. Blocking.

Above: the stores when they open, `aisle db`. Below: Alembic, imported only where something is to be done.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.pool import NullPool

from assistant.errors import StoreUnreadable
from assistant.stores.database import for_tables, shown
from assistant.stores.migrations import HEAD, VERSION_TABLE

_ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(1097035628, 0)"


def bring_up_to_date(url: str) -> str:
    """The version it had before; empty for a new database. Raises StoreUnreadable for a newer one, SQLAlchemyError."""
    engine = _engine(for_tables(url))
    try:
        with engine.begin() as db:
            before = version_of(db)
            if before == HEAD:
                return before
            db.execute(text(_ONE_AT_A_TIME))
            _check(version_of(db), shown(url))
            _migrate(db)
            return before
    finally:
        engine.dispose()


def bring_file_up_to_date(path: Path) -> None:
    """The same for a log in one SQLite file, whose tables exist. Cheap when there is nothing to do."""
    engine = create_engine(f"sqlite:///{path}", poolclass=NullPool, connect_args={"timeout": 5.0})
    event.listen(engine, "begin", _take_the_write_lock)
    with engine.begin() as db:
        before = version_of(db)
        if before != HEAD:
            _check(before, str(path))
            _migrate(db)


def _take_the_write_lock(db: Connection) -> None:
    """Tables are changed in one transaction with all else; sqlite3 by itself would not even begin one."""
    db.exec_driver_sql("BEGIN IMMEDIATE")


def version_of(db: Connection) -> str:
    """Empty where there is no log yet."""
    if not inspect(db).has_table(VERSION_TABLE):
        return ""
    return str(db.execute(text(f"SELECT version_num FROM {VERSION_TABLE}")).scalar() or "")


def file_version(db: sqlite3.Connection) -> str:
    """As `version_of`, without SQLAlchemy: asked at every start."""
    if db.execute("SELECT 1 FROM sqlite_schema WHERE name = ?", (VERSION_TABLE,)).fetchone() is None:
        return ""
    found = db.execute(f"SELECT version_num FROM {VERSION_TABLE}").fetchone()
    return str(found[0]) if found else ""


def _check(version: str, where: str) -> None:
    if version > HEAD:
        raise StoreUnreadable(where, f"it has tables of version {version}, this release knows {HEAD}")


def _migrate(db: Connection) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = db
    command.upgrade(config, "head")


def _engine(url: URL) -> Engine:
    return create_engine(url, poolclass=NullPool, connect_args={"connect_timeout": 5})
