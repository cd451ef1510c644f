"""The tables of the audit log, on the house's small tables. Portable SQL. Above: `chain`. Below: SQLAlchemy."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Engine, Index, Integer, LargeBinary, MetaData, String, Table, Text

METADATA = MetaData()
LANES = 16
"""More than replicas that write at once: two that share one wait for each other, and nothing else comes of it."""

HEADS = Table(
    "audit_heads",
    METADATA,
    Column("lane", Integer, primary_key=True, autoincrement=False),
    Column("seq", BigInteger, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("key", String(16), nullable=False),
    Column("link", LargeBinary, nullable=False),
    Column("base_seq", BigInteger, nullable=False),
    Column("base_link", LargeBinary, nullable=False),
    Column("seal", LargeBinary, nullable=False),
)
ENTRIES = Table(
    "audit_entries",
    METADATA,
    Column("lane", Integer, primary_key=True, autoincrement=False),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("at", BigInteger, nullable=False, index=True),
    Column("key", String(16), nullable=False),
    Column("who_kind", String(16), nullable=False),
    Column("who", String(200), nullable=False),
    Column("act", String(40), nullable=False),
    Column("what", String(200), nullable=False),
    Column("whose", String(200), nullable=False),
    Column("why", String(200), nullable=False),
    Column("result", String(60), nullable=False),
    Column("details", Text, nullable=False),
    Column("link", LargeBinary, nullable=False),
)
Index("audit_entries_who", ENTRIES.c.who, ENTRIES.c.at)
Index("audit_entries_whose", ENTRIES.c.whose, ENTRIES.c.at)
CHECKPOINTS = Table(
    "audit_checkpoints",
    METADATA,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("at", BigInteger, nullable=False),
    Column("document", Text, nullable=False),
)
"""Each as it is exported: signed JSON."""


def make_tables(engine: Engine) -> None:
    """Those that are missing. Blocking."""
    METADATA.create_all(engine)
