"""A shop's records beyond its products: stores, customers, orders. Values only; `assistant.ports.Shop` serves them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Literal, NewType

from retrieval.catalogue import ProductId, StoreId, VariantId

CustomerId = NewType("CustomerId", str)
OrderId = NewType("OrderId", str)

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    address1: str
    address2: str = ""
    city: str
    state: str = ""
    zip: str
    country: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Store:
    id: StoreId
    name: str
    address: Address
    latitude: float
    longitude: float
    phone: str = ""
    opening_hours: Mapping[Weekday, str] = field(default_factory=dict)
    """"09:00-18:00" in the store's own time, or "closed"."""
    time_zone: str = "UTC"
    aliases: tuple[str, ...] = ()
    """Other names of the place: districts, nearby towns, landmarks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentMethod:
    id: str
    source: Literal["credit_card", "paypal", "gift_card", "bank_transfer", "invoice"]
    brand: str = ""
    last_four: str = ""
    balance: Decimal | None = None
    """Gift cards only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    id: CustomerId
    first_name: str
    last_name: str
    email: str
    phone: str = ""
    address: Address
    payment_methods: tuple[PaymentMethod, ...] = ()
    order_ids: tuple[OrderId, ...] = ()
    loyalty_tier: str = ""
    loyalty_points: int = 0
    locale: str = "en"
    do_not_sell: bool = False
    """They asked the shop not to sell or share what it knows of them; `privacy.yaml` says what that turns off."""
    opt_out: bool = False
    """They asked the shop to use what it knows of them for their orders alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderLine:
    product_id: ProductId
    variant_id: VariantId
    title: str
    options: Mapping[str, str] = field(default_factory=dict)
    price: Decimal
    quantity: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Fulfilment:
    tracking_ids: tuple[str, ...]
    variant_ids: tuple[VariantId, ...]
    carrier: str = ""
    shipped_at: datetime | None = None
    expected_on: date | None = None
    delivered_at: datetime | None = None
    last_scan: str = ""
    """Where the parcel was last seen, as shown to people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    kind: Literal["payment", "refund"]
    amount: Decimal
    payment_method_id: str


OrderStatus = Literal[
    "pending",
    "pending (item modified)",
    "processed",
    "shipped",
    "delivered",
    "cancelled",
    "return requested",
    "exchange requested",
    "returned",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    id: OrderId
    customer_id: CustomerId
    status: OrderStatus
    address: Address
    lines: tuple[OrderLine, ...]
    currency: str = "USD"
    fulfilments: tuple[Fulfilment, ...] = ()
    payments: tuple[Payment, ...] = ()
    placed_at: datetime | None = None
    changes: Mapping[str, object] = field(default_factory=dict)
    """What a change left on it, in the words of the public benchmark's shop: cancel_reason, return_items,
    return_payment_method_id, exchange_items, exchange_new_items, exchange_payment_method_id, exchange_price_difference."""

    @property
    def total(self) -> Decimal:
        return sum((line.price * line.quantity for line in self.lines), Decimal(0))


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceAction:
    """A change made for a customer, under the confirmation that allowed it: kept for ever, so that none acts twice."""

    confirmation_id: str
    tool: str
    conversation: str
    customer_id: CustomerId
    digest: str
    """Of the tool, its arguments, the conversation and the customer."""
    said: int
    """The seq of the message that answered: the same one again is a retry, another one a second use."""
    at: datetime
    outcome: Mapping[str, object] = field(default_factory=dict)
    """What was done, of plain values; empty when the answer was no."""
