"""Whereabouts: in which conversation a customer is to be found, and which telephone was proven in it (`product.tables`).

A conversation stands here only where its customer was proven: by the shop's token, or a code that was sent to them. Numbers
and customers' ids are kept as keyed hashes. Above: `moving_rest`, `call_center`, `text_message`. Below: SQLAlchemy.
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
        customer_seconds: float,
        number_seconds: float,
        now: Callable[[], float] = time.time,
    ) -> None:
        """Raises OSError where the tables cannot be opened."""
        self._tables, self._secret, self._now = tables, secret, now
        self._customer_seconds, self._number_seconds = customer_seconds, number_seconds
        try:
            with tables.begin() as database:
                database.execute(CreateTable(_TABLE, if_not_exists=True))
                _INDEX.create(database, checkfirst=True)
        except SQLAlchemyError as error:
            raise OSError(f"{tables.url} cannot be opened ({error}): check the disk and its rights") from error

    def customer_at(self, customer_id: str, conversation: ConversationId) -> None:
        """They were proven there. Raises CodesUnavailable."""
        self._note(self._name("customer", customer_id), conversation, self._customer_seconds)

    def of_customer(self, customer_id: str) -> tuple[ConversationId, ...]:
        """Newest first. Whether they are open, and still this customer's, their own logs tell. Raises CodesUnavailable."""
        return self._of(self._name("customer", customer_id))

    def number_proven(self, number: str, conversation: ConversationId) -> None:
        """number: E.164, to which a code was sent that was given in that conversation. Raises CodesUnavailable."""
        name = self._name("number", number)
        self._forget(name)
        self._note(name, conversation, self._number_seconds)

    def of_number(self, number: str) -> ConversationId | None:
        """Raises CodesUnavailable."""
        return next(iter(self._of(self._name("number", number))), None)

    def forget_number(self, number: str) -> None:
        """Raises CodesUnavailable."""
        self._forget(self._name("number", number))

    def _name(self, kind: str, value: str) -> str:
        return hashlib.blake2b(value.encode(), key=self._secret[:64], digest_size=32, person=kind.encode()).hexdigest()

    def _note(self, who: str, conversation: ConversationId, seconds: float) -> None:
        now = self._now()
        same = (_TABLE.c.who == who) & (_TABLE.c.conversation == conversation)
        row = {"who": who, "conversation": conversation, "since": now, "until": now + seconds}
        try:
            with self._tables.begin() as database:
                database.execute(delete(_TABLE).where(same | (_TABLE.c.until <= now)))
                database.execute(insert(_TABLE).values(**row))
        except SQLAlchemyError as error:
            log.error("whereabouts: %s", error)
            raise CodesUnavailable from error

    def _of(self, who: str) -> tuple[ConversationId, ...]:
        alive = (_TABLE.c.who == who) & (_TABLE.c.until > self._now())
        newest = select(_TABLE.c.conversation).where(alive).order_by(_TABLE.c.since.desc()).limit(LOOKED_AT)
        try:
            with self._tables.connect() as database:
                return tuple(ConversationId(name) for name in database.execute(newest).scalars())
        except SQLAlchemyError as error:
            raise CodesUnavailable from error

    def _forget(self, who: str) -> None:
        try:
            with self._tables.begin() as database:
                database.execute(delete(_TABLE).where(_TABLE.c.who == who))
        except SQLAlchemyError as error:
            raise CodesUnavailable from error
