"""Where a customer means and how far the stores are: places by name or by coordinates. Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence

from assistant.shops.records import Store

EARTH_KM = 6_371.0088
Point = tuple[float, float]
"""Latitude and longitude in degrees."""


def distance_km(here: Point, there: Point) -> float:
    """Along the great circle (haversine)."""
    (lat1, lon1), (lat2, lon2) = (tuple(map(math.radians, point)) for point in (here, there))
    half = math.sin((lat2 - lat1) / 2) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    return 2 * EARTH_KM * math.asin(min(1.0, math.sqrt(half)))


def point_of(near: str, stores: Sequence[Store]) -> Point | None:
    """ "45.52,-122.68", or a place by whose name a store goes; None when nobody here knows it."""
    numbers = near.split(",")
    if len(numbers) == 2:
        try:
            point = float(numbers[0]), float(numbers[1])
        except ValueError:
            point = (math.nan, math.nan)
        if abs(point[0]) <= 90 and abs(point[1]) <= 180:
            return point
    found = named(near, stores)
    return (found[0].latitude, found[0].longitude) if found else None


def named(place: str, stores: Sequence[Store]) -> list[Store]:
    """The stores that go by this id, city, zip or other name."""
    wanted = _plain(place)
    return [store for store in stores if wanted and wanted in _names(store)]


def _names(store: Store) -> set[str]:
    address = store.address
    whole = (store.id, store.name, address.city, address.zip, f"{address.city} {address.state}", *store.aliases)
    return {_plain(name) for name in whole} - {""}


def _plain(name: str) -> str:
    return " ".join("".join(char if char.isalnum() else " " for char in name.casefold()).split())


def by_distance(stores: Sequence[Store], here: Point | None) -> list[tuple[Store, float | None]]:
    """The nearest first; in the shop's order when nobody said where."""
    if here is None:
        return [(store, None) for store in stores]
    told = [(distance_km(here, (store.latitude, store.longitude)), store) for store in stores]
    return [(store, distance) for distance, store in sorted(told, key=lambda one: one[0])]
