"""Judges of search by hand-made products, and the suites' own soundness."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from assistant.shops.demo.shop import DemoShop
from eval.command_line import eval_commands
from eval.dialogue.conditions import meets, read_conditions
from eval.retrieval.report import page
from eval.retrieval.suites import constrained, model_numbers, passages
from eval.significance import randomisation_p
from retrieval.build import in_memory
from retrieval.catalogue import ONLINE, Product, ProductId, StoreId, Variant, VariantId
from retrieval.embedders.hashing import HashingEmbedder
from tests.demo import the_demo

SUITES = Path(__file__).parent / "suites"
BOOT = Product(
    id=ProductId("1"),
    title="Tarn Boot",
    brand="Tarn",
    category=("Outdoor", "Hiking Boots"),
    attributes={
        "upper": "suede and mesh",
        "weight": "980 g",
        "waterproof": "yes",
        "battery life": "3 days",
        "lowest temperature": "-8 °C",
    },
    audience="women",
    rating=4.4,
    variants=(
        Variant(id=VariantId("a"), options={"colour": "blue", "size": "38"}, price=Decimal(90), stock={ONLINE: 0}),
        Variant(
            id=VariantId("b"), options={"colour": "red", "size": "S/M"}, price=Decimal(120), stock={StoreId("oslo"): 1}
        ),
    ),
)


@pytest.mark.parametrize(
    ("conditions", "met"),
    [
        ("category=Hiking Boots & price<=100", True),
        ("category=Tents", False),
        ("colour=blue & price<=100", True),
        ("colour=red & price<=100", False),
        ("colour=blue & stock=yes", False),
        ("store=oslo & colour=red", True),
        ("size=m", True),
        ("size=39", False),
        ("material=leather|suede", True),
        ("material!=suede", False),
        ("weight<=1 kg", True),
        ("weight<=0.9 kg", False),
        ("battery life>=48 h", True),
        ("waterproof=yes & rating>=4", True),
        ("audience=women", True),
        ("audience=kids", False),
        ("brand!=Tarn", False),
        ("memory=16 gb", False),
        ("upper~mesh", True),
        ("upper~wool|leather", False),
        ("lowest temperature<=-4", True),
        ("lowest temperature<=-9", False),
    ],
)
def test_conditions_hold_for_one_and_the_same_variant(conditions: str, met: bool) -> None:
    assert meets(BOOT, read_conditions(conditions)) is met


def test_a_name_with_an_ampersand_is_one_value() -> None:
    assert [one.values for one in read_conditions("category=Fleece & Midlayers & price<=70")] == [
        ("fleece & midlayers",),
        ("70",),
    ]


def test_what_is_no_condition_is_refused() -> None:
    with pytest.raises(ValueError, match="no condition"):
        read_conditions("cheap")


def test_pvc_free_is_not_made_of_pvc() -> None:
    mat = Product(id=ProductId("m"), title="Mat", attributes={"material": "PVC-free foam"})
    assert not meets(mat, read_conditions("material=pvc"))


def test_equal_rankings_do_not_differ_and_opposite_ones_do() -> None:
    assert randomisation_p([0.5] * 30, [0.5] * 30) == 1.0
    assert randomisation_p([0.9] * 30, [0.1] * 30) < 0.001


@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=1, max_size=30))
def test_the_order_of_the_two_does_not_matter(pairs: list[tuple[float, float]]) -> None:
    one, other = [a for a, _ in pairs], [b for _, b in pairs]
    assert randomisation_p(one, other, rounds=1000) == randomisation_p(other, one, rounds=1000)


@pytest.fixture(scope="module")
def shop() -> DemoShop:
    return the_demo()


@pytest.mark.parametrize(
    ("suite", "least"), [("constrained.yaml", 200), ("constrained_fresh.yaml", 60), ("constrained_heldout2.yaml", 80)]
)
def test_every_constrained_request_can_be_met(suite: str, least: int, shop: DemoShop) -> None:
    rows = yaml.safe_load((SUITES / suite).read_text(encoding="utf-8"))
    assert len(rows) >= least and len({says for says, _ in rows}) == len(rows)
    impossible = [
        says for says, wanted in rows if not any(meets(one, read_conditions(wanted)) for one in shop.products)
    ]
    assert impossible == []


def test_every_answer_of_the_passages_suite_is_a_section(shop: DemoShop) -> None:
    rows = yaml.safe_load((SUITES / "passages.yaml").read_text(encoding="utf-8"))
    sections = {
        f"{policy.id}/{line[3:].strip()}"
        for policy in shop.policies
        for line in policy.text.splitlines()
        if line.startswith("## ")
    }
    assert len(rows) >= 80
    assert {answer for row in rows for answer in row["answer"]} <= sections


def test_suites_are_measured_and_their_failures_told(shop: DemoShop, tmp_path: Path) -> None:
    few = shop.products[:90]
    retriever = in_memory(few, shop.policies, HashingEmbedder())
    small = DemoShop(
        products=few, policies=shop.policies, stores=shop.stores, customers=(), orders=(), policy_facts=shop.policy_facts,
        as_of=shop.as_of,
    )  # fmt: skip
    requests = tmp_path / "few.yaml"
    requests.write_text(
        '- [tents under 300, "category=Tents & price<=300"]\n- [green tents, "category=Tents & colour=green"]\n'
    )
    report = constrained(requests, small, retriever)
    assert (report["requests"], report["precision@10"], report["violations"]) == (2, 1.0, 0)
    numbers = model_numbers(few, retriever, most=20)
    assert numbers["mrr"] == 1.0 and numbers["mrr_one_typo"] > 0.5
    questions = tmp_path / "asked.yaml"
    questions.write_text("- {asks: do gift cards expire, answer: [gift-cards/Validity]}\n")
    assert passages(questions, retriever)["questions"] == 1


def test_an_impossible_request_is_a_fault_of_the_suite(shop: DemoShop, tmp_path: Path) -> None:
    suite = tmp_path / "bad.yaml"
    suite.write_text('- [tents for one dollar, "category=Tents & price<=1"]\n')
    with pytest.raises(ValueError, match="no product meets"):
        constrained(suite, shop, in_memory((), (), HashingEmbedder()))


def test_judged_sets_are_measured_from_the_command_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AISLE_RETRIEVAL_EMBEDDER", "hashing")
    folder = tmp_path / "tiny"
    folder.mkdir()
    (folder / "products.jsonl").write_text(
        '{"id": "1", "title": "blue tent"}\n{"id": "2", "title": "red <b>kettle</b>"}\n'
    )
    (folder / "queries.csv").write_text("query_id,query\nq1,tent <x>\nq2,kettle\n")
    (folder / "labels.csv").write_text("query_id,product_id,label\nq1,1,Exact\nq2,2,Partial\nq2,1,Irrelevant\n")
    report = tmp_path / "report.html"
    typed = [
        "retrieval",
        "--data",
        str(folder),
        "--work",
        str(tmp_path / "work"),
        "--format",
        "json",
        "--html",
        str(report),
    ]
    done = CliRunner().invoke(eval_commands, typed)
    assert done.exit_code == 0, done.output
    figures = json.loads(done.stdout)
    assert {"ndcg@10", "recall@100", "p50_ms", "p95_ms", "parts"} <= set(figures)
    assert figures["ndcg@10"] == 1.0
    assert "tent &lt;x&gt;" in report.read_text() and "<x>" not in report.read_text()


@pytest.mark.parametrize(
    "typed",
    [["retrieval"], ["retrieval", "--data", "/nowhere"], ["retrieval", "passages", "--suite", "/nowhere.yaml"]],
)
def test_a_mistake_is_answered_with_the_way_out(typed: list[str]) -> None:
    done = CliRunner().invoke(eval_commands, typed)
    assert done.exit_code == 2
    assert "Traceback" not in done.output


def test_the_report_of_nothing_is_a_page() -> None:
    assert page([]).startswith("<!doctype html>")
