"""Where a product stands, from the rows that tell of it (pure). Above: the shops' adapters. Below: `floor_plan`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from assistant.shops.floor_plan import FloorPlan, Place, Placement
from retrieval.catalogue import Product, StoreId


def placed(product: Product, store: StoreId, plan: FloorPlan | None, rows: Iterable[Placement]) -> Place | None:
    """The closest row that states an aisle decides on aisle and bay, then the plan's own bays; the shelf is its own question.

    None where neither an aisle nor a shelf is known. `rows`: those of this product, its categories, this store and all stores.
    """
    telling = sorted((row for row in rows if _about(row, product, store)), key=_closeness, reverse=True)
    aisle, bay = next(((row.aisle, row.bay) for row in telling if row.aisle), ("", ""))
    if not aisle and plan is not None:
        aisle, bay = _by_category(plan, product.category)
    if not aisle:
        return None
    shelf = next((row.shelf for row in telling if row.shelf), "")
    zone = plan.aisle(aisle) if plan is not None else None
    return Place(
        store_id=store, aisle=aisle, bay=bay, shelf=shelf, zone=plan.zone(zone.zone) if plan and zone else None
    )


def category_paths(category: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    """The path itself and those above it, the narrowest first."""
    return tuple(tuple(category[:end]) for end in range(len(category), 0, -1))


def _about(row: Placement, product: Product, store: StoreId) -> bool:
    if row.store_id not in ("", store):
        return False
    return row.product_id == product.id if row.product_id else row.category in category_paths(product.category)


def _closeness(row: Placement) -> tuple[bool, int, bool]:
    """A product's own row before its category's, a narrow category before a wide one, this store's before all stores'."""
    return bool(row.product_id), len(row.category), bool(row.store_id)


def _by_category(plan: FloorPlan, category: Sequence[str]) -> tuple[str, str]:
    for path in category_paths(category):
        for aisle in plan.aisles:
            for bay in aisle.bays:
                if path in bay.categories:
                    return aisle.id, bay.id
    return "", ""
