"""JSONL: one record a line, in full; what `aisle shop export` writes, and the only catalogue format that loses nothing.

`{"type": "product", "id": …}` with the fields of our own records; "type" may be left out for products.
Below it: the records' words and `checks`. Above it: `reading`, `exporting`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, replace
from typing import Any, BinaryIO

import msgspec

from assistant.ports import ShopInfo
from assistant.shops.feeds.amounts import exact
from assistant.shops.feeds.checks import check_other, check_product
from assistant.shops.feeds.items import Accepted, BadField, FeedItem, Note, OptionNames, Record
from assistant.shops.floor_plan import FloorPlan, Placement
from assistant.shops.records import Customer, Order, Store
from retrieval.catalogue import Product
from retrieval.errors import RefusedRow
from retrieval.policies import Policy

TYPES: Mapping[str, type[Any]] = {
    "product": Product,
    "store": Store,
    "floor_plan": FloorPlan,
    "place": Placement,
    "customer": Customer,
    "order": Order,
    "policy": Policy,
    "shop": ShopInfo,
    "option_names": OptionNames,
}
_NAMES = {kind: name for name, kind in TYPES.items()}
_FIELDS = {name: frozenset(each.name for each in fields(kind)) for name, kind in TYPES.items()}
_LONGEST = 4 << 20


def read_jsonl(source: BinaryIO, *, currency: str) -> Iterator[FeedItem]:
    noted: set[tuple[str, str]] = set()
    for line, raw in _lines(source):
        try:
            record, unknown = _record(raw, currency)
        except BadField as bad:
            yield RefusedRow(line=line, reason=str(bad))
            continue
        for found in unknown - noted:
            noted.add(found)
            yield Note(line=line, text=f"field {found[1]!r} of a {found[0]} is unknown and left out")
        yield Accepted(line=line, record=record)


def written(records: Iterable[Record]) -> Iterator[bytes]:
    """The lines of a file, each with its line feed."""
    for record in records:
        yield msgspec.json.encode({"type": _NAMES[type(record)], **msgspec.to_builtins(record)}) + b"\n"


def _lines(source: BinaryIO) -> Iterator[tuple[int, bytes | None]]:
    """Every line that is not blank; None for one that is too long."""
    line = 0
    while raw := source.readline(_LONGEST):
        line += 1
        if len(raw) == _LONGEST and not raw.endswith(b"\n"):
            while (rest := source.readline(_LONGEST)) and not rest.endswith(b"\n"):
                pass
            yield line, None
        elif raw.strip():
            yield line, raw.removeprefix(b"\xef\xbb\xbf") if line == 1 else raw


def _record(raw: bytes | None, currency: str) -> tuple[Record, set[tuple[str, str]]]:
    if raw is None:
        raise BadField(f"the line is longer than {_LONGEST} bytes: write one record a line")
    whole = _decoded(raw)
    name = whole.pop("type", "product")
    if not isinstance(name, str) or name not in TYPES:
        raise BadField(f"type {name!r} is unknown: write one of {', '.join(TYPES)}")
    if name == "product":
        whole.setdefault("currency", currency)
    try:
        record: Record = msgspec.convert(whole, TYPES[name])
    except msgspec.ValidationError as error:
        raise BadField(_told(error)) from None
    unknown = {(name, field) for field in whole.keys() - _FIELDS[name]}
    return _checked(record), unknown


def _decoded(raw: bytes) -> dict[str, Any]:
    try:
        whole = msgspec.json.decode(raw)
    except UnicodeDecodeError as error:
        raise BadField(f"byte 0x{error.object[error.start]:02X} is not UTF-8: save the file as UTF-8") from None
    except (msgspec.DecodeError, RecursionError) as error:
        raise BadField(f"broken JSON: {error}") from None
    if not isinstance(whole, dict):
        raise BadField("a line must be a JSON object, {…}")
    return whole


def _told(error: msgspec.ValidationError) -> str:
    return str(error).replace("Object missing required field", "missing field").replace(" - at `$.", " at `")


def _checked(record: Record) -> Record:
    if not isinstance(record, Product):
        check_other(record)
        return record
    check_product(record)
    return _with_exact_prices(record)


def _with_exact_prices(product: Product) -> Product:
    """12.5 is written 12.50: an amount has its currency's own decimals."""
    prices = [variant.price for variant in product.variants]
    wanted = [price if price is None else exact(price, product.currency, str(price)) for price in prices]
    if [str(price) for price in prices] == [str(price) for price in wanted]:
        return product
    changed = (replace(variant, price=price) for variant, price in zip(product.variants, wanted, strict=True))
    return replace(product, variants=tuple(changed))
