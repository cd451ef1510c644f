"""The shop's rules as data: those that come with Aisle, and what a file of one's own must meet."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest

from assistant.shops.demo.policy_facts import FACTS
from assistant.shops.importing import import_feed
from assistant.shops.sql import SqlShop
from assistant.tools.policy import WRITES, InvalidServicePolicy, ServicePolicy, load_policy, policy_for, shop_policy

ADDRESS = {"address1": "9 Elm", "address2": "", "city": "Reno", "country": "USA", "state": "NV", "zip": "89501"}


@pytest.mark.parametrize("name", ["demo", "tau2"])
def test_the_policies_that_come_along_offer_every_tool(name: str) -> None:
    policy = shop_policy(name)
    assert policy.name == name
    assert all(policy.offers(tool) for tool in WRITES)


def test_a_policy_of_nothing_offers_nothing() -> None:
    assert not any(ServicePolicy(name="closed").offers(tool) for tool in WRITES)


def test_the_demo_shops_rules_are_those_of_its_documents() -> None:
    policy = shop_policy("demo")
    assert policy.return_items is not None
    assert policy.exchange_items is not None
    for rule in (policy.return_items, policy.exchange_items):
        assert rule.window_days == FACTS.return_window_days
        assert rule.tier_window_days == {"Gold": FACTS.member_return_window_days}
    assert policy.return_items.fee == 0
    assert policy.cancel_order is not None
    assert policy.cancel_order.fee == 0
    assert FACTS.cancel_until not in policy.cancel_order.statuses
    assert policy.refund_days == f"up to {FACTS.refund_days}"


def test_a_shop_writes_its_own(tmp_path: Path) -> None:
    file = tmp_path / "own.yaml"
    file.write_text("name: own\ncancel_order: {statuses: [pending], fee: '2.50'}\nlargest_refund: 100\n")
    policy = load_policy(file)
    assert policy.cancel_order is not None
    assert (policy.cancel_order.fee, policy.largest_refund) == (Decimal("2.50"), Decimal(100))
    assert not policy.offers("return_items")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("name: [", "not YAML"),
        ("[]", "Expected `object`"),
        ("", "Expected `object`"),
        ("cancel_order: {statuses: [pending]}", "missing required field `name`"),
        ("name: x\ncancel_order: {statuses: [lost]}", "'lost'"),
        ("name: x\ncancel_order: {}", "statuses"),
        ("name: x\nrefund_item: {}", "'refund_item' is not a field"),
        ("name: x\nreturn_items: {statuses: [delivered], windw_days: 3}", "return_items: 'windw_days' is not a field"),
        ("name: x\nreturn_items: {statuses: [delivered], window_days: -1}", "return_items: window_days must not be below zero"),
        ("name: x\nreturn_items: {statuses: [delivered], tier_window_days: {Gold: -3}}", "Gold must not be below zero"),
        ("name: x\nlargest_refund: -5", "largest_refund must not be below zero"),
        ("name: x\nlargest_refund: lots", "largest_refund"),
        ("name: x\nreturn_items: {statuses: [delivered], refund_to: [cash]}", "cash"),
    ],
)  # fmt: skip
def test_a_file_that_is_wrong_is_refused_with_the_reason(tmp_path: Path, text: str, reason: str) -> None:
    file = tmp_path / "own.yaml"
    file.write_text(text)
    with pytest.raises(InvalidServicePolicy) as caught:
        load_policy(file)
    assert reason in str(caught.value)
    assert str(file) in str(caught.value)


def test_a_shops_own_file_goes_before_what_comes_along(tmp_path: Path) -> None:
    own = tmp_path / "service_policy.yaml"
    assert policy_for({"origin": "demo"}, own).name == "demo"
    assert policy_for({"origin": "", "orders_from": "tau2"}, own).name == "tau2"
    assert policy_for({"origin": "", "orders_from": "jsonl"}, own) == ServicePolicy(name="closed")
    own.write_text("name: own\n")
    assert policy_for({"origin": "demo"}, own) == ServicePolicy(name="own")


def test_an_imported_benchmark_is_known_by_its_orders(tmp_path: Path) -> None:
    order = {"order_id": "#W1", "user_id": "ann", "address": ADDRESS, "items": [], "status": "pending"}
    order |= {"fulfillments": [], "payment_history": []}
    (tmp_path / "db.json").write_text(json.dumps({"products": {}, "users": {}, "orders": {"#W1": order}}))
    shop = SqlShop.open(tmp_path / "shop.db")
    try:
        assert import_feed(shop, tmp_path / "db.json").changed
        assert policy_for(shop.meta(), tmp_path / "none.yaml").name == "tau2"
    finally:
        shop.close()


def test_a_missing_file_is_named() -> None:
    with pytest.raises(InvalidServicePolicy, match="No such file"):
        shop_policy("nobodys")
