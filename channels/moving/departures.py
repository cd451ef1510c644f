"""Departures: public screens that were left. Their tokens open nothing more, in any process (`product.tables`).

Above: `front_door`, which asks before it grants. Below: SQLAlchemy.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from sqlalchemy import Column, Engine, Float, MetaData, String, Table, delete, insert, select
from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from sqlalchemy.schema import CreateTable

from channels.errors import CodesUnavailable

log = logging.getLogger(__name__)

_TABLE = Table(
    "left_devices",
    MetaData(),
    Column("device", String(64), primary_key=True),
    Column("expires", Float, nullable=False),
)


class Departures:
    """Blocking (under a ms): run it in a thread. Safe in many threads and processes."""

    def __init__(self, tables: Engine, *, seconds: float, now: Callable[[], float] = time.time) -> None:
        """seconds: how long a token lives, and so its departure. Raises OSError where the tables cannot be opened."""
        self._tables, self._seconds, self._now = tables, seconds, now
        try:
            with tables.begin() as database:
                database.execute(CreateTable(_TABLE, if_not_exists=True))
        except SQLAlchemyError as error:
            raise OSError(f"{tables.url} cannot be opened ({error}): check the disk and its rights") from error

    def leave(self, device: str) -> None:
        """Raises CodesUnavailable."""
        try:
            with self._tables.begin() as database:
                database.execute(delete(_TABLE).where(_TABLE.c.expires <= self._now()))
                database.execute(insert(_TABLE).values(device=device, expires=self._now() + self._seconds))
        except IntegrityError:
            log.debug("this device had left already")
        except SQLAlchemyError as error:
            raise CodesUnavailable from error

    def gone(self, device: str) -> bool:
        """Raises CodesUnavailable: a screen of which nothing is known shows nothing."""
        try:
            with self._tables.connect() as database:
                return database.execute(select(_TABLE.c.device).where(_TABLE.c.device == device)).first() is not None
        except SQLAlchemyError as error:
            raise CodesUnavailable from error
