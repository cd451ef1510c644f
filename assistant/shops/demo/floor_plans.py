"""The floor plans of the demo shop's stores: each its own, drawn from its name; and the shelf of each product.

Departments stand in three rows behind a front strip with entrance, tills and desks; every leaf category has a bay of its own.
Above: `shop`. Below: the floor plan's words.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from random import Random
from typing import Final
from zlib import crc32

from assistant.shops.floor_plan import Aisle, Bay, FloorPlan, Placement, Point, Spot, SpotKind, Zone
from assistant.shops.records import Store
from retrieval.catalogue import Product

Path = tuple[str, ...]
_SHELVES: Final = 5
_CORRIDOR: Final = 2.5
_FRONT: Final = 7.4
_WALL: Final = 0.0
_HEADER: Final = 3.0
"""Metres at a department's upper edge that stay free for its name."""
_DEPTH: Final = 0.9
_LANE: Final = 1.6


@dataclass(frozen=True, slots=True, kw_only=True)
class _Department:
    id: str
    names: Mapping[str, str]
    paths: tuple[Path, ...]


def _department(id: str, en: str, de: str, es: str, fr: str, *paths: str) -> _Department:
    names = {"en": en, "de": de, "es": es, "fr": fr}
    return _Department(id=id, names=names, paths=tuple(tuple(path.split("/")) for path in paths))


CLOTHING: Final = _department("clothing", "Clothing", "Bekleidung", "Ropa", "Vêtements", "Outdoor/Clothing")
DEPARTMENTS: Final = (
    _department("camping", "Camping", "Camping", "Acampada", "Camping", "Outdoor/Camping"),
    _department("hiking", "Hiking", "Wandern", "Senderismo", "Randonnée", "Outdoor/Hiking", "Outdoor/Accessories"),
    _department(
        "running",
        "Running & Fitness",
        "Laufen & Fitness",
        "Correr y fitness",
        "Course et fitness",
        "Sport/Running",
        "Sport/Fitness",
    ),
    _department("cycling", "Cycling", "Radfahren", "Ciclismo", "Cyclisme", "Sport/Cycling"),
    _department(
        "seasons",
        "Snow, Water & Ball",
        "Schnee, Wasser & Ball",
        "Nieve, agua y balón",
        "Neige, eau et ballon",
        "Sport/Winter Sports",
        "Sport/Water Sports",
        "Sport/Ball Sports",
    ),
    _department(
        "computing",
        "Computers & Phones",
        "Computer & Telefone",
        "Informática y móviles",
        "Informatique et téléphones",
        "Electronics/Computing",
        "Electronics/Mobile",
    ),
    _department(
        "sound",
        "Sound & Cameras",
        "Ton & Kameras",
        "Sonido y cámaras",
        "Son et photo",
        "Electronics/Audio",
        "Electronics/Cameras",
        "Electronics/Wearables",
    ),
    _department(
        "kitchen",
        "Kitchen & Table",
        "Küche & Tisch",
        "Cocina y mesa",
        "Cuisine et table",
        "Home/Kitchen",
        "Home/Dining",
    ),
    _department(
        "home",
        "Home & Garden",
        "Wohnen & Garten",
        "Hogar y jardín",
        "Maison et jardin",
        "Home/Bedroom",
        "Home/Living",
        "Home/Bath",
        "Home/Cleaning",
        "Home/Garden",
    ),
)


def floor_plans(stores: Iterable[Store], products: Iterable[Product]) -> tuple[FloorPlan, ...]:
    leaves = tuple(dict.fromkeys(product.category for product in products))
    return tuple(_plan(store, leaves) for store in stores)


def shelves(products: Iterable[Product]) -> tuple[Placement, ...]:
    """The shelf of each product, the same in every store: the aisle and bay are the plan's."""
    return tuple(Placement(product_id=one.id, shelf=str(crc32(one.id.encode()) % _SHELVES + 1)) for one in products)


def _plan(store: Store, leaves: Sequence[Path]) -> FloorPlan:
    random = Random(store.id)
    width = float(random.choice((40, 42, 44, 46)))
    mirrored = random.random() < 0.5
    rows = _rows(random, mirrored=mirrored)
    entrance = round(width * random.choice((0.38, 0.44, 0.5) if mirrored else (0.5, 0.56, 0.62)), 1)
    zones: list[Zone] = []
    aisles: list[Aisle] = []
    top = _WALL
    for row in rows:
        kept = {
            one.id: [leaf for leaf in leaves if any(leaf[: len(path)] == path for path in one.paths)] for one in row
        }
        deep = max(ceil(len(kept[one.id]) / 3) for one in row)
        height = _HEADER + deep * (_DEPTH + _LANE)
        for one, left, wide in _side_by_side(row, kept, width):
            zones.append(_zone(one, left, top, wide, height))
            aisles += _aisles(one, kept[one.id], left, top, wide, deep, first=len(aisles) + 1)
        top += height + _CORRIDOR
    height = round(top + _FRONT, 1)
    return FloorPlan(
        store_id=store.id,
        width=width,
        height=height,
        outline=_walls(width, height, entrance),
        zones=tuple(zones),
        aisles=tuple(aisles),
        spots=tuple(_spots(random, width, height, entrance, mirrored=mirrored)),
    )


def _rows(random: Random, *, mirrored: bool) -> tuple[tuple[_Department, ...], ...]:
    """Clothing stands at the front, by the fitting rooms."""
    others = random.sample(DEPARTMENTS, len(DEPARTMENTS))
    front = (CLOTHING, *others[7:]) if mirrored else (*others[7:], CLOTHING)
    return tuple(others[:4]), tuple(others[4:7]), front


def _side_by_side(
    row: Sequence[_Department], kept: Mapping[str, Sequence[Path]], width: float
) -> Iterator[tuple[_Department, float, float]]:
    """Left edge and width of each, by how much it keeps."""
    shares = [max(len(kept[one.id]), 3) ** 0.5 for one in row]
    room = width - 2 * _WALL - _CORRIDOR * (len(row) - 1)
    left = _WALL
    for one, share in zip(row, shares, strict=True):
        wide = room * share / sum(shares)
        yield one, round(left, 1), round(wide - 0.05, 1)
        left += wide + _CORRIDOR


def _zone(one: _Department, left: float, top: float, wide: float, height: float) -> Zone:
    right, bottom = round(left + wide, 1), round(top + height, 1)
    others = {language: name for language, name in one.names.items() if language != "en"}
    corners: tuple[Point, ...] = ((left, round(top, 1)), (right, round(top, 1)), (right, bottom), (left, bottom))
    return Zone(id=one.id, name=one.names["en"], names=others, outline=corners)


def _aisles(
    one: _Department, leaves: Sequence[Path], left: float, top: float, wide: float, deep: int, *, first: int
) -> Iterator[Aisle]:
    used = min(deep, max(1, ceil(len(leaves) / 2)))
    beside = ceil(len(leaves) / used) if leaves else 0
    for number in range(used):
        kept = leaves[number * beside : (number + 1) * beside]
        if kept:
            y = round(top + _HEADER + number * (_DEPTH + _LANE), 2)
            yield Aisle(id=str(first + number), zone=one.id, bays=tuple(_bays(kept, left + 0.9, y, wide - 1.8)))


def _bays(leaves: Sequence[Path], left: float, y: float, wide: float) -> Iterator[Bay]:
    each = wide / len(leaves)
    for at, leaf in enumerate(leaves):
        yield Bay(
            id=chr(ord("A") + at),
            x=round(left + at * each, 2),
            y=y,
            width=round(each - 0.15, 2),
            height=_DEPTH,
            facing="down",
            categories=(leaf,),
        )


def _walls(width: float, height: float, entrance: float) -> tuple[Point, ...]:
    """A porch is cut into the front wall."""
    left, right, inner = entrance - 2.7, entrance + 2.7, height - 1.2
    return (
        (0, 0),
        (width, 0),
        (width, height),
        (right, height),
        (right, inner),
        (left, inner),
        (left, height),
        (0, height),
    )


def _spots(random: Random, width: float, height: float, entrance: float, *, mirrored: bool) -> Iterator[Spot]:
    """Fitting rooms on one side, tills on the other; the kiosk stands on the way in, towards the tills."""
    inner, outer, inwards = height - 5.9, height - 2.7, 1 if mirrored else -1
    fitting, paying = (4.0, width - 3.8) if mirrored else (width - 4.0, 3.8)
    places: list[tuple[SpotKind, float, float]] = [
        ("entrance", entrance, height - 2.2),
        ("kiosk", entrance + 3.2 * inwards, height - 4.4),
        ("fitting_room", fitting, inner),
        ("tills", paying, outer),
        ("service_desk", paying - 6.0 * inwards, outer),
        ("toilets", fitting, outer),
        ("collection", paying, inner),
    ]
    if random.random() < 0.6:
        places.append(("lift", fitting + 5.0 * inwards, outer))
    for kind, x, y in places:
        yield Spot(kind=kind, x=round(x, 1), y=round(y, 1), id="front" if kind == "kiosk" else "")
