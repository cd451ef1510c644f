"""SealedMemories: customers' memories, sealed under the customer's own key, whatever keeps them.

What lies there is the owner's keyed hash, hashes by which a thing takes the place of the older one, and the sealed rest. Above:
`customers`. Below: a store of memories, `sealer`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

import msgspec

from assistant.memories import EVERYTHING, Memories, Memory
from assistant.sealing.sealer import KeySealer
from assistant.shops.records import CustomerId
from assistant.understanding.preference_words import SINGLE

_HASHED = "#"
_PLACE = "memory"


class _Words(msgspec.Struct, array_like=True):
    trait: str
    value: str
    words: str
    conversation: str


class KeptMemories(Memories, Protocol):
    def owners(self) -> tuple[str, ...]: ...


class SealedMemories:
    """Satisfies `memories.Memories`."""

    def __init__(self, kept: KeptMemories, sealing: KeySealer, *, fresh: bool) -> None:
        self._kept, self._sealing, self.fresh = kept, sealing, fresh

    def seal_old(self) -> int:
        """What lay there in clear; how many."""
        done = 0
        for owner in self._kept.owners():
            if not owner.startswith(_HASHED):
                old = self._kept.of(CustomerId(owner))
                self.keep(old)
                self._kept.forget(CustomerId(owner))
                done += len(old)
        return done

    def of(self, owner: CustomerId) -> tuple[Memory, ...]:
        if not owner:
            return ()
        opened = (self._opened(owner, one) for one in self._kept.of(self._owner(owner)))
        return tuple(one for one in opened if one is not None)

    def keep(self, memories: Sequence[Memory]) -> None:
        self._kept.keep([self._sealed(one) for one in memories if one.owner])

    def forget(self, owner: CustomerId, trait: str = EVERYTHING, value: str = "") -> int:
        hashed = self._owner(owner)
        if trait == EVERYTHING:
            return self._kept.forget(hashed)
        if not value or trait not in SINGLE:
            return self._kept.forget(
                hashed, self._hash(owner, trait), self._hash(owner, value.casefold()) if value else ""
            )
        there = any(one.trait == trait and one.value.casefold() == value.casefold() for one in self.of(owner))
        return self._kept.forget(hashed, self._hash(owner, trait)) if there else 0

    def close(self) -> None:
        self._kept.close()

    def _owner(self, owner: CustomerId) -> CustomerId:
        return CustomerId(_HASHED + self._sealing.store.owner_of(owner))

    def _hash(self, owner: CustomerId, text: str) -> str:
        return hashlib.blake2b(f"{owner}\n{text}".encode(), key=self._sealing.store.pepper, digest_size=16).hexdigest()

    def _sealed(self, one: Memory) -> Memory:
        words = _Words(trait=one.trait, value=one.value, words=one.words, conversation=one.conversation)
        return replace(
            one,
            owner=self._owner(one.owner),
            trait=self._hash(one.owner, one.trait),
            value="" if one.trait in SINGLE else self._hash(one.owner, one.value.casefold()),
            words=self._sealing.seal_for(one.owner, _PLACE, msgspec.json.encode(words)),
            conversation="",
        )

    def _opened(self, owner: CustomerId, one: Memory) -> Memory | None:
        clear = self._sealing.open_for(owner, _PLACE, one.words)
        if clear is None:
            return None
        said = msgspec.json.decode(clear, type=_Words)
        return replace(
            one, owner=owner, trait=said.trait, value=said.value, words=said.words, conversation=said.conversation
        )
