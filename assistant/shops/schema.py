"""The SQL tables of a shop, and how a database of them is opened.

Portable SQL: SQLite today (WAL, synchronous=FULL), PostgreSQL by another URL. Prices are text, so that they stay exact
everywhere. Above it: `rows`, which fills the tables, and `sql`, which reads them.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import msgspec
from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Engine,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    create_engine,
    event,
)
from sqlalchemy.engine import URL, make_url

VERSION: Final = 1
"""Rises with every change of these tables; a database of a newer version is not opened."""

metadata = MetaData()

meta = Table("meta", metadata, Column("key", String, primary_key=True), Column("value", Text, nullable=False))

counters = Table(
    "counters", metadata, Column("name", String, primary_key=True), Column("value", Integer, nullable=False)
)
"""`revision`: the first row that every write touches, so that writers queue up and readers see that something changed."""

products = Table(
    "products",
    metadata,
    Column("id", String, primary_key=True),
    Column("position", Integer, nullable=False, index=True),
    Column("title", Text, nullable=False),
    Column("brand", Text, nullable=False),
    Column("currency", String, nullable=False),
    Column("details", JSON, nullable=False),
)

variants = Table(
    "variants",
    metadata,
    Column("id", String, primary_key=True),
    Column("product_id", String, nullable=False, index=True),
    Column("position", Integer, nullable=False),
    Column("price", String),
    Column("available", Boolean, nullable=False),
    Column("gtin", String, nullable=False),
    Column("options", JSON, nullable=False),
)

stock = Table(
    "stock",
    metadata,
    Column("variant_id", String, primary_key=True),
    Column("store_id", String, primary_key=True),
    Column("product_id", String, nullable=False, index=True),
    Column("units", Integer, nullable=False),
)

stores = Table(
    "stores",
    metadata,
    Column("id", String, primary_key=True),
    Column("position", Integer, nullable=False),
    Column("name", Text, nullable=False),
    Column("record", JSON, nullable=False),
)

customers = Table(
    "customers",
    metadata,
    Column("id", String, primary_key=True),
    Column("position", Integer, nullable=False),
    Column("email_key", String, nullable=False, index=True),
    Column("first_name_key", String, nullable=False),
    Column("last_name_key", String, nullable=False),
    Column("zip_key", String, nullable=False),
    Column("record", JSON, nullable=False),
    Index("customers_by_name", "last_name_key", "first_name_key", "zip_key"),
)

orders = Table(
    "orders",
    metadata,
    Column("id", String, primary_key=True),
    Column("position", Integer, nullable=False),
    Column("customer_id", String, nullable=False, index=True),
    Column("status", String, nullable=False),
    Column("lines", JSON, nullable=False),
    Column("fulfilments", JSON, nullable=False),
    Column("payments", JSON, nullable=False),
    Column("details", JSON, nullable=False),
)

policies = Table(
    "policies",
    metadata,
    Column("id", String, primary_key=True),
    Column("locale", String, primary_key=True),
    Column("position", Integer, nullable=False),
    Column("title", Text, nullable=False),
    Column("text", Text, nullable=False),
)

# These came after version 1 and take nothing from it: an older release does not look at them, so the version stays.
customer_phones = Table(
    "customer_phones",
    metadata,
    Column("customer_id", String, primary_key=True),
    Column("phone_key", String, nullable=False, index=True),
)

service_actions = Table(
    "service_actions",
    metadata,
    Column("confirmation_id", String, primary_key=True),
    Column("customer_id", String, nullable=False, index=True),
    Column("record", JSON, nullable=False),
)


# As service_actions: an older release does not look at them.
floor_plans = Table(
    "floor_plans",
    metadata,
    Column("id", String, primary_key=True),
    Column("position", Integer, nullable=False),
    Column("record", JSON, nullable=False),
)

placements = Table(
    "placements",
    metadata,
    Column("id", String, primary_key=True),
    Column("position", Integer, nullable=False),
    Column("subject", String, nullable=False, index=True),
    Column("record", JSON, nullable=False),
)
"""`subject`: the product's id, or the category's path."""


IDLE_SECONDS = 10.0
"""Between two statements of one transaction, on a server: a replica that stands still (SIGSTOP, a paused machine) would keep all
others from writing for as long. What it had begun is undone then."""


def open_engine(url: str | URL, *, connections: int, idle_seconds: float = IDLE_SECONDS) -> Engine:
    """An engine that waits for a connection rather than opening more than `connections`."""
    server = make_url(url).get_backend_name() != "sqlite"
    bounds = f"-c idle_in_transaction_session_timeout={int(idle_seconds * 1000)}"
    engine = create_engine(
        url,
        hide_parameters=True,  # an error's text goes to the log, and the values are customers'
        json_serializer=_to_json,
        json_deserializer=msgspec.json.decode,
        pool_size=connections,
        max_overflow=0,
        pool_pre_ping=server,  # it may have been started anew since
        connect_args={"connect_timeout": 3, "options": bounds} if server else {},
    )
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
    return engine


def sqlite_url(path: Path) -> URL:
    return URL.create("sqlite", database=str(path))


def _to_json(value: object) -> str:
    return msgspec.json.encode(value).decode()


def _prepare_sqlite(connection: Any, record: object) -> None:
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=10000", "temp_store=MEMORY"):
        connection.execute(f"PRAGMA {pragma}").close()
