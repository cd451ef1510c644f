"""Destroying keys: in one transaction, so that either all of a customer's can be opened or none. Blocking.

What was destroyed stays as a row without its key, so that no copy brings it back. Processes that run find in `FORGOTTEN` what
they must drop. Above: erasing. Below: `key_store`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, case, delete, func, insert, select, update

from assistant.sealing.key_store import NAMES_A_QUERY, KeyStore, translated
from assistant.sealing.key_tables import FORGOTTEN, KEYS, tidy

TOLD_SECONDS = 86_400.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ToForget:
    number: int
    conversation: str
    owner: str
    """Keyed hash of the customer; empty for a conversation alone."""


def conversations_of(store: KeyStore, customer_id: str) -> tuple[str, ...]:
    """All that were sealed for that customer, destroyed ones too."""
    asked = select(KEYS.c.conversation).where(KEYS.c.owner == store.owner_of(customer_id), KEYS.c.conversation != "")
    with translated(), store.engine.connect() as db:
        return tuple(dict.fromkeys(db.execute(asked.order_by(KEYS.c.number)).scalars()))


def destroy(store: KeyStore, *, customer_id: str = "", conversations: Sequence[str] = ()) -> int:
    """How many keys went: the customer's with all that it wraps; of the conversations those that are nobody else's."""
    owner = store.owner_of(customer_id) if customer_id else ""
    with translated(), store.engine.begin() as db:
        gone = _destroy(db, store, KEYS.c.owner == owner) if owner else 0
        for first in range(0, len(conversations), NAMES_A_QUERY):
            some = KEYS.c.conversation.in_(list(conversations[first : first + NAMES_A_QUERY]))
            gone += _destroy(db, store, some if not owner else some & (KEYS.c.owner == ""))
        _tell(db, store, owner, conversations)
    with translated():
        tidy(store.engine)
    return gone


def _destroy(db: Connection, store: KeyStore, which: Any) -> int:
    change = update(KEYS).where(which, KEYS.c.destroyed_at == 0).values(wrapped=None, destroyed_at=store.now(), ended=1)
    return int(db.execute(change).rowcount)


def _tell(db: Connection, store: KeyStore, owner: str, conversations: Sequence[str]) -> None:
    at = store.now()
    db.execute(delete(FORGOTTEN).where(FORGOTTEN.c.at < at - TOLD_SECONDS))
    told = [{"conversation": name, "owner": owner, "at": at} for name in (*conversations, *([""] if owner else []))]
    if told:
        db.execute(insert(FORGOTTEN), told)


def destroyed_conversations(store: KeyStore) -> tuple[str, ...]:
    """Those of which not one key is left."""
    alive = func.sum(case((KEYS.c.destroyed_at == 0, 1), else_=0))
    asked = (
        select(KEYS.c.conversation).where(KEYS.c.conversation != "").group_by(KEYS.c.conversation).having(alive == 0)
    )
    with translated(), store.engine.connect() as db:
        return tuple(db.execute(asked).scalars())


def to_forget(store: KeyStore, *, since: float) -> tuple[ToForget, ...]:
    """What was destroyed since then, oldest first."""
    asked = select(FORGOTTEN).where(FORGOTTEN.c.at >= since).order_by(FORGOTTEN.c.number)
    with translated(), store.engine.connect() as db:
        return tuple(
            ToForget(number=row.number, conversation=row.conversation, owner=row.owner) for row in db.execute(asked)
        )
