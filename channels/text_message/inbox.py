"""Inbox: messages that carriers have brought, durable before the carrier is answered, each taken once (small table).

Blocking: used in `product.in_thread`. Of one line they are taken in their order. Above: `texting`. Below: `tables`.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import msgspec
from sqlalchemy import Engine, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from channels.text_message.messages import Inbound, Line
from channels.text_message.tables import INBOX

UNSAID = Line(carrier="twilio", customer="", shop="")
CLAIM_SECONDS = 120.0
"""How long a message may take; then another process takes it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolved:
    """What a message was found to mean, in which conversation: the same on every further try."""

    conversation: str
    text: str = ""
    action: str = ""
    arguments: dict[str, Any] = field(default_factory=dict)
    audio: bool = False
    confidence: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    number: int
    inbound: Inbound
    """Without its line, which `lines` knows by this key."""
    line: str
    resolved: Resolved | None
    tries: int


class Inbox:
    def __init__(self, engine: Engine, *, now: Callable[[], float] = time.time) -> None:
        self._engine, self._now = engine, now

    def put(self, inbound: Inbound, line: str) -> bool:
        """Durable when it returns. False: it has come before."""
        now, name = self._now(), f"{inbound.line.carrier}:{inbound.id}"
        row = {"id": name, "line": line, "message": _json(replace(inbound, line=UNSAID)), "next_at": now, "came": now}
        try:
            with self._engine.begin() as database:
                database.execute(insert(INBOX).values(**row))
        except IntegrityError:
            return False
        return True

    def take(self, most: int) -> tuple[Taken, ...]:
        """The oldest of each line, for this process alone for a while."""
        now = self._now()
        first = select(func.min(INBOX.c.number)).where(INBOX.c.done.is_(False)).group_by(INBOX.c.line)
        due = select(INBOX).where(INBOX.c.number.in_(first) & (INBOX.c.next_at <= now)).order_by(INBOX.c.number)
        with self._engine.connect() as database:
            rows = database.execute(due.limit(most)).all()
        found = []
        for row in rows:
            with self._engine.begin() as database:
                mine = (INBOX.c.number == row.number) & INBOX.c.done.is_(False) & (INBOX.c.next_at == row.next_at)
                claim = update(INBOX).where(mine).values(next_at=now + CLAIM_SECONDS, tries=row.tries + 1)
                if database.execute(claim).rowcount == 1:
                    resolved = msgspec.json.decode(row.resolved, type=Resolved) if row.resolved else None
                    inbound = msgspec.json.decode(row.message, type=Inbound)
                    found.append(
                        Taken(number=row.number, inbound=inbound, line=row.line, resolved=resolved, tries=row.tries)
                    )
        return tuple(found)

    def resolve(self, number: int, resolved: Resolved | None) -> None:
        """None: it must be found out anew."""
        self._set(number, resolved="" if resolved is None else _json(resolved))

    def done(self, number: int) -> None:
        """Its words are forgotten: the conversation has them."""
        self._set(number, done=True, message="{}", resolved="")

    def again(self, number: int, seconds: float) -> None:
        self._set(number, next_at=self._now() + seconds)

    def next_at(self) -> float | None:
        """When something may be taken; None when nothing waits."""
        with self._engine.connect() as database:
            found = database.execute(select(func.min(INBOX.c.next_at)).where(INBOX.c.done.is_(False))).scalar_one()
        return None if found is None else float(found)

    def forget(self, before: float) -> None:
        with self._engine.begin() as database:
            database.execute(delete(INBOX).where(INBOX.c.done.is_(True) & (INBOX.c.came < before)))

    def _set(self, number: int, **values: Any) -> None:
        with self._engine.begin() as database:
            database.execute(update(INBOX).where(INBOX.c.number == number).values(**values))


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()
