"""What was bought together is counted from the orders, now and then, and nobody waits for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from threading import Event, Thread

from assistant.bought_together import LASTS_SECONDS, BoughtTogether
from assistant.shops.records import Order
from retrieval.catalogue import Product, ProductId
from retrieval.goes_with import Companions
from tests.assistant.small_shop import KETTLE, MAYA, MUG, PRODUCTS, order


def basket(number: int, *bought: Product) -> Order:
    first = order(f"#W{number}", MAYA, "delivered", bought[0], 1)
    lines = tuple(line for one in bought for line in order("#x", MAYA, "delivered", one, 1).lines)
    return replace(first, lines=lines)


TOGETHER = [basket(number, MUG, KETTLE) for number in range(3)]


def products(ids: Sequence[ProductId]) -> list[Product]:
    return [product for product in PRODUCTS if product.id in ids]


def test_what_shares_baskets_goes_together() -> None:
    found = BoughtTogether(lambda: TOGETHER, products, lambda: 0.0)()
    assert [other for other, _ in found.products[MUG.id]] == [KETTLE.id]


def test_cancelled_orders_do_not_count() -> None:
    cancelled = [replace(one, status="cancelled") for one in TOGETHER]
    assert BoughtTogether(lambda: cancelled, products, lambda: 0.0)() == Companions(products={}, categories={})


def test_it_is_counted_anew_after_its_time() -> None:
    orders: list[Order] = []
    now = [0.0]
    bought = BoughtTogether(lambda: orders, products, lambda: now[0])
    assert not bought().products
    orders += TOGETHER
    assert not bought().products
    now[0] = LASTS_SECONDS
    assert bought().products


def test_who_comes_while_it_is_counted_goes_on_with_what_there_was() -> None:
    begun, go_on = Event(), Event()

    def slow() -> list[Order]:
        begun.set()
        assert go_on.wait(10)
        return TOGETHER

    bought = BoughtTogether(slow, products, lambda: 0.0)
    counting = Thread(target=bought)
    counting.start()
    assert begun.wait(10)
    assert not bought().products
    go_on.set()
    counting.join(10)
    assert bought().products
