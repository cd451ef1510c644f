"""Ended tokens: every token of a conversation that was given before a moment opens it no more, in any process (`product.tables`).

What ended is kept in memory and asked for anew every `FRESH_SECONDS`, so that a check costs no query. Above: `front_door`, which
asks before it grants, and `rechecks`, which asks again while a socket is open. Below: SQLAlchemy.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from sqlalchemy import Column, Engine, Float, MetaData, String, Table, delete, insert, select, update
from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from sqlalchemy.schema import CreateTable

from channels.edge.auth import Grant
from channels.errors import CodesUnavailable

log = logging.getLogger(__name__)

FRESH_SECONDS = 2.0
OVERLAP_SECONDS = 120.0
"""Processes' clocks differ, and what was written before may be seen after."""

_TABLE = Table(
    "ended_tokens",
    MetaData(),
    Column("conversation", String(128), primary_key=True),
    Column("before", Float, nullable=False),
)


class EndedTokens:
    """`end` and `refresh` block (under a ms): run them in a thread. `over` is a look into memory."""

    def __init__(self, tables: Engine, *, seconds: float, now: Callable[[], float] = time.time) -> None:
        """seconds: how long a token lives, and so its end. Raises OSError where the tables cannot be opened."""
        self._tables, self._seconds, self._now = tables, seconds, now
        self._before: dict[str, float] = {}
        self._asked = self._newest = 0.0
        try:
            with tables.begin() as database:
                database.execute(CreateTable(_TABLE, if_not_exists=True))
            self.refresh()
        except (SQLAlchemyError, CodesUnavailable) as error:
            raise OSError(f"{tables.url} cannot be opened ({error}): check the disk and its rights") from error

    @property
    def stale(self) -> bool:
        return not 0 <= self._now() - self._asked < FRESH_SECONDS

    def over(self, grant: Grant) -> bool:
        """Whether that token is void by now: run out, or ended."""
        return grant.expires <= self._now() or grant.issued < self._before.get(grant.conversation, 0.0)

    def end(self, conversation: str) -> None:
        """Every token of that conversation that was given until now. Raises CodesUnavailable."""
        before = self._now()
        try:
            with self._tables.begin() as database:
                database.execute(delete(_TABLE).where(_TABLE.c.before <= before - self._seconds))
                mine = _TABLE.c.conversation == conversation
                if not database.execute(update(_TABLE).where(mine).values(before=before)).rowcount:
                    database.execute(insert(_TABLE).values(conversation=conversation, before=before))
        except IntegrityError:
            log.debug("another process ended them at this moment")
        except SQLAlchemyError as error:
            raise CodesUnavailable from error
        self._before[conversation] = before

    def refresh(self) -> None:
        """Takes in what other processes ended since. Raises CodesUnavailable; what was known before still counts."""
        now = self._now()
        try:
            with self._tables.connect() as database:
                rows = database.execute(select(_TABLE).where(_TABLE.c.before > self._newest - OVERLAP_SECONDS)).all()
        except SQLAlchemyError as error:
            raise CodesUnavailable from error
        for row in rows:
            self._before[row.conversation] = max(row.before, self._before.get(row.conversation, 0.0))
            self._newest = max(self._newest, row.before)
        self._asked = now
