"""Sealer: what is said and derived from it lies sealed (AES-256-GCM), under a data key that an erasure destroys.

A conversation has a data key of its own, wrapped by the key-encryption key while nobody is known and by the customer's key from
their identification on: destroying that one key makes all that was sealed for them unreadable, in every copy and backup.
Whoever keeps anything personal beside the log (a summary, a snapshot of a fold, a recording, words to search) keeps
`seal(…)` of it and takes `open(…)` of what it reads: None means that its key was destroyed, so make it anew or drop it.

Above: the stores, desk archive, memories, privacy. Below: `sealer`, which implements it; tests use `Unsealed`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

SEALED_PREFIX = "s1."
"""What is sealed begins so, and no JSON does: what lies there in clear from before stays readable."""


class Sealer(Protocol):
    """Thread-safe. Blocking (microseconds when the key is cached, else one look at the keys): in a worker thread, or after
    `ready` on the event loop. Raises Tampered, KeyStoreUnavailable, MasterKeyMissing."""

    def seal(self, conversation: str, place: str, clear: bytes) -> str:
        """Under the conversation's present key, which is made when there is none. `place` names where it will lie ("fold",
        "summary"): what was sealed for one place or conversation opens at no other."""
        ...

    def open(self, conversation: str, place: str, text: str) -> bytes | None:
        """None: its key was destroyed. What is not sealed comes back as it is."""
        ...

    def seal_for(self, customer_id: str, place: str, clear: bytes) -> str:
        """As `seal`, under the customer's key: for what belongs to no one conversation."""
        ...

    def open_for(self, customer_id: str, place: str, text: str) -> bytes | None: ...

    def look_up(self, texts: Sequence[str]) -> None:
        """The keys of many, in few questions, before they are opened one by one."""
        ...

    async def ready(self, conversations: Sequence[str]) -> None:
        """Afterwards, for a minute at least, none of the calls above looks at the keys for those."""
        ...


class Unsealed:
    """Leaves everything in clear: for tests and trials without keys."""

    def seal(self, conversation: str, place: str, clear: bytes) -> str:
        return clear.decode()

    def open(self, conversation: str, place: str, text: str) -> bytes | None:
        return text.encode()

    def seal_for(self, customer_id: str, place: str, clear: bytes) -> str:
        return clear.decode()

    def open_for(self, customer_id: str, place: str, text: str) -> bytes | None:
        return text.encode()

    def look_up(self, texts: Sequence[str]) -> None:
        return None

    async def ready(self, conversations: Sequence[str]) -> None:
        return None
