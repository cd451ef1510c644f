"""The words of protocol.md as frozen dataclasses, and the one function that reads them from JSON.

Unknown fields are ignored and missing ones get their defaults: that is how version 1 grows. Below: nothing. Above: `facts`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from decimal import Decimal
from typing import Any, TypeVar

Value = TypeVar("Value")


def one(kind: type) -> dict[str, Any]:
    """Metadata of a field that holds another value."""
    return {"kind": kind, "many": False}


def many(kind: type) -> dict[str, Any]:
    """Metadata of a field that holds a tuple of other values."""
    return {"kind": kind, "many": True}


def read(kind: type[Value], data: Mapping[str, Any]) -> Value:
    """The value that this JSON object tells of. Raises TypeError where a required field is missing."""
    found: dict[str, Any] = {}
    for each in fields(kind):  # type: ignore[arg-type]
        if each.name in data:
            found[each.name] = _read_field(each.metadata, data[each.name])
    return kind(**found)


def _read_field(metadata: Mapping[str, Any], raw: Any) -> Any:
    kind = metadata.get("kind")
    if kind is None or raw is None:
        return raw
    if metadata["many"]:
        return tuple(read(kind, each) for each in raw)
    return kind(raw) if kind is Decimal else read(kind, raw)


@dataclass(frozen=True, slots=True, kw_only=True)
class Money:
    amount: Decimal = field(default=Decimal("0.00"), metadata=one(Decimal))
    currency: str = "USD"


@dataclass(frozen=True, slots=True, kw_only=True)
class CardAction:
    """A card's button: `conversation.act(action, arguments)` presses it."""

    id: str
    label: str
    action: str
    arguments: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """`kind`: product, order, store, confirmation; more may come."""

    kind: str
    id: str
    title: str
    subtitle: str = ""
    image_url: str = ""
    price: Money | None = field(default=None, metadata=one(Money))
    availability: str = ""
    actions: tuple[CardAction, ...] = field(default=(), metadata=many(CardAction))


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    kind: str
    id: str
    title: str
    quote: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class QuickReply:
    label: str
    text: str
    """What is sent as the customer's words when it is chosen."""
    action: str = ""
    """Where it is set, `conversation.act(action, arguments)` says the same without words to be understood."""
    arguments: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class CartItem:
    variant_id: str
    quantity: int
    product_id: str = ""
    title: str = ""
    options: Mapping[str, str] = field(default_factory=dict)
    price: Money | None = field(default=None, metadata=one(Money))
    image_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cart:
    items: tuple[CartItem, ...] = field(default=(), metadata=many(CartItem))
    total: Money = field(default=Money(), metadata=one(Money))


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    kind: str
    """customer, assistant, agent, system."""
    id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One entry of the durable log. `facts.fact_of` reads its data as a typed value."""

    seq: int
    id: str
    conversation_id: str
    at: datetime
    actor: Actor
    channel: str
    type: str
    data: Mapping[str, Any]


def read_event(raw: Mapping[str, Any]) -> Event:
    return Event(
        seq=raw["seq"],
        id=raw["id"],
        conversation_id=raw["conversation_id"],
        at=datetime.fromisoformat(raw["at"]),
        actor=Actor(kind=raw["actor"]["kind"], id=raw["actor"].get("id", "")),
        channel=raw["channel"],
        type=raw["type"],
        data=raw["data"],
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """What opens one conversation. Keep the token as you would a password."""

    conversation_id: str
    token: str
    last_seq: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferCode:
    """`url` opens the conversation on another device; `qr_svg` is the same as a picture."""

    code: str
    url: str
    qr_svg: str
    expires_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """The message is durable from here on, at this place in the log."""

    client_id: str
    seq: int
