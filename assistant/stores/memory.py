"""MemoryEventStore: the log in a dict, for tests and trials. Keeps every promise of the port but durability."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice

from assistant.errors import ClientIdReused, ConcurrentTurn, ConversationNotFound, StoreUnavailable
from assistant.events import ConversationId, Draft, Event
from assistant.ids import Ids
from assistant.ports import LONGEST_LEASE_SECONDS, Appended, Clock, Lease
from assistant.stores.entries import Entry, body_digest, client_ids_of, endings_of, entries_of
from assistant.stores.standing import Standing

_NO_SECRET = b"memory"


@dataclass(slots=True)
class _Log:
    events: list[Event] = field(default_factory=list)
    client_ids: dict[str, tuple[int, bytes]] = field(default_factory=dict)
    ended: set[str] = field(default_factory=set)
    standing: Standing = field(default_factory=Standing)
    epoch: int = 0
    owner: str = ""
    leased_until: float = 0.0


class MemoryEventStore:
    def __init__(self, *, clock: Clock, ids: Ids, shared: bool = False) -> None:
        self.shared = shared
        self.generation = ids.event()
        self._clock = clock
        self._ids = ids
        self._logs: dict[ConversationId, _Log] = {}
        self._closed = False

    async def create(self, conversation: ConversationId, drafts: Sequence[Draft]) -> tuple[Event, ...]:
        self._check_open()
        entries = entries_of(drafts, self._ids)
        if conversation in self._logs:
            raise ConcurrentTurn(f"conversation {conversation!r} exists already")
        log = self._logs[conversation] = _Log()
        return self._write(conversation, log, entries)

    async def append(
        self,
        conversation: ConversationId,
        drafts: Sequence[Draft],
        *,
        expected_seq: int | None = None,
        lease: Lease | None = None,
    ) -> Appended:
        entries = entries_of(drafts, self._ids)
        log = self._log(conversation)
        if (first := _duplicate_of(log, entries)) is not None:
            return Appended(events=(first,), duplicate=True)
        if lease is not None and lease.epoch != log.epoch:
            raise ConcurrentTurn(f"the lease of epoch {lease.epoch} is outdated: the newest is {log.epoch}")
        if expected_seq is not None and expected_seq != len(log.events):
            raise ConcurrentTurn(f"the last seq is {len(log.events)}, not {expected_seq}")
        endings = endings_of(entries)
        if log.ended.intersection(endings) or len(set(endings)) < len(endings):
            raise ConcurrentTurn(f"turn {endings!r} has its final fact already")
        return Appended(events=self._write(conversation, log, entries))

    def _write(self, conversation: ConversationId, log: _Log, entries: Sequence[Entry]) -> tuple[Event, ...]:
        at, first = self._clock.now(), len(log.events) + 1
        events = tuple(entry.event(conversation, first + offset, at) for offset, entry in enumerate(entries))
        for client_id, fact, position in client_ids_of(entries):
            log.client_ids[client_id] = (first + position, body_digest(fact, _NO_SECRET))
        for event in events:
            log.standing = log.standing.after(event.seq, event.fact)
        log.ended.update(endings_of(entries))
        log.events.extend(events)
        return events

    async def read(
        self, conversation: ConversationId, *, after: int = 0, limit: int | None = None
    ) -> tuple[Event, ...]:
        events = self._log(conversation).events[max(after, 0) :]
        return tuple(events if limit is None else events[:limit])

    async def last_seq(self, conversation: ConversationId) -> int:
        return len(self._log(conversation).events)

    async def last_seqs(self, conversations: Sequence[ConversationId]) -> Mapping[ConversationId, int]:
        self._check_open()
        return {name: len(log.events) for name in conversations if (log := self._logs.get(name)) is not None}

    async def take_lease(self, conversation: ConversationId, *, owner: str, seconds: float) -> Lease | None:
        log, now = self._log(conversation), self._clock.now()
        if log.owner not in ("", owner) and _lasts(log, now):
            return None
        log.epoch, log.owner = log.epoch + 1, owner
        log.leased_until = (now + timedelta(seconds=seconds)).timestamp()
        return Lease(conversation=conversation, owner=owner, epoch=log.epoch)

    async def release_lease(self, lease: Lease) -> None:
        log = self._log(lease.conversation)
        if log.epoch == lease.epoch:
            log.owner, log.leased_until = "", 0.0

    def release_all_leases(self) -> None:
        """As a process that knows itself to be the only one does at its start."""
        for log in self._logs.values():
            log.owner, log.leased_until = "", 0.0

    async def unanswered(self) -> tuple[ConversationId, ...]:
        self._check_open()
        return tuple(name for name, log in self._logs.items() if log.standing.unanswered)

    async def orphaned(self, *, quiet_seconds: float, limit: int = 200) -> tuple[ConversationId, ...]:
        self._check_open()
        now = self._clock.now()
        quiet = now - timedelta(seconds=quiet_seconds)
        free = (
            name
            for name, log in self._logs.items()
            if log.standing.unanswered and not (log.owner and _lasts(log, now)) and not quiet < log.events[-1].at <= now
        )
        return tuple(islice(free, limit))

    async def with_people(self) -> tuple[ConversationId, ...]:
        self._check_open()
        return tuple(name for name, log in self._logs.items() if log.standing.desk)

    async def conversations(self) -> tuple[ConversationId, ...]:
        """All of them, oldest first."""
        self._check_open()
        return tuple(self._logs)

    async def close(self) -> None:
        self._closed = True

    def _check_open(self) -> None:
        if self._closed:
            raise StoreUnavailable("the log is closed")

    def _log(self, conversation: ConversationId) -> _Log:
        self._check_open()
        log = self._logs.get(conversation)
        if log is None:
            raise ConversationNotFound(conversation)
        return log


def _duplicate_of(log: _Log, entries: Sequence[Entry]) -> Event | None:
    for client_id, fact, _ in client_ids_of(entries):
        if (known := log.client_ids.get(client_id)) is None:
            continue
        seq, digest = known
        if digest != body_digest(fact, _NO_SECRET):
            raise ClientIdReused(client_id)
        return log.events[seq - 1]
    return None


def _lasts(log: _Log, now: datetime) -> bool:
    return now.timestamp() < log.leased_until <= now.timestamp() + LONGEST_LEASE_SECONDS
