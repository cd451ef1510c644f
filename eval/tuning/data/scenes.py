"""What lies before a generated customer: products on the table, a cart, an open question, the lines before.

Made of demo shops of other seeds than the one that is served: no product of training is met again in a test. Above:
`reader_examples`. Below: the demo shop, the conversation and its context.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from random import Random
from typing import Final

from assistant.answering.formats import money
from assistant.answering.wording import Templates, load_templates
from assistant.context import Asked, Context, to_plain
from assistant.conversation import Conversation, Spoken
from assistant.events import Cart, CartItem, ConversationId, empty_cart
from assistant.shops.demo.shop import generate
from eval.tuning.data.values import of_split, table
from model_serving.tuning.examples import Split
from retrieval.catalogue import Money, Product
from retrieval.constraints import Need

SEEDS: Final[dict[Split, int]] = {"train": 1101, "dev": 1103, "test": 7}
"""Of the demo shops. The test's is the one that everybody is served."""


REMEMBERED: Final = 0.35
"""Share of scenes that come with the lines before; they are most of a prompt and decide little."""


def short_name(product: Product) -> str:
    """Brand and model without what follows the first comma."""
    return product.title.partition(",")[0]


@cache
def products_of(split: Split) -> tuple[Product, ...]:
    """Of the split's shop, without those whose brand and model another split's shop has too."""
    others = {short_name(p) for name, seed in SEEDS.items() if name != split for p in generate(seed).products}
    return tuple(p for p in generate(SEEDS[split]).products if p.prices and short_name(p) not in others)


@cache
def _templates() -> Templates:
    return load_templates("en")


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    name: str
    conversation: Conversation
    titles: tuple[str, ...] = ()
    items: tuple[str, ...] = ()

    @property
    def shown(self) -> int:
        return len(self.titles)


def scene(name: str, split: Split, rng: Random) -> Scene:
    """One of: none, table, talked, cart, orders, asked_who, asked_order, asked_product."""
    shown = _alike(split, rng) if name in ("table", "talked", "asked_product") or rng.random() < 0.15 else ()
    context = Context(
        shown=tuple(product.id for product in shown),
        titles={product.id: product.title for product in shown},
        topic="products" if shown else "",
        focus=(shown[0].id,) if name == "talked" else (),
        need=Need(text="", thing=shown[0].category[-1].lower()) if shown else None,
        asked=_asked(name),
        language="en",
    )
    cart = _cart(split, rng) if name == "cart" or rng.random() < 0.1 else empty_cart("USD")
    conversation = Conversation(
        id=ConversationId("c_generated"),
        context=to_plain(context),
        language="en",
        cart=cart,
        customer_id="generated_customer" if name == "orders" else "",
        transcript=_before(name, shown, cart, split, rng),
        last_seq=3,
    )
    return Scene(
        name=name,
        conversation=conversation,
        titles=tuple(product.title for product in shown),
        items=tuple(_item(item.title, split) for item in cart.items),
    )


def _alike(split: Split, rng: Random) -> tuple[Product, ...]:
    every = products_of(split)
    kind = rng.choice(every).category
    return tuple(rng.sample([product for product in every if product.category == kind], rng.choice((3, 3, 4))))


def _asked(name: str) -> Asked | None:
    match name:
        case "asked_who":
            return Asked(slot="identity", flow="track_order")
        case "asked_order":
            return Asked(slot="order", flow="track_order")
        case "asked_product":
            return Asked(slot="product", flow="add_to_cart")
        case _:
            return None


def _cart(split: Split, rng: Random) -> Cart:
    items = tuple(
        CartItem(
            variant_id=product.variants[0].id,
            product_id=product.id,
            title=product.title,
            quantity=rng.choice((1, 1, 2)),
            price=Money(amount=product.variants[0].price or Decimal(0), currency="USD"),
        )
        for product in rng.sample(products_of(split), rng.choice((1, 2, 2, 3)))
    )
    return Cart(items=items, total=Money(amount=sum((item.price.amount for item in items), Decimal(0)), currency="USD"))


def _item(title: str, split: Split) -> str:
    """How a customer names it: its last words before the comma."""
    words = title.partition(",")[0].split()
    for singular in table()["kinds"].values():
        if title.partition(",")[0].lower().endswith(singular):
            return str(singular)
    return words[-1].lower()


def _before(name: str, shown: Sequence[Product], cart: Cart, split: Split, rng: Random) -> tuple[Spoken, ...]:
    """Up to four lines that led here, as the templates say them."""
    lines: list[tuple[str, str]] = []
    if shown:
        kind = shown[0].category[-1].lower()
        listed = "\n".join(
            f"- **{p.title}**, {money(Money(amount=p.prices[0], currency='USD'))}" for p in shown if p.prices
        )
        lines += [
            ("customer", rng.choice((f"any {kind}?", kind, f"i need {kind}"))),
            ("assistant", f"{_said('found', rng, what=kind)}\n{listed}"),
        ]
    if name == "talked" and shown[0].prices:
        price = money(Money(amount=shown[0].prices[0], currency="USD"))
        lines += [
            ("customer", rng.choice(("the first one", "how much is the first"))),
            ("assistant", _said("price", rng, title=shown[0].title, price=price)),
        ]
    if name == "cart":
        lines += [
            ("customer", "add it"),
            (
                "assistant",
                _said("cart_added", rng, quantity="", title=cart.items[-1].title, total=money(cart.total), price=""),
            ),
        ]
    if name == "asked_who":
        lines += [
            ("customer", rng.choice(("where is my order", "i want to return something"))),
            ("assistant", _said("ask_identity", rng)),
        ]
    if name == "asked_product":
        lines += [("customer", "add it to my cart"), ("assistant", _said("ask_which_to_add", rng))]
    if name == "orders" and rng.random() < 0.5:
        first = rng.choice(of_split("first_names", split))
        lines += [("customer", "it's me"), ("assistant", _said("identified", rng, first_name=first))]
    kept = lines[-4:] if rng.random() < REMEMBERED else []
    return tuple(Spoken(seq=seq, who=who, text=text) for seq, (who, text) in enumerate(kept, start=1))  # type: ignore[arg-type]


def _said(key: str, rng: Random, **values: str) -> str:
    return rng.choice(_templates()[key]).format_map(values)
