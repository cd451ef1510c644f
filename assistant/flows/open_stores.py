"""Stores by distance and by what the clock says there: open now, until when, and when again.

Above: `find_store`. Below: `retrieval.places`, the shop's stores.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from zoneinfo import ZoneInfo

from assistant.answering import formats
from assistant.answering.phrases import Phrases
from assistant.flows.knowing import known
from assistant.flows.work import Work
from assistant.shops.records import Store
from retrieval.places import Near, Place, hours_on, is_open, nearest, opens_next

NEAREST: Final = 3
_NOW: Final = re.compile(r"\b(?:now|right now|currently|at the moment|still open|already open)\b")
_MINE: Final = re.compile(
    r"\b(?:near(?:est)?|clos(?:e|est)|around)(?: (?:\w+ ){0,2}(?:to|by))? (?:me|my (?:home|house|place|address))\b"
    r"|\bnear(?:by| here)\b|\b(?:nearest|closest) (?:store|shop|branch|location)\b"
)
_KM_IN_A_MILE: Final = 1.609344
_SAME_PLACE_KM: Final = 0.1
_MILES: Final = ("USA", "US", "United States", "UK", "GB", "United Kingdom")
_WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def asks_now(text: str) -> bool:
    return bool(_NOW.search(text))


def asks_near_home(text: str) -> bool:
    return bool(_MINE.search(text))


def place_of_store(store: Store) -> Place:
    return Place(
        id=store.id,
        name=store.name,
        city=store.address.city,
        latitude=store.latitude,
        longitude=store.longitude,
        hours={str(day): text for day, text in store.opening_hours.items()},
        time_zone=store.time_zone,
        aliases=store.aliases,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Away:
    store: Store
    km: float


def near_store(work: Work, store: Store, *, open_only: bool = False, count: int = NEAREST) -> list[Away]:
    """Nearest to that store, itself first; with `open_only` those whose doors are open now."""
    moment = moment_of(work) if open_only else None
    found: list[Near] = nearest(
        map(place_of_store, work.stores.values()), store.latitude, store.longitude, k=count, open_at=moment
    )
    return [Away(store=work.stores[one.place.id], km=one.km) for one in found]


def moment_of(work: Work) -> datetime:
    """The shop's day at this time of the clock."""
    now = work.now()
    now = now if now.tzinfo else now.replace(tzinfo=UTC)
    return datetime.combine(work.today(), now.timetz())


def open_now(work: Work, stores: Sequence[Store]) -> list[Store]:
    moment = moment_of(work)
    return [store for store in stores if is_open(place_of_store(store), moment)]


def doors(work: Work, store: Store) -> str:
    """ "open now, until 18:00", "closed now, opens Monday at 10:00"."""
    phrases, place, moment = work.phrases, place_of_store(store), moment_of(work)
    if is_open(place, moment):
        return phrases.say("stores.open_until", time=_closes(place, moment))
    opens = opens_next(place, moment)
    if opens is None:
        return phrases.say("stores.closed_now")
    day = phrases.say(f"weekdays.{_WEEKDAYS[opens.weekday()]}")
    today = opens.date() == place_time(place, moment).date()
    return phrases.say("stores.opens_today" if today else "stores.opens", day=day, time=opens.strftime("%H:%M"))


def _closes(place: Place, moment: datetime) -> str:
    """The end of the span that is on; as on the door."""
    now = place_time(place, moment).strftime("%H:%M")
    ends = [span.split("-")[1].strip() for span in hours_on(place, moment).split(",") if "-" in span]
    return next((end for end in sorted(ends) if end > now), ends[-1] if ends else "")


def place_time(place: Place, moment: datetime) -> datetime:
    return moment.astimezone(ZoneInfo(place.time_zone))


def distance_told(one: Away, phrases: Phrases) -> str:
    """In miles where the store's country measures so, else in kilometres; nothing for the place itself."""
    if one.km < _SAME_PLACE_KM:
        return ""
    km, miles = one.km, one.store.address.country in _MILES
    amount = km / _KM_IN_A_MILE if miles else km
    figure = formats.number(amount, phrases.locale, places=1 if amount < 10 else 0)
    return phrases.say("stores.miles" if miles else "stores.km", distance=figure)


async def home_store(work: Work) -> Store | None:
    """The store of the customer's own town, else of their zip code's area; None for whoever is not known, or in public."""
    who = None if work.public else await known(work)
    if who is None:
        return None
    address = who.customer.address
    same_city = [s for s in work.stores.values() if s.address.city.casefold() == address.city.casefold()]
    area = [s for s in work.stores.values() if address.zip and s.address.zip[:3] == address.zip[:3]]
    region = [s for s in work.stores.values() if address.zip and s.address.zip[:2] == address.zip[:2]]
    return next(iter(same_city or area or region), None)
