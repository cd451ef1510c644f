"""A shop's stores as a small collection: the nearest, those open at a moment, those that a name means. Pure.

A few dozen of them: no index, every question looks at all. Above lies `assistant`, which makes `Place`s of its records.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from rapidfuzz.distance import OSA

from retrieval.catalogue import StoreId
from retrieval.evidence import Evidence
from retrieval.words import words

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_EARTH_KM = 6371.0
_HOURS = re.compile(r"(\d{1,2}):(\d{2})\s*-\s*(\d{1,2}):(\d{2})")
_DAY = 24 * 60
_LOOK_AHEAD = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    id: StoreId
    name: str
    city: str = ""
    latitude: float
    longitude: float
    hours: Mapping[str, str] = field(default_factory=dict)
    """By `DAYS`, in the place's own time: "09:00-18:00", several spans by commas, "18:00-02:00" into the next day;
    anything else is closed."""
    time_zone: str = "UTC"
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Near:
    place: Place
    km: float


def distance_km(latitude: float, longitude: float, place: Place) -> float:
    """Great circle, by the haversine formula; within 0.5 % on the Earth."""
    here, there = math.radians(latitude), math.radians(place.latitude)
    across = math.radians(place.longitude - longitude)
    half = math.sin((there - here) / 2) ** 2 + math.cos(here) * math.cos(there) * math.sin(across / 2) ** 2
    return 2 * _EARTH_KM * math.asin(math.sqrt(min(1.0, half)))


def nearest(
    places: Iterable[Place],
    latitude: float,
    longitude: float,
    *,
    k: int = 3,
    within_km: float = math.inf,
    open_at: datetime | None = None,
) -> list[Near]:
    """Nearest first, ties by id; with `open_at` (aware) only those open then. Raises ValueError off the globe."""
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise ValueError(
            f"latitude {latitude!r} and longitude {longitude!r} lie off the globe: give degrees, latitude first"
        )
    found = [
        Near(place=place, km=distance_km(latitude, longitude, place))
        for place in places
        if open_at is None or is_open(place, open_at)
    ]
    found.sort(key=lambda near: (near.km, near.place.id))
    return [near for near in found if near.km <= within_km][: max(k, 0)]


def is_open(place: Place, at: datetime) -> bool:
    """`at` is aware: the place's own clock decides."""
    local = _local(place, at)
    minute = local.hour * 60 + local.minute
    today, yesterday = local.weekday(), (local.weekday() - 1) % 7
    return any(opens <= minute < closes for opens, closes in _spans(place, today)) or any(
        minute + _DAY < closes for _, closes in _spans(place, yesterday)
    )


def opens_next(place: Place, at: datetime) -> datetime | None:
    """When it next opens, in its own time; `at` itself where it is open; None where it does not open within a week."""
    local = _local(place, at)
    if is_open(place, at):
        return local
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    for ahead in range(_LOOK_AHEAD):
        # Wall-clock arithmetic: the hours on the door do not shift with summer time.
        day = midnight + timedelta(days=ahead)
        starts = (day + timedelta(minutes=opens) for opens, _ in _spans(place, day.weekday()))
        if later := [start for start in starts if start > local]:
            return min(later)
    return None


def hours_on(place: Place, at: datetime) -> str:
    """As written on the door for that day; "closed" where nothing is."""
    return place.hours.get(DAYS[_local(place, at).weekday()], "") or "closed"


def named(places: Iterable[Place], text: str) -> list[Place]:
    """Those whose name, city or alias stands in the text, the longest name first; one typing error in a long name is read over."""
    said = words(text)
    found: list[tuple[int, Place]] = []
    for place in places:
        names = [words(name) for name in (place.name, place.city, *place.aliases) if name]
        if lengths := [len(" ".join(name)) for name in names if name and _stands_in(name, said)]:
            found.append((max(lengths), place))
    return [place for _, place in sorted(found, key=lambda pair: (-pair[0], pair[1].id))]


def _stands_in(name: Sequence[str], said: Sequence[str]) -> bool:
    runs = (said[start : start + len(name)] for start in range(len(said) - len(name) + 1))
    whole = " ".join(name)
    allowed = 1 if len(whole) > 5 else 0
    return any(OSA.distance(whole, " ".join(run), score_cutoff=allowed) <= allowed for run in runs)


def evidence_of_place(place: Place, at: datetime, *, km: float | None = None) -> Evidence:
    """As shown to people; distances to 100 m."""
    fields = {"city": place.city, "today": hours_on(place, at), "open now": "yes" if is_open(place, at) else "no"}
    if km is not None:
        fields["distance"] = f"{km:.1f} km"
    hours = "; ".join(f"{day}: {place.hours[day]}" for day in DAYS if place.hours.get(day))
    shown = {name: value for name, value in fields.items() if value}
    return Evidence(kind="store", id=place.id, title=place.name, text=hours, fields=shown, as_of=at)


def _local(place: Place, at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError("the moment has no time zone: pass an aware datetime, such as datetime.now(UTC)")
    return at.astimezone(ZoneInfo(place.time_zone))


def _spans(place: Place, weekday: int) -> list[tuple[int, int]]:
    """Minutes from that day's midnight; past 24 hours where it closes on the next day."""
    spans = []
    for match in _HOURS.finditer(place.hours.get(DAYS[weekday], "")):
        opens, closes = int(match[1]) * 60 + int(match[2]), int(match[3]) * 60 + int(match[4])
        spans.append((opens, closes if closes > opens else closes + _DAY))
    return spans
