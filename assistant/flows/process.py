"""A process at the service desk: what has been gathered for one change of orders, kept between turns as plain values.

Above: the flows that gather and carry out. Below: the context, the shop's records.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import msgspec

from assistant.answering.phrases import Phrases
from assistant.answering.say_acts import SayAct
from assistant.context import Context
from assistant.shops.records import Customer, Order, OrderId, OrderLine, OrderStatus
from assistant.tools.policy import ServicePolicy
from retrieval.catalogue import Product

Kind = Literal["cancel", "return", "swap", "address", "payment"]
KINDS: Mapping[str, Kind] = {
    "cancel": "cancel",
    "return": "return",
    "refund": "return",
    "exchange": "swap",
    "order": "swap",
    "swap": "swap",
    "address": "address",
    "payment": "payment",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Process:
    kind: Kind | Literal[""] = ""
    orders: tuple[str, ...] = ()
    items: tuple[tuple[str, str], ...] = ()
    """Order and variant of each piece."""
    every: bool = False
    """All items, or all orders that allow it."""
    excepted: tuple[str, ...] = ()
    """Products left out."""
    wishes: dict[str, str] = field(default_factory=dict)
    """By item (order|variant|number) or product: the words that say what it is to become, a line each time."""
    about: str = ""
    """The item whose options were asked for."""
    unclear: tuple[str, ...] = ()
    """Products named of which there are several to choose from: never left out silently."""
    reason: str = ""
    method: str = ""
    """A payment method's id, or "original"."""
    partial: bool = False
    """A single item is to be cancelled, which no shop does: to be told."""
    lacking: str = ""
    """A way to pay that the words name and the customer does not have: to be told."""
    methods: tuple[str, ...] = ()
    """Several that the words may mean: to be asked which."""
    address: dict[str, str] = field(default_factory=dict)
    profile: bool = False
    """The profile's address is to change, too."""
    listed: tuple[str, ...] = ()
    """What was read out while the reason was asked: a yes that brings the reason is a yes to just that."""
    waiting: str = ""
    """What was asked for; "confirmation" while proposals wait for their yes."""
    words: str = ""
    """Said before the customer was known, to be read then."""
    queue: tuple[dict[str, Any], ...] = ()
    """Requests that wait for this one: kind, words, otherwise (only if this one cannot be)."""
    proposals: tuple[dict[str, Any], ...] = ()
    answered: dict[str, str] = field(default_factory=dict)
    """Confirmations that had their answer: "yes", "no", or "replaced"."""
    done: tuple[dict[str, str], ...] = ()
    """Money that what was done moves: refund, charge, currency."""
    failed: bool = False
    """Of a process that is over: it could not be done, so that what was wanted otherwise comes."""
    tries: int = 0
    age: int = 0

    @property
    def open(self) -> bool:
        return bool(self.kind)

    @property
    def confirmation_id(self) -> str:
        return str(self.proposals[0]["confirmation"]["id"]) if self.proposals else ""


def process_of(context: Context) -> Process:
    try:
        return msgspec.convert(context.process, Process)
    except msgspec.ValidationError:
        return Process()


def plain_process(process: Process) -> dict[str, Any]:
    values: dict[str, Any] = msgspec.to_builtins(process)
    return values


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """What a process looks at: the customer, their orders, the products in them, the shop's rules."""

    customer: Customer
    orders: tuple[Order, ...]
    products: Mapping[str, Product]
    policy: ServicePolicy
    phrases: Phrases

    def order(self, order_id: str) -> Order:
        return next(order for order in self.orders if order.id == order_id)

    def allowing(self, kind: str) -> tuple[Order, ...]:
        """The orders whose status admits that kind of change."""
        statuses = self.statuses(kind)
        return tuple(order for order in self.orders if order.status in statuses)

    def statuses(self, kind: str) -> tuple[OrderStatus, ...]:
        policy = self.policy
        rules: Sequence[Any] = {
            "cancel": (policy.cancel_order,),
            "return": (policy.return_items,),
            "swap": (policy.change_items, policy.exchange_items),
            "address": (policy.change_order_address,),
            "payment": (policy.change_payment,),
        }.get(kind, ())
        return tuple(status for rule in rules if rule for status in rule.statuses)

    def line(self, order_id: str, variant_id: str) -> OrderLine:
        return next(line for line in self.order(order_id).lines if line.variant_id == variant_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """Something has to be asked first, or said instead."""

    slot: str
    """"order", "items", "option", "reason", "address", "method"; "" when the process ends here."""
    act: SayAct
    about: str = ""
    """The item whose options are asked for."""


def order_key(order_id: str) -> OrderId:
    return OrderId(order_id)


def offered(policy: ServicePolicy, kind: str) -> bool:
    match kind:
        case "cancel":
            return policy.offers("cancel_order")
        case "return":
            return policy.offers("return_items")
        case "swap":
            return policy.offers("change_items") or policy.offers("exchange_items")
        case "address":
            return policy.offers("change_order_address") or policy.offers("change_profile_address")
        case "payment":
            return policy.offers("change_payment")
        case _:
            return False


OUTLIVES = 3
"""Turns about something else that a process at the service desk outlives."""


def aged(*, before: Mapping[str, Any], now: Mapping[str, Any]) -> dict[str, Any]:
    """A process that this turn did not touch grows older, and is given up in the end."""
    if not now.get("kind") or dict(before) != dict(now):
        return dict(now)
    age = int(now.get("age") or 0) + 1
    if age <= OUTLIVES:
        return {**now, "age": age}
    kept = Process(answered=dict(now.get("answered") or {}), done=tuple(now.get("done") or ()))
    return plain_process(kept)
