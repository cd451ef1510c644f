"""The layout of public product search sets: products.jsonl, queries.csv, labels.csv."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from retrieval.catalogue import Product, ProductId, Variant, VariantId

GAINS: Mapping[str, float] = {"Exact": 1.0, "Partial": 0.5, "Irrelevant": 0.0}


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchSet:
    name: str
    products: tuple[Product, ...]
    queries: Mapping[str, str]
    """Text by query id."""
    gains: Mapping[str, Mapping[str, float]]
    """Gain by query id and product id; what is not listed was not judged."""


def read_search_set(folder: Path) -> SearchSet:
    with (folder / "queries.csv").open(encoding="utf-8", newline="") as file:
        queries = {row["query_id"]: row["query"] for row in csv.DictReader(file)}
    gains: dict[str, dict[str, float]] = {query: {} for query in queries}
    with (folder / "labels.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            gains.setdefault(row["query_id"], {})[row["product_id"]] = GAINS[row["label"]]
    return SearchSet(name=folder.name, products=tuple(_products(folder)), queries=queries, gains=gains)


def _products(folder: Path) -> Iterator[Product]:
    with (folder / "products.jsonl").open(encoding="utf-8") as file:
        for line in file:
            yield _product(json.loads(line))


def _product(row: Mapping[str, object]) -> Product:
    def text(field: str) -> str:
        return str(row.get(field) or "")

    price = row.get("price")
    colour = text("colour")
    variant = Variant(
        id=VariantId(text("id")),
        options={"colour": colour.lower()} if colour else {},
        price=Decimal(str(price)) if price else None,
    )
    return Product(
        id=ProductId(text("id")),
        title=text("title"),
        brand=text("brand"),
        category=tuple(part.strip() for part in text("class").split("/") if part.strip()),
        description=text("description"),
        attributes=_attributes(text("features")),
        variants=(variant,),
    )


def _attributes(features: str) -> dict[str, str]:
    pairs = (part.partition(":") for part in features.split(";"))
    return {name.strip().lower(): value.strip() for name, _, value in pairs if value.strip()}
