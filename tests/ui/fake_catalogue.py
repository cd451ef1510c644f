"""The fake shop's catalogue: two dozen products, their pictures and a plain search. Above: fake_server."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from typing import Any

COLOURS = {"forest": "#2f5d46", "sand": "#cdb691", "navy": "#22385c", "rust": "#b4532a", "stone": "#8a8f8d"}


DEPARTMENTS = {
    ("Outdoor", "Camping", "Tents"): ["Lofoten 2 Tent", "Senja 3 Tent", "Skarv Tarp", "Rondane Dome"],
    ("Outdoor", "Hiking", "Backpacks"): ["Hardanger 45 Pack", "Femund 28 Pack", "Trollstigen Daypack"],
    ("Outdoor", "Hiking", "Jackets"): ["Regn Shell Jacket", "Vidda Down Jacket", "Bris Windbreaker"],
    ("Sport", "Running", "Shoes"): ["Tind Trail Shoe", "Skaret Road Shoe", "Myr Bog Runner"],
    ("Sport", "Cycling", "Helmets"): ["Sving Helmet", "Kurve Kids Helmet"],
    ("Home", "Kitchen", "Cookware"): ["Smie Cast Iron Pan", "Kobber Saucepan", "Stue Kettle"],
    ("Home", "Living", "Blankets"): ["Røros Wool Throw", "Lin Linen Blanket"],
    ("Electronics", "Audio", "Headphones"): ["Stille Over-Ear", "Lytt Earbuds"],
    ("Electronics", "Lighting", "Head torches"): ["Nordlys 400", "Skumring Lantern"],
}


STOCK = ["in_stock", "in_stock", "low_stock", "in_stock", "stores_only", "in_stock", "out_of_stock"]


STORES = [
    ("st-oslo", "Fjord & Field Oslo", "Karl Johans gate 12", "Oslo", 59.91, 10.75),
    ("st-bergen", "Fjord & Field Bergen", "Torgallmenningen 4", "Bergen", 60.39, 5.32),
    ("st-tromso", "Fjord & Field Tromsø", "Storgata 91", "Tromsø", 69.65, 18.96),
]


def money(amount: float) -> dict[str, str]:
    return {"amount": f"{amount:.2f}", "currency": "USD"}


def make_products() -> dict[str, dict[str, Any]]:
    names = [(path, title) for path, titles in DEPARTMENTS.items() for title in titles]
    return {product["id"]: product for product in (make_product(n, *name) for n, name in enumerate(names))}


def make_product(number: int, path: tuple[str, ...], title: str) -> dict[str, Any]:
    identity = "p-" + re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")
    price = 29 + (number * 37) % 240
    colours = list(COLOURS)[: 2 + number % 3]
    sizes = {"Shoes": ["40", "41", "42", "43"], "Jackets": ["S", "M", "L"]}.get(path[-1], [])
    options = {"colour": colours, **({"size": sizes} if sizes else {})}
    return {
        "id": identity,
        "title": title,
        "brand": ["Fjellheim", "Nordvik", "Aurland"][number % 3],
        "category": list(path),
        "price": money(price),
        "price_max": money(price + 20) if number % 4 == 0 else None,
        "rating": 3.6 + (number * 3 % 14) / 10,
        "rating_count": 11 + number * 17,
        "image_url": f"/v1/products/{identity}/image.svg",
        "availability": STOCK[number % len(STOCK)],
        "options": options,
        "description": f"{title} is made for long days between fjord and fell: light, hard-wearing and easy to mend. "
        "It packs small, dries fast and comes with spare parts.",
        "attributes": {"Weight": f"{900 + number * 55} g", "Material": "Recycled ripstop nylon", "Warranty": "5 years"},
        "variants": [make_variant(identity, number, price, pair) for pair in enumerate(combine(options))],
        "reviews": [
            {"rating": 5, "text": "Survived a week of sideways rain on Senja.", "author": "Ingrid"},
            {"rating": 4, "text": "Lovely colour, slightly smaller than I thought.", "author": "Tom"},
        ],
    }


def combine(options: dict[str, list[str]]) -> list[dict[str, str]]:
    return [dict(zip(options, values, strict=True)) for values in itertools.product(*options.values())]


def make_variant(product: str, number: int, price: float, pair: tuple[int, dict[str, str]]) -> dict[str, Any]:
    index, options = pair
    availability = STOCK[(number + index) % len(STOCK)]
    units = {"in_stock": 14, "low_stock": 2, "stores_only": 3}.get(availability, 0)
    return {
        "id": f"{product}-v{index}",
        "options": options,
        "price": money(price + (20 if index and number % 4 == 0 else 0)),
        "availability": availability,
        "stock": {store[0]: max(0, units - 2 * at) for at, store in enumerate(STORES)},
    }


def draw(product: dict[str, Any], colour: str) -> str:
    tone = COLOURS.get(colour, COLOURS[product["options"]["colour"][0]])
    shapes = {
        "Tents": '<path d="M40 210 150 80l110 130z"/><path d="M150 80v130h34z" fill="#0003"/>',
        "Backpacks": '<rect x="92" y="78" width="116" height="150" rx="34"/>'
        '<rect x="110" y="150" width="80" height="56" rx="12" fill="#0003"/>',
        "Shoes": '<path d="M60 200v-54l44-8 50 36 70 8q22 4 22 26v8H60z"/><path d="M60 206h186v14H60z" fill="#0004"/>',
        "Jackets": '<path d="M110 76h80l44 30-18 52-22-12v84H106v-84l-22 12-18-52z"/><path d="M148 76h4v154h-4z" fill="#0003"/>',
    }
    shape = shapes.get(
        product["category"][-1], '<circle cx="150" cy="150" r="74"/><circle cx="150" cy="150" r="34" fill="#0002"/>'
    )
    ground = '<rect width="300" height="300" fill="#efece4"/><ellipse cx="150" cy="232" rx="110" ry="12" fill="#0001"/>'
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 300 300">{ground}<g fill="{tone}">{shape}</g></svg>'


def brief(product: dict[str, Any]) -> dict[str, Any]:
    return {k: v for k, v in product.items() if k not in ("description", "attributes", "variants", "reviews")}


def search(products: list[dict[str, Any]], asked: dict[str, str]) -> dict[str, Any]:
    words = asked.get("q", "").lower().split()
    found = [
        p
        for p in products
        if all(w.rstrip("s") in " ".join([p["title"], p["brand"], *p["category"]]).lower() for w in words)
    ]
    if category := asked.get("category"):
        wanted = category.split("/")
        found = [p for p in found if p["category"][: len(wanted)] == wanted or category in p["category"]]
    if brand := asked.get("brand"):
        found = [p for p in found if p["brand"] == brand]
    if colour := asked.get("colour"):
        found = [p for p in found if colour in p["options"]["colour"]]
    if asked.get("in_stock") == "true":
        found = [p for p in found if p["availability"] in ("in_stock", "low_stock")]
    if highest := asked.get("max_price"):
        found = [p for p in found if float(p["price"]["amount"]) <= float(highest)]
    if asked.get("sort", "").startswith("price"):
        found.sort(key=lambda p: float(p["price"]["amount"]), reverse=asked["sort"].endswith("desc"))
    limit, page = int(asked.get("limit", 24)), int(asked.get("page", 1))
    facets = {
        "category": count(" / ".join(p["category"]) for p in found),
        "brand": count(p["brand"] for p in found),
        "colour": count(colour for p in found for colour in p["options"]["colour"]),
    }
    shown = [brief(p) for p in found[(page - 1) * limit : page * limit]]
    return {"products": shown, "total": len(found), "page": page, "facets": facets}


def count(values: Iterator[str]) -> list[dict[str, Any]]:
    seen: dict[str, int] = {}
    for value in values:
        seen[value] = seen.get(value, 0) + 1
    return [{"value": value, "count": number} for value, number in seen.items()]
