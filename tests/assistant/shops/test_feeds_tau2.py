"""tau2's db.json: in and out again without the smallest loss."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from assistant.shops.exporting import export_shop
from assistant.shops.feeds.items import Accepted, Note, OptionNames, UnreadableFeed
from assistant.shops.feeds.tau2 import read_tau2
from assistant.shops.importing import import_feed
from assistant.shops.records import Customer, Order
from assistant.shops.sql import SqlShop
from retrieval.catalogue import Product
from retrieval.errors import RefusedRow

REAL = Path(__file__).parents[3].parent / "shared" / "data" / "tau2_retail" / "db.json"

ADDRESS = {"address1": "9 Elm", "address2": "", "city": "Reno", "country": "USA", "state": "NV", "zip": "89501"}
TINY: dict[str, Any] = {
    "products": {
        "1": {
            "name": "Tablet",
            "product_id": "1",
            "variants": {
                "11": {
                    "item_id": "11",
                    "options": {"color": "black", "RAM": "8GB", "Screen Size": "10"},
                    "available": True,
                    "price": 500.0,
                },
                "12": {
                    "item_id": "12",
                    "options": {"color": "gold", "RAM": "4GB", "Screen Size": "8"},
                    "available": False,
                    "price": 399.9,
                },
            },
        },
        "2": {
            "name": "Laptop",
            "product_id": "2",
            "variants": {
                "21": {
                    "item_id": "21",
                    "options": {"colour": "grey", "ram": "8GB"},
                    "available": True,
                    "price": 1234.56,
                }
            },
        },
    },
    "users": {
        "ann_lee_1": {
            "user_id": "ann_lee_1",
            "name": {"first_name": "Ann", "last_name": "Lee"},
            "address": ADDRESS,
            "email": "ann@example.com",
            "payment_methods": {
                "gift_card_1": {"source": "gift_card", "id": "gift_card_1", "balance": 17.0},
                "credit_card_2": {"source": "credit_card", "id": "credit_card_2", "brand": "visa", "last_four": "0042"},
                "paypal_3": {"source": "paypal", "id": "paypal_3"},
            },
            "orders": ["#W1", "#W2", "#W3"],
        }
    },
    "orders": {
        "#W1": {
            "order_id": "#W1",
            "user_id": "ann_lee_1",
            "address": ADDRESS,
            "items": [
                {
                    "name": "Tablet",
                    "product_id": "1",
                    "item_id": "11",
                    "price": 499.99,
                    "options": {"color": "black", "RAM": "8GB"},
                },
                {
                    "name": "Tablet",
                    "product_id": "1",
                    "item_id": "11",
                    "price": 499.99,
                    "options": {"color": "black", "RAM": "8GB"},
                },
            ],
            "status": "exchange requested",
            "fulfillments": [{"tracking_id": ["T1", "T2"], "item_ids": ["11", "11"]}],
            "payment_history": [
                {"transaction_type": "payment", "amount": 999.98, "payment_method_id": "paypal_3"},
                {"transaction_type": "refund", "amount": 0.1, "payment_method_id": "paypal_3"},
            ],
            "exchange_items": ["11"],
            "exchange_new_items": ["12"],
            "exchange_payment_method_id": "paypal_3",
            "exchange_price_difference": -100.09,
        },
        "#W2": {
            "order_id": "#W2",
            "user_id": "ann_lee_1",
            "address": ADDRESS,
            "items": [],
            "status": "return requested",
            "fulfillments": [],
            "payment_history": [],
            "return_items": ["11"],
            "return_payment_method_id": "gift_card_1",
        },
        "#W3": {
            "order_id": "#W3",
            "user_id": "ann_lee_1",
            "address": ADDRESS,
            "items": [{"name": "Old", "product_id": "gone", "item_id": "9", "price": 3.0, "options": {"Color": "red"}}],
            "status": "cancelled",
            "fulfillments": [],
            "payment_history": [],
            "cancel_reason": "no longer needed",
        },
    },
}


def read(whole: object) -> list[object]:
    return list(read_tau2(BytesIO(json.dumps(whole, indent=1).encode()), currency="USD"))


def goes_round(source: Path, folder: Path) -> bool:
    """In, out as JSONL, into another shop, out as tau2."""
    first, second = SqlShop.open(folder / "a" / "shop.db"), SqlShop.open(folder / "b" / "shop.db")
    try:
        assert import_feed(first, source).refused == []
        export_shop(first, folder / "all.jsonl", "jsonl")
        assert import_feed(second, folder / "all.jsonl").refused == []
        export_shop(second, folder / "out.json", "tau2")
    finally:
        first.close()
        second.close()
    same: bool = json.loads((folder / "out.json").read_bytes()) == json.loads(source.read_bytes())
    return same


def test_a_shop_with_every_kind_of_change_comes_back_the_same(tmp_path: Path) -> None:
    (tmp_path / "db.json").write_text(json.dumps(TINY))
    assert goes_round(tmp_path / "db.json", tmp_path)


@pytest.mark.skipif(not REAL.exists(), reason="needs ../shared/data/tau2_retail/db.json beside the project")
def test_the_benchmarks_own_shop_comes_back_the_same(tmp_path: Path) -> None:
    assert goes_round(REAL, tmp_path)


def test_its_records_speak_our_words() -> None:
    records = [item.record for item in read(TINY) if isinstance(item, Accepted)]
    product = next(record for record in records if isinstance(record, Product))
    assert product.category == ("Electronics", "Computers")
    assert product.variants[0].options == {"colour": "black", "ram": "8GB", "screen size": "10"}
    assert (str(product.variants[1].price), product.variants[1].available) == ("399.90", False)
    customer = next(record for record in records if isinstance(record, Customer))
    assert (customer.first_name, customer.payment_methods[0].balance) == ("Ann", Decimal("17.00"))
    order = next(record for record in records if isinstance(record, Order))
    assert (order.total, order.changes["exchange_new_items"]) == (Decimal("999.98"), ["12"])
    names = next(record for record in records if isinstance(record, OptionNames))
    assert names.names["1"] == {"ram": "RAM", "screen size": "Screen Size"}
    assert names.names["2"] == {"colour": "colour"}


def spoilt(change: Callable[[dict[str, Any]], None]) -> dict[str, Any]:
    whole = copy.deepcopy(TINY)
    change(whole)
    return whole


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda whole: whole["products"]["1"].pop("name"), "'name'"),
        (lambda whole: whole["products"]["1"]["variants"]["11"].update(price="12,5O"), "12,5O"),
        (lambda whole: whole["products"]["1"]["variants"]["11"].update(price=-1), "above 0"),
        (lambda whole: whole["products"]["1"]["variants"]["11"].update(item_id="x"), "calls itself 'x'"),
        (lambda whole: whole["products"]["1"]["variants"]["11"]["options"].update(ram="1"), "two spellings"),
        (lambda whole: whole["products"]["1"].update(variants=[1]), "not as the benchmark writes it"),
        (lambda whole: whole["users"]["ann_lee_1"].update(email=5), "Expected `str`"),
        (lambda whole: whole["users"].update(ann_lee_1=None), "not as the benchmark writes it"),
        (lambda whole: whole["orders"]["#W1"].update(status="lost"), "'lost'"),
    ],
)
def test_a_bad_record_is_refused_with_its_line_and_the_others_are_read(
    change: Callable[[dict[str, Any]], None], reason: str
) -> None:
    items = read(spoilt(change))
    (refused,) = [item for item in items if isinstance(item, RefusedRow)]
    assert reason in refused.reason
    assert refused.line > 1
    assert len([item for item in items if isinstance(item, Accepted)]) >= 5


def test_what_the_benchmark_does_not_have_is_noted() -> None:
    notes = [
        item.text for item in read(spoilt(lambda whole: whole["products"]["1"].update(x=1))) if isinstance(item, Note)
    ]
    assert notes == ["'product.x' is unknown and left out"]


@pytest.mark.parametrize("raw", [b"{", b"[]", b'{"products": {}}', b"\xff", b'{"products":[],"users":{},"orders":{}}'])
def test_another_file_is_refused_as_a_whole(raw: bytes) -> None:
    with pytest.raises(UnreadableFeed):
        list(read_tau2(BytesIO(raw), currency="USD"))
