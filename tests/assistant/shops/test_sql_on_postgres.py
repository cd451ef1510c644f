"""What the shop's port does not say, and its index and commands ask all the same, over PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pytest

from assistant.ports import ShopInfo
from assistant.shops.sql import SqlShop
from assistant.stores.database import for_tables
from retrieval.catalogue import Product, ProductId, Variant, VariantId


def a_product(number: int, *category: str) -> Product:
    variant = Variant(id=VariantId(f"v{number}"), price=Decimal("89.90"))
    return Product(
        id=ProductId(f"p{number}"), title="Boot", brand=f"B{number % 2}", category=category, variants=(variant,)
    )


@pytest.fixture
def shop(postgres_url: str) -> Iterator[SqlShop]:
    shop = SqlShop.at(for_tables(postgres_url))
    products = [a_product(1, "Outdoor", "Bóots"), a_product(2, "Outdoor", "Bóots"), a_product(3)]
    shop.replace(info=ShopInfo(name="Peak", currency="USD"), products=products, origin="demo")
    yield shop
    shop.close()


def test_categories_are_counted_in_the_shops_order(shop: SqlShop) -> None:
    assert list(shop.category_counts().items()) == [(("Outdoor", "Bóots"), 2), ((), 1)]


def test_all_products_come_page_by_page_and_a_change_raises_the_revision(shop: SqlShop) -> None:
    before = shop.revision
    shop.upsert_products([a_product(3, "Indoor")])
    assert shop.revision > before
    assert [product.id for product in shop.all_products()] == ["p1", "p2", "p3"]
    assert sorted(shop.brand_names()) == ["B0", "B1"]
    assert shop.counts()["product"] == 3


def test_a_second_handle_sees_the_first_ones_writes(shop: SqlShop, postgres_url: str) -> None:
    other = SqlShop.at(for_tables(postgres_url))
    assert other.find_products([ProductId("p1")])
    shop.upsert_products([a_product(1, "Changed")])
    assert other.find_products([ProductId("p1")])[0].category == ("Changed",)
    other.close()
