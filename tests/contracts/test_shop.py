"""What `assistant.ports.Shop` guarantees, over every adapter. A new adapter adds its name and how to fill it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

import anyio
import pytest

from assistant.ports import Shop, ShopInfo
from assistant.shops.records import Address, Customer, CustomerId, Order, OrderId, OrderLine, Store
from assistant.shops.sql import SqlShop
from assistant.stores.database import for_tables
from retrieval.catalogue import ONLINE, Product, ProductId, StoreId, Variant, VariantId
from retrieval.policies import Policy

pytestmark = pytest.mark.anyio

HOME = Address(address1="1 Main St", city="Denver", state="CO", zip="80279", country="USA")
PRODUCTS = tuple(
    Product(
        id=ProductId(f"p{number}"),
        title=f"Boot {number}",
        variants=(
            Variant(id=VariantId(f"v{number}"), options={"size": "42"}, price=Decimal("89.90"), stock={ONLINE: number}),
        ),
    )
    for number in range(5)
)
ANN = Customer(
    id=CustomerId("ann"),
    first_name="Ann",
    last_name="Lee",
    email="ann@example.com",
    phone="(303) 555-0142",
    address=HOME,
    order_ids=(),
)
BOB = Customer(id=CustomerId("bob"), first_name="Ann", last_name="Lee", email="b@example.com", address=HOME)


def an_order(number: int, customer: CustomerId) -> Order:
    line = OrderLine(product_id=ProductId("p1"), variant_id=VariantId("v1"), title="Boot 1", price=Decimal("89.90"))
    return Order(
        id=OrderId(f"#{number}"),
        customer_id=customer,
        status="delivered",
        address=HOME,
        lines=(line,),
        placed_at=datetime(2026, 11, number, tzinfo=UTC),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Goods:
    info: ShopInfo
    products: tuple[Product, ...]
    stores: tuple[Store, ...]
    customers: tuple[Customer, ...]
    orders: tuple[Order, ...]
    policies: tuple[Policy, ...]


GOODS = Goods(
    info=ShopInfo(name="Peak", currency="USD"),
    products=PRODUCTS,
    stores=(Store(id=StoreId("denver"), name="Denver", address=HOME, latitude=39.7, longitude=-105.0),),
    customers=(ANN, BOB),
    orders=(an_order(2, ANN.id), an_order(8, ANN.id), an_order(5, ANN.id), an_order(6, BOB.id)),
    policies=(Policy(id="returns", title="Returns", text="30 days."),),
)


def in_a_file(request: pytest.FixtureRequest) -> SqlShop:
    return SqlShop.open(request.getfixturevalue("tmp_path") / "shop.db")


def on_a_server(request: pytest.FixtureRequest) -> SqlShop:
    return SqlShop.at(for_tables(request.getfixturevalue("postgres_url")))


def filled(shop: SqlShop, goods: Goods) -> Iterator[Shop]:
    shop.replace(
        info=goods.info,
        products=goods.products,
        stores=goods.stores,
        customers=goods.customers,
        orders=goods.orders,
        policies=goods.policies,
    )
    yield shop
    shop.close()


ADAPTERS: dict[str, Callable[[pytest.FixtureRequest], SqlShop]] = {"sqlite": in_a_file, "postgres": on_a_server}


@pytest.fixture(params=sorted(ADAPTERS))
def shop(request: pytest.FixtureRequest) -> Iterator[Shop]:
    yield from filled(ADAPTERS[request.param](request), GOODS)


async def test_info_stores_and_policies_are_what_the_shop_holds(shop: Shop) -> None:
    assert await shop.info() == GOODS.info
    assert await shop.stores() == GOODS.stores
    assert await shop.policies() == GOODS.policies


async def test_products_come_in_the_order_asked_for_without_missing_ones(shop: Shop) -> None:
    asked = [ProductId(one) for one in ("p3", "gone", "p0", "p3")]
    assert await shop.products(asked) == (PRODUCTS[3], PRODUCTS[0], PRODUCTS[3])
    assert await shop.products(()) == ()


async def test_a_missing_thing_is_none(shop: Shop) -> None:
    assert await shop.product(ProductId("gone")) is None
    assert await shop.customer(CustomerId("' OR 1=1 --")) is None
    assert await shop.order(OrderId("")) is None
    assert await shop.orders_of(CustomerId("gone")) == ()


async def test_a_thing_is_found_by_its_exact_id(shop: Shop) -> None:
    assert await shop.product(ProductId("p2")) == PRODUCTS[2]
    assert await shop.customer(ANN.id) == ANN
    assert await shop.order(OrderId("#5")) == GOODS.orders[2]


async def test_a_customers_orders_come_newest_first_and_are_nobody_elses(shop: Shop) -> None:
    assert [order.id for order in await shop.orders_of(ANN.id)] == ["#8", "#5", "#2"]


async def test_customers_are_found_without_regard_to_case_and_space(shop: Shop) -> None:
    assert await shop.find_customers(email=" ANN@Example.com") == (ANN,)
    assert await shop.find_customers(first_name="ann", last_name=" LEE", zip_code="80279 ") == (ANN, BOB)


async def test_customers_who_were_heard_are_found_by_sound_with_what_was_heard_exactly(shop: Shop) -> None:
    assert await shop.find_customers(first_name="Anne", last_name="Leigh", zip_code="80279", by_sound=True) == (
        ANN,
        BOB,
    )
    assert await shop.find_customers(first_name="Anne", last_name="Leigh", zip_code="80278", by_sound=True) == ()
    assert await shop.find_customers(first_name="Anne", zip_code="80279", by_sound=True) == ()
    assert await shop.find_customers(email="an%@example.com", by_sound=True) == ()
    assert await shop.find_customers(by_sound=True) == ()


async def test_customers_are_found_by_their_number_however_it_is_written(shop: Shop) -> None:
    assert await shop.find_customers(phone="+13035550142") == (ANN,)
    assert await shop.find_customers(phone=" +1 (303) 555-0142") == (ANN,)
    assert await shop.find_customers(phone="+1 303 555 0142", email="ann@example.com") == (ANN,)
    assert await shop.find_customers(phone="+1 303 555 0142", email="b@example.com") == ()
    for other in ("+13035550143", "5550142", "no number", "' OR 1=1 --"):
        assert await shop.find_customers(phone=other) == ()


async def test_nothing_given_finds_nobody(shop: Shop) -> None:
    assert await shop.find_customers() == ()
    assert await shop.find_customers(email=" ") == ()
    assert await shop.find_customers(phone=" ") == ()


async def test_reads_at_once_all_get_their_answer(shop: Shop) -> None:
    found: list[Product | None] = []

    async def read(number: int) -> None:
        found.append(await shop.product(ProductId(f"p{number % 5}")))

    with anyio.fail_after(20):
        async with anyio.create_task_group() as group:
            for number in range(100):
                group.start_soon(read, number)
    assert sorted(product.id for product in found if product) == sorted(["p0", "p1", "p2", "p3", "p4"] * 20)


async def test_a_variant_leads_to_its_product_and_an_unknown_one_to_nothing(shop: Shop) -> None:
    assert await shop.product_of(VariantId("v3")) == PRODUCTS[3]
    assert await shop.product_of(VariantId("no such variant")) is None
