"""Outgoing: messages to customers, from being queued to being read (small table). None is queued twice, none is lost.

Blocking: used in `product.in_thread`. Of one line they go in their order. Above: `text_following`, `sending_texts`. Below:
`tables`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import msgspec
from sqlalchemy import Connection, Engine, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from channels.rendering.rendered import Part
from channels.text_message.messages import Status
from channels.text_message.tables import OUTGOING

_RANKS = {"waiting": 0, "sending": 0, "sent": 1, "delivered": 2, "read": 3, "failed": 4}
_OPEN = ("waiting", "sending")


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    number: int
    reference: str
    line: str
    part: Part
    tries: int
    uncertain: float
    """When it was first handed to the carrier, which may have it; 0: never."""


class OutgoingTexts:
    def __init__(self, engine: Engine, *, now: Callable[[], float] = time.time) -> None:
        self._engine, self._now = engine, now

    def queue(self, line: str, reference: str, parts: Sequence[Part]) -> None:
        """Once for each reference."""
        for number, part in enumerate(parts, 1):
            try:
                with self._engine.begin() as database:
                    self.add(database, line, f"{reference}.{number}", part)
            except IntegrityError:
                continue  # it was queued before

    def add(self, database: Connection, line: str, reference: str, part: Part) -> None:
        """Within a transaction. Raises IntegrityError where that reference has been queued."""
        now = self._now()
        body = msgspec.json.encode(part).decode()
        database.execute(insert(OUTGOING).values(reference=reference, line=line, part=body, next_at=now, made=now))

    def claim(self, most: int, patience: float) -> tuple[Claimed, ...]:
        """The oldest of each line, to be sent by this process. One that was being sent when its process ended comes again,
        as uncertain, after `patience` seconds."""
        now = self._now()
        first = select(func.min(OUTGOING.c.number)).where(OUTGOING.c.state.in_(_OPEN)).group_by(OUTGOING.c.line)
        due = (
            select(OUTGOING)
            .where(OUTGOING.c.number.in_(first) & (OUTGOING.c.next_at <= now))
            .order_by(OUTGOING.c.number)
        )
        with self._engine.connect() as database:
            rows = database.execute(due.limit(most)).all()
        found = []
        for row in rows:
            with self._engine.begin() as database:
                mine = (OUTGOING.c.number == row.number) & (OUTGOING.c.state == row.state)
                mine &= OUTGOING.c.next_at == row.next_at
                values = {"state": "sending", "next_at": now + patience, "claimed": row.claimed or now}
                if database.execute(update(OUTGOING).where(mine).values(**values)).rowcount == 1:
                    uncertain = row.claimed if row.state == "sending" else 0.0
                    part = msgspec.json.decode(row.part, type=Part)
                    found.append(
                        Claimed(
                            number=row.number,
                            reference=row.reference,
                            line=row.line,
                            part=part,
                            tries=row.tries,
                            uncertain=uncertain,
                        )
                    )
        return tuple(found)

    def sent(self, number: int, carriers_id: str) -> None:
        """Its words are forgotten: the conversation has them."""
        with self._engine.begin() as database:
            open_still = (OUTGOING.c.number == number) & OUTGOING.c.state.in_(_OPEN)
            database.execute(
                update(OUTGOING).where(open_still).values(state="sent", part="{}", carriers_id=carriers_id)
            )
            named = (OUTGOING.c.number == number) & (OUTGOING.c.carriers_id == "")
            database.execute(update(OUTGOING).where(named).values(carriers_id=carriers_id))

    def again(self, number: int, seconds: float, error: str) -> None:
        """The carrier has not taken it."""
        values = {"state": "waiting", "tries": OUTGOING.c.tries + 1, "claimed": 0.0, "error": error[:200]}
        self._set(number, next_at=self._now() + seconds, **values)

    def failed(self, number: int, error: str) -> None:
        self._set(number, state="failed", part="{}", error=error[:200])

    def drop(self, line: str) -> None:
        """What waits for a line that wants no more."""
        waiting = (OUTGOING.c.line == line) & (OUTGOING.c.state == "waiting")
        with self._engine.begin() as database:
            database.execute(update(OUTGOING).where(waiting).values(state="failed", part="{}", error="opted out"))

    def told(self, status: Status) -> str:
        """By the carrier. Never back: one that was delivered is not sent anew. The line it is of; "" where it is unknown."""
        known = OUTGOING.c.carriers_id == status.id
        if status.reference:
            known = OUTGOING.c.reference == status.reference
        with self._engine.begin() as database:
            row = database.execute(select(OUTGOING).where(known)).first()
            if row is None:
                return ""
            if _RANKS[status.state] > _RANKS[row.state]:
                values = {"state": status.state, "part": "{}", "error": status.error or row.error}
                values["carriers_id"] = row.carriers_id or status.id
                same = (OUTGOING.c.number == row.number) & (OUTGOING.c.state == row.state)
                database.execute(update(OUTGOING).where(same).values(**values))
            return str(row.line)

    def next_at(self) -> float | None:
        with self._engine.connect() as database:
            open_still = OUTGOING.c.state.in_(_OPEN)
            found = database.execute(select(func.min(OUTGOING.c.next_at)).where(open_still)).scalar_one()
        return None if found is None else float(found)

    def counts(self) -> dict[Literal["waiting", "sending", "sent", "delivered", "read", "failed"], int]:
        with self._engine.connect() as database:
            grouped = database.execute(select(OUTGOING.c.state, func.count()).group_by(OUTGOING.c.state))
            return {row[0]: row[1] for row in grouped}

    def forget(self, before: float) -> None:
        with self._engine.begin() as database:
            over = OUTGOING.c.state.not_in(_OPEN) & (OUTGOING.c.made < before)
            database.execute(delete(OUTGOING).where(over))

    def _set(self, number: int, **values: Any) -> None:
        with self._engine.begin() as database:
            database.execute(update(OUTGOING).where(OUTGOING.c.number == number).values(**values))
