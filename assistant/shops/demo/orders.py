"""A thousand orders in every state, told from `as_of` backwards so that "delivered last week" stays true.

Orders come to the limit of free shipping at least, and hold nothing bulky: so a total is the sum of its lines.
Above: `shop`. Below: `parcels`, and the products and customers it is given.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random

from assistant.shops.demo.parcels import EXPRESS, STANDARD, Service, arrived, awaiting, on_its_way
from assistant.shops.demo.policy_facts import FACTS
from assistant.shops.records import (
    Customer,
    Fulfilment,
    Order,
    OrderId,
    OrderLine,
    OrderStatus,
    Payment,
    PaymentMethod,
)
from retrieval.catalogue import Product, ProductId, Variant, VariantId

ORDERS = 1000
FIRST_ORDER = 1_000_000
BULKY = {"Bikes", "Grills", "Paddle Boards"}

AGES: Mapping[OrderStatus, tuple[float, float]] = {
    "pending": (0.05, 0.8),
    "pending (item modified)": (0.3, 1.2),
    "processed": (1.0, 2.0),
    "shipped": (2.5, 6.5),
    "delivered": (11.5, 320.0),
    "cancelled": (0.5, 200.0),
    "return requested": (11.5, 30.0),
    "exchange requested": (11.5, 30.0),
    "returned": (25.0, 250.0),
}
"""Days since the order was placed, least and most."""
SHARES: Mapping[OrderStatus, int] = {
    "pending": 9,
    "pending (item modified)": 3,
    "processed": 7,
    "shipped": 15,
    "delivered": 46,
    "cancelled": 7,
    "return requested": 4,
    "exchange requested": 3,
    "returned": 6,
}
MAYAS: tuple[tuple[OrderStatus, float, tuple[str, ...]], ...] = (
    ("shipped", 3.2, ("Hiking Boots", "Hiking Socks")),
    ("delivered", 12.5, ("Tents", "Headlamps & Lanterns")),
    ("pending", 0.2, ("Headphones",)),
    ("delivered", 96.0, ("Coffee Makers", "Mugs")),
    ("cancelled", 40.0, ("Smartwatches",)),
    ("return requested", 19.0, ("Rain Jackets", "Water Bottles")),
    ("exchange requested", 16.0, ("Running Shoes",)),
    ("returned", 150.0, ("Backpacks",)),
    ("processed", 1.2, ("Sleeping Bags", "Sleeping Mats")),
)
"""State, days ago and categories of the demo customer's orders, in the order of their ids."""

Shelf = Mapping[str, Sequence[tuple[Product, Variant]]]
"""What can be ordered, by narrowest category."""


def orders(
    seed: int, as_of: datetime, products: Sequence[Product], customers: Sequence[Customer]
) -> tuple[tuple[Order, ...], tuple[Customer, ...]]:
    """The orders, and the customers with their orders' ids. `as_of` must know its time zone."""
    shelf = _shelf(products)
    by_id = {product.id: product for product in products}
    made = tuple(
        _Maker(seed=seed, number=number, as_of=as_of, shelf=shelf, products=by_id).order(customers)
        for number in range(ORDERS)
    )
    return made, tuple(_with_orders(customer, made) for customer in customers)


def _with_orders(customer: Customer, made: Sequence[Order]) -> Customer:
    return replace(customer, order_ids=tuple(order.id for order in made if order.customer_id == customer.id))


def _shelf(products: Sequence[Product]) -> Shelf:
    shelf: dict[str, list[tuple[Product, Variant]]] = {}
    for product in products:
        if product.category[-1] not in BULKY:
            sold = [(product, variant) for variant in product.variants if variant.price and variant.available]
            shelf.setdefault(product.category[-1], []).extend(sold)
    return shelf


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plan:
    status: OrderStatus
    days_ago: float
    categories: tuple[str, ...]
    customer: Customer


@dataclass(frozen=True, slots=True, kw_only=True)
class _Maker:
    """Makes the order of one number, from its own stream of chance."""

    seed: int
    number: int
    as_of: datetime
    shelf: Shelf
    products: Mapping[ProductId, Product]

    def order(self, customers: Sequence[Customer]) -> Order:
        rng = Random(f"{self.seed}/order/{self.number}")
        plan = self._plan(customers, rng)
        lines = self._lines(plan.categories, rng, exchangeable=plan.status == "exchange requested")
        total = sum((line.price * line.quantity for line in lines), Decimal(0))
        placed = (self.as_of - timedelta(days=plan.days_ago)).replace(second=0, microsecond=0)
        method = _method(plan.customer, total, rng)
        changes = self._changes(plan.status, lines, method, rng)
        return Order(
            id=OrderId(f"#F{FIRST_ORDER + self.number}"),
            customer_id=plan.customer.id,
            status=plan.status,
            address=plan.customer.address,
            lines=lines,
            fulfilments=self._fulfilments(plan, placed, lines, rng),
            payments=_payments(plan.status, total, method.id, lines, changes, rng),
            placed_at=placed,
            changes=changes,
        )

    def _plan(self, customers: Sequence[Customer], rng: Random) -> _Plan:
        if self.number < len(MAYAS):
            status, days_ago, categories = MAYAS[self.number]
            return _Plan(status=status, days_ago=days_ago, categories=categories, customer=customers[0])
        status = rng.choices(list(SHARES), list(SHARES.values()))[0]
        wanted = tuple(rng.choices(list(self.shelf), k=rng.choice((1, 1, 2, 2, 3, 4))))
        return _Plan(
            status=status,
            days_ago=rng.uniform(*AGES[status]),
            categories=wanted,
            customer=customers[1 + int((len(customers) - 1) * rng.random() ** 1.4)],
        )

    def _lines(self, categories: Sequence[str], rng: Random, *, exchangeable: bool) -> tuple[OrderLine, ...]:
        """One line a category; then more of the last until shipping is free."""
        lines: dict[VariantId, OrderLine] = {}
        wanted = list(categories)
        while wanted or sum(line.price * line.quantity for line in lines.values()) < FACTS.free_shipping_from:
            category = wanted.pop(0) if wanted else categories[-1]
            product, variant = self._pick(category, rng, exchangeable=exchangeable and not lines)
            if variant.id not in lines:
                lines[variant.id] = _line(product, variant, rng)
        return tuple(lines.values())

    def _pick(self, category: str, rng: Random, *, exchangeable: bool) -> tuple[Product, Variant]:
        choices = self.shelf[category]
        if exchangeable:
            choices = [choice for choice in choices if len(choice[0].variants) > 1] or [
                choice for choice in self.shelf["Running Shoes"] if len(choice[0].variants) > 1
            ]
        return rng.choice(choices)

    def _fulfilments(
        self, plan: _Plan, placed: datetime, lines: Sequence[OrderLine], rng: Random
    ) -> tuple[Fulfilment, ...]:
        if plan.status in ("pending", "pending (item modified)", "cancelled"):
            return ()
        service = EXPRESS if rng.random() < 0.2 and self.number >= len(MAYAS) else STANDARD
        return tuple(self._fulfilment(plan, service, placed, part, rng) for part in _parcels(lines, rng))

    def _fulfilment(
        self, plan: _Plan, service: Service, placed: datetime, variants: Sequence[VariantId], rng: Random
    ) -> Fulfilment:
        if plan.status == "processed":
            return awaiting(service, placed, variants, rng)
        shipped = placed + timedelta(hours=rng.randint(14, 30))
        if plan.status == "shipped":
            return on_its_way(service, shipped, variants, rng, now=self.as_of)
        return arrived(service, shipped, variants, rng, to=plan.customer.address, now=self.as_of)

    def _changes(
        self, status: OrderStatus, lines: Sequence[OrderLine], method: PaymentMethod, rng: Random
    ) -> dict[str, object]:
        if status == "cancelled":
            return {"cancel_reason": rng.choice(("no longer needed", "ordered by mistake"))}
        if status in ("return requested", "returned"):
            back = lines if rng.random() < 0.5 else lines[:1]
            items = [line.variant_id for line in back for _ in range(line.quantity)]
            return {"return_items": items, "return_payment_method_id": method.id}
        if status == "exchange requested":
            return self._exchange(lines[0], method, rng)
        return {}

    def _exchange(self, line: OrderLine, method: PaymentMethod, rng: Random) -> dict[str, object]:
        siblings = [each for each in self.products[line.product_id].variants if each.id != line.variant_id]
        new = rng.choice(siblings)
        difference = (new.price or line.price) - line.price
        return {
            "exchange_items": [line.variant_id],
            "exchange_new_items": [new.id],
            "exchange_payment_method_id": method.id,
            "exchange_price_difference": float(difference),
        }


def _line(product: Product, variant: Variant, rng: Random) -> OrderLine:
    price = variant.price or Decimal(0)
    return OrderLine(
        product_id=product.id,
        variant_id=variant.id,
        title=product.title,
        options=variant.options,
        price=price,
        quantity=2 if price < 40 and rng.random() < 0.25 else 1,
    )


def _parcels(lines: Sequence[OrderLine], rng: Random) -> tuple[tuple[VariantId, ...], ...]:
    """Large orders sometimes travel in two parcels."""
    variants = tuple(line.variant_id for line in lines)
    if len(variants) >= 3 and rng.random() < 0.4:
        return variants[:1], variants[1:]
    return (variants,)


def _method(customer: Customer, total: Decimal, rng: Random) -> PaymentMethod:
    able = [each for each in customer.payment_methods if each.balance is None]
    return rng.choice(able)


def _payments(
    status: OrderStatus,
    total: Decimal,
    method: str,
    lines: Sequence[OrderLine],
    changes: Mapping[str, object],
    rng: Random,
) -> tuple[Payment, ...]:
    """They come to the total, less what was sent back or cancelled."""
    paid = Payment(kind="payment", amount=total, payment_method_id=method)
    if status == "cancelled":
        return paid, replace(paid, kind="refund")
    if status == "returned":
        return paid, replace(paid, kind="refund", amount=_worth(changes["return_items"], lines))
    if status == "pending (item modified)":
        change = Decimal(rng.choice((-20, -10, -5, 5, 10, 15)))
        later = Payment(kind="payment" if change > 0 else "refund", amount=abs(change), payment_method_id=method)
        return replace(paid, amount=total - change), later
    return (paid,)


def _worth(items: object, lines: Sequence[OrderLine]) -> Decimal:
    prices = {line.variant_id: line.price for line in lines}
    return (
        sum((prices[item] for item in items if item in prices), Decimal(0)) if isinstance(items, list) else Decimal(0)
    )
