"""What `assistant.ports.ShopWrites` guarantees, over every adapter. A new adapter adds its name and how to open it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from threading import Lock

import anyio
import pytest

from assistant.errors import ShopUnavailable
from assistant.ports import ServiceTransaction, ShopWrites
from assistant.shops.records import CustomerId, OrderId, ServiceAction
from assistant.shops.sql import SqlShop
from assistant.stores.database import for_tables
from retrieval.catalogue import ProductId
from tests.assistant.tools.pottery import ANN, NOW, ORDERS, PRODUCTS, fill_pottery, open_pottery

pytestmark = pytest.mark.anyio

PENDING = OrderId("#PENDING")
ACTION = ServiceAction(
    confirmation_id="y_1",
    tool="cancel_order",
    conversation="c_1",
    customer_id=ANN.id,
    digest="d",
    said=3,
    at=NOW,
    outcome={"refund": "1.10", "items": ["a"]},
)


def in_a_file(request: pytest.FixtureRequest) -> SqlShop:
    return open_pottery(request.getfixturevalue("tmp_path") / "shop.db")


def on_a_server(request: pytest.FixtureRequest) -> SqlShop:
    return fill_pottery(SqlShop.at(for_tables(request.getfixturevalue("postgres_url"))))


ADAPTERS: dict[str, Callable[[pytest.FixtureRequest], SqlShop]] = {"sqlite": in_a_file, "postgres": on_a_server}


@pytest.fixture(params=sorted(ADAPTERS))
def writes(request: pytest.FixtureRequest) -> Iterator[ShopWrites]:
    shop = ADAPTERS[request.param](request)
    yield shop
    shop.close()


async def test_a_transaction_reads_the_records(writes: ShopWrites) -> None:
    order = next(one for one in ORDERS if one.id == PENDING)

    def read(shop: ServiceTransaction) -> None:
        assert (shop.customer(ANN.id), shop.order(PENDING)) == (ANN, order)
        assert (shop.customer(CustomerId("x")), shop.order(OrderId("")), shop.action("y_1")) == (None, None, None)
        found = shop.products([ProductId("lamp"), ProductId("gone"), ProductId("pan")])
        assert sorted(found, key=lambda one: one.id) == [PRODUCTS[1], PRODUCTS[0]]
        assert shop.products([]) == ()

    await writes.transact(read)


async def test_what_was_saved_is_there_for_the_next(writes: ShopWrites) -> None:
    def save(shop: ServiceTransaction) -> None:
        order = shop.order(PENDING)
        assert order is not None
        shop.save_order(replace(order, status="cancelled", changes={"cancel_reason": "no longer needed"}))
        shop.save_customer(replace(ANN, email="new@example.org"))
        shop.record_action(ACTION)

    await writes.transact(save)
    order = await writes.transact(lambda shop: shop.order(PENDING))
    assert order is not None
    assert (order.status, order.changes) == ("cancelled", {"cancel_reason": "no longer needed"})
    assert await writes.transact(lambda shop: shop.customer(ANN.id)) == replace(ANN, email="new@example.org")
    assert await writes.transact(lambda shop: shop.action("y_1")) == ACTION


async def test_an_error_undoes_all_of_it(writes: ShopWrites) -> None:
    def fail(shop: ServiceTransaction) -> None:
        shop.save_customer(replace(ANN, email="new@example.org"))
        shop.record_action(ACTION)
        raise ValueError("changed my mind")

    with pytest.raises(ValueError, match="changed my mind"):
        await writes.transact(fail)
    assert await writes.transact(lambda shop: (shop.customer(ANN.id), shop.action("y_1"))) == (ANN, None)


async def test_a_confirmation_is_recorded_once(writes: ShopWrites) -> None:
    await writes.transact(lambda shop: shop.record_action(ACTION))

    def again(shop: ServiceTransaction) -> None:
        shop.save_customer(replace(ANN, email="new@example.org"))
        shop.record_action(ACTION)

    with pytest.raises(ShopUnavailable):
        await writes.transact(again)
    assert await writes.transact(lambda shop: shop.customer(ANN.id)) == ANN


async def test_transactions_follow_each_other(writes: ShopWrites) -> None:
    inside, most, lock = 0, 0, Lock()

    def count(shop: ServiceTransaction) -> None:
        nonlocal inside, most
        with lock:
            inside += 1
            most = max(most, inside)
        ann = shop.customer(ANN.id)
        assert ann is not None
        shop.save_customer(replace(ann, loyalty_points=ann.loyalty_points + 1))
        with lock:
            inside -= 1

    with anyio.fail_after(30):
        async with anyio.create_task_group() as group:
            for _ in range(20):
                group.start_soon(writes.transact, count)
    ann = await writes.transact(lambda shop: shop.customer(ANN.id))
    assert ann is not None
    assert (ann.loyalty_points, most) == (20, 1)
