"""A floor plan as JSON: walls, zones, aisles, spots, where you are, and the way to what is looked for.

Above: `floor_plan_rest`, `floor_plan_svg`. Below: the shop's floor plan and `ways`.
"""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import Field

from assistant.shops.floor_plan import Bay, FloorPlan, Place, Point
from assistant.shops.records import Store
from assistant.shops.ways import front_of, length, start_of, way
from channels.edge.bodies import Document
from retrieval.catalogue import Product

Corner = tuple[float, float]


class ZoneDocument(Document):
    id: str
    name: str = Field(description="In the language asked for, where the shop has it.")
    outline: list[Corner]


class BayDocument(Document):
    id: str
    x: float
    y: float
    width: float
    height: float
    facing: str


class AisleDocument(Document):
    id: str
    zone: str
    bays: list[BayDocument]


class SpotDocument(Document):
    kind: str
    id: str
    x: float
    y: float


class TargetDocument(Document):
    """What was asked for, and the way to it from where you are."""

    product_id: str = ""
    title: str = ""
    spot: str = Field(default="", description="The kind of spot, where one was asked for.")
    aisle: str = ""
    bay: str = ""
    shelf: str = Field(default="", description="Counted from the floor.")
    zone: str = ""
    x: float
    y: float
    way: list[Corner] = Field(description="Corners, from where you are to before the shelf; empty where none is known.")
    metres: float


class FloorPlanDocument(Document):
    """Metres, from the upper left corner; y grows towards the front."""

    store_id: str
    name: str
    width: float
    height: float
    outline: list[Corner]
    zones: list[ZoneDocument]
    aisles: list[AisleDocument]
    spots: list[SpotDocument]
    you: SpotDocument | None = Field(description="The kiosk asked for, else the first, else the entrance.")
    target: TargetDocument | None = Field(description="Null where nothing was asked for, or its place is not known.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is to be shown on the plan: a product with its place, or a kind of spot."""

    product: Product | None = None
    place: Place | None = None
    spot: str = ""
    kiosk: str = ""


def floor_plan_document(plan: FloorPlan, store: Store, language: str, wanted: Wanted) -> FloorPlanDocument:
    """Blocking for some tens of milliseconds where there is a way to find."""
    you = start_of(plan, wanted.kiosk)
    return FloorPlanDocument(
        store_id=store.id,
        name=store.name,
        width=plan.width,
        height=plan.height,
        outline=list(plan.outline or ((0, 0), (plan.width, 0), (plan.width, plan.height), (0, plan.height))),
        zones=[
            ZoneDocument(id=zone.id, name=zone.names.get(language, zone.name), outline=list(zone.outline))
            for zone in plan.zones
        ],
        aisles=[
            AisleDocument(id=aisle.id, zone=aisle.zone, bays=[_bay(bay) for bay in aisle.bays]) for aisle in plan.aisles
        ],
        spots=[SpotDocument(kind=spot.kind, id=spot.id, x=spot.x, y=spot.y) for spot in plan.spots],
        you=None if you is None else SpotDocument(kind=you.kind, id=you.id, x=you.x, y=you.y),
        target=_target(plan, language, wanted, None if you is None else (you.x, you.y)),
    )


def _bay(bay: Bay) -> BayDocument:
    return BayDocument(id=bay.id, x=bay.x, y=bay.y, width=bay.width, height=bay.height, facing=bay.facing)


def _target(plan: FloorPlan, language: str, wanted: Wanted, you: Point | None) -> TargetDocument | None:
    if wanted.product is not None and wanted.place is not None:
        return _of_product(plan, language, wanted.product, wanted.place, you)
    spot = next((spot for spot in plan.spots if wanted.spot and spot.kind == wanted.spot), None)
    if spot is None:
        return None
    there = (spot.x, spot.y)
    found = way(plan, you, there) if you is not None and you != there else ()
    return TargetDocument(spot=spot.kind, x=spot.x, y=spot.y, way=list(found), metres=round(length(found), 1))


def _of_product(
    plan: FloorPlan, language: str, product: Product, place: Place, you: Point | None
) -> TargetDocument | None:
    bay = plan.bay(place.aisle, place.bay)
    if bay is None:
        return None
    there = front_of(bay)
    found = way(plan, you, there) if you is not None else ()
    zone = place.zone.names.get(language, place.zone.name) if place.zone else ""
    return TargetDocument(
        product_id=product.id,
        title=product.title,
        aisle=place.aisle,
        bay=place.bay,
        shelf=place.shelf,
        zone=zone,
        x=round(there[0], 2),
        y=round(there[1], 2),
        way=list(found),
        metres=round(length(found), 1),
    )
