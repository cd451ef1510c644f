"""The small tables of text messages: lines, what came, what goes (`product.tables`; portable SQL alone).

A customer's number stands in none of them in the clear: a line is known by its keyed hash, and its number is sealed. Above:
`lines`, `inbox`, `outgoing`. Below: SQLAlchemy.
"""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Engine, Float, Index, Integer, MetaData, String, Table, Text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.schema import CreateIndex, CreateTable

_METADATA = MetaData()

LINES = Table(
    "text_lines",
    _METADATA,
    Column("line", String(64), primary_key=True),
    Column("sealed", String(1024), nullable=False),
    Column("conversation", String(128), nullable=False, default=""),
    Column("queued", Integer, nullable=False, default=0),  # the last seq that was turned into messages
    Column("shown", Integer, nullable=False, default=0),  # the seq whose options a number means
    Column("language", String(16), nullable=False, default=""),
    Column("stopped", Boolean, nullable=False, default=False),
    Column("expires", Float, nullable=False),
    Column("follower", String(64), nullable=False, default=""),
    Column("followed_until", Float, nullable=False, default=0.0),
    Index("text_lines_followed", "followed_until"),
)
INBOX = Table(
    "text_inbox",
    _METADATA,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("id", String(256), nullable=False, unique=True),
    Column("line", String(64), nullable=False),
    Column("message", Text, nullable=False),
    Column("resolved", Text, nullable=False, default=""),  # what it was found to mean, the first time
    Column("done", Boolean, nullable=False, default=False),
    Column("tries", Integer, nullable=False, default=0),
    Column("next_at", Float, nullable=False),
    Column("came", Float, nullable=False),
    Index("text_inbox_open", "done", "next_at"),
)
OUTGOING = Table(
    "text_outgoing",
    _METADATA,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("reference", String(128), nullable=False, unique=True),  # so that no event is queued twice
    Column("line", String(64), nullable=False),
    Column("part", Text, nullable=False),
    Column("state", String(16), nullable=False, default="waiting"),  # waiting, sending, sent, delivered, read, failed
    Column("carriers_id", String(256), nullable=False, default=""),
    Column("error", String(200), nullable=False, default=""),
    Column("tries", Integer, nullable=False, default=0),
    Column("next_at", Float, nullable=False),
    Column("claimed", Float, nullable=False, default=0.0),
    Column("made", Float, nullable=False),
    Index("text_outgoing_open", "state", "next_at"),
    Index("text_outgoing_carrier", "carriers_id"),
)


def make_tables(engine: Engine) -> None:
    """Those that are missing. Raises OSError."""
    try:
        with engine.begin() as database:
            for table in _METADATA.sorted_tables:
                database.execute(CreateTable(table, if_not_exists=True))
                for index in table.indexes:
                    database.execute(CreateIndex(index, if_not_exists=True))
    except SQLAlchemyError as error:
        raise OSError(f"{engine.url} cannot be opened ({error}): check the disk and its rights") from error
