"""A served house whose shop knows Ann and Bob, with a clock of its own and a messenger that keeps what it was given."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from assistant.ports import ShopInfo
from assistant.shops.records import Address, Customer, CustomerId
from assistant.shops.rows import phone_key
from channels.customer_sign_in.codes import SignInCodes
from channels.customer_sign_in.proven import ProvenAddresses
from channels.customer_sign_in.sign_in_settings import SignInSettings
from channels.customer_sign_in.signing_in import CustomerSignIn
from channels.errors import DeliveryFailed
from channels.sending.messengers import Messengers
from channels.settings import ChannelSettings
from tests.channels.house import Served, build_house, serving

HOME = Address(address1="1 Main St", city="Denver", zip="80279", country="USA")
ANN = Customer(
    id=CustomerId("ann"),
    first_name="Ann",
    last_name="Lee",
    email="Ann@Example.com",
    phone="(303) 555-0142",
    address=HOME,
)
BOB = Customer(
    id=CustomerId("bob"), first_name="Bob", last_name="Ray", email="bob@example.com", phone="+13035550143", address=HOME
)
TWINS = tuple(
    Customer(id=CustomerId(f"twin{n}"), first_name="T", last_name="W", email="twin@example.com", address=HOME)
    for n in (1, 2)
)


class People:
    """As much of a shop as sign-in asks."""

    def __init__(self) -> None:
        self.customers: tuple[Customer, ...] = (ANN, BOB, *TWINS)

    async def info(self) -> ShopInfo:
        return ShopInfo(name="Peak\nOutdoor", currency="USD")

    async def customer(self, customer_id: CustomerId) -> Customer | None:
        return next((one for one in self.customers if one.id == customer_id), None)

    async def find_customers(self, *, email: str = "", phone: str = "", **_: Any) -> tuple[Customer, ...]:
        if email:
            return tuple(one for one in self.customers if one.email.casefold() == email.casefold())
        return tuple(one for one in self.customers if phone and phone_key(one.phone, "US") == phone)


@dataclass
class Sent:
    """Satisfies `channels.ports.Messenger`."""

    messages: list[tuple[str, str, str]] = field(default_factory=list)
    fails: bool = False

    async def send(self, to: str, text: str, *, subject: str = "") -> None:
        if self.fails:
            raise DeliveryFailed("nobody there", retryable=False)
        self.messages.append((to, text, subject))

    @property
    def code(self) -> str:
        found = re.search(r"\b\d{6}\b", self.messages[-1][1])
        assert found is not None
        return found[0]


@dataclass
class SignInHouse:
    served: Served
    sent: Sent
    clock: list[float]
    signing_in: CustomerSignIn

    async def settled(self) -> Sent:
        await self.signing_in.messengers.settled()
        return self.sent


@asynccontextmanager
async def sign_in_house(
    home: Path, settings: ChannelSettings | None = None, **changes: Any
) -> AsyncIterator[SignInHouse]:
    house = build_house(home, shop=People())
    async with serving(house, settings) as served:
        found: CustomerSignIn = served.app.state.customer_sign_in
        chosen, clock, sent = SignInSettings(**changes), [1_800_000_000.0], Sent()
        hashes = found.codes._hashes
        found.settings = chosen
        found.codes = SignInCodes(house.tables, hashes, chosen, now=lambda: clock[0])
        found.proven = ProvenAddresses(house.tables, hashes, hours=chosen.proven_hours, now=lambda: clock[0])
        found.messengers = Messengers(ways={"email": sent, "phone": sent})
        yield SignInHouse(served, sent, clock, found)
