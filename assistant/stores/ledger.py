"""Ledger: the statements that judge and write one append, within a transaction that the caller opens and commits.

Above: sqlite. Below: schema's tables. Synchronous, and called from the writer's thread or a reader's.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from assistant.errors import ClientIdReused, ConcurrentTurn, ConversationNotFound
from assistant.events import Actor, ConversationId, Event
from assistant.ports import LONGEST_LEASE_SECONDS, Appended, Clock, Lease
from assistant.sealing.envelope import DataKey
from assistant.stores.entries import Entry, client_ids_of, endings_of, row_digest
from assistant.stores.sealed_rows import Codec
from assistant.stores.standing import Standing

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_LONGEST_LEASE = int(LONGEST_LEASE_SECONDS * 1_000_000)
_NAMES_A_QUERY = 500
_EVENT_COLUMNS = "seq, id, at, actor_kind, actor_id, channel, type, data"


@dataclass(frozen=True, slots=True)
class _Row:
    id: int
    last_seq: int
    epoch: int
    standing: Standing


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    clock: Clock
    codec: Codec

    def create(
        self, db: sqlite3.Connection, conversation: ConversationId, entries: Sequence[Entry], key: DataKey | None
    ) -> Appended:
        if db.execute("SELECT 1 FROM conversations WHERE name = ?", (conversation,)).fetchone():
            raise ConcurrentTurn(f"conversation {conversation!r} exists already")
        cursor = db.execute("INSERT INTO conversations (name, last_seq) VALUES (?, 0)", (conversation,))
        row = _Row(cursor.lastrowid or 0, 0, 0, Standing())
        return self._write(db, conversation, row, entries, key)

    def append(
        self,
        db: sqlite3.Connection,
        conversation: ConversationId,
        entries: Sequence[Entry],
        key: DataKey | None,
        expected_seq: int | None,
        lease: Lease | None,
    ) -> Appended:
        row = _row(db, conversation)
        if (first := self._duplicate_of(db, conversation, row, entries)) is not None:
            return Appended(events=(first,), duplicate=True)
        if lease is not None and lease.epoch != row.epoch:
            raise ConcurrentTurn(f"the lease of epoch {lease.epoch} is outdated: the newest is {row.epoch}")
        if expected_seq is not None and expected_seq != row.last_seq:
            raise ConcurrentTurn(f"the last seq is {row.last_seq}, not {expected_seq}")
        _check_endings(db, row, endings_of(entries))
        return self._write(db, conversation, row, entries, key)

    def _duplicate_of(
        self, db: sqlite3.Connection, conversation: ConversationId, row: _Row, entries: Sequence[Entry]
    ) -> Event | None:
        for client_id, fact, _ in client_ids_of(entries):
            known = db.execute(
                "SELECT seq, digest FROM client_ids WHERE conversation = ? AND client_id IN (?, ?)",
                (row.id, *self.codec.marks(client_id)),
            ).fetchone()
            if known is None:
                continue
            (event,) = _events(db, conversation, row.id, known[0] - 1, 1, self.codec)
            if not self.codec.same(event, known[1], fact):
                raise ClientIdReused(client_id)
            return event
        return None

    def _write(
        self,
        db: sqlite3.Connection,
        conversation: ConversationId,
        row: _Row,
        entries: Sequence[Entry],
        key: DataKey | None,
    ) -> Appended:
        at = self.clock.now()
        first = row.last_seq + 1
        events = tuple(entry.event(conversation, first + offset, at) for offset, entry in enumerate(entries))
        microseconds = (at - _EPOCH) // _MICROSECOND
        db.executemany(
            "INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (*values, row_digest(self.codec.digest_key, *values))
                for seq, entry in enumerate(entries, first)
                for values in [self._values(conversation, row.id, seq, microseconds, entry, key)]
            ],
        )
        for client_id, fact, position in client_ids_of(entries):
            kept = (row.id, self.codec.marks(client_id)[0], first + position, self.codec.digest(fact))
            db.execute("INSERT INTO client_ids VALUES (?, ?, ?, ?)", kept)
        for turn_id in endings_of(entries):
            db.execute("INSERT INTO ended_turns VALUES (?, ?)", (row.id, turn_id))
        _stand(db, row, events)
        return Appended(events=events)

    def _values(
        self, conversation: str, row_id: int, seq: int, at: int, entry: Entry, key: DataKey | None
    ) -> tuple[object, ...]:
        draft = entry.draft
        actor_id, data = self.codec.lie(conversation, seq, entry, key)
        return (row_id, seq, entry.id, at, draft.actor.kind, actor_id, draft.channel, entry.type, data)

    def take_lease(
        self, db: sqlite3.Connection, conversation: ConversationId, owner: str, seconds: float
    ) -> Lease | None:
        now = (self.clock.now() - _EPOCH) // _MICROSECOND
        until = now + int(seconds * 1_000_000)
        held = db.execute(
            "UPDATE conversations SET epoch = epoch + 1, owner = ?, leased_until = ? "
            "WHERE name = ? AND (owner IN ('', ?) OR leased_until NOT BETWEEN ? AND ?) RETURNING epoch",
            (owner, until, conversation, owner, now + 1, now + _LONGEST_LEASE),
        ).fetchall()
        if held:
            return Lease(conversation=conversation, owner=owner, epoch=held[0][0])
        _row(db, conversation)  # not held because it does not exist?
        return None

    def orphaned(self, db: sqlite3.Connection, quiet_seconds: float, limit: int) -> tuple[ConversationId, ...]:
        now = (self.clock.now() - _EPOCH) // _MICROSECOND
        rows = db.execute(
            "SELECT c.name FROM conversations c JOIN events e ON e.conversation = c.id AND e.seq = c.last_seq "
            "WHERE c.unanswered = 1 AND e.at NOT BETWEEN ? AND ? AND (c.owner = '' OR c.leased_until NOT BETWEEN ? AND ?) "
            "ORDER BY c.id LIMIT ?",
            (now - int(quiet_seconds * 1_000_000) + 1, now, now + 1, now + _LONGEST_LEASE, limit),
        )
        return tuple(ConversationId(name) for (name,) in rows)


def release_lease(db: sqlite3.Connection, lease: Lease) -> None:
    db.execute(
        "UPDATE conversations SET owner = '', leased_until = 0 WHERE name = ? AND epoch = ?",
        (lease.conversation, lease.epoch),
    )


def release_all_leases(db: sqlite3.Connection) -> None:
    """For a process that knows itself to be the only one: what its predecessor held, nobody holds."""
    db.execute("UPDATE conversations SET owner = '', leased_until = 0 WHERE owner <> ''")


def read_events(
    db: sqlite3.Connection, conversation: ConversationId, after: int, limit: int | None, codec: Codec
) -> tuple[Event, ...]:
    found = db.execute("SELECT id FROM conversations WHERE name = ?", (conversation,)).fetchone()
    if found is None:
        raise ConversationNotFound(conversation)
    return _events(db, conversation, found[0], after, -1 if limit is None else limit, codec)


def last_seq(db: sqlite3.Connection, conversation: ConversationId) -> int:
    return _row(db, conversation).last_seq


def last_seqs(db: sqlite3.Connection, names: Sequence[ConversationId]) -> dict[ConversationId, int]:
    found: dict[ConversationId, int] = {}
    for first in range(0, len(names), _NAMES_A_QUERY):
        asked = names[first : first + _NAMES_A_QUERY]
        marks = ",".join("?" * len(asked))
        found.update(db.execute(f"SELECT name, last_seq FROM conversations WHERE name IN ({marks})", asked))
    return found


def conversations(db: sqlite3.Connection) -> tuple[ConversationId, ...]:
    return tuple(ConversationId(name) for (name,) in db.execute("SELECT name FROM conversations ORDER BY id"))


def unanswered(db: sqlite3.Connection) -> tuple[ConversationId, ...]:
    rows = db.execute("SELECT name FROM conversations WHERE unanswered = 1 ORDER BY id")
    return tuple(ConversationId(name) for (name,) in rows)


def with_people(db: sqlite3.Connection) -> tuple[ConversationId, ...]:
    rows = db.execute("SELECT name FROM conversations WHERE desk <> '' ORDER BY id")
    return tuple(ConversationId(name) for (name,) in rows)


def _row(db: sqlite3.Connection, conversation: ConversationId) -> _Row:
    found = db.execute(
        "SELECT id, last_seq, epoch, desk, by_people, turn, waiting, serving FROM conversations WHERE name = ?",
        (conversation,),
    ).fetchone()
    if found is None:
        raise ConversationNotFound(conversation)
    row_id, seq, epoch, desk, by_people, turn, waiting, serving = found
    standing = Standing(desk=desk, by_people=bool(by_people), turn=turn, waiting=_seqs(waiting), serving=_seqs(serving))
    return _Row(row_id, seq, epoch, standing)


def _stand(db: sqlite3.Connection, row: _Row, events: Sequence[Event]) -> None:
    standing = row.standing
    for event in events:
        standing = standing.after(event.seq, event.fact)
    last = events[-1].seq
    if standing is row.standing:
        db.execute("UPDATE conversations SET last_seq = ? WHERE id = ?", (last, row.id))
        return
    db.execute(
        "UPDATE conversations SET last_seq = ?, desk = ?, by_people = ?, turn = ?, waiting = ?, serving = ?, unanswered = ? "
        "WHERE id = ?",
        (
            last,
            standing.desk,
            standing.by_people,
            standing.turn,
            _text(standing.waiting),
            _text(standing.serving),
            standing.unanswered,
            row.id,
        ),
    )


def _check_endings(db: sqlite3.Connection, row: _Row, endings: Sequence[str]) -> None:
    for turn_id in endings:
        ended = db.execute("SELECT 1 FROM ended_turns WHERE conversation = ? AND turn_id = ?", (row.id, turn_id))
        if endings.count(turn_id) > 1 or ended.fetchone():
            raise ConcurrentTurn(f"turn {turn_id!r} has its final fact already")


def _events(
    db: sqlite3.Connection, conversation: ConversationId, row_id: int, after: int, limit: int, codec: Codec
) -> tuple[Event, ...]:
    rows = db.execute(
        f"SELECT {_EVENT_COLUMNS} FROM events WHERE conversation = ? AND seq > ? ORDER BY seq LIMIT ?",
        (row_id, after, limit),
    )
    return tuple(_event(conversation, row, codec) for row in rows)


def _event(conversation: ConversationId, row: tuple[Any, ...], codec: Codec) -> Event:
    seq, event_id, at, actor_kind, lies, channel, type_name, data = row
    actor_id, fact = codec.read(conversation, seq, type_name, lies, data)
    return Event(
        seq=seq,
        id=event_id,
        conversation=conversation,
        at=_EPOCH + at * _MICROSECOND,
        actor=Actor(kind=actor_kind, id=actor_id),
        channel=channel,
        fact=fact,
    )


def _seqs(text: str) -> tuple[int, ...]:
    return tuple(map(int, text.split(","))) if text else ()


def _text(seqs: tuple[int, ...]) -> str:
    return ",".join(map(str, seqs))
