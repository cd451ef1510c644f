"""What every record must meet, whatever file it came from (pure). A reason names the field and the way out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec

from assistant.shops.feeds.amounts import currency_of, exact
from assistant.shops.feeds.floor_checks import check_placement, check_plan
from assistant.shops.feeds.items import BadField, Record
from assistant.shops.floor_plan import FloorPlan, Placement
from retrieval.catalogue import Product, Variant

LIMITS: Mapping[str, int] = {
    "id": 200,
    "title": 500,
    "brand": 200,
    "category": 200,
    "description": 20_000,
    "image_url": 2_000,
    "url": 2_000,
    "name": 100,
    "value": 2_000,
    "review": 5_000,
}
"""Characters, by field; `name` and `value` are those of an option or attribute."""

MOST_VARIANTS = 2_000
MOST_NAMES = 200
MOST_UNITS = 1_000_000_000

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_GTIN = re.compile(r"\d{8}|\d{12,14}")


def check_text(texts: Iterable[str]) -> None:
    """Raises BadField for control characters and for bytes that are not UTF-8 (they arrive as lone surrogates)."""
    found = _CONTROL.search("\n".join(texts))
    if found is None:
        return
    sign = found[0]
    if "\udc80" <= sign <= "\udcff":
        raise BadField(f"byte 0x{ord(sign) - 0xDC00:02X} is not UTF-8: save the file as UTF-8")
    raise BadField(f"control character U+{ord(sign):04X} in the text: remove it")


def check_product(product: Product) -> None:
    """Raises BadField."""
    _check_id("id", product.id)
    if not product.title.strip():
        raise BadField("title is missing")
    currency_of(product.currency)
    _check_lengths(product)
    check_text(_texts_of(product))
    _check_rating(product)
    if len(product.variants) > MOST_VARIANTS:
        raise BadField(f"{len(product.variants)} variants are more than {MOST_VARIANTS}: split the product")
    seen: set[str] = set()
    for variant in product.variants:
        check_variant(variant, product.currency)
        if variant.id in seen:
            raise BadField(f"variant {variant.id!r} comes twice: give each variant its own id")
        seen.add(variant.id)


def check_variant(variant: Variant, currency: str) -> None:
    _check_id("variant id", variant.id)
    _check_names("options", variant.options)
    if variant.price is not None:
        exact(variant.price, currency, str(variant.price))
    for store, units in variant.stock.items():
        _check_id("store id", store)
        if not 0 <= units <= MOST_UNITS:
            raise BadField(f"stock {units} at {store!r} must be 0 to {MOST_UNITS}")
    if variant.gtin:
        check_gtin(variant.gtin)


def check_gtin(gtin: str) -> None:
    """GS1: 8, 12, 13 or 14 digits, the last a check digit (weights 3 and 1 from the right)."""
    if not _GTIN.fullmatch(gtin) or not gtin.isascii():
        raise BadField(f"gtin {gtin!r} must have 8, 12, 13 or 14 digits: correct it or leave it empty")
    total = sum(int(digit) * (3 if at % 2 == 0 else 1) for at, digit in enumerate(reversed(gtin[:-1])))
    if (total + int(gtin[-1])) % 10:
        raise BadField(f"gtin {gtin!r} has a wrong check digit: correct it or leave it empty")


def check_other(record: Record) -> None:
    """Records that are not products: text without control characters, an id of sensible length."""
    if isinstance(record, FloorPlan):
        check_plan(record)
    if isinstance(record, Placement):
        check_placement(record)
    builtins = msgspec.to_builtins(record)
    if "id" in builtins:
        _check_id("id", builtins["id"])
    check_text(_texts_in(builtins))


def _check_id(name: str, value: str) -> None:
    if not value or value != value.strip():
        raise BadField(f"{name} is missing" if not value.strip() else f"{name} {value!r} starts or ends with a space")
    if len(value) > LIMITS["id"]:
        raise BadField(f"{name} has {len(value)} characters, at most {LIMITS['id']} are taken")


def _check_lengths(product: Product) -> None:
    for name in ("title", "brand", "description", "image_url", "url"):
        _check_length(name, getattr(product, name))
    for part in product.category:
        _check_length("category", part)
    for review in product.reviews:
        _check_length("review", review.text)
    _check_names("attributes", product.attributes)


def _check_length(name: str, value: str) -> None:
    if len(value) > LIMITS[name]:
        raise BadField(f"{name} has {len(value)} characters, at most {LIMITS[name]} are taken")


def _check_names(what: str, pairs: Mapping[str, str]) -> None:
    if len(pairs) > MOST_NAMES:
        raise BadField(f"{len(pairs)} {what} are more than {MOST_NAMES}")
    for name, value in pairs.items():
        if not name.strip() or name != name.lower():
            raise BadField(f"the name {name!r} in {what} must be there and in lower case")
        _check_length("name", name)
        _check_length("value", value)


def _check_rating(product: Product) -> None:
    if product.rating is not None and not 1 <= product.rating <= 5:
        raise BadField(f"rating {product.rating} must be 1 to 5, or empty when nobody rated it")
    if product.rating_count < 0:
        raise BadField(f"rating_count {product.rating_count} must not be negative")
    if any(not 1 <= review.rating <= 5 for review in product.reviews):
        raise BadField("a review's rating must be 1 to 5")


def _texts_of(product: Product) -> Iterator[str]:
    yield from (product.id, product.title, product.brand, product.description, product.image_url, product.url)
    yield from product.category
    yield from product.attributes
    yield from product.attributes.values()
    for review in product.reviews:
        yield from (review.text, review.author)
    for variant in product.variants:
        yield variant.id
        yield from variant.options
        yield from variant.options.values()
        yield from variant.stock


def _texts_in(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield from _texts_in(name)
            yield from _texts_in(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _texts_in(inner)
