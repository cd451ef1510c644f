"""Whereabouts: in which conversations a customer is to be found (`product.tables`).

A conversation stands here only where its customer was proven: by the shop's token, or a code that was sent to them. Their ids
are kept as keyed hashes. Above: `moving`. Below: SQLAlchemy.
"""

from __future__ import annotations

import hashlib
import logging
import time
from collections.abc import Callable

from sqlalchemy import Column, Engine, Float, Index, MetaData, String, Table, delete, insert, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.schema import CreateTable

from assistant.events import ConversationId
from channels.errors import CodesUnavailable

log = logging.getLogger(__name__)

LOOKED_AT = 5
"""Of a customer's conversations, the newest: what is older than these was not the last one."""

_TABLE = Table(
    "whereabouts",
    MetaData(),
    Column("who", String(64), primary_key=True),
    Column("conversation", String(128), primary_key=True),
    Column("since", Float, nullable=False),
    Column("until", Float, nullable=False),
)
_INDEX = Index("whereabouts_until", _TABLE.c.until)


class Whereabouts:
    """Blocking (some ms): run it in a thread. Safe in many threads and processes."""

    def __init__(
        self,
        tables: Engine,
        *,
        secret: bytes,
        seconds: float,
        now: Callable[[], float] = time.time,
    ) -> None:
        """Raises OSError where the tables cannot be opened."""
        self._tables, self._secret, self._seconds, self._now = tables, secret, seconds, now
        try:
            with tables.begin() as database:
                database.execute(CreateTable(_TABLE, if_not_exists=True))
                _INDEX.create(database, checkfirst=True)
        except SQLAlchemyError as error:
            raise OSError(f"{tables.url} cannot be opened ({error}): check the disk and its rights") from error

    def customer_at(self, customer_id: str, conversation: ConversationId) -> None:
        """They were proven there. Raises CodesUnavailable."""
        who, now = self._name(customer_id), self._now()
        same = (_TABLE.c.who == who) & (_TABLE.c.conversation == conversation)
        row = {"who": who, "conversation": conversation, "since": now, "until": now + self._seconds}
        try:
            with self._tables.begin() as database:
                database.execute(delete(_TABLE).where(same | (_TABLE.c.until <= now)))
                database.execute(insert(_TABLE).values(**row))
        except SQLAlchemyError as error:
            log.error("whereabouts: %s", error)
            raise CodesUnavailable from error

    def of_customer(self, customer_id: str) -> tuple[ConversationId, ...]:
        """Newest first. Whether they are open, and still this customer's, their own logs tell. Raises CodesUnavailable."""
        alive = (_TABLE.c.who == self._name(customer_id)) & (_TABLE.c.until > self._now())
        newest = select(_TABLE.c.conversation).where(alive).order_by(_TABLE.c.since.desc()).limit(LOOKED_AT)
        try:
            with self._tables.connect() as database:
                return tuple(ConversationId(name) for name in database.execute(newest).scalars())
        except SQLAlchemyError as error:
            raise CodesUnavailable from error

    def _name(self, customer_id: str) -> str:
        return hashlib.blake2b(customer_id.encode(), key=self._secret[:64], digest_size=32, person=b"where").hexdigest()
