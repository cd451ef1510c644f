"""How a fact lies in its row and comes back out of it: sealed, or in clear where it says nothing of anybody.

Type, actor's kind, seq, time and channel stay in clear, for the store judges by them. What an erasure made unreadable comes back as
FactErased, what a newer release wrote as FactUnknown. Above: ledger, postgres_writing. Below: entries, sealing.
"""

from __future__ import annotations

import hashlib
from base64 import b32encode
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from assistant.events import Event, Fact, FactErased, decode_fact
from assistant.sealing.envelope import DataKey, event_place, key_id_of, seal, unseal
from assistant.sealing.sealer import KeySealer
from assistant.stores.entries import Entry, body_digest, body_of

IN_CLEAR = frozenset(
    {
        "conversation_started",
        "channel_joined",
        "turn_started",
        "consent_changed",
        "data_erased",
        "conversation_closed",
        "wait_offered",
        "handoff_ended",
    }
)
"""Nothing of anybody is in them: locale, currency, store, channel, turn, purpose. Consent outlives what it was given for."""
ERASED = "s1.-."
"""In the place of what lay in clear and was erased."""
_MARK = "#"
_NO_DIGEST = b""
"""Of a body whose first event is sealed: the bodies themselves are compared, and nothing of them lies here."""


@dataclass(frozen=True, slots=True)
class Codec:
    """`sealing` None: everything lies in clear, and what is sealed cannot be read."""

    sealing: KeySealer | None
    digest_key: bytes

    @property
    def seals(self) -> bool:
        return self.sealing is not None and self.sealing.writes

    async def key_for(self, conversation: str, entries: Sequence[Entry]) -> DataKey | None:
        if self.sealing is None or not any(map(_is_sealed, entries)):
            return None
        return await self.sealing.writing(conversation, [entry.fact for entry in entries])

    async def wrote(self, conversation: str, entries: Sequence[Entry]) -> None:
        if self.sealing is not None:
            await self.sealing.wrote(conversation, [entry.fact for entry in entries])

    def close(self) -> None:
        if self.sealing is not None and self.sealing.closes_with_log:
            self.sealing.close()

    async def ready(self, texts: Iterable[str]) -> None:
        if self.sealing is not None:
            await self.sealing.known(text for text in texts if text != ERASED)

    def lie(self, conversation: str, seq: int, entry: Entry, key: DataKey | None) -> tuple[str, str]:
        """(actor's id, data) as their columns hold them."""
        actor, data = entry.draft.actor, entry.data.decode()
        if key is None or not _is_sealed(entry):
            return actor.id, data
        clear = actor.id.encode() + b"\n" + entry.data
        return "", seal(key, event_place(conversation, seq, entry.type), clear)

    def read(self, conversation: str, seq: int, type_name: str, actor_id: str, data: str) -> tuple[str, Fact]:
        """(actor's id, fact). Raises Tampered, KeyStoreUnavailable."""
        if not (key_id := key_id_of(data)):
            return actor_id, decode_fact(type_name, data.encode())
        if self.sealing is None or data == ERASED:
            return "", FactErased(was=type_name)
        key = self.sealing.key(key_id)
        if key is None:
            return "", FactErased(was=type_name)
        actor, _, clear = unseal(key, event_place(conversation, seq, type_name), data).partition(b"\n")
        return actor.decode(), decode_fact(type_name, clear)

    # -- what a client sent twice ----------------------------------------------------------------------------------------

    def marks(self, client_id: str) -> tuple[str, ...]:
        """Under which it may be found, that under which it is kept first: sealed logs keep its keyed hash alone."""
        mark = client_mark(client_id, self.digest_key)
        return (mark, client_id) if self.seals else (client_id, mark)

    def digest(self, fact: Fact) -> bytes:
        return _NO_DIGEST if self.seals else body_digest(fact, self.digest_key)

    def same(self, first: Event, digest: bytes, fact: Fact) -> bool:
        """What was erased cannot be compared any more: it is taken for what it was."""
        if digest != _NO_DIGEST:
            return digest == body_digest(fact, self.digest_key)
        return isinstance(first.fact, FactErased) or body_of(first.fact) == body_of(fact)


def client_mark(client_id: str, digest_key: bytes) -> str:
    hashed = hashlib.blake2b(client_id.encode("utf-8", "surrogatepass"), key=digest_key, digest_size=15)
    return _MARK + b32encode(hashed.digest()).decode()


def _is_sealed(entry: Entry) -> bool:
    actor = entry.draft.actor
    return entry.type not in IN_CLEAR or (actor.kind == "customer" and bool(actor.id))
