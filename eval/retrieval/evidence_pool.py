"""Pool: the figures that a piece of evidence supports. Products, stores, orders, carts and quoted words each make one (pure)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from itertools import combinations

from assistant.events import Card, Cart, CartItem
from assistant.shops.records import Order, Store
from eval.grounding.figures import WORDS, Figure, Kind, figures, tidy
from eval.measures import measure
from retrieval.catalogue import Product, Variant

_SAME_NUMBER: tuple[Kind, ...] = ("number", "word", "stock", "rating")


@dataclass(frozen=True, slots=True)
class Pool:
    values: Mapping[Kind, frozenset[str]] = field(default_factory=dict)

    def __or__(self, other: Pool) -> Pool:
        return Pool({kind: self.of(kind) | other.of(kind) for kind in {*self.values, *other.values}})

    def of(self, kind: Kind) -> frozenset[str]:
        return self.values.get(kind, frozenset())

    def supports(self, figure: Figure) -> bool:
        """Of its own kind; a bare number also as the number of a measure, a price or a count, a price never as anything else."""
        if figure.value in self.of(figure.kind):
            return True
        if figure.kind in ("number", "word"):
            bare = {value.split()[0] for value in self.of("measure")}
            others = (self.of(kind) for kind in ("number", "price", "percent", "stock", "rating", "word"))
            return figure.value in bare.union(*others)
        return False


def pool(figures_by_kind: Mapping[Kind, Iterable[str]]) -> Pool:
    return Pool({kind: frozenset(values) for kind, values in figures_by_kind.items()})


def pooled(pools: Iterable[Pool]) -> Pool:
    total = Pool()
    for each in pools:
        total |= each
    return total


def of_text(*texts: str) -> Pool:
    """What stands in words; a measure counts by its figure as written too ("1800 g" supports 1800)."""
    kinds: dict[Kind, set[str]] = {}
    for figure in (figure for text in texts for figure in figures(text)):
        kinds.setdefault(figure.kind, set()).add(figure.value)
        if figure.kind == "measure":
            written = figures(re.sub(r"[^\d.,]", "", figure.text))
            kinds.setdefault("number", set()).update(number.value for number in written)
    return pool(kinds)


def of_customer(said: Iterable[str]) -> Pool:
    """The customer's own numbers may be said back, whatever they meant: "under 200" may become "$200"."""
    own = of_text(*said)
    bare = own.of("number") | own.of("price") | {value.split()[0] for value in own.of("measure")} | own.of("word")
    return own | pool(dict.fromkeys(("price", "rating", "percent", *_SAME_NUMBER), bare))  # fmt: skip


def of_counts(counts: Iterable[int]) -> Pool:
    numbers = [str(count) for count in counts if count >= 0]
    return pool({"number": numbers, "word": [number for number in numbers if int(number) < len(WORDS)]})


def of_card(card: Card) -> Pool:
    words = of_text(card.title, card.subtitle, card.availability, card.id, *(action.label for action in card.actions))
    return words | of_prices([card.price.amount] if card.price else [])


def of_prices(amounts: Iterable[Decimal]) -> Pool:
    return pool({"price": [tidy(amount) for amount in amounts]})


def of_product(product: Product) -> Pool:
    """All that the record says. Stock: by variant and store, and their sums; how many stores have it."""
    words = of_text(product.title, product.description, *(f"{k}: {v}" for k, v in product.attributes.items()),
                    *(v for variant in product.variants for v in variant.options.values()),
                    *(review.text for review in product.reviews))  # fmt: skip
    ratings = [] if product.rating is None else [product.rating, round(product.rating, 1)]
    levels = _stock_levels(product)
    return (
        words
        | of_prices(variant.price for variant in product.variants if variant.price is not None)
        | pool({"rating": [tidy(Decimal(str(rating))) for rating in ratings], "number": [str(product.rating_count)]})
        | pool({"review": [str(review.rating) for review in product.reviews]})
        | pool({"stock": [str(units) for _, units in levels], "stock_at": [f"{at}={units}" for at, units in levels]})
        | of_counts({len(product.variants), len(product.reviews), *_stores_with(product)})
    )


def _stock_levels(product: Product) -> set[tuple[str, int]]:
    """Units by store ("" for all together): of each variant, and of all variants that share some of their options."""
    stores = {"", *(str(store) for variant in product.variants for store in variant.stock)}
    levels: set[tuple[str, int]] = set()
    for alike in _variants_alike(product):
        for store in stores:
            units = [n for variant in alike for at, n in variant.stock.items() if store in ("", at)]
            levels.add((store, sum(units)))
    return levels


def _variants_alike(product: Product) -> Iterator[list[Variant]]:
    names = sorted({name for variant in product.variants for name in variant.options})
    for size in range(len(names) + 1):
        for chosen in combinations(names, size):
            groups: dict[tuple[str, ...], list[Variant]] = {}
            for variant in product.variants:
                groups.setdefault(tuple(variant.options.get(name, "") for name in chosen), []).append(variant)
            yield from groups.values()
    yield from ([variant] for variant in product.variants)


def _stores_with(product: Product) -> set[int]:
    """How many real stores have it: any variant of it, or one."""
    having = [{s for s, units in v.stock.items() if units > 0 and s != "online"} for v in product.variants]
    return {len(stores) for stores in having} | {len(set[str]().union(*having))}


def of_store(store: Store) -> Pool:
    address = store.address
    hours = list(store.opening_hours.values())
    words = of_text(store.name, store.phone, address.address1, address.address2, address.zip, *hours)
    spoken = {str((int(minutes) // 60 - 1) % 12 + 1) for minutes in words.of("time")}
    return words | pool({"weekday": [day[:3] for day in store.opening_hours], "number": spoken})


def of_order(order: Order) -> Pool:
    moments = [order.placed_at, *(m for f in order.fulfilments for m in (f.shipped_at, f.expected_on, f.delivered_at))]
    lines = [amount for line in order.lines for amount in (line.price, line.price * line.quantity)]
    amounts = [*lines, *(payment.amount for payment in order.payments), order.total]
    words = of_text(order.id, order.address.address1, order.address.zip, *(line.title for line in order.lines),
                    *(value for line in order.lines for value in line.options.values()),
                    *(f.last_scan for f in order.fulfilments))  # fmt: skip
    parcels = [parcel.lower() for f in order.fulfilments for parcel in f.tracking_ids]
    counts = {len(order.lines), sum(line.quantity for line in order.lines), *(line.quantity for line in order.lines)}
    known = {"identifier": [order.id.lower().lstrip("#"), *parcels], "number": parcels}
    return words | of_prices(amounts) | of_moments(moments) | pool(known) | of_counts(counts)  # type: ignore[arg-type]


def of_moments(moments: Iterable[date | datetime | None]) -> Pool:
    known = [moment for moment in moments if moment is not None]
    return pool({
        "date": [f"{moment:%m-%d}" for moment in known],
        "weekday": [f"{moment:%a}".lower() for moment in known],
        "time": [str(moment.hour * 60 + moment.minute) for moment in known if isinstance(moment, datetime)],
        "number": [str(moment.year) for moment in known],
    })  # fmt: skip


def of_cart(cart: Cart) -> Pool:
    amounts = [amount for item in cart.items for amount in (item.price.amount, item.price.amount * item.quantity)]
    words = of_text(*(word for item in cart.items for word in _item_words(item)))
    counts = {len(cart.items), sum(item.quantity for item in cart.items), *(item.quantity for item in cart.items)}
    return words | of_prices([*amounts, cart.total.amount]) | of_counts(counts)


def _item_words(item: CartItem) -> tuple[str, ...]:
    return (item.title, *item.options.values())


def of_differences(products: Iterable[Product], cards: Iterable[Card]) -> Pool:
    """What a comparison may say: by how much two of them differ, in price or in an attribute."""
    prices = [card.price.amount for card in cards if card.price is not None]
    gaps = {"price": {tidy(abs(a - b)) for a, b in combinations(prices, 2)}, "measure": set[str]()}
    for one, other in combinations(products, 2):
        for name in one.attributes.keys() & other.attributes.keys():
            a, b = measure(one.attributes[name]), measure(other.attributes[name])
            if a and b and a[1] == b[1]:
                gaps["measure"].add(f"{tidy(abs(a[0] - b[0]))} {a[1]}")
    return pool(gaps)  # type: ignore[arg-type]
