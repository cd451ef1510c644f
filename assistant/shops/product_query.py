"""Products out of the SQL tables: any number of them by one query.

Three parts in one answer (product rows, variants, stock), so that no long text is sent once per variant.
Below it: `schema`, `rows`. Above it: `sql`.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    CompoundSelect,
    Connection,
    Integer,
    Row,
    bindparam,
    cast,
    literal,
    null,
    select,
    type_coerce,
    union_all,
)
from sqlalchemy.types import JSON, String

from assistant.shops import rows, schema
from retrieval.catalogue import Product

_PRODUCT, _VARIANT, _STOCK = 0, 1, 2


def read_products(connection: Connection, ids: Sequence[str]) -> list[Product]:
    """Those that exist, in no particular order."""
    parts: dict[int, list[Row[Any]]] = {_PRODUCT: [], _VARIANT: [], _STOCK: []}
    for row in connection.execute(_query(), {"ids": list(ids)}):
        parts[row.part].append(row)
    stock: dict[str, dict[str, int]] = {}
    for row in parts[_STOCK]:
        stock.setdefault(row.id, {})[row.first] = row.number
    variants: dict[str, list[rows.Row]] = {}
    for row in parts[_VARIANT]:
        variants.setdefault(row.product_id, []).append(_variant(row, stock.get(row.id, {})))
    return [_product(row, variants.get(row.id, [])) for row in parts[_PRODUCT]]


def _variant(row: Row[Any], stock: dict[str, int]) -> rows.Row:
    return {
        "id": row.id,
        "price": row.first,
        "gtin": row.second,
        "available": bool(row.number),
        "options": row.body,
        "stock": stock,
    }


def _product(row: Row[Any], variants: list[rows.Row]) -> Product:
    named = {"id": row.id, "title": row.first, "brand": row.second, "currency": row.third, "details": row.body}
    return rows.product_from(named, variants)


@cache
def _query() -> CompoundSelect[Any]:
    """One shape for the three parts: part, product_id, position, id, first, second, third, number, body."""
    ids: BindParameter[list[str]] = bindparam("ids", expanding=True)
    nothing, no_body = cast(null(), String), type_coerce(null(), JSON)
    products, variants, stock = schema.products.c, schema.variants.c, schema.stock.c
    product_part = select(
        literal(_PRODUCT).label("part"),
        products.id.label("product_id"),
        products.position.label("position"),
        products.id.label("id"),
        products.title.label("first"),
        products.brand.label("second"),
        products.currency.label("third"),
        literal(0).label("number"),
        products.details.label("body"),
    ).where(products.id.in_(ids))
    variant_part = select(
        literal(_VARIANT),
        variants.product_id,
        variants.position,
        variants.id,
        variants.price,
        variants.gtin,
        nothing,
        cast(variants.available, Integer),
        variants.options,
    ).where(variants.product_id.in_(ids))
    stock_part = select(
        literal(_STOCK),
        stock.product_id,
        literal(0),
        stock.variant_id,
        stock.store_id,
        nothing,
        nothing,
        stock.units,
        no_body,
    ).where(stock.product_id.in_(ids))
    # ORDER BY position alone: the parts are told apart by `part`, and only variants need an order.
    return union_all(product_part, variant_part, stock_part).order_by("position")
