"""Legal holds: what must not be erased, whoever asks, until it is released.

    holds = LegalHolds(tables, clock)
    holds.check(customer_id=…, conversations=(…))     # raises ErasureHeld: call it before anything is destroyed

Blocking: used in threads. Above: erasure, retention, export, the command line. Below: `privacy_tables`.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Engine, insert, or_, select, update
from sqlalchemy.exc import SQLAlchemyError

from assistant.desk.tables import stamp
from assistant.errors import AssistantError, StoreUnavailable
from assistant.ports import Clock
from assistant.privacy.privacy_tables import HOLDS, make_tables

ASKED_AT_ONCE = 500
"""Conversations named in one statement: SQLite takes no more than 999 values."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LegalHold:
    """Of a customer with all their conversations, or of one conversation."""

    hold_id: str
    customer_id: str = ""
    conversation_id: str = ""
    reason: str
    placed_by: str
    placed_at: str
    released_by: str = ""
    released_at: str = ""
    """RFC 3339; empty while it stands."""


class ErasureHeld(AssistantError):
    """A legal hold forbids it; nothing was erased."""

    code = "legal_hold"

    def __init__(self, holds: Sequence[LegalHold]) -> None:
        ids = ", ".join(hold.hold_id for hold in holds)
        super().__init__(
            f"a legal hold forbids this ({ids}): nothing was erased. Whoever placed it may end it with"
            f" `aisle privacy release {holds[0].hold_id if holds else 'HOLD'}`"
        )
        self.holds = tuple(holds)


class NoSuchHold(AssistantError):
    """No such hold, or it was released before."""


class LegalHolds:
    def __init__(self, engine: Engine, clock: Clock) -> None:
        """Makes its table where it is missing. Raises StoreUnavailable."""
        self._engine, self._clock = engine, clock
        with _translated():
            make_tables(engine)

    def place(self, *, customer_id: str = "", conversation_id: str = "", reason: str, by: str) -> LegalHold:
        """Raises ValueError where neither or both are named, or no reason is given; StoreUnavailable."""
        if bool(customer_id) == bool(conversation_id):
            raise ValueError("name the customer or the conversation that the hold is for, one of them")
        if not reason.strip():
            raise ValueError("a hold needs a reason: the case or the order that asks for it")
        hold = LegalHold(
            hold_id=f"hold_{secrets.token_hex(6)}",
            customer_id=customer_id,
            conversation_id=conversation_id,
            reason=reason.strip(),
            placed_by=by,
            placed_at=stamp(self._clock.now()),
        )
        with _translated(), self._engine.begin() as db:
            db.execute(insert(HOLDS).values(asdict(hold)))
        return hold

    def release(self, hold_id: str, *, by: str) -> LegalHold:
        """Raises NoSuchHold, StoreUnavailable."""
        change = (
            update(HOLDS)
            .where(HOLDS.c.hold_id == hold_id, HOLDS.c.released_at == "")
            .values(released_by=by, released_at=stamp(self._clock.now()))
        )
        with _translated(), self._engine.begin() as db:
            if not db.execute(change).rowcount:
                raise NoSuchHold(f"no hold {hold_id!r} stands: `aisle privacy holds` lists them")
        return self._read(select(HOLDS).where(HOLDS.c.hold_id == hold_id))[0]

    def standing(self, *, customer_id: str = "", conversations: Sequence[str] = ()) -> tuple[LegalHold, ...]:
        """The holds that forbid erasing this customer or any of these conversations. Raises StoreUnavailable."""
        found: dict[str, LegalHold] = {}
        for start in range(0, max(1, len(conversations)), ASKED_AT_ONCE):
            some = list(conversations[start : start + ASKED_AT_ONCE])
            names: list[Any] = [HOLDS.c.conversation_id.in_(some)] if some else []
            names += [HOLDS.c.customer_id == customer_id] if customer_id else []
            if names:
                query = select(HOLDS).where(HOLDS.c.released_at == "", or_(*names))
                found |= {hold.hold_id: hold for hold in self._read(query)}
        return tuple(found.values())

    def check(self, *, customer_id: str = "", conversations: Sequence[str] = ()) -> None:
        """Raises ErasureHeld, StoreUnavailable."""
        if held := self.standing(customer_id=customer_id, conversations=conversations):
            raise ErasureHeld(held)

    def all(self, *, released: bool = False) -> tuple[LegalHold, ...]:
        """The oldest first. Raises StoreUnavailable."""
        query = select(HOLDS).order_by(HOLDS.c.placed_at)
        return self._read(query if released else query.where(HOLDS.c.released_at == ""))

    def _read(self, query: Any) -> tuple[LegalHold, ...]:
        with _translated(), self._engine.connect() as db:
            return tuple(LegalHold(**row) for row in db.execute(query).mappings())


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except SQLAlchemyError as error:
        raise StoreUnavailable(f"legal holds cannot be read: {type(error).__name__}") from error
