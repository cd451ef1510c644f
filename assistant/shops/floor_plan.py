"""A store's floor plan and where its products stand, as the shop's data. Values only; metres, from the plan's upper left.

`placing` works out a product's place, `ways` the way to it; feeds read and write both, `assistant.ports.Shelves` serves them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, get_args

from retrieval.catalogue import ProductId, StoreId

Point = tuple[float, float]
Facing = Literal["up", "down", "left", "right"]
SpotKind = Literal[
    "entrance", "tills", "fitting_room", "service_desk", "lift", "stairs", "toilets", "kiosk", "collection"
]
_NO_PRODUCT, _ANY_STORE = ProductId(""), StoreId("")
SPOT_KINDS: tuple[SpotKind, ...] = get_args(SpotKind)


@dataclass(frozen=True, slots=True, kw_only=True)
class Zone:
    """A department, or another part of the floor that has a name."""

    id: str
    name: str
    names: Mapping[str, str] = field(default_factory=dict)
    """Its name in other languages, by their code."""
    outline: tuple[Point, ...]
    """The corners, in order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bay:
    """A stretch of shelves that people stand before."""

    id: str
    x: float
    y: float
    width: float
    height: float
    facing: Facing = "down"
    """The side that is reached into."""
    categories: tuple[tuple[str, ...], ...] = ()
    """Paths of categories that are kept there, for products without a place of their own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Aisle:
    id: str
    """As it hangs above the aisle: "7"."""
    zone: str
    bays: tuple[Bay, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """A place that people look for besides products."""

    kind: SpotKind
    x: float
    y: float
    id: str = ""
    """Where there are several of a kind: a kiosk's name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FloorPlan:
    store_id: StoreId
    width: float
    height: float
    outline: tuple[Point, ...] = ()
    """The outer walls; empty: the whole rectangle."""
    zones: tuple[Zone, ...] = ()
    aisles: tuple[Aisle, ...] = ()
    spots: tuple[Spot, ...] = ()

    @property
    def id(self) -> str:
        return self.store_id

    def aisle(self, aisle_id: str) -> Aisle | None:
        return next((aisle for aisle in self.aisles if aisle.id == aisle_id), None)

    def bay(self, aisle_id: str, bay_id: str) -> Bay | None:
        """The aisle's first bay where none is named."""
        aisle = self.aisle(aisle_id)
        return next((bay for bay in aisle.bays if not bay_id or bay.id == bay_id), None) if aisle else None

    def zone(self, zone_id: str) -> Zone | None:
        return next((zone for zone in self.zones if zone.id == zone_id), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """A row of the shop's: where a product, or a whole category, stands. What it leaves open, a wider row may tell."""

    product_id: ProductId = _NO_PRODUCT
    category: tuple[str, ...] = ()
    """Instead of a product: all that is under this path."""
    store_id: StoreId = _ANY_STORE
    """Empty: in every store."""
    aisle: str = ""
    bay: str = ""
    shelf: str = ""
    """Counted from the floor."""

    @property
    def id(self) -> str:
        """One row a store and product, or category."""
        return f"{self.store_id}|{self.product_id or ' > '.join(self.category)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a product stands in one store; what is not known is empty."""

    store_id: StoreId
    aisle: str = ""
    bay: str = ""
    shelf: str = ""
    zone: Zone | None = None
