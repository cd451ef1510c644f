"""A shop's own products as a set to search in, where no public one lies here: anybody can grow a catalogue from the demo shop.

Nothing is judged in it: cost is measured, not quality. Above: `aisle bench retrieval`. Below: the shop's records.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from assistant import bootstrap
from assistant.settings import AisleSettings
from retrieval.catalogue import Product

QUERIES = 236
"""As many as the public sets have for development."""


def write_set(home: Path, folder: Path) -> Path:
    """The folder, in the layout of `eval.retrieval.product_search`. Makes the demo shop where there is none."""
    home.mkdir(parents=True, exist_ok=True)
    shop = bootstrap.open_shop(AisleSettings(home=home))
    try:
        products = list(shop.all_products())
    finally:
        shop.close()
    folder.mkdir(parents=True, exist_ok=True)
    lines = (json.dumps(_row(product), ensure_ascii=False) + "\n" for product in products)
    (folder / "products.jsonl").write_text("".join(lines), encoding="utf-8")
    _table(folder / "queries.csv", ("query_id", "query"), list(enumerate(queries_of(products))))
    _table(folder / "labels.csv", ("query_id", "product_id", "label"), [])
    return folder


def queries_of(products: Sequence[Product]) -> list[str]:
    """What a shopper might type: kind and colour, kind and brand, kind and price, in turn over the whole shop."""
    step = max(1, len(products) // QUERIES)
    return [_query(product, number) for number, product in enumerate(products[::step][:QUERIES])]


def _query(product: Product, number: int) -> str:
    kind = (product.category[-1] if product.category else product.title).lower()
    colours = [colour for variant in product.variants if (colour := variant.options.get("colour", ""))]
    price = product.prices[0] if product.prices else None
    said = (
        f"{colours[0]} {kind}" if colours else kind,
        f"{product.brand} {kind}",
        f"{kind} under {price}" if price else kind,
    )
    return said[number % len(said)].strip()


def _row(product: Product) -> Mapping[str, object]:
    features = "; ".join(f"{name}: {value}" for name, value in product.attributes.items())
    colours = [variant.options.get("colour", "") for variant in product.variants]
    return {
        "id": product.id, "title": product.title, "brand": product.brand, "class": " / ".join(product.category),
        "description": product.description, "features": features, "colour": next(iter(colours), ""),
        "price": str(product.prices[0]) if product.prices else None,
    }  # fmt: skip


def _table(path: Path, head: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([head, *rows])
