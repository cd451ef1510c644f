"""What sells in a store, for the screen that invites: by the shop's own orders, of what lies there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.ports import ShopInfo
from assistant.shops.records import Order
from assistant.shops.sql import SqlShop
from channels.kiosk.bestsellers import Demand
from retrieval.build import in_memory
from retrieval.embedders.hashing import HashingEmbedder
from tests.assistant.small_shop import MUG, ORDERS, PRODUCTS, STORES, STORM, SmallShop
from tests.channels.house import build_house, serving

pytestmark = pytest.mark.anyio


@pytest.fixture
def shop(tmp_path: Path) -> SqlShop:
    made = SqlShop.open(tmp_path / "shop.db")
    made.replace(info=ShopInfo(name="Small", currency="USD"), stores=STORES, products=PRODUCTS, orders=ORDERS)
    return made


async def test_what_was_bought_and_lies_there_is_told_without_its_orders(tmp_path: Path, shop: SqlShop) -> None:
    async with serving(build_house(tmp_path, shop=shop)) as served:
        portland = (await served.http.get("/v1/stores/portland/bestsellers")).json()["products"]
        seattle = (await served.http.get("/v1/stores/seattle/bestsellers")).json()["products"]
    assert [one["id"] for one in portland] == [STORM.id] and [one["id"] for one in seattle] == [MUG.id]
    assert set(portland[0]) >= {"title", "price", "image_url"} and "customer" not in str(portland)


async def test_a_shop_that_keeps_its_orders_to_itself_shows_what_is_rated_best(tmp_path: Path) -> None:
    retriever = in_memory(PRODUCTS, (), HashingEmbedder())
    async with serving(build_house(tmp_path, shop=SmallShop(), retriever=retriever)) as served:
        found = (await served.http.get("/v1/stores/seattle/bestsellers")).json()["products"]
    assert [one["id"] for one in found] == [MUG.id, "t2"]


async def test_an_unknown_store_is_refused(tmp_path: Path, shop: SqlShop) -> None:
    async with serving(build_house(tmp_path, shop=shop)) as served:
        answer = await served.http.get("/v1/stores/atlantis/bestsellers")
    assert (answer.status_code, answer.json()["code"]) == (422, "unknown_store")


def test_orders_are_counted_anew_after_ten_minutes_and_not_before() -> None:
    class Book:
        read = 0

        def all_orders(self) -> Iterator[Order]:
            self.read += 1
            yield from (replace(order, lines=(replace(order.lines[0], quantity=3),)) for order in ORDERS[:1])

    time, book = [0.0], Book()
    demand = Demand(now=lambda: time[0])
    assert demand.ranked(book) == demand.ranked(book) == (ORDERS[0].lines[0].product_id,)
    time[0] = 601.0
    demand.ranked(book)
    assert book.read == 2
