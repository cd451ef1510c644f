"""Entry: a draft made ready to be written. Encoded in the caller's own time, so that a writer only writes.

Above: the stores. Below: events.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec

from assistant.events import (
    AgentSaid,
    ConversationId,
    CustomerSaid,
    Draft,
    Event,
    Fact,
    decode_fact,
    encode_fact,
    fact_type,
)
from assistant.ids import Ids
from assistant.stores.standing import ended_turn

_DIGEST_BYTES = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    id: str
    draft: Draft
    type: str
    data: bytes
    fact: Fact
    """As a reader of the log will get it: what is folded live equals what is replayed."""

    def event(self, conversation: ConversationId, seq: int, at: datetime) -> Event:
        draft = self.draft
        return Event(
            seq=seq,
            id=self.id,
            conversation=conversation,
            at=at,
            actor=draft.actor,
            channel=draft.channel,
            fact=self.fact,
        )


def entries_of(drafts: Sequence[Draft], ids: Ids) -> tuple[Entry, ...]:
    """Raises ValueError for nothing to write, TypeError or ValueError for a fact that JSON cannot hold."""
    if not drafts:
        raise ValueError("an append needs at least one draft")
    return tuple(_entry(draft, ids) for draft in drafts)


def _entry(draft: Draft, ids: Ids) -> Entry:
    type_name, data = fact_type(draft.fact), encode_fact(draft.fact)
    return Entry(id=ids.event(), draft=draft, type=type_name, data=data, fact=decode_fact(type_name, data))


def client_ids_of(entries: Sequence[Entry]) -> Iterator[tuple[str, Fact, int]]:
    """(client_id, fact, position) of the entries that a client may send twice."""
    for position, entry in enumerate(entries):
        if isinstance(entry.fact, CustomerSaid | AgentSaid) and entry.fact.client_id:
            yield entry.fact.client_id, entry.fact, position


def endings_of(entries: Sequence[Entry]) -> list[str]:
    """The turns that these entries end."""
    return [turn for entry in entries if (turn := ended_turn(entry.fact)) is not None]


def row_digest(key: bytes, *columns: object) -> bytes:
    """Of an event as its row holds it, from its conversation's number to its data: a row that was torn, flipped or put
    in another's place shows in `aisle db check --deep`."""
    hashed = hashlib.blake2b(key=key, digest_size=_DIGEST_BYTES)
    for column in columns:
        part = str(column).encode("utf-8", "surrogatepass")
        hashed.update(b"%d:" % len(part) + part)
    return hashed.digest()


def body_of(fact: Fact) -> bytes:
    """What the client sent: its words and its action."""
    match fact:
        case CustomerSaid(text=text, action=action):
            body: tuple[object, ...] = ("customer", text, action)
        case AgentSaid(text=text, agent_id=agent_id):
            body = ("agent", text, agent_id)
        case _:
            raise TypeError(f"{fact_type(fact)} has no client_id")
    return msgspec.json.encode(body, order="deterministic")


def body_digest(fact: Fact, key: bytes) -> bytes:
    """Keyed BLAKE2b of that. Without the key it tells nothing of short texts."""
    return hashlib.blake2b(body_of(fact), key=key, digest_size=_DIGEST_BYTES).digest()
