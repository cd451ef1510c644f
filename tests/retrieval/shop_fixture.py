"""A small shop that the tests of retrieval search: every product stands for one thing that may go wrong."""

from __future__ import annotations

from decimal import Decimal

from retrieval.catalogue import ONLINE, Audience, Product, ProductId, StoreId, Variant, VariantId
from retrieval.policies import Policy

OSLO, BERGEN = StoreId("oslo"), StoreId("bergen")


def variant(
    product: str, number: int, price: str | None, stock: dict[StoreId, int] | None = None, **options: str
) -> Variant:
    return Variant(
        id=VariantId(f"{product}-{number}"),
        options=options,
        price=None if price is None else Decimal(price),
        stock={ONLINE: 5} if stock is None else stock,
    )


def product(
    number: str,
    title: str,
    *variants: Variant,
    brand: str = "",
    category: tuple[str, ...] = (),
    audience: Audience = "",
    description: str = "",
    rating: float | None = None,
    **attributes: str,
) -> Product:
    return Product(
        id=ProductId(number),
        title=title,
        brand=brand,
        category=category,
        description=description,
        attributes={name.replace("_", " "): value for name, value in attributes.items()},
        audience=audience,
        variants=variants,
        rating=rating,
        rating_count=0 if rating is None else 40,
    )


TENTS = ("Outdoor", "Camping", "Tents")
SHOES = ("Sport", "Running", "Running Shoes")
JACKETS = ("Outdoor", "Clothing", "Rain Jackets")
SWEATERS = ("Outdoor", "Clothing", "Sweaters")

PRODUCTS = (
    product(
        "t1",
        "Fjell Storm 2-Person Tent",
        variant("t1", 1, "189.00", {ONLINE: 3, OSLO: 0}, colour="blue"),
        variant("t1", 2, "219.00", {ONLINE: 0, OSLO: 2}, colour="red"),
        brand="Fjell",
        category=TENTS,
        rating=4.6,
        persons="2",
        weight="2.1 kg",
        waterproof="yes",
        material="ripstop nylon",
        model_number="FJ-20417",
    ),
    product(
        "t2",
        "Varde Basecamp 4-Person Tent",
        variant("t2", 1, "340.00", {ONLINE: 1, BERGEN: 4}, colour="green"),
        brand="Varde",
        category=TENTS,
        rating=4.1,
        persons="4",
        weight="5.4 kg",
        waterproof="yes",
        material="polyester",
    ),
    product(
        "t3",
        "Varde Featherlight 2-Person Tent",
        variant("t3", 1, "420.00", {ONLINE: 0}, colour="orange"),
        brand="Varde",
        category=TENTS,
        persons="2",
        weight="980 g",
        waterproof="no",
        material="nylon",
    ),
    product(
        "s1",
        "Stride Road Running Shoes",
        variant("s1", 1, "99.95", colour="black", size="42"),
        variant("s1", 2, "99.95", {ONLINE: 0}, colour="navy blue", size="42"),
        variant("s1", 3, "99.95", colour="navy blue", size="43"),
        brand="Stride",
        category=SHOES,
        audience="men",
        rating=4.4,
        weight="560 g",
    ),
    product(
        "s2",
        "Stride Trail Running Shoes",
        variant("s2", 1, "129.95", colour="red", size="38"),
        brand="Stride",
        category=SHOES,
        audience="women",
        rating=3.9,
    ),
    product(
        "s3",
        "Stride Junior Running Shoes",
        variant("s3", 1, "59.95", colour="blue", size="34"),
        brand="Stride",
        category=SHOES,
        audience="kids",
    ),
    product(
        "j1",
        "Nordvind Rain Jacket",
        variant("j1", 1, "149.00", colour="blue", size="m"),
        variant("j1", 2, "149.00", colour="blue", size="l"),
        brand="Nordvind",
        category=JACKETS,
        audience="unisex",
        waterproof="yes",
        material="polyester",
        rating=4.8,
    ),
    product(
        "w1",
        "Nordvind Merino Sweater",
        variant("w1", 1, "110.00", colour="grey", size="m"),
        brand="Nordvind",
        category=SWEATERS,
        audience="unisex",
        material="80 % merino wool, 20 % nylon",
    ),
    product(
        "w2",
        "Nordvind Cotton Sweater",
        variant("w2", 1, "60.00", colour="grey", size="m"),
        brand="Nordvind",
        category=SWEATERS,
        audience="unisex",
        material="cotton",
    ),
    product(
        "b1",
        "Fjell Daypack",
        variant("b1", 1, "79.00", colour="black"),
        brand="Fjell",
        category=("Outdoor", "Hiking", "Backpacks"),
        capacity="24 l",
    ),
    product(
        "b2",
        "Fjell Trek Pack",
        variant("b2", 1, "179.00", colour="black"),
        brand="Fjell",
        category=("Outdoor", "Hiking", "Backpacks"),
        capacity="60 l",
    ),
    product(
        "e1",
        "Lumo Noise Cancelling Headphones WH-900X",
        variant("e1", 1, "249.00", colour="black"),
        brand="Lumo",
        category=("Electronics", "Audio", "Headphones"),
        noise_cancelling="yes",
        battery_life="30 h",
    ),
    product(
        "e2",
        "Lumo Priceless Earbuds",
        variant("e2", 1, None, colour="white"),
        brand="Lumo",
        category=("Electronics", "Audio", "Earbuds"),
    ),
)

POLICIES = (
    Policy(
        id="returns",
        title="Returns",
        text=(
            "## Return window\nYou can return any item within 30 days of delivery.\nItems must be unused.\n\n"
            "## Refunds\nWe refund to the payment method you paid with, within 5 business days.\n"
        ),
    ),
    Policy(
        id="shipping",
        title="Shipping",
        text="Orders leave our warehouse the same day.\n\n"
        "## Cost\nShipping is free for orders over $50. Otherwise it costs $4.95.\n",
    ),
)
