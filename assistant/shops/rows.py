"""Records to rows of the SQL tables and back: pure, exact in both directions.

Below it: `schema`'s tables and the records' words. Above it: `sql` (reads) and `writing`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from assistant.shops.floor_plan import FloorPlan, Placement
from assistant.shops.phone_numbers import e164, region_of
from assistant.shops.records import Customer, Order, Store
from retrieval.catalogue import Product
from retrieval.policies import Policy

Row = dict[str, Any]

_PRODUCT_COLUMNS = ("id", "title", "brand", "currency")
_VARIANT_COLUMNS = ("id", "price", "available", "gtin", "options")
_ORDER_COLUMNS = ("id", "customer_id", "status", "lines", "fulfilments", "payments")


def product_rows(product: Product, *, position: int) -> tuple[Row, list[Row], list[Row]]:
    """The product's own row, its variants' rows and their stock's rows."""
    details: Row = msgspec.to_builtins(product)
    variants = details.pop("variants")
    row = {name: details.pop(name) for name in _PRODUCT_COLUMNS}
    variant_rows = [
        {name: variant[name] for name in _VARIANT_COLUMNS} | {"product_id": product.id, "position": at}
        for at, variant in enumerate(variants)
    ]
    stock_rows = [
        {"variant_id": variant["id"], "store_id": store, "product_id": product.id, "units": units}
        for variant in variants
        for store, units in variant["stock"].items()
    ]
    return row | {"position": position, "details": details}, variant_rows, stock_rows


def product_from(row: Mapping[str, Any], variants: Iterable[Mapping[str, Any]]) -> Product:
    """`row` has id, title, brand, currency and details; each variant its own columns and `stock`."""
    whole = {**row["details"], **{name: row[name] for name in _PRODUCT_COLUMNS}, "variants": list(variants)}
    return msgspec.convert(whole, Product)


def store_row(store: Store, *, position: int) -> Row:
    return {"id": store.id, "position": position, "name": store.name, "record": msgspec.to_builtins(store)}


def floor_plan_row(plan: FloorPlan, *, position: int) -> Row:
    return {"id": plan.id, "position": position, "record": msgspec.to_builtins(plan)}


def placement_row(placement: Placement, *, position: int) -> Row:
    subject = placement_subject(placement.product_id, placement.category)
    return {
        "id": placement.id,
        "position": position,
        "subject": subject,
        "record": msgspec.to_builtins(placement),
    }


def placement_subject(product_id: str, category: Iterable[str]) -> str:
    return f"product {product_id}" if product_id else f"category {' > '.join(category)}"


def customer_row(customer: Customer, *, position: int) -> Row:
    return {
        "id": customer.id,
        "position": position,
        "email_key": name_key(customer.email),
        "first_name_key": name_key(customer.first_name),
        "last_name_key": name_key(customer.last_name),
        "zip_key": zip_key(customer.address.zip),
        "record": msgspec.to_builtins(customer),
    }


def phone_row(customer: Customer) -> Row:
    return {"customer_id": customer.id, "phone_key": phone_key(customer.phone, customer.address.country)}


def order_row(order: Order, *, position: int) -> Row:
    details: Row = msgspec.to_builtins(order)
    row = {name: details.pop(name) for name in _ORDER_COLUMNS}
    return row | {"position": position, "details": details}


def order_from(row: Mapping[str, Any]) -> Order:
    return msgspec.convert({**row["details"], **{name: row[name] for name in _ORDER_COLUMNS}}, Order)


def policy_row(policy: Policy, *, position: int) -> Row:
    row: Row = msgspec.to_builtins(policy)
    return row | {"position": position}


def name_key(text: str) -> str:
    """How names and e-mails are compared: without case, with single spaces."""
    return " ".join(text.casefold().split())


def phone_key(text: str, country: str = "") -> str:
    """E.164; a number without its country is one of `country`. Empty for what is no number."""
    return e164(text, region=region_of(country)) if text else ""


def zip_key(text: str) -> str:
    return "".join(text.casefold().split())
