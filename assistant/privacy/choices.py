"""Choices: what each known customer chose last, by purpose, for all their conversations (`product.tables`).

Derived from `consent_changed` facts, and read wherever their data is. Blocking: used in threads. Above: `consents`.
Below: `privacy_tables`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import get_args

from sqlalchemy import Engine, delete, insert, select
from sqlalchemy.exc import SQLAlchemyError

from assistant.desk.tables import stamp
from assistant.errors import StoreUnavailable
from assistant.events import ConsentChanged, Purpose
from assistant.ports import Clock
from assistant.privacy.privacy_tables import CHOICES, make_tables
from assistant.privacy.purposes import Choice


class Choices:
    def __init__(self, engine: Engine, clock: Clock) -> None:
        """Makes its table where it is missing. Raises StoreUnavailable."""
        self._engine, self._clock = engine, clock
        with _translated():
            make_tables(engine)

    def of(self, customer_id: str) -> Mapping[str, Choice]:
        """By purpose. Raises StoreUnavailable."""
        if not customer_id:
            return {}
        query = select(CHOICES).where(CHOICES.c.customer_id == customer_id)
        with _translated(), self._engine.connect() as db:
            rows = db.execute(query).mappings().all()
        return {row["purpose"]: Choice(given=bool(row["given"]), source=row["source"], at=row["at"]) for row in rows}

    def keep(self, customer_id: str, changes: Sequence[ConsentChanged], *, conversation: str) -> None:
        """Each takes the place of the older one of its purpose. Raises StoreUnavailable."""
        if not customer_id or not changes:
            return
        purposes = [change.purpose for change in changes]
        rows = [
            {
                "customer_id": customer_id,
                "purpose": change.purpose,
                "given": int(change.given),
                "source": change.source,
                "notice": change.notice,
                "conversation_id": conversation,
                "at": stamp(self._clock.now()),
            }
            for change in {change.purpose: change for change in changes}.values()
        ]
        mine = (CHOICES.c.customer_id == customer_id) & CHOICES.c.purpose.in_(purposes)
        with _translated(), self._engine.begin() as db:
            db.execute(delete(CHOICES).where(mine))
            db.execute(insert(CHOICES), rows)

    def refused(self, purpose: Purpose) -> Collection[str]:
        """The customers who have turned that purpose off. Raises StoreUnavailable."""
        query = select(CHOICES.c.customer_id).where(CHOICES.c.purpose == purpose, CHOICES.c.given == 0)
        with _translated(), self._engine.connect() as db:
            return frozenset(db.execute(query).scalars())

    def given(self, purpose: Purpose) -> Collection[str]:
        """The customers who have turned it on themselves. Raises StoreUnavailable."""
        query = select(CHOICES.c.customer_id).where(CHOICES.c.purpose == purpose, CHOICES.c.given == 1)
        with _translated(), self._engine.connect() as db:
            return frozenset(db.execute(query).scalars())


def is_purpose(name: str) -> bool:
    return name in get_args(Purpose)


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except SQLAlchemyError as error:
        raise StoreUnavailable(f"customers' choices cannot be used: {type(error).__name__}") from error
