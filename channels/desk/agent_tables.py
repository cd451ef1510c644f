"""The small tables of agents' accounts, on `product.tables`; an older AISLE_HOME/agents.db is taken over once.

Portable SQL. Above: `accounts`, `oidc_once`.
"""

from __future__ import annotations

import contextlib
import logging
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    Engine,
    Float,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    UniqueConstraint,
    insert,
    select,
)
from sqlalchemy.exc import SQLAlchemyError

from channels.desk.errors import AccountsUnavailable

log = logging.getLogger(__name__)

OLD_FILE = "agents.db"
metadata = MetaData()

agents = Table(
    "desk_agents",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("name", String(80), nullable=False),
    Column("role", String(16), nullable=False),
    Column("salt", LargeBinary, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    Column("must_change", Integer, nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("issuer", String(512)),
    Column("subject", String(256)),
    UniqueConstraint("issuer", "subject", name="desk_agents_provider"),
)
"""Those of an identity provider have issuer and subject, and no password."""

spent = Table(
    "desk_sign_ins_spent",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("expires", Float, nullable=False),
)
"""States, tickets and logouts that were used: none works twice, in any process."""


def open_agent_tables(tables: Engine, home: Path) -> None:
    """Blocking. Raises AccountsUnavailable."""
    with kept():
        metadata.create_all(tables)
        old = home / OLD_FILE
        if old.exists():
            with tables.begin() as connection:
                count = _take_over(connection, old)
            old.rename(home / f"{OLD_FILE}.moved")
            log.info("%d agents' accounts of %s are in the house's database now", count, old)


def _take_over(connection: Connection, old: Path) -> int:
    columns = ("id", "name", "role", "salt", "hash", "must_change", "epoch")
    with contextlib.closing(sqlite3.connect(old)) as database:
        found = database.execute(f"SELECT {', '.join(columns)} FROM agents").fetchall()
    known = set(connection.execute(select(agents.c.id)).scalars())
    new: list[dict[str, Any]] = [dict(zip(columns, row, strict=True)) for row in found if row[0] not in known]
    if new:
        connection.execute(insert(agents), new)
    return len(new)


@contextlib.contextmanager
def kept() -> Iterator[None]:
    try:
        yield
    except (SQLAlchemyError, sqlite3.Error, OSError) as error:
        raise AccountsUnavailable(str(getattr(error, "orig", None) or error)) from error
