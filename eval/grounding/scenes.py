"""Scenes of the demo shop for drafts: the cards and citations of a reply, the facts that may be told of them, and the faults.

Evidence is made by the assistant's own functions, as flows make it. Above: `grounding_suite`. Below: the demo shop, cards.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Literal

from assistant.answering.cards import LOW_STOCK, product_card, product_citation, store_card
from assistant.answering.phrases import Phrases
from assistant.events import Card, Cart, CartItem, Citation
from assistant.flows.fill_cart import cart_citations
from assistant.flows.track_order import order_card
from assistant.shops.demo.shop import DemoShop
from assistant.shops.records import Order, Store
from retrieval.catalogue import ONLINE, Money, Product
from retrieval.words import word_set

Split = Literal["dev", "heldout"]
_NAME_GOES_ON = word_set("ii x s 2 3 pro max lite gt sport trail alpine summer classic nord studio light")
_FIRST_FIGURE = re.compile(r"\d+(?:\.\d+)?")


@dataclass(frozen=True, slots=True)
class Fact:
    """What fills a slot; `grounding_suite` writes it in the draft's language."""

    kind: Literal["text", "money", "words", "rounded", "number", "measure", "date"]
    value: str | Decimal | date


Slots = Mapping[str, Fact]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    cards: tuple[Card, ...]
    citations: tuple[Citation, ...]
    slots: Slots
    faults: Mapping[str, Sequence[Slots]] = field(default_factory=dict)
    """By kind of fault: what to put into slots instead, so that a draft that names one of them becomes wrong."""
    status: str = ""
    """Of an order."""


def text(value: str) -> Fact:
    return Fact("text", value)


def short_name(product: Product) -> str:
    """Brand and model, as people say it."""
    words = product.title.replace(",", " ").split()
    kept = words[:3] if len(words) > 2 and words[2].lower() in _NAME_GOES_ON else words[:2]
    return " ".join(kept)


def of_split(products: Sequence[Product], split: Split) -> list[Product]:
    """Even products are for developing, odd ones are held apart."""
    wanted = 0 if split == "dev" else 1
    return [product for place, product in enumerate(products) if place % 2 == wanted]


def pair_scenes(shop: DemoShop, split: Split, phrases: Phrases, count: int, random: Random) -> Iterator[Scene]:
    """Two products of a kind whose prices, ratings and weights differ."""
    products = of_split(shop.products, split)
    low = [p for p in products if 0 < sum(v.stock.get(ONLINE, 0) for v in p.variants if v.available) <= LOW_STOCK]
    for number in range(count * 30):
        one = random.choice(low if number % 2 else products)
        alike = [p for p in products if p.category == one.category and _differs(p, one, phrases)]
        if alike and (card := product_card(one, phrases)).price is not None and one.rating is not None:
            strange = random.choice([p for p in products if short_name(p) not in one.title and p.brand != one.brand])
            yield _pair(one, random.choice(alike), strange, card, phrases)
            count -= 1
        if not count:
            return


def _differs(one: Product, other: Product, phrases: Phrases) -> bool:
    a, b = product_card(one, phrases).price, product_card(other, phrases).price
    weights = _weight(one), _weight(other)
    return (
        one.id != other.id and short_name(one) != short_name(other) and None not in (one.rating, other.rating)
        and one.rating != other.rating and a is not None and b is not None and abs(a.amount - b.amount) > 3
        and (None in weights or weights[0] != weights[1])
    )  # fmt: skip


def _weight(product: Product) -> Decimal | None:
    """In grams."""
    stated = product.attributes.get("weight", "")
    found = _FIRST_FIGURE.search(stated)
    if found is None or not re.fullmatch(r"[\d.]+ k?g(?: per pair)?", stated):
        return None
    return Decimal(found.group()) * (1000 if "kg" in stated else 1)


def _pair(one: Product, other: Product, strange: Product, card: Card, phrases: Phrases) -> Scene:
    second = product_card(other, phrases)
    assert card.price is not None and second.price is not None
    pa, pb = card.price.amount, second.price.amount
    slots: dict[str, Fact] = {
        "a": text(short_name(one)), "b": text(short_name(other)), "A": text(one.title), "B": text(other.title),
        "pa": Fact("money", pa), "pb": Fact("money", pb), "pw": Fact("words", pa), "ab": Fact("rounded", pa),
        "ra": Fact("number", f"{one.rating:.1f}"), "rb": Fact("number", f"{other.rating:.1f}"),
        "na": Fact("number", str(one.rating_count)), "diff": Fact("money", abs(pa - pb)),
        "more": text("dearer" if pb > pa else "cheaper"), "mas": text("más caro" if pb > pa else "más barato"),
        "plus": text("plus cher" if pb > pa else "moins cher"), "mehr": text("teurer" if pb > pa else "günstiger"),
        "over": Fact("rounded", pa + Decimal("0.6")),
        **_ranked("cheap", "dear", one, other, first_is_less=pa < pb),
        **_ranked("unloved", "loved", one, other, first_is_less=(one.rating or 0) < (other.rating or 0)),
    }  # fmt: skip
    citations = []
    a_weighs, b_weighs = _weight(one), _weight(other)
    if a_weighs and b_weighs:
        slots |= {"wa": Fact("measure", one.attributes["weight"]), "wb": Fact("measure", other.attributes["weight"])}
        slots |= _ranked("light", "heavy", one, other, first_is_less=a_weighs < b_weighs)
        citations = [product_citation(p, f"{phrases.term('weight')}: {p.attributes['weight']}") for p in (one, other)]
    if left := re.fullmatch(r"\D+(\d)\D+", card.availability):
        slots["sa"] = Fact("number", left.group(1))
    return Scene(
        cards=(card, second), citations=tuple(citations), slots=slots, faults=_pair_faults(slots, strange, pa, pb)
    )


def _ranked(less: str, more: str, one: Product, other: Product, *, first_is_less: bool) -> dict[str, Fact]:
    names = (short_name(one), short_name(other)) if first_is_less else (short_name(other), short_name(one))
    return {less: text(names[0]), more: text(names[1])}


def _pair_faults(slots: Slots, strange: Product, pa: Decimal, pb: Decimal) -> dict[str, list[Slots]]:
    name = short_name(strange)
    faults: dict[str, list[Slots]] = {
        "price": [
            {slot: Fact(slots[slot].kind, wrong)}
            for slot in ("pa", "pw", "ab")
            for wrong in (pa + 20, pa * Decimal("0.7"))
        ],
        "product": [{"a": text(name), "A": text(strange.title)}, {"b": text(name), "B": text(strange.title)}],
        "swapped": [{"pa": Fact("money", pb), "pb": Fact("money", pa)}, {"ra": slots["rb"], "rb": slots["ra"]}],
        "superlative": [
            {"cheap": slots["dear"], "dear": slots["cheap"]},
            {"loved": slots["unloved"], "unloved": slots["loved"]},
        ],
        "difference": [_turned(pb > pa)],
    }
    faults["price"].append({"diff": Fact("money", abs(pa - pb) + 11)})
    if "wa" in slots:
        faults["swapped"].append({"wa": slots["wb"], "wb": slots["wa"]})
        faults["superlative"].append({"light": slots["heavy"], "heavy": slots["light"]})
    if "sa" in slots:
        faults["stock"] = [{"sa": Fact("number", str(int(str(slots["sa"].value)) + more))} for more in (2, 9)]
    return faults


def _turned(dearer: bool) -> Slots:
    less, more = ("cheaper", "más barato", "moins cher", "günstiger"), ("dearer", "más caro", "plus cher", "teurer")
    return dict(zip(("more", "mas", "plus", "mehr"), map(text, less if dearer else more), strict=True))


def order_scenes(shop: DemoShop, split: Split, phrases: Phrases, count: int, random: Random) -> Iterator[Scene]:
    for status in ("pending", "processed", "shipped", "delivered", "cancelled"):
        fitting = [order for order in shop.orders if order.status == status]
        fitting = [order for place, order in enumerate(fitting) if place % 2 == (0 if split == "dev" else 1)]
        for order in random.sample(fitting, min(count, len(fitting))):
            yield _order(order, shop, phrases)


def _order(order: Order, shop: DemoShop, phrases: Phrases) -> Scene:
    """Cited as `flows.track_order` cites it."""
    parcel = order.fulfilments[-1] if order.fulfilments else None
    due = (parcel.delivered_at.date() if parcel.delivered_at else parcel.expected_on) if parcel else None
    total = phrases.price(order.total, order.currency)
    parts = [
        phrases.say("said.order_told", order=order.id),
        phrases.say("said.status", status=phrases.state(order.status)),
    ]
    parts += [*(line.title for line in order.lines), phrases.say("price.total", price=total)]
    item = " ".join(order.lines[0].title.split()[:2])
    slots: dict[str, Fact] = {
        "o": text(order.id), "total": Fact("money", order.total), "item": text(item)}  # fmt: skip
    faults: dict[str, Sequence[Slots]] = {
        "order": [{"o": text(f"#F{int(order.id[2:]) + 7}")}],
        "price": [{"total": Fact("money", order.total + 10)}],
        "product": [{"item": text(short_name(shop.products[len(order.id) * 31]))}],
    }
    if parcel is not None:
        parts.append(phrases.say("said.carrier", value=parcel.carrier))
        slots["car"] = text(parcel.carrier)
    if due is not None:
        parts.append(phrases.say("said.day", value=phrases.day(due, today=shop.as_of.date())))
        slots["day"] = Fact("date", due)
        faults["date"] = [{"day": Fact("date", due + timedelta(days=days))} for days in (2, -3, 30)]
    card = order_card(order, phrases)
    citation = Citation(kind="order", id=order.id, title=card.title, quote="; ".join(parts))
    return Scene(cards=(card,), citations=(citation,), slots=slots, faults=faults, status=str(order.status))


def store_scenes(shop: DemoShop, split: Split, phrases: Phrases, count: int, random: Random) -> Iterator[Scene]:
    for product in random.sample(of_split(shop.products, split), count):
        first, second, strange = random.sample(list(shop.stores), 3)
        units, more = random.randint(4, 9), random.randint(11, 19)
        yield _stores(product, first, second, strange, units, more, phrases)


def _stores(
    product: Product, first: Store, second: Store, strange: Store, units: int, more: int, phrases: Phrases
) -> Scene:
    cards = (
        product_card(product, phrases),
        store_card(first, phrases.say("stock.units", count=units)),
        store_card(second, phrases.say("stock.units", count=more)),
    )
    slots = {
        "store": text(first.name), "other": text(second.name), "city": text(first.address.city),
        "ocity": text(second.address.city), "addr": text(first.address.address1), "phone": text(first.phone),
        "u": Fact("number", str(units)), "ou": Fact("number", str(more)), "a": text(short_name(product)),
    }  # fmt: skip
    faults: dict[str, Sequence[Slots]] = {
        "store": [
            {"store": text(strange.name), "city": text(strange.address.city)},
            {"other": text(strange.name), "ocity": text(strange.address.city)},
            {"addr": text(strange.address.address1)},
            {"phone": text(strange.phone)},
        ],
        "stock": [{"u": Fact("number", str(units + 21))}],
        "swapped": [{"u": slots["ou"], "ou": slots["u"]}],
    }
    told = "; ".join(f"{card.title}: {card.availability}" for card in cards[1:])
    return Scene(cards=cards, citations=(product_citation(product, told),), slots=slots, faults=faults)


def cart_scenes(shop: DemoShop, split: Split, phrases: Phrases, count: int, random: Random) -> Iterator[Scene]:
    priced = [p for p in of_split(shop.products, split) if p.variants[0].price is not None]
    while count:
        one, other = random.sample(priced, 2)
        if short_name(one) != short_name(other):
            yield _cart(one, other, random.randint(2, 4), random.randint(5, 7), phrases)
            count -= 1


def _cart(one: Product, other: Product, many: int, more: int, phrases: Phrases) -> Scene:
    items = tuple(_item(product, quantity) for product, quantity in ((one, many), (other, more)))
    total = sum((item.price.amount * item.quantity for item in items), Decimal(0))
    cart = Cart(items=items, total=Money(amount=total, currency="USD"))
    slots = {
        "A": text(one.title), "B": text(other.title), "a": text(short_name(one)), "b": text(short_name(other)),
        "q": Fact("number", str(many)), "oq": Fact("number", str(more)), "n": Fact("number", str(many + more)),
        "pa": Fact("money", items[0].price.amount), "pb": Fact("money", items[1].price.amount),
        "total": Fact("money", total),
    }  # fmt: skip
    faults: dict[str, Sequence[Slots]] = {
        "quantity": [{"q": Fact("number", str(many + 6))}, {"n": Fact("number", str(many + more + 3))}],
        "swapped": [{"q": slots["oq"], "oq": slots["q"]}],
        "price": [{"total": Fact("money", total + 5)}],
    }
    return Scene(cards=(), citations=cart_citations(cart, phrases), slots=slots, faults=faults)


def _item(product: Product, quantity: int) -> CartItem:
    variant = product.variants[0]
    assert variant.price is not None
    return CartItem(
        variant_id=variant.id, product_id=product.id, title=product.title, options=variant.options,
        quantity=quantity, price=Money(amount=variant.price, currency="USD"),
    )  # fmt: skip


def flag_scene(shop: DemoShop, split: Split, phrases: Phrases, name: str, value: bool, random: Random) -> Scene | None:
    """A product whose record says yes, or no, to that attribute."""
    said = "yes" if value else "no"
    fitting = [p for p in of_split(shop.products, split) if p.attributes.get(name) == said]
    if not fitting:
        return None
    product = random.choice(fitting)
    citation = product_citation(product, f"{phrases.term(name)}: {said}")
    return Scene(cards=(product_card(product, phrases),), citations=(citation,), slots={"a": text(short_name(product))})


def stock_scene(shop: DemoShop, split: Split, phrases: Phrases, *, there: bool, random: Random) -> Scene:
    wanted = phrases.say("stock.in_stock" if there else "stock.sold_out")
    fitting = [p for p in of_split(shop.products, split) if product_card(p, phrases).availability == wanted]
    product = random.choice(fitting or [_without_stock(of_split(shop.products, split)[0])])
    return Scene(cards=(product_card(product, phrases),), citations=(), slots={"a": text(short_name(product))})


def _without_stock(product: Product) -> Product:
    return replace(product, variants=tuple(replace(variant, stock={}) for variant in product.variants))
