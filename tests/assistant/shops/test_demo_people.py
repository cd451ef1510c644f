"""Stores, customers and orders of the demo shop: references, sums and times hold together."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import get_args
from zoneinfo import ZoneInfo

import pytest

from assistant.shops.demo import DemoShop
from assistant.shops.demo.orders import BULKY, MAYAS, orders
from assistant.shops.demo.parcels import business_days_after
from assistant.shops.records import WEEKDAYS, Order, OrderStatus
from tests.demo import the_demo

UNSENT = {"pending", "pending (item modified)", "cancelled"}
ARRIVED = {"delivered", "return requested", "exchange requested", "returned"}


@pytest.fixture(scope="module")
def shop() -> DemoShop:
    return the_demo()


def paid(order: Order) -> Decimal:
    return sum((each.amount if each.kind == "payment" else -each.amount for each in order.payments), Decimal(0))


def test_twelve_stores_have_hours_places_and_time_zones(shop: DemoShop) -> None:
    assert len({store.id for store in shop.stores}) == 12
    for store in shop.stores:
        assert tuple(store.opening_hours) == WEEKDAYS
        assert all(hours == "closed" or hours[2] == hours[8] == ":" for hours in store.opening_hours.values())
        assert 25 < store.latitude < 50 and -125 < store.longitude < -66
        assert ZoneInfo(store.time_zone)
        assert len(store.aliases) >= 4


def test_no_alias_means_two_stores(shop: DemoShop) -> None:
    aliases = Counter(alias.lower() for store in shop.stores for alias in store.aliases)
    assert max(aliases.values()) == 1


def test_three_hundred_customers_have_unique_ids_and_example_addresses(shop: DemoShop) -> None:
    assert len(shop.customers) == len({each.id for each in shop.customers}) == 300
    assert len({each.email for each in shop.customers}) == 300
    assert all(each.email.endswith(("@example.com", "@example.org")) for each in shop.customers)
    methods = [method.id for each in shop.customers for method in each.payment_methods]
    assert len(set(methods)) == len(methods)
    assert all(1 <= len(each.payment_methods) <= 3 for each in shop.customers)
    assert all(len(each.address.zip) == 5 for each in shop.customers)


def test_gift_cards_and_only_they_have_a_balance(shop: DemoShop) -> None:
    methods = [method for each in shop.customers for method in each.payment_methods]
    assert all((method.balance is not None) == (method.source == "gift_card") for method in methods)


def test_tiers_follow_the_points_that_the_policy_names(shop: DemoShop) -> None:
    facts = shop.policy_facts
    for each in shop.customers:
        assert (each.loyalty_tier == "Gold") == (each.loyalty_points >= facts.gold_from)
        assert (each.loyalty_tier == "Bronze") == (each.loyalty_points < facts.silver_from)


def test_maya_is_first_and_has_an_order_in_nearly_every_state(shop: DemoShop) -> None:
    maya = shop.customers[0]
    assert (maya.first_name, maya.last_name, maya.email) == ("Maya", "Lindqvist", "maya.lindqvist@example.com")
    assert maya.address.zip == "97205"
    hers = [order for order in shop.orders if order.customer_id == maya.id]
    assert maya.order_ids == tuple(order.id for order in hers)
    assert [order.status for order in hers] == [status for status, _, _ in MAYAS]
    assert len({order.status for order in hers}) >= 7


def test_orders_are_a_thousand_in_every_state(shop: DemoShop) -> None:
    assert [order.id for order in shop.orders] == [f"#F{number}" for number in range(1_000_000, 1_001_000)]
    counts = Counter(order.status for order in shop.orders)
    assert set(counts) == set(get_args(OrderStatus))
    assert min(counts.values()) >= 15


def test_orders_and_customers_know_each_other(shop: DemoShop) -> None:
    known = {order.id: order.customer_id for order in shop.orders}
    listed = {order: customer.id for customer in shop.customers for order in customer.order_ids}
    assert known == listed


def test_lines_name_products_and_variants_that_exist_at_their_price(shop: DemoShop) -> None:
    products = {product.id: product for product in shop.products}
    for order in shop.orders:
        assert order.lines
        assert len({line.variant_id for line in order.lines}) == len(order.lines)
        for line in order.lines:
            product = products[line.product_id]
            variant = product.variant(line.variant_id)
            assert variant is not None
            assert (line.title, line.options, line.price) == (product.title, variant.options, variant.price)
            assert product.category[-1] not in BULKY


def test_every_order_ships_free_so_that_its_total_is_the_sum_of_its_lines(shop: DemoShop) -> None:
    assert all(order.total >= shop.policy_facts.free_shipping_from for order in shop.orders)


def test_payments_come_to_the_total_less_what_was_refunded(shop: DemoShop) -> None:
    for order in shop.orders:
        if order.status == "cancelled":
            assert paid(order) == 0
        elif order.status == "returned":
            prices = {line.variant_id: line.price for line in order.lines}
            items = order.changes["return_items"]
            assert isinstance(items, list)
            assert paid(order) == order.total - sum(prices[item] for item in items)
        else:
            assert paid(order) == order.total


def test_orders_are_paid_with_the_customers_own_methods(shop: DemoShop) -> None:
    methods = {each.id: {method.id for method in each.payment_methods} for each in shop.customers}
    for order in shop.orders:
        assert {payment.payment_method_id for payment in order.payments} <= methods[order.customer_id]


def test_parcels_stand_where_the_order_says(shop: DemoShop) -> None:
    for order in shop.orders:
        assert order.placed_at is not None and order.placed_at < shop.as_of
        assert bool(order.fulfilments) == (order.status not in UNSENT)
        carried = [variant for parcel in order.fulfilments for variant in parcel.variant_ids]
        assert not order.fulfilments or carried == [line.variant_id for line in order.lines]
        for parcel in order.fulfilments:
            assert parcel.tracking_ids and parcel.carrier and parcel.expected_on
            assert (parcel.shipped_at is None) == (order.status == "processed")
            assert (parcel.delivered_at is not None) == (order.status in ARRIVED)
            if parcel.shipped_at:
                assert order.placed_at < parcel.shipped_at < shop.as_of
            if parcel.delivered_at and parcel.shipped_at:
                assert parcel.shipped_at < parcel.delivered_at < shop.as_of
                assert parcel.delivered_at.date() <= parcel.expected_on
            if order.status == "processed":
                assert parcel.expected_on > shop.as_of.date()


def test_tracking_ids_are_unique(shop: DemoShop) -> None:
    ids = [id for order in shop.orders for parcel in order.fulfilments for id in parcel.tracking_ids]
    assert len(set(ids)) == len(ids)


def test_returns_and_exchanges_were_asked_for_within_the_window(shop: DemoShop) -> None:
    window = timedelta(days=shop.policy_facts.return_window_days)
    for order in shop.orders:
        if order.status in ("return requested", "exchange requested"):
            assert all(each.delivered_at and shop.as_of - each.delivered_at <= window for each in order.fulfilments)


def test_an_exchange_is_for_another_variant_of_the_same_product(shop: DemoShop) -> None:
    of = {variant.id: product for product in shop.products for variant in product.variants}
    exchanges = [order.changes for order in shop.orders if order.status == "exchange requested"]
    for changes in exchanges:
        old, new = changes["exchange_items"], changes["exchange_new_items"]
        assert isinstance(old, list) and isinstance(new, list)
        assert len(old) == len(new) == 1 and old != new
        assert of[old[0]].id == of[new[0]].id


@pytest.mark.parametrize("as_of", [datetime(2027, 6, 5, 9, tzinfo=UTC), datetime(2028, 2, 29, 3, 4, tzinfo=UTC)])
def test_orders_are_told_from_any_day(shop: DemoShop, as_of: datetime) -> None:
    made, _ = orders(7, as_of, shop.products, shop.customers)
    assert [order.lines for order in made] == [order.lines for order in shop.orders]
    newest = max(order.placed_at for order in made if order.placed_at)
    assert timedelta(0) < as_of - newest < timedelta(days=1)
    delivered = [parcel.delivered_at for order in made for parcel in order.fulfilments if parcel.delivered_at]
    assert max(delivered) < as_of


def test_business_days_step_over_weekends() -> None:
    assert business_days_after(date(2026, 11, 20), 1) == date(2026, 11, 23)
    rng = Random(1)
    for _ in range(50):
        start = date(2026, 1, 1) + timedelta(days=rng.randrange(700))
        assert business_days_after(start, rng.randint(1, 9)).weekday() < 5
