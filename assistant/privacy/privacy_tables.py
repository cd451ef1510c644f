"""Privacy's small tables: legal holds, what customers chose, runs of retention. Portable SQL.

Above: `holds`, `choices`, `retention_runs`. Below: SQLAlchemy.
"""

from __future__ import annotations

from sqlalchemy import Column, Engine, Float, Integer, MetaData, String, Table, Text

METADATA = MetaData()

HOLDS = Table(
    "privacy_holds",
    METADATA,
    Column("hold_id", String(40), primary_key=True),
    Column("customer_id", String(128), nullable=False, index=True),
    Column("conversation_id", String(128), nullable=False, index=True),
    Column("reason", Text, nullable=False),
    Column("placed_by", String(120), nullable=False),
    Column("placed_at", String(32), nullable=False),
    Column("released_by", String(120), nullable=False),
    Column("released_at", String(32), nullable=False),
)
CHOICES = Table(
    "privacy_choices",
    METADATA,
    Column("customer_id", String(128), primary_key=True),
    Column("purpose", String(32), primary_key=True),
    Column("given", Integer, nullable=False),
    Column("source", String(16), nullable=False),
    Column("notice", String(32), nullable=False),
    Column("conversation_id", String(128), nullable=False),
    Column("at", String(32), nullable=False),
)
RUNS = Table(
    "privacy_retention_runs",
    METADATA,
    Column("day", String(10), primary_key=True),
    Column("owner", String(64), nullable=False),
    Column("leased_until", Float, nullable=False),
    Column("started_at", String(32), nullable=False),
    Column("ended_at", String(32), nullable=False),
    Column("done", Integer, nullable=False),
    Column("held", Integer, nullable=False),
    Column("failed", Integer, nullable=False),
)
ERASURES = Table(
    "privacy_erasures",
    METADATA,
    Column("request_id", String(40), primary_key=True),
    Column("conversation_id", String(128), nullable=False, index=True),
    Column("customer_id", String(128), nullable=False, index=True),
    Column("reason", String(16), nullable=False),
    Column("asked_at", String(32), nullable=False, index=True),
    Column("state", String(16), nullable=False, index=True),
    Column("detail", Text, nullable=False),
    Column("done_at", String(32), nullable=False),
)


def make_tables(engine: Engine) -> None:
    """Those that are missing. Blocking."""
    METADATA.create_all(engine)
