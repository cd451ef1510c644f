"""What the customer may have before them when they say something: the tables that commands are read against."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from decimal import Decimal

from assistant.context import Asked, Context, to_plain
from assistant.conversation import Conversation
from assistant.events import Cart, CartItem, ConversationId, empty_cart
from assistant.understanding.commands import Command
from assistant.understanding.reader import Understander
from retrieval.catalogue import Money, Product
from retrieval.constraints import Filter, Need
from tests.assistant.small_shop import GARDEN, KETTLE, MUG, STORM, WEEKEND

Read = Callable[..., Awaitable[list[Command]]]

NOTHING = Context()
TENTS = Need(text="tents", thing="tents", filters=(Filter(field="category", operator="in", values=("tents",)),))


def on_table(*products: Product, focus: tuple[Product, ...] = (), asked: Asked | None = None) -> Context:
    return Context(
        need=TENTS,
        shown=tuple(p.id for p in products),
        focus=tuple(p.id for p in focus),
        titles={p.id: p.title for p in (*products, *focus)},
        topic="products",
        asked=asked,
    )


SHOWN = on_table(GARDEN, WEEKEND, STORM)
"""Three tents were just shown."""
FOCUSED = on_table(GARDEN, WEEKEND, STORM, focus=(STORM,))
"""One of them is being talked about."""


def asking(slot: str, flow: str, **slots: object) -> Context:
    return Context(asked=Asked(slot=slot, flow=flow, slots=dict(slots)))  # type: ignore[arg-type]


def cart_of(*products: Product) -> Cart:
    items = tuple(
        CartItem(
            variant_id=p.variants[0].id,
            product_id=p.id,
            title=p.title,
            quantity=1,
            price=Money(amount=p.variants[0].price or Decimal(0), currency="USD"),
        )
        for p in products
    )
    return Cart(items=items, total=Money(amount=sum((i.price.amount for i in items), Decimal(0)), currency="USD"))


FULL = cart_of(MUG, KETTLE)


def reader(understander: Understander) -> Read:
    async def read(said: str, context: Context = NOTHING, cart: Cart | None = None) -> list[Command]:
        conversation = Conversation(
            id=ConversationId("c"), context=to_plain(context), cart=cart or empty_cart("USD"), last_seq=3
        )
        return await understander.read(conversation, said)

    return read
