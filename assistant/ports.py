"""Ports of the assistant: the log, the bus, the shop, the clock. Adapters live in stores/, buses/ and shops/."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Collection, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol, TypeVar, runtime_checkable

from assistant.events import ConversationId, Draft, Event
from assistant.shops.floor_plan import FloorPlan, Place
from assistant.shops.records import Customer, CustomerId, Order, OrderId, ServiceAction, Store
from assistant.signals import Asked, Message
from retrieval.catalogue import Product, ProductId, StoreId, VariantId
from retrieval.policies import Policy

T = TypeVar("T")


class Clock(Protocol):
    def now(self) -> datetime:
        """The time in UTC, with its zone."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Appended:
    events: tuple[Event, ...]
    """What was written; for a duplicate, the customer_said that was written the first time."""
    duplicate: bool = False


LONGEST_LEASE_SECONDS = 60.0
"""Nobody asks for more. A lease that ends later than that from now was taken before the clock was put back: it has run out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """The right to run turns of one conversation. A write under an older epoch than the newest lease's is refused."""

    conversation: ConversationId
    owner: str
    epoch: int
    last_seq: int | None = field(default=None, compare=False)
    """Of the log when it was taken; None: the store does not tell."""


class EventStore(Protocol):
    """The durable log. What `append` returned survives a crash of the process and of the machine.

    Safe for concurrent calls. Seqs of a conversation are 1, 2, 3… in commit order, without gaps.
    """

    @property
    def shared(self) -> bool:
        """Other processes write to the same conversations."""
        ...

    @property
    def generation(self) -> str:
        """Names this history: a restored backup has another, and its seqs mean other events."""
        ...

    async def create(self, conversation: ConversationId, drafts: Sequence[Draft]) -> tuple[Event, ...]:
        """A new log with its first events. Raises StoreUnavailable."""
        ...

    async def append(
        self,
        conversation: ConversationId,
        drafts: Sequence[Draft],
        *,
        expected_seq: int | None = None,
        lease: Lease | None = None,
    ) -> Appended:
        """All drafts or none, atomically.

        A draft of CustomerSaid (or AgentSaid) with a client_id that this conversation already has is a duplicate:
        nothing is written and the first one's event is returned; with another text or action it raises ClientIdReused.
        Raises ConversationNotFound; ConcurrentTurn when the last seq is not `expected_seq`, when the lease is
        outdated, or when a turn that has its final fact (assistant_said or turn_failed) would get a second;
        StoreUnavailable when it could not be made durable: then nothing was written.
        """
        ...

    async def read(
        self, conversation: ConversationId, *, after: int = 0, limit: int | None = None
    ) -> tuple[Event, ...]:
        """Events with seq > after, in order. Raises ConversationNotFound."""
        ...

    async def last_seq(self, conversation: ConversationId) -> int:
        """Raises ConversationNotFound."""
        ...

    async def last_seqs(self, conversations: Sequence[ConversationId]) -> Mapping[ConversationId, int]:
        """Of many at once, without those that do not exist: what a reader sweeps by, for hints may be lost."""
        ...

    async def take_lease(self, conversation: ConversationId, *, owner: str, seconds: float) -> Lease | None:
        """A lease under a new epoch; None while another owner's lease has not run out. The same owner may take it anew.
        seconds: at most LONGEST_LEASE_SECONDS."""
        ...

    async def release_lease(self, lease: Lease) -> None: ...

    async def unanswered(self) -> tuple[ConversationId, ...]:
        """Conversations whose newest customer_said has no assistant_said or turn_failed after it: to resume after a crash."""
        ...

    async def orphaned(self, *, quiet_seconds: float, limit: int = 200) -> tuple[ConversationId, ...]:
        """The unanswered that nobody holds a lease of, or whose holder is known to be dead, and that had no event for so long:
        for another process to resume."""
        ...

    async def with_people(self) -> tuple[ConversationId, ...]:
        """Conversations that wait for an agent or have one, oldest first."""
        ...

    async def conversations(self) -> tuple[ConversationId, ...]:
        """All of them, oldest first: for what is derived from the log and was lost."""
        ...

    async def close(self) -> None: ...


class EventBus(Protocol):
    """Best effort, in order per conversation; may drop. The store is the truth."""

    def publish(self, conversation: ConversationId, message: Message) -> None:
        """Never blocks, never raises."""
        ...

    def subscribe(self, conversation: ConversationId) -> AbstractAsyncContextManager[AsyncIterator[Message]]:
        """Messages published after entering. A reader that falls behind its bounded queue gets Lagged, then the newer ones."""
        ...

    def publish_here(self, conversation: ConversationId, message: Message) -> None:
        """To this process's own subscribers: what the others know already."""
        ...

    def ask(self, asked: Asked) -> None:
        """Of all other processes; never blocks, never raises, may be lost."""
        ...

    def listen(self, listener: Callable[[ConversationId, Message | Asked], None]) -> None:
        """Takes what other processes published of followed conversations, and what they ask. `publish_here` is the listener's
        to call. A single process hears nobody."""
        ...

    def hearing(self, conversation: ConversationId) -> AbstractContextManager[None]:
        """While open, that conversation is followed, though nobody has subscribed."""
        ...

    def followed(self) -> Collection[ConversationId]:
        """Those with a subscriber in this process, or kept in hearing."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopInfo:
    name: str
    currency: str
    locale: str = "en"
    as_of: datetime | None = None
    """The day that a demo shop's orders are told from; None for a real one, whose day is today."""


class Shop(Protocol):
    """The shop's own records. Reads are fresh; a missing thing is None, never an error. Raises ShopUnavailable."""

    async def info(self) -> ShopInfo: ...

    async def product(self, product_id: ProductId) -> Product | None: ...

    async def products(self, product_ids: Sequence[ProductId]) -> tuple[Product, ...]:
        """In the order asked for, without those that do not exist."""
        ...

    async def product_of(self, variant_id: VariantId) -> Product | None:
        """The product that this variant belongs to."""
        ...

    async def stores(self) -> tuple[Store, ...]: ...

    async def policies(self) -> tuple[Policy, ...]: ...

    async def customer(self, customer_id: CustomerId) -> Customer | None: ...

    async def find_customers(
        self,
        *,
        email: str = "",
        phone: str = "",
        first_name: str = "",
        last_name: str = "",
        zip_code: str = "",
        by_sound: bool = False,
    ) -> tuple[Customer, ...]:
        """By e-mail, by telephone number (E.164, `shops.phone_numbers`), or by name and zip; case and surrounding space
        do not count. Empty when nothing was given.

        by_sound: what was given was heard: names and addresses that sound alike count (`understanding.sounds`), the zip,
        or the address's figures and domain, must agree exactly.
        """
        ...

    async def order(self, order_id: OrderId) -> Order | None: ...

    async def orders_of(self, customer_id: CustomerId) -> tuple[Order, ...]:
        """Newest first."""
        ...


@runtime_checkable
class Shelves(Protocol):
    """Where products stand in a store. A shop that tells it satisfies this beside `Shop`; `shelves_of` asks whether it does.

    Reads are fresh; what is not known is None. Raises ShopUnavailable.
    """

    async def floor_plan(self, store_id: StoreId) -> FloorPlan | None: ...

    async def where(self, product: Product, store_id: StoreId) -> Place | None:
        """By the product's own row, else by its category's; None where the shop does not say."""
        ...


class NoShelves:
    """Of a shop that does not tell where its products stand."""

    async def floor_plan(self, store_id: StoreId) -> FloorPlan | None:
        return None

    async def where(self, product: Product, store_id: StoreId) -> Place | None:
        return None


def shelves_of(shop: Shop) -> Shelves:
    return shop if isinstance(shop, Shelves) else NoShelves()


class ServiceTransaction(Protocol):
    """One transaction on the shop's records. Blocking: it lives inside `ShopWrites.transact` only.

    Transactions follow each other: what one reads cannot be changed by another until it ends.
    """

    def customer(self, customer_id: CustomerId) -> Customer | None: ...

    def order(self, order_id: OrderId) -> Order | None: ...

    def products(self, product_ids: Sequence[ProductId]) -> tuple[Product, ...]:
        """Those that exist, as they are now and not from a cache; in no particular order."""
        ...

    def action(self, confirmation_id: str) -> ServiceAction | None:
        """What was done under that confirmation; None while it was not used."""
        ...

    def actions_of(self, customer_id: CustomerId) -> Iterable[ServiceAction]:
        """All that was done for them, in no particular order; refused and declined confirmations among them."""
        ...

    def save_order(self, order: Order) -> None:
        """In place of the order of the same id."""
        ...

    def save_customer(self, customer: Customer) -> None:
        """In place of the customer of the same id."""
        ...

    def record_action(self, action: ServiceAction) -> None:
        """Once a confirmation. Raises ShopUnavailable for a second time, which undoes the transaction."""
        ...


class ShopWrites(Protocol):
    """Changes of orders and customers. Raises ShopUnavailable: then nothing was changed."""

    async def transact(self, work: Callable[[ServiceTransaction], T]) -> T:
        """Runs `work` in a worker thread, in one transaction: durable when it returns, undone when it raises."""
        ...
