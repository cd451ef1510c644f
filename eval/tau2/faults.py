"""Where the public benchmark's own reference is wrong, with the proof from its own files.

Two kinds are known. An expected record may give a changed item the id of one variant and the price and options of another:
changing several items at once, the benchmark's tool writes the last one's to all. And a reference may exchange an item for
the very same one, which policy.md forbids ("of different product option"). Pure. Above: `tau2_actions`.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping

from eval.tau2.tasks import Json, Task

_SWAPS = ("exchange_delivered_order_items", "modify_pending_order_items")


def variants_of(db: Json) -> dict[str, Json]:
    """The benchmark's variants by item id, with their product's id as `product_id`."""
    return {
        key: {**variant, "product_id": product["product_id"]}
        for product in db["products"].values()
        for key, variant in product["variants"].items()
    }


def repaired(expected: Json, variants: Mapping[str, Json], before: Mapping[str, Json]) -> tuple[Json, tuple[str, ...]]:
    """The expected records with each changed item's own price and options, and a line of proof for each that had not.

    Items that the order held before keep theirs: prices of the past are not those of the catalogue.
    """
    whole, proofs = copy.deepcopy(expected), []
    for order_id, order in whole.get("orders", {}).items():
        held = {item["item_id"] for item in before[order_id]["items"]}
        for item in order["items"]:
            variant = variants.get(item["item_id"])
            if variant is None or item["item_id"] in held:
                continue
            own = {"price": variant["price"], "options": variant["options"]}
            if own != {name: item[name] for name in own}:
                proofs.append(
                    f"{order_id}: expected {item['name']} {item['item_id']} with price {item['price']} and {item['options']}, "
                    f"but db.json gives that item price {own['price']} and {own['options']}"
                )
                item |= own
    return whole, tuple(proofs)


def same_item_swaps(task: Task) -> tuple[str, ...]:
    """A line of proof for each item that the reference swaps for itself."""
    return tuple(
        f"{action.name} of {action.arguments['order_id']} swaps item {old} for {new}; policy.md: each item can be exchanged "
        f'"to an available new item of the same product but of different product option"'
        for action in task.actions
        if action.name in _SWAPS
        for old, new in zip(action.arguments["item_ids"], action.arguments["new_item_ids"], strict=True)
        if old == new
    )
