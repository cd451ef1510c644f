"""What erasing is asked for, what it answers, and what others give it.

    erased = await product.erasing.erase(Subject(customer_id="cust_7"), reason="asked")   # "retention", "shop"
    erased.request_id, erased.complete, erased.left                                          # left: what somebody must see to

Raises whatever the `holds` callable raises (ErasureHeld of a legal hold) before anything is touched, StoreUnavailable,
SealingError. Idempotent: asked again it ends what was cut off, under the same request_id. Above: privacy's routes, retention,
`aisle privacy erase`. Below: `erasing`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

Reason = Literal["asked", "retention", "shop"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """One of the two."""

    customer_id: str = ""
    conversation_id: str = ""

    def __post_init__(self) -> None:
        if bool(self.customer_id) == bool(self.conversation_id):
            raise ValueError("name the customer or the conversation that is to be erased, one of them")


@dataclass(frozen=True, slots=True, kw_only=True)
class Erased:
    """What the erasure register keeps of it; nothing in it is personal."""

    request_id: str
    subject: str
    """Keyed hash."""
    reason: str
    asked_at: str
    done_at: str = ""
    conversations: int = 0
    keys: int = 0
    rows: int = 0
    """Of small tables and memories."""
    left: tuple[str, ...] = ()
    """What could not be reached from here: a copy of the keys that lies elsewhere."""

    @property
    def complete(self) -> bool:
        return bool(self.done_at)


Holds = Callable[[str, Sequence[str]], None]
"""(customer_id, conversations): raises where a legal hold forbids it. Blocking: called in a thread. `LegalHolds.check` as
`lambda customer, names: holds.check(customer_id=customer, conversations=names)`."""

Told = Callable[[Subject, Sequence[str]], Awaitable[None]]
"""What else a process forgets of a subject and its conversations: caches, recordings, open sockets."""


class Eraser(Protocol):
    async def erase(self, subject: Subject, *, reason: Reason = "asked") -> Erased: ...
