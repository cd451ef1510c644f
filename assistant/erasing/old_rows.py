"""Rows of the log from before there were keys: found, sealed, or blanked where they are erased. Blocking, while servers run.

The same statements to SQLite and to PostgreSQL. A row that is changed gets its digest anew, so that `aisle db check --deep` holds.
Above: `erasing`, `aisle privacy rotate --seal-old`. Below: `stores.inspection`'s engine, `stores.sealed_rows`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, Engine, text

from assistant.sealing.envelope import DataKey, event_place, seal
from assistant.sealing.sealer import KeySealer
from assistant.stores.entries import row_digest
from assistant.stores.inspection import meta_table
from assistant.stores.sealed_rows import ERASED, IN_CLEAR, client_mark

Told = Callable[[int, int], None]
_COLUMNS: Final = "conversation, seq, id, at, actor_kind, actor_id, channel, type, data"
_CLEAR: Final = "data NOT LIKE 's1.%'"


@dataclass(frozen=True, slots=True)
class OldRows:
    engine: Engine

    def in_clear(self, customer_id: str) -> tuple[str, ...]:
        """Conversations that name that customer in clear."""
        asked = text(
            "SELECT DISTINCT c.name FROM events e JOIN conversations c ON c.id = e.conversation "
            f"WHERE e.type = 'customer_identified' AND {_CLEAR.replace('data', 'e.data')} AND e.data LIKE :wanted"
        )
        with self.engine.connect() as db:
            return tuple(db.execute(asked, {"wanted": f'%"customer_id":{json.dumps(customer_id)}%'}).scalars())

    def blank(self, conversations: Sequence[str]) -> int:
        """How many were overwritten: what they said is nowhere any more."""
        gone = 0
        for name in conversations:
            with self.engine.begin() as db:
                found = _id_of(db, name)
                if found is None:
                    continue
                _overwriting(db)
                rows = _clear_rows(db, found)
                for row in rows:
                    _change(db, _digest_key(db), row, "", ERASED)
                db.execute(text("DELETE FROM client_ids WHERE conversation = :id"), {"id": found})
                gone += len(rows)
        if gone:
            with self._outside() as db:
                self._empty_the_journal(db)
        return gone

    def seal_all(self, sealing: KeySealer, tell: Told) -> int:
        """How many were sealed. A conversation is done in one transaction; cut off, the next run goes on."""
        with self.engine.connect() as db:
            names = db.execute(
                text(
                    "SELECT c.id, c.name FROM conversations c WHERE EXISTS "
                    f"(SELECT 1 FROM events e WHERE e.conversation = c.id AND {_CLEAR.replace('data', 'e.data')} "
                    f"AND e.type NOT IN ({', '.join(repr(name) for name in sorted(IN_CLEAR))})) ORDER BY c.id"
                )
            ).all()
        sealed = 0
        for done, (row_id, name) in enumerate(names, 1):
            with self.engine.begin() as db:
                _overwriting(db)
                sealed += _seal(db, row_id, name, sealing)
            tell(done, len(names))
        if sealed:
            self.leave_nothing()
        return sealed

    def leave_nothing(self) -> None:
        """What was overwritten lies in no free page and no write-ahead log any more, as far as the database lets us."""
        with self._outside() as db:
            db.exec_driver_sql("VACUUM" if self.engine.dialect.name == "sqlite" else "VACUUM events")
            self._empty_the_journal(db)

    def _outside(self) -> Connection:
        return self.engine.connect().execution_options(isolation_level="AUTOCOMMIT")

    def _empty_the_journal(self, db: Connection) -> None:
        if self.engine.dialect.name == "sqlite":
            db.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")


def _overwriting(db: Connection) -> None:
    """SQLite by itself leaves what was overwritten in its page."""
    if db.dialect.name == "sqlite":
        db.exec_driver_sql("PRAGMA secure_delete = ON")


def _seal(db: Connection, row_id: int, name: str, sealing: KeySealer) -> int:
    key, done = sealing.store.present(name).key, 0
    digests = _digest_key(db)
    for row in _clear_rows(db, row_id):
        if row.type == "customer_identified":
            key = sealing.store.present(name, json.loads(row.data)["customer_id"]).key
        _change(db, digests, row, "", _sealed(key, name, row))
        if row.type == "customer_signed_out":
            sealing.store.end(name)
            key = sealing.store.present(name).key
        done += 1
    _mark(db, row_id, digests)
    return done


def _sealed(key: DataKey, name: str, row: Any) -> str:
    clear = row.actor_id.encode() + b"\n" + row.data.encode()
    return seal(key, event_place(name, row.seq, row.type), clear)


def _mark(db: Connection, row_id: int, digests: bytes) -> None:
    """Clients' own names of their messages, and digests of short texts, lie there as keyed hashes no more than is needed."""
    asked = text("SELECT client_id FROM client_ids WHERE conversation = :id AND client_id NOT LIKE '#%'")
    for client_id in db.execute(asked, {"id": row_id}).scalars().all():
        db.execute(
            text(
                "UPDATE client_ids SET client_id = :mark, digest = :none WHERE conversation = :id AND client_id = :old"
            ),
            {"mark": client_mark(client_id, digests), "none": b"", "id": row_id, "old": client_id},
        )


def _clear_rows(db: Connection, row_id: int) -> Sequence[Any]:
    rows = db.execute(
        text(f"SELECT {_COLUMNS} FROM events WHERE conversation = :id AND {_CLEAR} ORDER BY seq"), {"id": row_id}
    ).all()
    return [row for row in rows if row.type not in IN_CLEAR or (row.actor_kind == "customer" and row.actor_id)]


def _change(db: Connection, digests: bytes, row: Any, actor_id: str, data: str) -> None:
    columns = (row.conversation, row.seq, row.id, row.at, row.actor_kind, actor_id, row.channel, row.type, data)
    db.execute(
        text(
            "UPDATE events SET actor_id = :actor, data = :data, digest = :digest WHERE conversation = :id AND seq = :seq"
        ),
        {
            "actor": actor_id,
            "data": data,
            "digest": row_digest(digests, *columns),
            "id": row.conversation,
            "seq": row.seq,
        },
    )


def _id_of(db: Connection, name: str) -> int | None:
    return db.execute(text("SELECT id FROM conversations WHERE name = :name"), {"name": name}).scalar()


def _digest_key(db: Connection) -> bytes:
    return bytes(db.execute(text(f"SELECT value FROM {meta_table(db)} WHERE name = 'digest_key'")).scalar_one())
