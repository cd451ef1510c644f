"""Which devices want to be told of a conversation's news: subscriptions of the Push API, kept as they came.

Below: the house's small tables. Above: `push_rest`, and whoever sends (`PushSender`). Blocking: use it in a thread.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy import Column, Engine, Float, MetaData, String, Table, delete, insert, select
from sqlalchemy.schema import CreateTable

from assistant.events import ConversationId

MOST_OF_ONE = 8
"""Devices of one conversation; the oldest goes."""

_TABLE = Table(
    "push_subscriptions",
    MetaData(),
    Column("endpoint", String(1024), primary_key=True),
    Column("conversation", String(64), nullable=False, index=True),
    Column("p256dh", String(128), nullable=False),
    Column("auth", String(64), nullable=False),
    Column("locale", String(35), nullable=False),
    Column("since", Float, nullable=False),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """https://www.w3.org/TR/push-api/: where to send, and the keys that only the device can read with."""

    endpoint: str
    p256dh: str
    auth: str
    locale: str = "en"


class PushSender(Protocol):
    """Encrypts (RFC 8291), signs (VAPID, RFC 8292) and posts one notification."""

    async def send(self, subscription: Subscription, payload: bytes, *, seconds: int) -> bool:
        """seconds: how long it may wait for the device. False: the subscription is gone (404, 410), forget it. Raises
        DeliveryFailed(retryable)."""
        ...


class Subscriptions:
    def __init__(self, tables: Engine, *, now: Callable[[], float] = time.time) -> None:
        self._tables, self._now = tables, now
        with tables.begin() as database:
            database.execute(CreateTable(_TABLE, if_not_exists=True))

    def keep(self, conversation: ConversationId, one: Subscription) -> None:
        """A device that subscribes again, from another conversation too, is there once."""
        row = {"conversation": conversation, "p256dh": one.p256dh, "auth": one.auth, "locale": one.locale}
        with self._tables.begin() as database:
            database.execute(delete(_TABLE).where(_TABLE.c.endpoint == one.endpoint))
            database.execute(insert(_TABLE).values(endpoint=one.endpoint, since=self._now(), **row))
            mine = select(_TABLE.c.endpoint).where(_TABLE.c.conversation == conversation)
            old = database.execute(mine.order_by(_TABLE.c.since.desc()).offset(MOST_OF_ONE)).scalars().all()
            if old:
                database.execute(delete(_TABLE).where(_TABLE.c.endpoint.in_(old)))

    def forget(self, conversation: ConversationId, endpoint: str) -> None:
        known = (_TABLE.c.endpoint == endpoint) & (_TABLE.c.conversation == conversation)
        with self._tables.begin() as database:
            database.execute(delete(_TABLE).where(known))

    def of(self, conversation: ConversationId) -> tuple[Subscription, ...]:
        """The newest first."""
        with self._tables.connect() as database:
            rows = database.execute(
                select(_TABLE).where(_TABLE.c.conversation == conversation).order_by(_TABLE.c.since.desc())
            ).all()
        return tuple(
            Subscription(endpoint=row.endpoint, p256dh=row.p256dh, auth=row.auth, locale=row.locale) for row in rows
        )
