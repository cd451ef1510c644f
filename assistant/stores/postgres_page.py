"""A page: what the database holds of the conversations of one commit, and the judging of each append against it. Pure.

Above: postgres_writing, which reads a page and writes it back. Below: entries, standing. The same rules as `ledger`'s.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from assistant.errors import ClientIdReused, ConcurrentTurn
from assistant.events import ConversationId, Event
from assistant.ports import Appended, Lease
from assistant.sealing.envelope import DataKey
from assistant.stores.entries import Entry, client_ids_of, endings_of
from assistant.stores.sealed_rows import Codec
from assistant.stores.standing import Standing


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """One event to be inserted, with the entry that it came from."""

    event: Event
    entry: Entry
    key: DataKey | None


@dataclass(slots=True, kw_only=True)
class Leaf:
    """One conversation, locked: nobody else writes to it until this commit is through."""

    id: int
    name: ConversationId
    last_seq: int
    epoch: int = 0
    standing: Standing = field(default_factory=Standing)
    known: dict[str, tuple[Event, bytes]] = field(default_factory=dict)
    """client_id -> its first event and the digest of its body."""
    ended: set[str] = field(default_factory=set)
    new: list[Written] = field(default_factory=list)
    new_client_ids: list[tuple[str, int, bytes]] = field(default_factory=list)
    new_endings: list[str] = field(default_factory=list)

    @property
    def touched(self) -> bool:
        return bool(self.new)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a caller wants appended."""

    conversation: ConversationId
    entries: Sequence[Entry]
    key: DataKey | None = None
    """What its entries are sealed with."""
    expected_seq: int | None = None
    lease: Lease | None = None


def judge(wish: Wish, leaf: Leaf, *, at: datetime, codec: Codec) -> Appended:
    """Takes the wish into the leaf, or raises ClientIdReused, ConcurrentTurn and leaves it as it was."""
    if (first := _duplicate_of(wish.entries, leaf.known, codec)) is not None:
        return Appended(events=(first,), duplicate=True)
    if wish.lease is not None and wish.lease.epoch != leaf.epoch:
        raise ConcurrentTurn(f"the lease of epoch {wish.lease.epoch} is outdated: the newest is {leaf.epoch}")
    if wish.expected_seq is not None and wish.expected_seq != leaf.last_seq:
        raise ConcurrentTurn(f"the last seq is {leaf.last_seq}, not {wish.expected_seq}")
    endings = endings_of(wish.entries)
    for turn_id in endings:
        if turn_id in leaf.ended or endings.count(turn_id) > 1:
            raise ConcurrentTurn(f"turn {turn_id!r} has its final fact already")
    return Appended(events=_take_in(wish, leaf, endings, at, codec))


def _duplicate_of(entries: Sequence[Entry], known: Mapping[str, tuple[Event, bytes]], codec: Codec) -> Event | None:
    for client_id, fact, _ in client_ids_of(entries):
        if (found := known.get(client_id)) is None:
            continue
        if not codec.same(found[0], found[1], fact):
            raise ClientIdReused(client_id)
        return found[0]
    return None


def _take_in(wish: Wish, leaf: Leaf, endings: Sequence[str], at: datetime, codec: Codec) -> tuple[Event, ...]:
    entries = wish.entries
    first = leaf.last_seq + 1
    events = tuple(entry.event(leaf.name, first + offset, at) for offset, entry in enumerate(entries))
    leaf.new += [Written(event=event, entry=entry, key=wish.key) for event, entry in zip(events, entries, strict=True)]
    for client_id, fact, position in client_ids_of(entries):
        digest = codec.digest(fact)
        leaf.known[client_id] = (events[position], digest)
        leaf.new_client_ids.append((codec.marks(client_id)[0], first + position, digest))
    leaf.ended.update(endings)
    leaf.new_endings += endings
    for event in events:
        leaf.standing = leaf.standing.after(event.seq, event.fact)
    leaf.last_seq = events[-1].seq
    return events
