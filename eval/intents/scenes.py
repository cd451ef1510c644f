"""What lies before the customer who says something: tables, carts and open questions, of the shop's own products.

Above: `intents_command`. Below: the conversation and its context.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from assistant.context import Asked, Context, to_plain
from assistant.conversation import Conversation
from assistant.events import Cart, CartItem, ConversationId, empty_cart
from eval.intents.intents import Scene
from retrieval.catalogue import Money, Product
from retrieval.constraints import Filter, Need

_KIND = "Tents"
_IN_CART = ("Mugs", "Kettles")
_OF = ("#F1000001", "maya_lindqvist_1001")


class Scenes:
    """Made once of a shop's products."""

    def __init__(self, products: Sequence[Product]) -> None:
        self._table = [product for product in products if product.category[-1] == _KIND][:3]
        self._cart = [next(p for p in products if p.category[-1] == kind) for kind in _IN_CART]

    def conversation(self, scene: Scene, language: str) -> Conversation:
        """A conversation under way in that language."""
        context, identified = self._context(scene), scene in ("orders", "confirm")
        return Conversation(
            id=ConversationId("c_measured"),
            context=to_plain(replace(context, language=language)),
            language=language,
            cart=self._full() if scene == "cart" else empty_cart("USD"),
            customer_id=_OF[1] if identified else "",
            last_seq=3,
        )

    def _context(self, scene: Scene) -> Context:
        shown = self._tents()
        match scene:
            case "none":
                return Context()
            case "table":
                return shown
            case "one":
                return self._talked_about()
            case "cart":
                return Context(topic="cart", last_added=(self._cart[0].variants[0].id,))
            case "orders":
                return Context(topic="orders", order=_OF[0])
            case "asked_who":
                return Context(asked=Asked(slot="identity", flow="track_order"))
            case "asked_order":
                return Context(asked=Asked(slot="order", flow="track_order"))
            case "asked_place":
                return Context(asked=Asked(slot="place", flow="find_store"), topic="stores")
            case "asked_yes":
                waiting = {"product": self._table[0].id}
                return replace(self._talked_about(), asked=Asked(slot="go_ahead", flow="add_to_cart", slots=waiting))
            case "asked_colour":
                offered = {"product": self._table[0].id, "values": ["black", "red", "blue"], "name": "colour"}
                return replace(self._talked_about(), asked=Asked(slot="variant", flow="add_to_cart", slots=offered))
            case "confirm":
                return Context(
                    topic="orders", process={"kind": "cancel", "orders": [_OF[0]], "waiting": "confirmation"}
                )

    def _tents(self) -> Context:
        need = Need(text="tents", thing="tent", filters=(Filter(field="category", operator="in", values=("tents",)),))
        return Context(
            need=need,
            shown=tuple(product.id for product in self._table),
            titles={product.id: product.title for product in self._table},
            topic="products",
        )

    def _talked_about(self) -> Context:
        return replace(self._tents(), focus=(self._table[0].id,))

    def _full(self) -> Cart:
        items = tuple(
            CartItem(
                variant_id=product.variants[0].id,
                product_id=product.id,
                title=product.title,
                quantity=1,
                price=Money(amount=product.variants[0].price or Decimal(0), currency="USD"),
            )
            for product in self._cart
        )
        return Cart(
            items=items, total=Money(amount=sum((item.price.amount for item in items), Decimal(0)), currency="USD")
        )
