"""The database that all replicas share: its URL as each driver wants it, its limits, and its errors as the situation they are.

Above: postgres, small_tables, bootstrap, `aisle db`. Below: SQLAlchemy. The drivers (extra `scale`) are imported when an
address asks for them, so that the embedded default needs none.
"""

from __future__ import annotations

import importlib.util

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from assistant.errors import StoreUnavailable

_DRIVERS = {"asyncpg": "asyncpg", "psycopg": "psycopg"}


class DatabaseSettings(BaseSettings):
    """How the shared database is used (prefix AISLE_DATABASE_). Bounds are a replica's own."""

    model_config = SettingsConfigDict(
        hide_input_in_errors=True, env_prefix="AISLE_DATABASE_", extra="ignore", frozen=True
    )

    connections: int = Field(default=8, ge=2, le=100)
    """Of a replica to the log. Shop and small tables take at most 13 more; the server must allow the sum over all replicas."""
    lanes: int = Field(default=2, ge=1, le=16)
    """Commits of a replica under way at once; what waits meanwhile shares the next one of its lane."""
    connect_seconds: float = Field(default=3.0, gt=0, le=60)
    statement_seconds: float = Field(default=5.0, gt=0, le=300)
    """A statement that takes longer is given up, by the server and by the client."""
    wait_seconds: float = Field(default=5.0, gt=0, le=60)
    """How long a write waits for a server that is away, before its caller is told to come again."""


def check_url(url: str) -> URL:
    """PostgreSQL's address. Raises StoreUnavailable with the way out, for the start to stop with."""
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise StoreUnavailable(f"AISLE_DATABASE_URL is no URL: {_EXAMPLE}") from None
    kind = parsed.drivername.split("+")[0]
    if kind not in ("postgresql", "postgres"):
        raise StoreUnavailable(f"AISLE_DATABASE_URL begins with {kind!r}, and only PostgreSQL is shared: {_EXAMPLE}")
    if not parsed.database:
        raise StoreUnavailable(f"AISLE_DATABASE_URL names no database: {_EXAMPLE}")
    missing = [package for package in _DRIVERS.values() if importlib.util.find_spec(package) is None]
    if missing:
        raise StoreUnavailable(f"PostgreSQL needs {' and '.join(missing)}: pip install 'aisle[scale]'")
    return parsed.set(drivername="postgresql")


_EXAMPLE = "give it as postgresql://user:password@host:5432/database"


def for_the_log(url: str) -> URL:
    """asyncpg's own: it knows libpq's `sslmode` as `ssl`."""
    parsed = check_url(url).set(drivername="postgresql+asyncpg")
    mode = parsed.query.get("sslmode")
    if mode is None:
        return parsed
    return parsed.difference_update_query(["sslmode"]).update_query_dict({"ssl": mode})


def for_tables(url: str) -> URL:
    """psycopg's: for the shop and the small tables, which are used in threads."""
    return check_url(url).set(drivername="postgresql+psycopg")


def shown(url: str) -> str:
    """Without its password."""
    return check_url(url).render_as_string(hide_password=True)
