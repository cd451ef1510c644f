"""The public benchmark's retail shop (tau2-bench, db.json): products, users and orders in one JSON object.

Exact in both directions: `read_tau2` keeps how each product spells the names of its options ("color", "RAM"), and
`as_tau2` gives the same JSON back. Below it: the records' words and `checks`. Above it: `reading`, `exporting`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, BinaryIO

import msgspec

from assistant.shops.feeds.checks import check_other, check_product
from assistant.shops.feeds.items import Accepted, BadField, FeedItem, Note, OptionNames, UnreadableFeed
from assistant.shops.feeds.tau2_categories import category_of
from assistant.shops.records import Address, Customer, Fulfilment, Order, OrderLine, Payment, PaymentMethod
from retrieval.catalogue import Product, Variant, VariantId
from retrieval.errors import RefusedRow

_PRODUCT_KEYS = frozenset(("name", "product_id", "variants"))
_VARIANT_KEYS = frozenset(("item_id", "options", "available", "price"))
_USER_KEYS = frozenset(("user_id", "name", "address", "email", "payment_methods", "orders"))
_ORDER_KEYS = frozenset(("order_id", "user_id", "address", "items", "status", "fulfillments", "payment_history"))

Json = dict[str, Any]


def read_tau2(source: BinaryIO, *, currency: str) -> Iterator[FeedItem]:
    """The benchmark names no currency; its shop is American, so `currency` is to be USD."""
    raw = source.read()
    whole = _whole(raw)
    spelling = Spelling()
    lines = Lines(raw)
    readers = (
        ("products", lambda one: _product(one, spelling, currency)),
        ("users", _customer),
        ("orders", lambda one: _order(one, spelling, currency)),
    )
    for section, read in readers:
        for key, one in whole[section].items():
            line = lines.of(key)
            try:
                yield Accepted(line=line, record=read(one))
            except BadField as bad:
                yield RefusedRow(line=line, reason=f"{section} {key!r}: {bad}")
            except msgspec.ValidationError as error:
                yield RefusedRow(line=line, reason=f"{section} {key!r}: {error}")
            except (KeyError, TypeError, AttributeError, ValueError) as error:
                yield RefusedRow(line=line, reason=f"{section} {key!r} is not as the benchmark writes it: {error!r}")
    yield from (Note(line=1, text=f"{name!r} is unknown and left out") for name in sorted(spelling.unknown))
    yield Accepted(line=1, record=OptionNames(names=spelling.names))


def as_tau2(
    products: Iterable[Product], customers: Iterable[Customer], orders: Iterable[Order], names: OptionNames
) -> Json:
    """The object of db.json. What the benchmark has no place for (stock, dates, loyalty…) is left out."""
    return {
        "products": {product.id: _product_json(product, names) for product in products},
        "users": {customer.id: _customer_json(customer) for customer in customers},
        "orders": {order.id: _order_json(order, names) for order in orders},
    }


class Lines:
    """Where each record starts: keys are asked for in the file's order, so that it is walked through once."""

    def __init__(self, raw: bytes) -> None:
        self._raw, self._at, self._line = raw, 0, 1

    def of(self, key: str) -> int:
        found = self._raw.find(msgspec.json.encode(key), self._at)
        if found >= 0:
            self._line += self._raw.count(b"\n", self._at, found)
            self._at = found
        return self._line


@dataclass(slots=True)
class Spelling:
    """Learns how each product spells its options' names where that is not what `_usual` would give back."""

    names: dict[str, dict[str, str]] = field(default_factory=dict)
    unknown: set[str] = field(default_factory=set)
    _seen: dict[tuple[str, str], str] = field(default_factory=dict)

    def learn(self, product: str, options: Mapping[str, str]) -> dict[str, str]:
        """The options by our names. Raises BadField when two spellings would become one."""
        ours = {_ours(name): value for name, value in options.items()}
        if len(ours) < len(options):
            raise BadField(f"options {sorted(options)} hold one name in two spellings")
        for name in options:
            known = self._seen.setdefault((product, _ours(name)), name)
            if known != name:
                raise BadField(f"option {name!r} is spelt {known!r} elsewhere in product {product!r}")
            if _usual(_ours(name)) != name:
                self.names.setdefault(product, {})[_ours(name)] = name
        return ours

    def note(self, where: str, found: Mapping[str, object], known: frozenset[str]) -> None:
        self.unknown.update(f"{where}.{name}" for name in found.keys() - known)


def _ours(name: str) -> str:
    plain = name.lower()
    return "colour" if plain == "color" else plain


def _usual(name: str) -> str:
    return "color" if name == "colour" else name


def _theirs(product: str, options: Mapping[str, str], names: OptionNames) -> Json:
    own = names.names.get(product, {})
    return {own.get(name, _usual(name)): value for name, value in options.items()}


def _whole(raw: bytes) -> Json:
    try:
        whole = msgspec.json.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise UnreadableFeed(f"this is not JSON: {error}") from None
    sections = ("products", "users", "orders")
    if not isinstance(whole, dict) or not all(isinstance(whole.get(name), dict) for name in sections):
        raise UnreadableFeed("this is not the benchmark's db.json: it must be an object of products, users and orders")
    return whole


def _money(number: object) -> Decimal:
    """Two decimals where they say all; a number with more keeps them, so that it is given back the same."""
    if isinstance(number, bool) or not isinstance(number, int | float):
        raise BadField(f"amount {number!r} is not a number")
    exact = Decimal(repr(number))
    rounded = exact.quantize(Decimal("0.01"))
    return rounded if rounded == exact else exact


def _product(one: Json, spelling: Spelling, currency: str) -> Product:
    spelling.note("product", one, _PRODUCT_KEYS)
    variants = []
    for key, variant in one["variants"].items():
        spelling.note("variant", variant, _VARIANT_KEYS)
        if variant["item_id"] != key:
            raise BadField(f"variant {key!r} calls itself {variant['item_id']!r}")
        variants.append(
            {
                "id": key,
                "options": spelling.learn(one["product_id"], variant["options"]),
                "price": _money(variant["price"]),
                "available": variant["available"],
            }
        )
    title = one["name"]
    shown = {"id": one["product_id"], "title": title, "category": category_of(title), "currency": currency}
    product = msgspec.convert(shown | {"variants": variants}, Product)
    check_product(product)
    return product


def _customer(one: Json) -> Customer:
    methods = [
        method | ({"balance": _money(method["balance"])} if "balance" in method else {})
        for method in one["payment_methods"].values()
    ]
    shown = {
        "id": one["user_id"],
        **one["name"],
        "email": one["email"],
        "address": one["address"],
        "payment_methods": methods,
        "order_ids": one["orders"],
    }
    customer = msgspec.convert(shown, Customer)
    check_other(customer)
    return customer


def _order(one: Json, spelling: Spelling, currency: str) -> Order:
    lines = [
        {
            "product_id": item["product_id"],
            "variant_id": item["item_id"],
            "title": item["name"],
            "options": spelling.learn(item["product_id"], item["options"]),
            "price": _money(item["price"]),
        }
        for item in one["items"]
    ]
    shown = {
        "id": one["order_id"],
        "customer_id": one["user_id"],
        "status": one["status"],
        "address": one["address"],
        "lines": lines,
        "currency": currency,
        "fulfilments": [{"tracking_ids": f["tracking_id"], "variant_ids": f["item_ids"]} for f in one["fulfillments"]],
        "payments": [
            {
                "kind": payment["transaction_type"],
                "amount": _money(payment["amount"]),
                "payment_method_id": payment["payment_method_id"],
            }
            for payment in one["payment_history"]
        ],
        "changes": {name: value for name, value in one.items() if name not in _ORDER_KEYS},
    }
    order = msgspec.convert(shown, Order)
    check_other(order)
    return order


def _product_json(product: Product, names: OptionNames) -> Json:
    variants = {variant.id: _variant_json(product, variant, names) for variant in product.variants}
    return {"name": product.title, "product_id": product.id, "variants": variants}


def _variant_json(product: Product, variant: Variant, names: OptionNames) -> Json:
    return {
        "item_id": variant.id,
        "options": _theirs(product.id, variant.options, names),
        "available": variant.price is not None and variant.in_stock_anywhere,
        "price": float(variant.price or 0),
    }


def _customer_json(customer: Customer) -> Json:
    return {
        "user_id": customer.id,
        "name": {"first_name": customer.first_name, "last_name": customer.last_name},
        "address": _address_json(customer.address),
        "email": customer.email,
        "payment_methods": {method.id: _method_json(method) for method in customer.payment_methods},
        "orders": list(customer.order_ids),
    }


def _method_json(method: PaymentMethod) -> Json:
    shown: Json = {"source": method.source, "id": method.id}
    if method.brand or method.last_four:
        shown |= {"brand": method.brand, "last_four": method.last_four}
    return shown if method.balance is None else shown | {"balance": float(method.balance)}


def _address_json(address: Address) -> Json:
    shown: Json = msgspec.to_builtins(address)
    return shown


def _order_json(order: Order, names: OptionNames) -> Json:
    return {
        "order_id": order.id,
        "user_id": order.customer_id,
        "address": _address_json(order.address),
        "items": [_line_json(line, names) for line in order.lines for _ in range(line.quantity)],
        "status": order.status,
        "fulfillments": [_fulfilment_json(fulfilment) for fulfilment in order.fulfilments],
        "payment_history": [_payment_json(payment) for payment in order.payments],
        **order.changes,
    }


def _line_json(line: OrderLine, names: OptionNames) -> Json:
    options = _theirs(line.product_id, line.options, names)
    shown = {"name": line.title, "product_id": line.product_id, "item_id": line.variant_id}
    return shown | {"price": float(line.price), "options": options}


def _fulfilment_json(fulfilment: Fulfilment) -> Json:
    items: list[VariantId] = list(fulfilment.variant_ids)
    return {"tracking_id": list(fulfilment.tracking_ids), "item_ids": items}


def _payment_json(payment: Payment) -> Json:
    shown = {"transaction_type": payment.kind, "amount": float(payment.amount)}
    return shown | {"payment_method_id": payment.payment_method_id}
