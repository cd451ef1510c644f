"""The demo shop as a whole: Fjord & Field, generated from a seed and a date.

Above: `assistant.bootstrap` and the command line, which store it in SQL. Below: the modules beside this one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from assistant.shops.demo.customers import customers
from assistant.shops.demo.floor_plans import floor_plans, shelves
from assistant.shops.demo.hard_cases import with_hard_cases
from assistant.shops.demo.orders import orders
from assistant.shops.demo.policies import policies
from assistant.shops.demo.policy_facts import FACTS, PolicyFacts
from assistant.shops.demo.products import products
from assistant.shops.demo.stores import STORES
from assistant.shops.floor_plan import FloorPlan, Placement
from assistant.shops.records import Customer, Order, Store
from retrieval.catalogue import Product
from retrieval.policies import Policy

AS_OF = datetime(2026, 11, 20, 18, 0, tzinfo=UTC)
"""The moment the shop is told from when its caller names none; a fixed one, so that tests and recordings agree."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoShop:
    products: tuple[Product, ...]
    policies: tuple[Policy, ...]
    stores: tuple[Store, ...]
    customers: tuple[Customer, ...]
    """The first is Maya Lindqvist, maya.lindqvist@example.com, zip 97205, with an order in nearly every state."""
    orders: tuple[Order, ...]
    floor_plans: tuple[FloorPlan, ...] = ()
    placements: tuple[Placement, ...] = ()
    policy_facts: PolicyFacts
    as_of: datetime
    name: str = "Fjord & Field"
    currency: str = "USD"


def generate(seed: int = 7, as_of: datetime = AS_OF) -> DemoShop:
    """The same seed and date give the same shop. Takes under a second; blocking, so not for an event loop.

    `as_of` needs a time zone. Pass the present to have orders "delivered last week" as seen from today.
    """
    catalogue = with_hard_cases(products(seed, [store.id for store in STORES]))
    made, people = orders(seed, as_of, catalogue, customers(seed))
    return DemoShop(
        products=catalogue,
        policies=policies(),
        stores=STORES,
        customers=people,
        orders=made,
        floor_plans=floor_plans(STORES, catalogue),
        placements=shelves(catalogue),
        policy_facts=FACTS,
        as_of=as_of,
    )
