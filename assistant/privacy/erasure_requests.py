"""Erasures that were asked for: noted first, carried out by the running server, and kept as proof of what was done when.

A request names no more than ids. Idempotent by its id, which the message decides. Blocking: used in threads. Above: flows,
channels, `carrying_out`. Below: `privacy_tables`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import Any, Literal

from sqlalchemy import Engine, insert, select, update
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from assistant.desk.tables import stamp
from assistant.errors import StoreUnavailable
from assistant.ports import Clock
from assistant.privacy.privacy_tables import ERASURES, make_tables

State = Literal["open", "done", "held", "failed"]
AT_ONCE = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class ErasureRequest:
    request_id: str
    conversation_id: str
    """Where it was asked for; the whole of it, where no customer is named."""
    customer_id: str = ""
    """All that is theirs."""
    reason: Literal["asked", "retention", "shop"] = "asked"
    asked_at: str = ""
    state: State = "open"
    """held: a legal hold forbids it, and it is tried again; failed: so is this."""
    detail: str = ""
    done_at: str = ""


class ErasureRequests:
    def __init__(self, engine: Engine, clock: Clock) -> None:
        """Makes its table where it is missing. Raises StoreUnavailable."""
        self._engine, self._clock = engine, clock
        with _translated():
            make_tables(engine)

    def note(self, wanted: ErasureRequest) -> None:
        """Idempotent by id. Raises StoreUnavailable."""
        row = {**asdict(wanted), "asked_at": wanted.asked_at or stamp(self._clock.now())}
        with _translated():
            try:
                with self._engine.begin() as db:
                    db.execute(insert(ERASURES).values(row))
            except IntegrityError:
                return  # noted already

    def open(self) -> tuple[ErasureRequest, ...]:
        """What is still to be done, the oldest first. Raises StoreUnavailable."""
        query = select(ERASURES).where(ERASURES.c.state != "done").order_by(ERASURES.c.asked_at).limit(AT_ONCE)
        return self._read(query)

    def of(self, *, customer_id: str = "", conversation_id: str = "") -> tuple[ErasureRequest, ...]:
        column = ERASURES.c.customer_id if customer_id else ERASURES.c.conversation_id
        return self._read(select(ERASURES).where(column == (customer_id or conversation_id)))

    def ended(self, request_id: str, state: State, detail: str = "") -> None:
        """Whom it was about is known no more once it is done. Raises StoreUnavailable."""
        values = {"state": state, "detail": detail}
        if state == "done":
            values |= {"done_at": stamp(self._clock.now()), "customer_id": ""}
        with _translated(), self._engine.begin() as db:
            db.execute(update(ERASURES).where(ERASURES.c.request_id == request_id).values(values))

    def _read(self, query: Any) -> tuple[ErasureRequest, ...]:
        with _translated(), self._engine.connect() as db:
            return tuple(ErasureRequest(**row) for row in db.execute(query).mappings())


def request_id_of(conversation: str, said: object) -> str:
    """The same message asks once, however often its turn is run."""
    whole = "\0".join((conversation, str(said))).encode()
    return f"er_{hashlib.blake2b(whole, digest_size=6).hexdigest()}"


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except SQLAlchemyError as error:
        raise StoreUnavailable(f"requests for erasure cannot be noted: {type(error).__name__}") from error
