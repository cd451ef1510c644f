"""The SQL shop: what is written is read back exactly, changes are seen at once, and no failure changes anything."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from assistant.errors import ShopUnavailable
from assistant.ports import ShopInfo
from assistant.shops.records import (
    Address,
    Customer,
    CustomerId,
    Fulfilment,
    Order,
    OrderId,
    OrderLine,
    Payment,
    PaymentMethod,
    Store,
)
from assistant.shops.sql import SqlShop
from assistant.shops.writing import VariantTaken
from retrieval.catalogue import ONLINE, Product, ProductId, Review, StoreId, Variant, VariantId
from retrieval.policies import Policy

pytestmark = pytest.mark.anyio

TENT = Product(
    id=ProductId("tent"),
    title="Fjell 2",
    brand="Nordly",
    category=("Outdoor", "Camping", "Tents"),
    description="Two people, three seasons.\nFreestanding.",
    attributes={"weight": "1.8 kg"},
    audience="unisex",
    currency="EUR",
    variants=(
        Variant(
            id=VariantId("tent-green"),
            options={"colour": "green"},
            price=Decimal("249.00"),
            stock={ONLINE: 4, StoreId("oslo"): 0},
            gtin="4006381333931",
        ),
        Variant(id=VariantId("tent-red"), options={"colour": "red"}, price=Decimal("229.90"), available=False),
    ),
    rating=4.5,
    rating_count=12,
    reviews=(Review(rating=5, text="Dry after a storm.", author="Kari"),),
    image_url="https://shop.example/tent.svg",
    url="https://shop.example/tent",
)
MUG = Product(id=ProductId("mug"), title="Mug", currency="EUR", variants=(Variant(id=VariantId("mug")),))
HOME = Address(address1="Storgata 1", city="Oslo", zip="01 55", country="NO")
KARI = Customer(
    id=CustomerId("kari"),
    first_name="Kari",
    last_name="Nordmann",
    email="Kari@Example.com",
    address=HOME,
    payment_methods=(PaymentMethod(id="g1", source="gift_card", balance=Decimal("20.00")),),
    order_ids=(OrderId("#1"),),
)
ORDER = Order(
    id=OrderId("#1"),
    customer_id=KARI.id,
    status="shipped",
    address=HOME,
    lines=(
        OrderLine(
            product_id=TENT.id, variant_id=VariantId("tent-red"), title="Fjell 2", price=Decimal("229.90"), quantity=2
        ),
    ),
    currency="EUR",
    fulfilments=(
        Fulfilment(
            tracking_ids=("T1",),
            variant_ids=(VariantId("tent-red"),),
            shipped_at=datetime(2026, 11, 20, 9, 30, tzinfo=UTC),
            expected_on=date(2026, 11, 25),
        ),
    ),
    payments=(Payment(kind="payment", amount=Decimal("459.80"), payment_method_id="g1"),),
    placed_at=datetime(2026, 11, 19, tzinfo=UTC),
    changes={"exchange_items": ["a"], "exchange_price_difference": -1.5},
)
OSLO = Store(
    id=StoreId("oslo"), name="Oslo", address=HOME, latitude=59.9, longitude=10.7, opening_hours={"mon": "09:00-18:00"}
)
RETURNS = Policy(id="returns", title="Returns", text="## When\nWithin 30 days.")
INFO = ShopInfo(name="Nordly", currency="EUR", locale="nb", as_of=datetime(2026, 11, 22, tzinfo=UTC))


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[SqlShop]:
    opened = SqlShop.open(tmp_path / "shop.db")
    yield opened
    opened.close()


def fill(shop: SqlShop) -> None:
    shop.replace(
        info=INFO,
        products=[TENT, MUG],
        stores=[OSLO],
        customers=[KARI],
        orders=[ORDER],
        policies=[RETURNS],
        origin="demo",
    )


async def test_everything_written_is_read_back_exactly(shop: SqlShop) -> None:
    fill(shop)
    assert list(shop.all_products()) == [TENT, MUG]
    assert await shop.product(TENT.id) == TENT
    assert await shop.customer(KARI.id) == KARI
    assert await shop.order(ORDER.id) == ORDER
    assert await shop.stores() == (OSLO,)
    assert await shop.policies() == (RETURNS,)
    assert await shop.info() == INFO
    assert shop.meta()["origin"] == "demo"
    kinds = {"product": 2, "store": 1, "customer": 1, "order": 1, "policy": 1, "floor_plan": 0, "place": 0}
    assert shop.counts() == kinds


async def test_it_is_all_there_after_the_shop_is_opened_again(shop: SqlShop, tmp_path: Path) -> None:
    fill(shop)
    again = SqlShop.open(tmp_path / "shop.db", create=False)
    assert list(again.all_products()) == [TENT, MUG]
    assert again.revision == shop.revision
    again.close()


async def test_a_change_by_another_process_is_seen_by_the_next_read(shop: SqlShop, tmp_path: Path) -> None:
    fill(shop)
    assert await shop.product(TENT.id) == TENT
    other = SqlShop.open(tmp_path / "shop.db")
    before = shop.revision
    other.upsert_products([replace(TENT, title="Fjell 3")])
    other.close()
    found = await shop.product(TENT.id)
    assert found is not None and found.title == "Fjell 3"
    assert shop.revision > before


async def test_a_changed_product_keeps_its_place_and_loses_its_old_variants(shop: SqlShop) -> None:
    fill(shop)
    single = replace(TENT, variants=TENT.variants[:1])
    shop.upsert_products([single, replace(MUG, id=ProductId("bowl"), variants=())])
    assert [product.id for product in shop.all_products()] == ["tent", "mug", "bowl"]
    assert next(shop.all_products()) == single


async def test_a_variant_of_another_product_is_refused_and_nothing_changes(shop: SqlShop) -> None:
    fill(shop)
    thief = replace(MUG, id=ProductId("thief"), variants=(Variant(id=VariantId("tent-red")),))
    before = shop.revision
    with pytest.raises(VariantTaken) as refused:
        shop.upsert_products([replace(MUG, title="changed"), thief])
    assert (refused.value.variant, refused.value.owner) == ("tent-red", "tent")
    assert list(shop.all_products()) == [TENT, MUG]
    assert shop.revision == before


async def test_a_failure_inside_a_transaction_leaves_everything_as_it_was(shop: SqlShop) -> None:
    fill(shop)
    with pytest.raises(RuntimeError), shop.writing() as writer:
        writer.clear_all()
        raise RuntimeError
    assert await shop.product(TENT.id) == TENT
    assert await shop.info() == INFO


async def test_more_products_than_the_cache_and_a_page_hold_come_back_in_order(tmp_path: Path) -> None:
    shop = SqlShop.open(tmp_path / "shop.db", cached_products=10)
    many = [Product(id=ProductId(f"p{number}"), title=f"Thing {number}") for number in range(1201)]
    shop.upsert_products(many)
    assert list(shop.all_products()) == many
    asked = [ProductId(f"p{number}") for number in (900, 3, 900, 77)]
    assert [product.id for product in await shop.products([*asked, ProductId("gone")])] == asked
    shop.close()


async def test_orders_without_a_date_come_after_dated_ones_the_last_written_first(shop: SqlShop) -> None:
    dated = [replace(ORDER, id=OrderId(f"#{day}"), placed_at=datetime(2026, 11, day, tzinfo=UTC)) for day in (3, 9, 5)]
    undated = [replace(ORDER, id=OrderId(f"#u{number}"), placed_at=None) for number in (1, 2)]
    shop.replace(info=INFO, orders=[undated[0], *dated, undated[1]])
    assert [order.id for order in await shop.orders_of(KARI.id)] == ["#9", "#5", "#3", "#u2", "#u1"]


@pytest.mark.parametrize(
    "given",
    [
        {"email": " kari@example.COM "},
        {"first_name": "KARI", "last_name": "nordmann ", "zip_code": "0155"},
        {"email": "kari@example.com", "last_name": "Nordmann"},
    ],
)
async def test_a_customer_is_found_by_email_or_by_name_and_zip(shop: SqlShop, given: dict[str, str]) -> None:
    fill(shop)
    assert await shop.find_customers(**given) == (KARI,)


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"email": "  "},
        {"last_name": "Nordmann"},
        {"first_name": "Kari", "last_name": "Nordmann"},
        {"first_name": "Kari", "last_name": "Nordmann", "zip_code": "9999"},
        {"email": "kari@example.com", "last_name": "Olsen"},
        {"email": "%"},
    ],
)
async def test_half_a_name_or_a_wrong_one_finds_nobody(shop: SqlShop, given: dict[str, str]) -> None:
    fill(shop)
    assert await shop.find_customers(**given) == ()


async def test_a_shop_of_a_release_without_numbers_finds_customers_by_them_once_it_is_opened(tmp_path: Path) -> None:
    older = SqlShop.open(tmp_path / "old.db")
    ola = replace(KARI, phone="+47 22 12 34 56")
    older.replace(info=ShopInfo(name="Fjell", currency="EUR"), customers=(ola,))
    older.close()
    with sqlite3.connect(tmp_path / "old.db") as database:
        database.execute("DROP TABLE customer_phones")
    database.close()
    shop = SqlShop.open(tmp_path / "old.db")
    assert await shop.find_customers(phone="+4722123456") == (ola,)
    shop.close()


async def test_a_changed_number_is_found_and_the_old_one_no_more(shop: SqlShop) -> None:
    fill(shop)
    ola = replace(KARI, phone="+47 22 12 34 56")
    await shop.transact(lambda records: records.save_customer(ola))
    assert await shop.find_customers(phone="+4722123456") == (ola,)
    with shop.writing() as writer:
        writer.upsert_customers((replace(KARI, phone=""),))
    assert await shop.find_customers(phone="+4722123456") == ()


async def test_a_missing_shop_says_how_to_fill_one(tmp_path: Path) -> None:
    with pytest.raises(ShopUnavailable, match="aisle shop import"):
        SqlShop.open(tmp_path / "shop.db", create=False)


async def test_a_file_that_is_no_database_is_named_as_such(tmp_path: Path) -> None:
    (tmp_path / "shop.db").write_bytes(b"not a database, but a text" * 100)
    with pytest.raises(ShopUnavailable, match="not a shop's database"):
        SqlShop.open(tmp_path / "shop.db")


async def test_a_folder_in_the_place_of_the_file_is_named_as_such(tmp_path: Path) -> None:
    (tmp_path / "shop.db").mkdir()
    with pytest.raises(ShopUnavailable, match="cannot be opened"):
        SqlShop.open(tmp_path / "shop.db")


async def test_a_shop_of_a_newer_version_is_not_touched(shop: SqlShop, tmp_path: Path) -> None:
    raw = sqlite3.connect(tmp_path / "shop.db")
    raw.execute("UPDATE counters SET value = 99 WHERE name = 'schema'")
    raw.commit()
    raw.close()
    with pytest.raises(ShopUnavailable, match="newer version"):
        SqlShop.open(tmp_path / "shop.db")


async def test_a_full_disk_says_so_and_changes_nothing(shop: SqlShop) -> None:
    fill(shop)
    with shop._engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
    limited = SqlShop(shop._engine)
    long = [Product(id=ProductId(f"p{number}"), title="x" * 4000) for number in range(500)]
    with pytest.raises(ShopUnavailable, match="free some space"), limited.writing() as writer:
        writer._connection.exec_driver_sql(f"PRAGMA max_page_count = {pages + 2}")
        writer.upsert_products(long)
    assert list(shop.all_products()) == [TENT, MUG]
