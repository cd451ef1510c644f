"""Products and stores as the shop's pages read them: plain values, money as decimal strings, stock in words."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Literal
from urllib.parse import SplitResult, quote, urlsplit

from assistant.shops.records import WEEKDAYS, Store
from retrieval.catalogue import ONLINE, Product, Variant

Availability = Literal["in_stock", "low_stock", "stores_only", "out_of_stock", "not_for_sale"]
LOW_STOCK = 3
"""Units online at which a page says that few are left."""
MOST_REVIEWS = 50
OWN_PATH = re.compile(r"/(?![/\\])[^\\\x00-\x20\x7f]*")
PLAIN_ADDRESS = re.compile(r"[^\\\x00-\x20\x7f]*")


def brief(product: Product, image_origins: Sequence[str] = ()) -> dict[str, Any]:
    """For a tile of a search page."""
    prices = product.prices
    return {
        "id": product.id,
        "title": product.title,
        "brand": product.brand,
        "category": list(product.category),
        "price": money(prices[0], product.currency) if prices else None,
        "price_max": money(prices[1], product.currency) if prices and prices[1] != prices[0] else None,
        "rating": product.rating,
        "rating_count": product.rating_count,
        "image_url": image_url(product, image_origins),
        "availability": availability(product.variants),
        "options": options(product.variants),
    }


def full(product: Product, similar: Sequence[Product], image_origins: Sequence[str] = ()) -> dict[str, Any]:
    """For a product's own page."""
    return {
        **brief(product, image_origins),
        "description": product.description,
        "attributes": dict(product.attributes),
        "audience": product.audience,
        "variants": [_variant(variant, product.currency) for variant in product.variants],
        "reviews": [
            {"rating": review.rating, "text": review.text, "author": review.author}
            for review in product.reviews[:MOST_REVIEWS]
        ],
        "similar": [brief(other, image_origins) for other in similar],
    }


def image_url(product: Product, origins: Sequence[str]) -> str:
    """The shop's photograph where pages may show it (`image_origins` of the settings), else a picture that is drawn."""
    return shown_picture(product.id, product.image_url, origins)


def shown_picture(product_id: str, address: str, origins: Sequence[str]) -> str:
    """Browsers read "///host/x", "/\\host/x" and an address with a tab in it as another site's, urlsplit as a path of ours."""
    parts = _split(address)
    if OWN_PATH.fullmatch(address) or (
        PLAIN_ADDRESS.fullmatch(address) and parts.netloc and f"{parts.scheme}://{parts.netloc}" in origins
    ):
        return address
    return f"/v1/products/{quote(product_id, safe='')}/image.svg"


def shown_cart(cart: Mapping[str, Any], origins: Sequence[str]) -> dict[str, Any]:
    """The cart of an event or a status, as pages may show it."""
    items = [
        {**item, "image_url": shown_picture(item["product_id"], item.get("image_url") or "", origins)}
        for item in cart["items"]
    ]
    return {**cart, "items": items}


def _split(address: str) -> SplitResult:
    try:
        return urlsplit(address)
    except ValueError:  # "https://[": a feed may hold anything
        return urlsplit("")


def _variant(variant: Variant, currency: str) -> dict[str, Any]:
    return {
        "id": variant.id,
        "options": dict(variant.options),
        "price": None if variant.price is None else money(variant.price, currency),
        "availability": availability([variant]),
        "stock": dict(variant.stock),
    }


def money(amount: Decimal, currency: str) -> dict[str, str]:
    return {"amount": str(amount), "currency": currency}


def options(variants: Sequence[Variant]) -> dict[str, list[str]]:
    """Every value of every option, in the order in which the shop lists them."""
    values: dict[str, dict[str, None]] = {}
    for variant in variants:
        for name, value in variant.options.items():
            values.setdefault(name, {})[value] = None
    return {name: list(known) for name, known in values.items()}


def availability(variants: Sequence[Variant]) -> Availability:
    """The best that any of these variants offers."""
    priced = [variant for variant in variants if variant.price is not None]
    if not priced:
        return "not_for_sale"
    online = [variant for variant in priced if variant.in_stock(ONLINE)]
    if online:
        return "low_stock" if all(0 < variant.stock.get(ONLINE, 0) <= LOW_STOCK for variant in online) else "in_stock"
    return "stores_only" if any(variant.in_stock_anywhere for variant in priced) else "out_of_stock"


def store_document(store: Store, distance_km: float | None) -> dict[str, Any]:
    address = store.address
    return {
        "id": store.id,
        "name": store.name,
        "address": {
            "address1": address.address1,
            "address2": address.address2,
            "city": address.city,
            "state": address.state,
            "zip": address.zip,
            "country": address.country,
        },
        "phone": store.phone,
        "opening_hours": _hours(store.opening_hours),
        "time_zone": store.time_zone,
        "latitude": store.latitude,
        "longitude": store.longitude,
        "distance_km": None if distance_km is None else round(distance_km, 1),
    }


def _hours(hours: Mapping[Any, str]) -> dict[str, str]:
    return {day: hours[day] for day in WEEKDAYS if day in hours}
