"""The benchmark's references through our tools, on a tiny shop of our own, and on the real one where it is present."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from eval.tau2.actions import Ground, Outcome, differences, measure, report_of, run_task, to_the_cent
from eval.tau2.command import tau2_commands
from eval.tau2.tasks import Action, Task, read_synthetic, read_train

REAL = Path(__file__).parents[2].parent / "shared" / "data" / "tau2_retail"
NOTHING_CHANGED = dict.fromkeys(
    (
        "cancel_reason",
        "exchange_items",
        "exchange_new_items",
        "exchange_payment_method_id",
        "exchange_price_difference",
        "return_items",
        "return_payment_method_id",
    )
)
HOME = {"address1": "1 Oak", "address2": "", "city": "Reno", "country": "USA", "state": "NV", "zip": "89501"}
MUG, BOWL = {"glaze": "blue"}, {"size": "S"}
DB: dict[str, Any] = {
    "products": {
        "1": {
            "name": "Mug",
            "product_id": "1",
            "variants": {
                "11": {"item_id": "11", "options": MUG, "available": True, "price": 10.1},
                "12": {"item_id": "12", "options": {"glaze": "red"}, "available": True, "price": 12.35},
            },
        },
        "2": {
            "name": "Bowl",
            "product_id": "2",
            "variants": {
                "21": {"item_id": "21", "options": BOWL, "available": True, "price": 20.0},
                "22": {"item_id": "22", "options": {"size": "L"}, "available": True, "price": 31.0},
            },
        },
    },
    "users": {
        "ann_1": {
            "user_id": "ann_1",
            "name": {"first_name": "Ann", "last_name": "Lee"},
            "address": HOME,
            "email": "ann@example.com",
            "payment_methods": {"gift_card_1": {"source": "gift_card", "id": "gift_card_1", "balance": 50.0}},
            "orders": ["#W1", "#W2"],
        }
    },
    "orders": {
        id: {
            "order_id": id,
            "user_id": "ann_1",
            "address": HOME,
            "items": [
                {"name": "Mug", "product_id": "1", "item_id": "11", "price": 10.1, "options": MUG},
                {"name": "Bowl", "product_id": "2", "item_id": "21", "price": 20.0, "options": BOWL},
            ],
            "status": status,
            "fulfillments": [],
            "payment_history": [{"transaction_type": "payment", "amount": 30.1, "payment_method_id": "gift_card_1"}],
        }
        for id, status in (("#W1", "pending"), ("#W2", "delivered"))
    },
}
MODIFY = Action(
    name="modify_pending_order_items",
    arguments={
        "order_id": "#W1",
        "item_ids": ["11", "21"],
        "new_item_ids": ["12", "22"],
        "payment_method_id": "gift_card_1",
    },
)


def expected_change(*, as_the_benchmark_errs: bool = False) -> dict[str, Any]:
    order, user = copy.deepcopy(DB["orders"]["#W1"]), copy.deepcopy(DB["users"]["ann_1"])
    wrong = {"price": 31.0, "options": {"size": "L"}}
    order["items"][0] |= {"item_id": "12"} | (
        wrong if as_the_benchmark_errs else {"price": 12.35, "options": {"glaze": "red"}}
    )
    order["items"][1] |= {"item_id": "22", "price": 31.0, "options": {"size": "L"}}
    payment = {"transaction_type": "payment", "amount": 13.250000000000002, "payment_method_id": "gift_card_1"}
    order["payment_history"].append(payment)
    user["payment_methods"]["gift_card_1"]["balance"] = 36.75
    order |= {"status": "pending (item modified)"} | NOTHING_CHANGED
    return {"orders": {"#W1": order}, "users": {"ann_1": user}}


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Ground:
    folder = tmp_path_factory.mktemp("ground")
    (folder / "db.json").write_text(json.dumps(DB))
    return Ground.prepare(folder / "db.json", folder)


async def outcome_of(ground: Ground, folder: Path, *actions: Action, expected: dict[str, Any]) -> Outcome:
    return await run_task(ground, folder, Task(id="t", actions=actions, expected=expected))


@pytest.mark.anyio
async def test_a_task_that_ends_in_the_expected_records_is_exact_to_the_cent(ground: Ground, tmp_path: Path) -> None:
    outcome = await outcome_of(ground, tmp_path, MODIFY, expected=expected_change())
    assert (outcome.exact, outcome.without_rounding, outcome.differences) == (True, False, [])


@pytest.mark.anyio
async def test_a_difference_is_named_by_its_field(ground: Ground, tmp_path: Path) -> None:
    expected = expected_change()
    expected["orders"]["#W1"]["status"] = "processed"
    outcome = await outcome_of(ground, tmp_path, MODIFY, expected=expected)
    assert outcome.differences == ['/orders/#W1/status: expected "processed", found "pending (item modified)"']
    assert outcome.faults == ()


@pytest.mark.anyio
async def test_a_reference_that_contradicts_its_own_catalogue_is_at_fault(ground: Ground, tmp_path: Path) -> None:
    outcome = await outcome_of(ground, tmp_path, MODIFY, expected=expected_change(as_the_benchmark_errs=True))
    assert (outcome.exact, outcome.by_ids) == (False, True)
    assert outcome.faults == (
        "#W1: expected Mug 12 with price 31.0 and {'size': 'L'}, but db.json gives that item price 12.35 and {'glaze': 'red'}",
    )


@pytest.mark.anyio
async def test_a_reference_that_swaps_an_item_for_itself_is_at_fault(ground: Ground, tmp_path: Path) -> None:
    order = copy.deepcopy(DB["orders"]["#W2"]) | {"status": "exchange requested"} | NOTHING_CHANGED
    order |= {"exchange_items": ["11"], "exchange_new_items": ["11"], "exchange_price_difference": 0.0}
    order |= {"exchange_payment_method_id": "gift_card_1"}
    swap = {"order_id": "#W2", "item_ids": ["11"], "new_item_ids": ["11"], "payment_method_id": "gift_card_1"}
    exchange = Action(name="exchange_delivered_order_items", arguments=swap)
    outcome = await outcome_of(ground, tmp_path, exchange, expected={"orders": {"#W2": order}})
    assert [each["code"] for each in outcome.refused] == ["same_item"]
    assert len(outcome.faults) == 1
    report = report_of([outcome])
    assert (report["exact"], report["reference_at_fault"], report["unexplained"]) == (0, 1, 0)


@pytest.mark.anyio
async def test_a_write_that_the_reference_did_not_do_is_seen(ground: Ground, tmp_path: Path) -> None:
    outcome = await outcome_of(ground, tmp_path, MODIFY, expected={})
    assert {line.split(":")[0] for line in outcome.differences} == {"/orders", "/users"}


@pytest.mark.anyio
async def test_the_customer_is_whom_the_reference_finds(ground: Ground, tmp_path: Path) -> None:
    find = Action(name="find_user_id_by_email", arguments={"email": "ann@example.com"})
    cancel = Action(name="cancel_pending_order", arguments={"order_id": "#W1", "reason": "no longer needed"})
    reads = [
        Action(name="get_user_details", arguments={"user_id": "ann_1"}),
        Action(name="get_order_details", arguments={"order_id": "#W1"}),
        Action(name="get_product_details", arguments={"product_id": "404"}),
        Action(name="get_item_details", arguments={"item_id": "12"}),
        Action(name="calculate", arguments={"expression": "1 + 1"}),
    ]
    outcome = await outcome_of(ground, tmp_path, find, *reads, cancel, expected={})
    assert [each["action"] for each in outcome.refused] == ["get_product_details"]
    assert {line.split(":")[0] for line in outcome.differences} == {"/orders", "/users"}


def test_amounts_are_compared_to_the_cent_and_everything_else_exactly() -> None:
    assert to_the_cent({"a": [0.30000000000000004, "x", 1, None]}) == {"a": [0.3, "x", 1, None]}
    assert differences({"a": [1, 2]}, {"a": [1]}) == ["/a: expected [1, 2], found [1]"]
    assert differences({"a": None}, {}) == ['/a: expected null, found "nothing"']


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    result = CliRunner().invoke(tau2_commands, ["tau2-actions", "--data", str(tmp_path)])
    assert result.exit_code == 2
    assert "name the benchmark's folder with --data" in result.output


@pytest.mark.skipif(not REAL.exists(), reason="needs ../shared/data/tau2_retail beside the project")
def test_the_benchmarks_files_are_read_whole() -> None:
    assert len(read_train(REAL)) == 74
    assert len(read_synthetic(REAL / "synthetic_tasks_dev.json")) == 319


@pytest.mark.skipif(not REAL.exists(), reason="needs ../shared/data/tau2_retail beside the project")
@pytest.mark.parametrize(
    ("each", "at_fault"),
    [pytest.param(20, [], marks=pytest.mark.slow), pytest.param(1, ["20", "21", "37"], marks=pytest.mark.long)],
)
def test_references_end_in_their_records_or_are_at_fault_themselves(each: int, at_fault: list[str]) -> None:
    report = measure(REAL, each=each)
    assert {name: figures["unexplained"] for name, figures in report.items()} == {"train": 0, "synthetic_dev": 0}
    assert [failing["task"] for failing in report["train"]["failing"]] == at_fault
