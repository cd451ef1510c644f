"""The erasure register: what was erased when, under a keyed hash of whom. It lies with the keys, and stays. Blocking.

While an erasure is under way it holds its subject, sealed by the key-encryption key, so that what was cut off is ended by
whoever starts next. Above: `erasing`. Below: `sealing.key_store`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError

from assistant.erasing.ports import Erased, Reason, Subject
from assistant.ports import Clock
from assistant.sealing.envelope import unwrap, wrap
from assistant.sealing.key_store import KeyStore, master_name, translated, version_in
from assistant.sealing.key_tables import REGISTER, tidy


class Register:
    def __init__(self, keys: KeyStore, clock: Clock) -> None:
        self._keys, self._clock = keys, clock

    def subject_hash(self, subject: Subject) -> str:
        return self._keys.owner_of(f"{'customer' if subject.customer_id else 'conversation'}\n{_name(subject)}")

    def begin(self, subject: Subject, reason: Reason) -> Erased:
        """The one that is under way, or a new one."""
        hashed, at = self.subject_hash(subject), self._clock.now().isoformat(timespec="milliseconds")
        if (open_one := self._under_way(hashed)) is not None:
            return open_one
        request = f"er_{hashlib.blake2b(f'{hashed}{at}'.encode(), digest_size=8).hexdigest()}"
        row = {
            **dict.fromkeys(("conversations", "keys", "rows"), 0),
            **dict.fromkeys(("done_at", "left"), ""),
            "request_id": request,
            "subject": hashed,
            "scope": "customer" if subject.customer_id else "conversation",
            "reason": reason,
            "asked_at": at,
            "pending": self._sealed(request, subject),
        }
        with translated():
            try:
                with self._keys.engine.begin() as db:
                    db.execute(insert(REGISTER).values(row))
            except IntegrityError:
                pass  # another process has begun it at this moment
        return self.of(request)

    def _under_way(self, hashed: str) -> Erased | None:
        found = self._read(select(REGISTER).where(REGISTER.c.subject == hashed, REGISTER.c.done_at == ""))
        return found[0] if found else None

    def end(self, request_id: str, *, conversations: int, keys: int, rows: int, left: Sequence[str]) -> Erased:
        """Whom it was about is known no more."""
        values = {
            "done_at": self._clock.now().isoformat(timespec="milliseconds"),
            "conversations": conversations,
            "keys": keys,
            "rows": rows,
            "left": "\n".join(left),
            "pending": "",
        }
        with translated():
            with self._keys.engine.begin() as db:
                db.execute(update(REGISTER).where(REGISTER.c.request_id == request_id).values(values))
            tidy(self._keys.engine)
        return self.of(request_id)

    def of(self, request_id: str) -> Erased:
        return self._read(select(REGISTER).where(REGISTER.c.request_id == request_id))[0]

    def all(self) -> tuple[Erased, ...]:
        """The oldest first."""
        return self._read(select(REGISTER).order_by(REGISTER.c.asked_at))

    def cut_off(self) -> tuple[tuple[Subject, Reason], ...]:
        """What was begun and not ended."""
        with translated(), self._keys.engine.connect() as db:
            rows = db.execute(select(REGISTER).where(REGISTER.c.done_at == "").order_by(REGISTER.c.asked_at)).all()
        return tuple((self._opened(row.request_id, row.pending), row.reason) for row in rows)

    def _sealed(self, request_id: str, subject: Subject) -> str:
        version = self._keys.version()
        name = master_name(version)
        what = json.dumps([subject.customer_id, subject.conversation_id]).encode()
        return f"{name} {wrap(self._keys.master(version), request_id, name, what).hex()}"

    def _opened(self, request_id: str, pending: str) -> Subject:
        name, _, sealed = pending.partition(" ")
        what = unwrap(self._keys.master(version_in(name)), request_id, name, bytes.fromhex(sealed))
        customer_id, conversation_id = json.loads(what)
        return Subject(customer_id=customer_id, conversation_id=conversation_id)

    def _read(self, query: Any) -> tuple[Erased, ...]:
        with translated(), self._keys.engine.connect() as db:
            return tuple(_erased(row) for row in db.execute(query))


def _name(subject: Subject) -> str:
    return subject.customer_id or subject.conversation_id


def _erased(row: Any) -> Erased:
    return Erased(
        request_id=row.request_id,
        subject=row.subject,
        reason=row.reason,
        asked_at=row.asked_at,
        done_at=row.done_at,
        conversations=row.conversations,
        keys=row.keys,
        rows=row.rows,
        left=tuple(row.left.split("\n")) if row.left else (),
    )
