"""What a floor plan and a place must meet (pure). A reason names what is wrong and where. Above: `checks`, `importing`."""

from __future__ import annotations

from collections.abc import Iterator

from assistant.shops.feeds.items import BadField
from assistant.shops.floor_plan import Bay, FloorPlan, Placement, Point

LARGEST = 2_000.0
"""Metres: what is larger was measured in something else."""
MOST_PARTS = 5_000
_ROUNDING = 0.05


def check_plan(plan: FloorPlan) -> None:
    """Raises BadField: sizes, parts outside the walls, names that come twice, aisles of zones that are not there."""
    if not plan.store_id.strip():
        raise BadField("store_id is missing: a floor plan belongs to a store")
    if not (1 <= plan.width <= LARGEST and 1 <= plan.height <= LARGEST):
        raise BadField(f"a plan of {plan.width} by {plan.height} must be 1 to {LARGEST:.0f} metres wide and high")
    if sum(len(aisle.bays) for aisle in plan.aisles) + len(plan.zones) + len(plan.spots) > MOST_PARTS:
        raise BadField(f"the plan has more than {MOST_PARTS} parts: leave out what is not looked for")
    _check_once("zone", [zone.id for zone in plan.zones])
    _check_once("aisle", [aisle.id for aisle in plan.aisles])
    zones = {zone.id for zone in plan.zones}
    for zone in plan.zones:
        if len(zone.outline) < 3:
            raise BadField(f"zone {zone.id!r} has {len(zone.outline)} corners: an outline takes 3 or more")
    for aisle in plan.aisles:
        if aisle.zone and aisle.zone not in zones:
            raise BadField(f"aisle {aisle.id!r} is in zone {aisle.zone!r}, which the plan does not have")
        _check_once(f"bay of aisle {aisle.id!r}", [bay.id for bay in aisle.bays])
    for what, point in _points(plan):
        if not (-_ROUNDING <= point[0] <= plan.width + _ROUNDING and -_ROUNDING <= point[1] <= plan.height + _ROUNDING):
            raise BadField(
                f"{what} at {point[0]}, {point[1]} is outside the plan of {plan.width} by {plan.height} metres"
            )


def check_placement(placement: Placement) -> None:
    if bool(placement.product_id) == bool(placement.category):
        raise BadField("a place takes a product_id or a category, one of them")
    if not (placement.aisle or placement.shelf):
        raise BadField("a place names an aisle, or at least a shelf")
    if placement.bay and not placement.aisle:
        raise BadField(f"bay {placement.bay!r} is in no aisle: name the aisle, too")


def not_on_plan(placement: Placement, plan: FloorPlan | None) -> str:
    """Why this place cannot be on that plan of its store; "" where it is, or where nobody can tell."""
    if plan is None or not placement.aisle:
        return ""
    aisle = plan.aisle(placement.aisle)
    if aisle is None:
        return f"store {plan.store_id!r} has no aisle {placement.aisle!r} on its floor plan"
    if placement.bay and all(bay.id != placement.bay for bay in aisle.bays):
        return f"aisle {placement.aisle!r} of store {plan.store_id!r} has no bay {placement.bay!r} on its floor plan"
    return ""


def _check_once(what: str, ids: list[str]) -> None:
    for one in ids:
        if not one.strip():
            raise BadField(f"a {what} has no id")
        if ids.count(one) > 1:
            raise BadField(f"{what} {one!r} comes twice: give each its own id")


def _points(plan: FloorPlan) -> Iterator[tuple[str, Point]]:
    yield from (("a corner of the walls", point) for point in plan.outline)
    for zone in plan.zones:
        yield from ((f"a corner of zone {zone.id!r}", point) for point in zone.outline)
    for aisle in plan.aisles:
        for bay in aisle.bays:
            yield from ((f"bay {bay.id!r} of aisle {aisle.id!r}", point) for point in _corners(bay))
    yield from ((f"a spot of kind {spot.kind!r}", (spot.x, spot.y)) for spot in plan.spots)


def _corners(bay: Bay) -> tuple[Point, Point]:
    if bay.width <= 0 or bay.height <= 0:
        raise BadField(f"bay {bay.id!r} is {bay.width} by {bay.height} metres: both must be more than 0")
    return (bay.x, bay.y), (bay.x + bay.width, bay.y + bay.height)
