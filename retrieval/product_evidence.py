"""A product as evidence: its facts as shown to people, each taken from the catalogue and nowhere else."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from retrieval.catalogue import Product, Variant
from retrieval.evidence import Evidence
from retrieval.money import price_tag


def evidence_of(
    product: Product, *, score: float, variants: Sequence[Variant] | None = None, as_of: datetime | None = None
) -> Evidence:
    """`variants` are those that meet the need; price and availability are theirs. None: all of them."""
    offered = product.variants if variants is None else variants
    return Evidence(
        kind="product",
        id=product.id,
        title=product.title,
        text=product.description,
        fields=_fields(product, offered),
        score=score,
        as_of=as_of,
    )


def _fields(product: Product, offered: Sequence[Variant]) -> dict[str, str]:
    fields = {
        "brand": product.brand,
        "category": product.category[-1] if product.category else "",
        "price": _price(product, offered),
        "availability": "in stock" if any(variant.in_stock_anywhere for variant in offered) else "out of stock",
        "rating": ""
        if product.rating is None
        else f"{product.rating:.1f} out of 5 from {product.rating_count} ratings",
        "audience": product.audience,
        **{
            name: _values(offered, name)
            for name in dict.fromkeys(name for variant in offered for name in variant.options)
        },
        **product.attributes,
    }
    return {name: value for name, value in fields.items() if value}


def _price(product: Product, offered: Sequence[Variant]) -> str:
    prices = [variant.price for variant in offered if variant.price is not None]
    if not prices:
        return ""
    lowest, highest = (price_tag(price, product.currency) for price in (min(prices), max(prices)))
    return lowest if lowest == highest else f"{lowest} to {highest}"


def _values(variants: Sequence[Variant], name: str) -> str:
    return ", ".join(dict.fromkeys(variant.options[name] for variant in variants if name in variant.options))
