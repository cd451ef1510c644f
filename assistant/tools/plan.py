"""A plan: what exactly a tool will do to an order and a customer, worked out before anybody is asked and again at commit.

Pure. Above: the rules, which make plans, and `service`, which carries them out. Below: the records' words.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from typing import Final

import msgspec

from assistant.shops.records import Address, Customer, Order, OrderLine, PaymentMethod
from assistant.tools.policy import ServicePolicy, WriteName
from assistant.tools.refusals import Refusal
from retrieval.catalogue import Product, ProductId, VariantId

CHANGE_FIELDS: Final = (
    "cancel_reason",
    "exchange_items",
    "exchange_new_items",
    "exchange_payment_method_id",
    "exchange_price_difference",
    "return_items",
    "return_payment_method_id",
)
"""Of `Order.changes`, in the words of the public benchmark's shop, which states all of them once an order was touched."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One piece, as the customer knows it."""

    product_id: ProductId
    variant_id: VariantId
    title: str
    options: Mapping[str, str] = field(default_factory=dict)
    price: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One piece for another. `difference` above zero is what the customer pays more."""

    old: Item
    new: Item
    difference: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """Money to the customer (above zero) or from them, by one of their payment methods."""

    payment_method: PaymentMethod
    amount: Decimal
    when: str = ""
    """ "now", the business days that it takes ("5 to 7"), or "on receipt" of what is sent back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What a yes agrees to, and what was done: enough to say it in any language, exact in every amount."""

    tool: WriteName
    order_id: str = ""
    status: str = ""
    becomes: str = ""
    """The order's status before and after."""
    currency: str = "USD"
    reason: str = ""
    items: tuple[Item, ...] = ()
    """What is cancelled or goes back."""
    exchanges: tuple[Exchange, ...] = ()
    others: tuple[Item, ...] = ()
    """What of the order stays as it is: to ask whether that is meant."""
    price_difference: Decimal = Decimal(0)
    """Above zero: the customer pays it."""
    refund: Decimal = Decimal(0)
    charge: Decimal = Decimal(0)
    fee: Decimal = Decimal(0)
    movements: tuple[Movement, ...] = ()
    address: Address | None = None
    last_change: bool = False
    """Afterwards the order can be neither changed nor cancelled."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """All that a rule looks at. The customer is the session's, the order is theirs."""

    policy: ServicePolicy
    customer: Customer
    order: Order | None
    products: Mapping[ProductId, Product]
    now: datetime

    @property
    def theirs(self) -> Order:
        if self.order is None:
            raise Refusal("bad_arguments", problem="an order is needed")
        return self.order


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    facts: Facts
    order: Order | None = None
    """As it was when this was worked out."""
    changed_order: Order | None = None
    customer: Customer
    """As it will be."""

    def digest(self) -> str:
        """SHA-256 of what is there, what will be there and what moves: a yes holds for this and for nothing else.

        A gift card's balance may change in between, as long as it suffices: the rule looks at it again.
        """
        movements = [(each.payment_method.id, each.amount, each.when) for each in self.facts.movements]
        facts = replace(self.facts, movements=())
        bound = msgspec.to_builtins([facts, movements, self.order, self.changed_order])
        return hashlib.sha256(msgspec.json.encode(bound, order="deterministic")).hexdigest()


def pieces(lines: Sequence[OrderLine]) -> tuple[Item, ...]:
    """One for each piece of each line."""
    return tuple(item_of(line) for line in lines for _ in range(line.quantity))


def item_of(line: OrderLine) -> Item:
    return Item(
        product_id=line.product_id,
        variant_id=line.variant_id,
        title=line.title,
        options=line.options,
        price=line.price,
    )


def taken(order: Order, wanted: Sequence[VariantId]) -> tuple[tuple[Item, ...], tuple[Item, ...]]:
    """The pieces asked for, in the order asked for, and the others. Raises Refusal."""
    if not wanted:
        raise Refusal("no_items", nearest=_titles(order))
    left = list(pieces(order.lines))
    found = []
    for variant_id in wanted:
        piece = next((each for each in left if each.variant_id == variant_id), None)
        if piece is None:
            raise Refusal("item_not_in_order", nearest=_titles(order), order=order.id, item=variant_id)
        left.remove(piece)
        found.append(piece)
    return tuple(found), tuple(left)


def _titles(order: Order) -> tuple[str, ...]:
    return tuple(dict.fromkeys(line.title for line in order.lines))


def touched(order: Order, **changes: object) -> Order:
    """With what a change leaves on the order; `status` is the order's own field."""
    kept = dict.fromkeys(CHANGE_FIELDS) | dict(order.changes)
    return replace(order, changes=kept | changes)


def shown(options: Mapping[str, str]) -> str:
    return ", ".join(options.values())
