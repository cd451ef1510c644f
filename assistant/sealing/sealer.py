"""KeySealer: the Sealer over kept keys, with those in use unwrapped in memory: at most `most` of them, each for `seconds`.

Above: the stores' codec, and whoever keeps something personal. Below: `key_store`, `envelope`.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import Any, Generic, TypeVar

from assistant.events import CustomerIdentified, CustomerSignedOut
from assistant.sealing.envelope import DataKey, key_id_of, named_place, seal, unseal
from assistant.sealing.errors import KeyUnknown
from assistant.sealing.key_store import KeyStore, Present

KEYS_KEPT = 20_000
KEPT_SECONDS = 300.0

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class _Kept(Generic[K, V]):
    """The oldest go first, and each after its time."""

    def __init__(self, most: int, seconds: float) -> None:
        self._most, self._seconds = most, seconds
        self._lock = threading.Lock()
        self._found: OrderedDict[K, tuple[V, float]] = OrderedDict()

    def get(self, name: K) -> V | None:
        found = self._found.get(name)
        return found[0] if found is not None and found[1] > time.monotonic() else None

    def put(self, name: K, value: V) -> None:
        now = time.monotonic()
        with self._lock:
            self._found.pop(name, None)
            self._found[name] = (value, now + self._seconds)
            while self._found:
                oldest = next(iter(self._found))
                if len(self._found) <= self._most and self._found[oldest][1] > now:
                    break
                del self._found[oldest]

    def drop(self, which: Callable[[K, V], bool]) -> None:
        with self._lock:
            for name in [name for name, (value, _) in self._found.items() if which(name, value)]:
                del self._found[name]

    def __len__(self) -> int:
        return len(self._found)


class KeySealer:
    """Satisfies `ports.Sealer`; `writing`, `wrote`, `known` and `key` are the stores'."""

    def __init__(
        self, store: KeyStore, *, writes: bool = True, most: int = KEYS_KEPT, seconds: float = KEPT_SECONDS
    ) -> None:
        self.store, self.writes = store, writes
        self.closes_with_log = False
        """Opened by whoever opened the log, for it alone."""
        self._keys: _Kept[str, DataKey] = _Kept(most, seconds)
        self._present: _Kept[str, Present] = _Kept(most, seconds)
        self._customers: _Kept[str, DataKey] = _Kept(most, seconds)

    # -- of the log ----------------------------------------------------------------------------------------------------

    async def writing(self, conversation: str, facts: Sequence[Any]) -> DataKey | None:
        """The key for these facts; None where nothing is sealed. Cached: without giving way to others."""
        if not self.writes:
            return None
        customer = next((fact.customer_id for fact in facts if isinstance(fact, CustomerIdentified)), "")
        present = self._present.get(conversation)
        if present is not None and (not customer or present.owner == self.store.owner_of(customer)):
            return present.key
        return (await asyncio.to_thread(self._look, conversation, customer)).key

    async def wrote(self, conversation: str, facts: Sequence[Any]) -> None:
        """What follows a customer's leaving is not theirs."""
        if self.writes and any(isinstance(fact, CustomerSignedOut) for fact in facts):
            await asyncio.to_thread(self.store.end, conversation)
            self._moved([conversation])

    async def known(self, texts: Iterable[str]) -> None:
        """Afterwards `key` finds what these are sealed with without a look at the keys."""
        if missing := self._missing(texts):
            await asyncio.to_thread(self._load, missing)

    def look_up(self, texts: Iterable[str]) -> None:
        if missing := self._missing(texts):
            self._load(missing)

    def _missing(self, texts: Iterable[str]) -> set[str]:
        return {key_id for text in texts if (key_id := key_id_of(text)) and self._keys.get(key_id) is None}

    def key(self, key_id: str) -> DataKey | None:
        """None: destroyed. Raises KeyUnknown."""
        found = self._keys.get(key_id)
        return found if found is not None else self._load({key_id})[key_id]

    def _look(self, conversation: str, customer_id: str = "") -> Present:
        present = self.store.present(conversation, customer_id)
        self._keys.put(present.key.id, present.key)
        self._present.put(conversation, present)
        return present

    def _load(self, key_ids: set[str]) -> dict[str, DataKey | None]:
        found = self.store.load(key_ids)
        for key_id in key_ids:
            if key_id not in found:
                raise KeyUnknown(key_id)
        for key_id, key in found.items():
            if key is not None:
                self._keys.put(key_id, key)
        return found

    # -- of what lies beside it ----------------------------------------------------------------------------------------

    def seal(self, conversation: str, place: str, clear: bytes) -> str:
        if not self.writes:
            return clear.decode()
        present = self._present.get(conversation) or self._look(conversation)
        return seal(present.key, named_place(conversation, place), clear)

    def open(self, conversation: str, place: str, text: str) -> bytes | None:
        return self._opened(named_place(conversation, place), text)

    def seal_for(self, customer_id: str, place: str, clear: bytes) -> str:
        if not self.writes:
            return clear.decode()
        owner = self.store.owner_of(customer_id)
        key = self._customers.get(owner)
        if key is None:
            key = self.store.customer(customer_id)
            self._customers.put(owner, key)
        return seal(key, named_place(f"customer {owner}", place), clear)

    def open_for(self, customer_id: str, place: str, text: str) -> bytes | None:
        return self._opened(named_place(f"customer {self.store.owner_of(customer_id)}", place), text)

    def _opened(self, place: str, text: str) -> bytes | None:
        key_id = key_id_of(text)
        if not key_id:
            return text.encode()
        key = self.key(key_id)
        return None if key is None else unseal(key, place, text)

    async def ready(self, conversations: Sequence[str]) -> None:
        missing = [name for name in conversations if self._present.get(name) is None]
        if missing:
            await asyncio.to_thread(self._warm, missing)

    def _warm(self, conversations: Sequence[str]) -> None:
        """All their keys in few questions; those that have none get one when they are written to."""
        for key_id, key in self.store.of_conversations(conversations).items():
            if key is not None:
                self._keys.put(key_id, key)

    # -- what is forgotten -----------------------------------------------------------------------------------------------

    def forget(self, conversations: Iterable[str] = (), owner: str = "") -> None:
        """Keys of theirs were destroyed. That is seldom, and not all of those in memory tell whose they are: all that open go,
        and are unwrapped anew when they are needed."""
        self._moved(conversations)
        self._present.drop(lambda _, present: bool(owner) and present.owner == owner)
        self._customers.drop(lambda name, _: name == owner)
        self._keys.drop(lambda *_: True)

    def _moved(self, conversations: Iterable[str]) -> None:
        """Another key is taken from here on."""
        names = set(conversations)
        self._present.drop(lambda name, _: name in names)

    def close(self) -> None:
        self.store.engine.dispose()

    @property
    def in_memory(self) -> int:
        return len(self._keys)
