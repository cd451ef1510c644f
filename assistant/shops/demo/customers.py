"""Three hundred invented customers. The first is the one that README and tests speak of: Maya Lindqvist."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from random import Random

from assistant.shops.demo.names import FIRST_NAMES, LAST_NAMES
from assistant.shops.demo.policy_facts import FACTS
from assistant.shops.records import Address, Customer, CustomerId, PaymentMethod

CUSTOMERS = 300
MAYA = CustomerId("maya_lindqvist_1001")


@dataclass(frozen=True, slots=True, kw_only=True)
class Town:
    city: str
    state: str
    area_code: str
    zips: tuple[str, ...]


def _town(city: str, state: str, area_code: str, zips: str) -> Town:
    return Town(city=city, state=state, area_code=area_code, zips=tuple(zips.split()))


TOWNS = (
    _town("Portland", "OR", "503", "97201 97205 97209 97214"),
    _town("Beaverton", "OR", "503", "97005 97008"),
    _town("Seattle", "WA", "206", "98101 98109 98122"),
    _town("Bellevue", "WA", "425", "98004 98006"),
    _town("San Francisco", "CA", "415", "94110 94114 94117"),
    _town("Oakland", "CA", "510", "94607 94611"),
    _town("Salt Lake City", "UT", "801", "84102 84111"),
    _town("Denver", "CO", "303", "80202 80205 80211"),
    _town("Boulder", "CO", "720", "80302 80304"),
    _town("Minneapolis", "MN", "612", "55401 55408"),
    _town("Saint Paul", "MN", "651", "55102 55104"),
    _town("Chicago", "IL", "312", "60614 60622 60657"),
    _town("Evanston", "IL", "847", "60201"),
    _town("Austin", "TX", "512", "78701 78704"),
    _town("Boston", "MA", "617", "02116 02118"),
    _town("Cambridge", "MA", "617", "02139 02140"),
    _town("Burlington", "VT", "802", "05401"),
    _town("Asheville", "NC", "828", "28801 28803"),
    _town("Phoenix", "AZ", "602", "85004 85016"),
    _town("Atlanta", "GA", "404", "30307 30312"),
    _town("Philadelphia", "PA", "215", "19103 19147"),
    _town("Columbus", "OH", "614", "43201 43215"),
    _town("Madison", "WI", "608", "53703 53711"),
    _town("Boise", "ID", "208", "83702"),
)
STREETS = [
    "Alder Street",
    "Birch Lane",
    "Cedar Avenue",
    "Dogwood Drive",
    "Elm Street",
    "Fern Hollow Road",
    "Glen Avenue",
    "Hazel Court",
    "Ivy Terrace",
    "Juniper Way",
    "Laurel Street",
    "Meadow Lane",
    "Orchard Road",
    "Pine Street",
    "Quarry Road",
    "River Street",
    "Spruce Avenue",
    "Thistle Way",
    "Valley View Drive",
    "Willow Street",
]
CARD_BRANDS = ("visa", "mastercard", "amex")


def customers(seed: int) -> tuple[Customer, ...]:
    """Without orders: `orders` knows those. E-mails are unique, at example.com and example.org."""
    rng = Random(f"{seed}/customers")
    full_names = [(first, last) for first in FIRST_NAMES for last in LAST_NAMES]
    chosen = rng.sample(full_names, CUSTOMERS - 1)
    return (_maya(), *(_customer(number, *name, rng) for number, name in enumerate(chosen, start=1002)))


def tier_of(points: int) -> str:
    return "Gold" if points >= FACTS.gold_from else "Silver" if points >= FACTS.silver_from else "Bronze"


def _maya() -> Customer:
    return Customer(
        id=MAYA,
        first_name="Maya",
        last_name="Lindqvist",
        email="maya.lindqvist@example.com",
        phone="+1 503 555 0150",
        address=Address(
            address1="418 Alder Street", address2="Apt 6", city="Portland", state="OR", zip="97205", country="USA"
        ),
        payment_methods=(
            PaymentMethod(id="credit_card_1001001", source="credit_card", brand="visa", last_four="4417"),
            PaymentMethod(id="gift_card_1001002", source="gift_card", balance=Decimal("60.00")),
            PaymentMethod(id="paypal_1001003", source="paypal"),
        ),
        loyalty_tier=tier_of(840),
        loyalty_points=840,
    )


def _customer(number: int, first: str, last: str, rng: Random) -> Customer:
    town = rng.choice(TOWNS)
    points = int(rng.triangular(0, 2400, 120))
    return Customer(
        id=CustomerId(f"{first}_{last}_{number}".lower()),
        first_name=first,
        last_name=last,
        email=f"{first}.{last}{number % 100:02d}@example.{rng.choice(('com', 'org'))}".lower(),
        phone=f"+1 {town.area_code} 555 01{rng.randint(0, 99):02d}",
        address=_address(town, rng),
        payment_methods=_payment_methods(number, rng),
        loyalty_tier=tier_of(points),
        loyalty_points=points,
    )


def _address(town: Town, rng: Random) -> Address:
    return Address(
        address1=f"{rng.randint(10, 2990)} {rng.choice(STREETS)}",
        address2=rng.choice(("", "", "", f"Apt {rng.randint(1, 40)}", f"Suite {rng.randint(100, 900)}")),
        city=town.city,
        state=town.state,
        zip=rng.choice(town.zips),
        country="USA",
    )


def _payment_methods(number: int, rng: Random) -> tuple[PaymentMethod, ...]:
    """One to three. The first is a card or PayPal, so that every customer can pay any order."""
    sources = [rng.choice(("credit_card", "credit_card", "paypal"))]
    sources += rng.sample(["credit_card", "paypal", "gift_card"], rng.randint(0, 2))
    unique = list(dict.fromkeys(sources))
    return tuple(
        _payment_method(source, f"{source}_{number}{place:03d}", rng) for place, source in enumerate(unique, 1)
    )


def _payment_method(source: str, id: str, rng: Random) -> PaymentMethod:
    if source == "credit_card":
        digits = f"{rng.randint(0, 9999):04d}"
        return PaymentMethod(id=id, source="credit_card", brand=rng.choice(CARD_BRANDS), last_four=digits)
    if source == "gift_card":
        return PaymentMethod(
            id=id, source="gift_card", balance=Decimal(rng.randint(0, 30) * 5).quantize(Decimal("0.01"))
        )
    return PaymentMethod(id=id, source="paypal")
