"""Variants of one product: every combination of its options, with price, stock and a GTIN that checks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from itertools import product as combinations
from random import Random
from typing import Literal

from assistant.shops.demo.blueprint import APPAREL, SHOES, Axis
from retrieval.catalogue import ONLINE, Audience, ProductId, StoreId, Variant, VariantId

KIDS_APPAREL = Axis(name="size", values={f"{age}Y": 1.0 for age in range(4, 16, 2)}, least=4)
KIDS_SHOES = Axis(name="size", values={str(size): 1.0 for size in range(28, 39)}, least=6)
WOMENS_SHOES = Axis(name="size", values={str(size): 1.0 for size in range(36, 43)}, least=6)
MENS_SHOES = Axis(name="size", values={str(size): 1.0 for size in range(40, 48)}, least=6)

_US_OFFSET: Mapping[str, float] = {"women": 30.5, "men": 33.0}
"""EU size less US size, near enough for a table on a product page."""
_KIDS_US = dict(
    zip(range(28, 39), ("10.5C", "11.5C", "12C", "13C", "1Y", "2Y", "3Y", "3.5Y", "4.5Y", "5Y", "6Y"), strict=True)
)

Availability = Literal["normal", "sold out", "stores only", "no price", "discontinued"]


def for_audience(axes: Sequence[Axis], audience: Audience) -> tuple[Axis, ...]:
    """Puts the audience's own sizes in the place of the general ones."""
    shoes = {"kids": KIDS_SHOES, "women": WOMENS_SHOES}.get(audience, MENS_SHOES)
    apparel = KIDS_APPAREL if audience == "kids" else APPAREL
    return tuple(shoes if axis is SHOES else apparel if axis is APPAREL else axis for axis in axes)


def offered(axis: Axis, rng: Random) -> dict[str, float]:
    """The values of one axis that this product comes in."""
    names = list(axis.values)
    count = rng.randint(min(axis.least, len(names)), min(axis.most, len(names)))
    if axis.ordered:
        start = rng.randint(0, len(names) - count)
        chosen = names[start : start + count]
    else:
        chosen = rng.sample(names, count)
    return {name: axis.values[name] for name in chosen}


def us_sizes(values: Sequence[str], audience: Audience) -> str:
    """EU shoe sizes with their US counterparts: "EU 40 = US 9.5, EU 41 = US 10.5"."""
    return ", ".join(f"EU {size} = US {_us_size(int(size), audience)}" for size in values)


def _us_size(size: int, audience: Audience) -> str:
    if audience == "kids":
        return _KIDS_US[size]
    return f"{size - _US_OFFSET.get(audience, _US_OFFSET['men']):g}"


def shop_price(amount: float) -> Decimal:
    """What a price tag says: .95 below 100, whole dollars less one cent's worth of charm above."""
    if amount < 100:
        return Decimal(max(3, round(amount))) - Decimal("0.05")
    return Decimal(round(amount / 5) * 5) - Decimal("0.05")


def gtin(serial: int) -> str:
    """A GTIN-13 in GS1's range for use within a company (29), so that no real article has it."""
    body = f"29{serial:010d}"
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(body))
    return f"{body}{-total % 10}"


def stock_of(rng: Random, stores: Sequence[StoreId], availability: Availability) -> dict[StoreId, int]:
    """Units online and in the stores that have some."""
    if availability in ("sold out", "discontinued") or rng.random() < 0.03:
        return {ONLINE: 0}
    shelves = {store: rng.randint(1, 9) for store in stores if rng.random() < 0.45}
    stores_only = availability == "stores only" or rng.random() < 0.05
    if stores_only and not shelves:
        shelves = {rng.choice(stores): rng.randint(1, 5)}
    return {ONLINE: 0 if stores_only else _warehouse(rng)} | shelves


def _warehouse(rng: Random) -> int:
    return rng.choice((2, 3, rng.randint(5, 30), rng.randint(10, 60), rng.randint(20, 90)))


def variants(
    rng: Random,
    *,
    product: ProductId,
    serial: int,
    axes: Mapping[str, Mapping[str, float]],
    price: float,
    stores: Sequence[StoreId],
    availability: Availability,
) -> tuple[Variant, ...]:
    made = []
    for number, combination in enumerate(combinations(*(values.items() for values in axes.values())), start=1):
        factor = 1.0
        for _, each in combination:
            factor *= each
        made.append(
            Variant(
                id=VariantId(f"{product}-{number:02d}"),
                options={name: value for name, (value, _) in zip(axes, combination, strict=True)},
                price=None if availability == "no price" else shop_price(price * factor),
                available=availability not in ("no price", "discontinued"),
                stock=stock_of(rng, stores, availability),
                gtin=gtin(serial * 100 + number),
            )
        )
    return tuple(made)
