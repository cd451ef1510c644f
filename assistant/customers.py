"""Customer context: profile, orders, what they said of themselves, past conversations; for the one customer of a session.

Profile and orders are read from the shop each time, the rest from the memories; all of it lies as notes in a FAISS index of
that owner alone (`retrieval.private`). Nobody who is not identified has any. Every call names the customer, whom
`assistant.identity` has made sure of. Above: flows and `turn`. Below: the shop, memories, `retrieval.private`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

import msgspec

from assistant.errors import AccessDenied, ShopUnavailable, StoreUnavailable
from assistant.events import Event
from assistant.identity import access_customer, access_orders
from assistant.memories import EVERYTHING, Forgotten, Memories, Memory, standing, told
from assistant.ports import Shop
from assistant.privacy.consents import Consents
from assistant.privacy.erasure_requests import ErasureRequests
from assistant.privacy.purposes import ConsentRules, Permits, permits
from assistant.shops.records import Customer, Order
from retrieval.evidence import Evidence
from retrieval.private import Note, Owner, PrivateNotes

MOST_ORDERS: Final = 50
"""Notes of orders, newest first: older ones are found at the shop, by their number."""

InThread = Callable[[Callable[[], Any]], Awaitable[Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known of one customer now."""

    customer: Customer
    orders: tuple[Order, ...]
    """Newest first."""
    preferences: tuple[Memory, ...]
    conversations: tuple[Memory, ...]
    permits: Permits = field(default_factory=lambda: permits(ConsentRules()))
    """What may be done with all this; what "memory" forbids is not here in the first place."""

    def values(self, trait: str) -> tuple[str, ...]:
        return tuple(one.value for one in self.preferences if one.trait == trait)


class ReadableLog(Protocol):
    """The part of a log from which memories are made anew."""

    async def conversations(self) -> Sequence[Any]: ...

    async def read(self, conversation: Any, *, after: int = 0, limit: int | None = None) -> Sequence[Event]: ...


@dataclass(slots=True, kw_only=True)
class Customers:
    shop: Shop
    memories: Memories
    notes: PrivateNotes
    in_thread: InThread
    _shelf: Shelf
    consents: Consents | None = None
    """None: the defaults hold for everybody."""
    erasures: ErasureRequests | None = None
    """None: this shop takes no requests for erasure in conversations."""

    async def permits(self, customer: Customer, here: Mapping[str, bool] | None = None) -> Permits:
        """`here`: what was chosen in the conversation that asks. Raises StoreUnavailable."""
        if self.consents is None:
            return permits(ConsentRules(), here=here, record=customer)
        return await self.consents.of_customer(customer.id, here=here, record=customer)

    async def known(self, customer_id: str, *, here: Mapping[str, bool] | None = None) -> Known:
        """Raises AccessDenied without a customer, ShopUnavailable, StoreUnavailable."""
        customer = await access_customer(self.shop, customer_id)
        orders = await access_orders(self.shop, customer_id)
        allowed = await self.permits(customer, here)
        kept: tuple[Memory, ...] = ()
        if allowed.may("memory"):
            kept = await self.in_thread(lambda: self.memories.of(customer.id))
        if any(memory.owner != customer.id for memory in kept):
            raise AccessDenied("a memory of another customer")
        return Known(
            permits=allowed,
            customer=customer,
            orders=orders,
            preferences=tuple(one for one in kept if one.kind == "preference"),
            conversations=tuple(one for one in kept if one.kind == "conversation"),
        )

    async def find(
        self, customer_id: str, text: str, *, k: int = 3, here: Mapping[str, bool] | None = None
    ) -> tuple[Evidence, ...]:
        """Of that customer's notes those that answer, best first; the newest for an empty text. Raises as `known`."""
        known = await self.known(customer_id, here=here)
        owner = Owner(known.customer.id)
        if self._shelf.put(owner, notes_of(known)):
            self.notes.forget(owner)
        found: tuple[Evidence, ...] = await self.in_thread(lambda: self.notes.find(owner, text, k=k))
        return found

    async def keep(self, memories: Sequence[Memory], *, here: Mapping[str, bool] | None = None) -> None:
        """Of those whose customers let it be kept. Raises StoreUnavailable."""
        lets = {owner: await self._remembers(owner, here) for owner in {memory.owner for memory in memories}}
        allowed = [memory for memory in memories if lets[memory.owner]]
        if allowed:
            await self.in_thread(lambda: self.memories.keep(allowed))

    async def _remembers(self, owner: str, here: Mapping[str, bool] | None) -> bool:
        try:
            customer = await access_customer(self.shop, owner)
        except AccessDenied:  # gone from the shop's records
            return self.consents is None
        except ShopUnavailable as error:
            raise StoreUnavailable("whether this may be kept cannot be read now: nothing was kept") from error
        return (await self.permits(customer, here)).may("memory")

    async def forget(self, customer_id: str, trait: str = EVERYTHING, value: str = "") -> int:
        """How many things went. Raises AccessDenied, StoreUnavailable."""
        customer = await access_customer(self.shop, customer_id)
        gone: int = await self.in_thread(lambda: self.memories.forget(customer.id, trait, value))
        self.notes.forget(Owner(customer.id))
        self._shelf.clear(Owner(customer.id))
        return gone

    def drop(self) -> None:
        """Of everybody what is in memory alone: somebody was erased. It is read again where it is needed."""
        self._shelf.clear_all()
        self.notes.forget_all()

    def close(self) -> None:
        self.memories.close()

    async def make_anew(self, log: ReadableLog) -> int:
        """All memories out of the log, what was forgotten left out; how many there are. For a file that was lost."""
        kept: list[Memory] = []
        gone: list[Forgotten] = []
        for conversation in await log.conversations():
            memories, forgotten = told(await log.read(conversation))
            kept.extend(memories)
            gone.extend(forgotten)
        whole = standing(kept, gone)
        await self.keep(whole)
        return len(whole)


@dataclass(slots=True)
class Shelf:
    """The notes as they were read last, by owner: what `PrivateNotes` makes its index of."""

    most: int = 256
    _notes: dict[Owner, tuple[tuple[Note, ...], str]] = field(default_factory=dict)

    def put(self, owner: Owner, notes: tuple[Note, ...]) -> bool:
        """Whether they differ from what lay there."""
        digest = hashlib.sha256(msgspec.json.encode(notes)).hexdigest()
        before = self._notes.pop(owner, ((), ""))[1]
        self._notes[owner] = (notes, digest)
        while len(self._notes) > self.most:
            self._notes.pop(next(iter(self._notes)))
        return digest != before

    def take(self, owner: Owner) -> tuple[Note, ...]:
        return self._notes.get(owner, ((), ""))[0]

    def clear_all(self) -> None:
        self._notes.clear()

    def clear(self, owner: Owner) -> None:
        self._notes.pop(owner, None)


def open_customers(
    shop: Shop,
    memories: Memories,
    notes: Callable[[Callable[[Owner], Sequence[Note]]], PrivateNotes],
    run: InThread,
    consents: Consents | None = None,
    erasures: ErasureRequests | None = None,
) -> Customers:
    """`notes` makes the index out of what loads one owner's notes."""
    shelf = Shelf()
    return Customers(
        shop=shop,
        memories=memories,
        notes=notes(shelf.take),
        in_thread=run,
        _shelf=shelf,
        consents=consents,
        erasures=erasures,
    )


def notes_of(known: Known) -> tuple[Note, ...]:
    """Everything as notes of this owner."""
    owner, customer = Owner(known.customer.id), known.customer
    profile = Note(
        id="profile",
        owner=owner,
        title=f"{customer.first_name} {customer.last_name}".strip(),
        text=" ".join(part for part in (customer.address.city, customer.loyalty_tier) if part),
    )
    orders = (
        Note(
            id=f"order:{order.id}",
            owner=owner,
            title=f"Order {order.id}",
            text=f"{', '.join(line.title for line in order.lines)}; {order.status}",
            at=order.placed_at,
        )
        for order in known.orders[:MOST_ORDERS]
    )
    said = (
        Note(
            id=f"{one.trait}:{one.value}",
            owner=owner,
            title=f"{one.trait}: {one.value}" if one.kind == "preference" else "Earlier conversation",
            text=one.words,
            at=one.at,
        )
        for one in (*known.preferences, *known.conversations)
    )
    return (profile, *orders, *said)
