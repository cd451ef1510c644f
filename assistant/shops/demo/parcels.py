"""When and how a parcel travels: business days, carriers, tracking, scans. Pure; above: `orders`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from assistant.shops.demo.policy_facts import FACTS
from assistant.shops.records import Address, Fulfilment
from retrieval.catalogue import VariantId

HUBS = ("Reno, NV", "Boise, ID", "Omaha, NE", "Kansas City, MO", "Columbus, OH", "Memphis, TN", "Harrisburg, PA")


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    carrier: str
    prefix: str
    least_days: int
    most_days: int


def _service(carrier: str, prefix: str, days: str) -> Service:
    least, most = (int(each) for each in days.split(" to "))
    return Service(carrier=carrier, prefix=prefix, least_days=least, most_days=most)


STANDARD = _service(FACTS.carrier, "NB", FACTS.shipping_days)
EXPRESS = _service(FACTS.express_carrier, "SG", FACTS.express_days)


def business_days_after(day: date, count: int) -> date:
    """Weekends do not count; public holidays do, as carriers differ."""
    while count > 0:
        day += timedelta(days=1)
        count -= day.weekday() < 5
    return day


def tracking_id(service: Service, rng: Random) -> str:
    return f"{service.prefix}{rng.randrange(10**10):010d}US"


def awaiting(service: Service, placed: datetime, variants: Sequence[VariantId], rng: Random) -> Fulfilment:
    """Labelled, not yet handed to the carrier."""
    return Fulfilment(
        tracking_ids=(tracking_id(service, rng),),
        variant_ids=tuple(variants),
        carrier=service.carrier,
        expected_on=business_days_after(placed.date(), service.most_days + 2),
        last_scan="Label created",
    )


def on_its_way(
    service: Service, shipped: datetime, variants: Sequence[VariantId], rng: Random, *, now: datetime
) -> Fulfilment:
    expected = business_days_after(shipped.date(), service.most_days)
    hub = rng.choice(HUBS)
    return Fulfilment(
        tracking_ids=(tracking_id(service, rng),),
        variant_ids=tuple(variants),
        carrier=service.carrier,
        shipped_at=shipped,
        expected_on=expected,
        last_scan=f"Delayed at {hub}" if expected < now.date() else f"Departed {hub}",
    )


def arrived(
    service: Service, shipped: datetime, variants: Sequence[VariantId], rng: Random, *, to: Address, now: datetime
) -> Fulfilment:
    """Delivered within the service's days, and before `now`."""
    day = business_days_after(shipped.date(), rng.randint(service.least_days, service.most_days))
    time = datetime(day.year, day.month, day.day, rng.randint(15, 23), rng.randrange(60), tzinfo=shipped.tzinfo)
    return Fulfilment(
        tracking_ids=(tracking_id(service, rng),),
        variant_ids=tuple(variants),
        carrier=service.carrier,
        shipped_at=shipped,
        expected_on=business_days_after(shipped.date(), service.most_days),
        delivered_at=min(time, now - timedelta(minutes=30)),
        last_scan=f"Delivered in {to.city}, {to.state}",
    )
