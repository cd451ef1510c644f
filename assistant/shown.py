"""What facts carry that pages show: cards with their buttons, citations, quick replies, the cart (values alone).

Above: `events`, which names them for everybody. Below: the catalogue's words.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal

from retrieval.catalogue import Money, ProductId, VariantId


@dataclass(frozen=True, slots=True, kw_only=True)
class CardAction:
    id: str
    label: str
    action: str
    arguments: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    kind: Literal["product", "order", "store", "confirmation"]
    id: str
    title: str
    subtitle: str = ""
    image_url: str = ""
    price: Money | None = None
    availability: str = ""
    actions: tuple[CardAction, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    kind: Literal["product", "policy", "order", "store", "profile"]
    id: str
    title: str
    quote: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QuickReply:
    label: str
    text: str
    """What is sent as the customer's words when it is chosen."""
    action: str = ""
    """The button that it is, for a client that sends actions; its words mean the same."""
    arguments: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class CartItem:
    variant_id: VariantId
    product_id: ProductId
    title: str
    options: Mapping[str, str] = field(default_factory=dict)
    quantity: int
    price: Money
    """Of one piece."""
    image_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cart:
    items: tuple[CartItem, ...] = ()
    total: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionTaken:
    """A button of a card or a page."""

    name: str
    arguments: Mapping[str, Any] = field(default_factory=dict)


def empty_cart(currency: str) -> Cart:
    return Cart(total=Money(amount=Decimal("0.00"), currency=currency))
