"""The suite of drafts: what it makes is what it says, and grounding holds on it."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.shops.demo.shop import DemoShop
from eval.grounding.measure import judged, names_of, rates
from eval.grounding.suite import Case, cases_of, read_suite
from tests.demo import the_demo

SUITE = Path(__file__).parent / "suites" / "grounding.yaml"
KINDS = {
    "price", "stock", "date", "policy", "product", "swapped", "state", "promise", "superlative", "quantity", "store",
    "negation", "order", "difference",
}  # fmt: skip


@pytest.fixture(scope="module")
def shop() -> DemoShop:
    return the_demo()


@pytest.fixture(scope="module")
def cases(shop: DemoShop) -> list[Case]:
    return list(cases_of(read_suite(SUITE), shop, split="dev"))


def test_every_kind_of_fault_comes_in_every_language(cases: list[Case]) -> None:
    assert {case.kind for case in cases} - {""} == KINDS
    for language in ("en", "es", "fr", "de"):
        assert len({case.kind for case in cases if case.language == language} - {""}) >= 12


def test_no_wrong_draft_is_the_same_as_a_good_one(cases: list[Case]) -> None:
    good = {(case.text, repr(case.cards), case.citations) for case in cases if not case.kind}
    assert not [case.text for case in cases if case.kind and (case.text, repr(case.cards), case.citations) in good]


def test_the_splits_speak_of_other_products(shop: DemoShop) -> None:
    def shown(split: str) -> set[str]:
        made = cases_of(read_suite(SUITE), shop, split=split)  # type: ignore[arg-type]
        return {card.id for case in made for card in case.cards if card.kind == "product"}

    assert not shown("dev") & shown("heldout")


def test_wrong_drafts_are_caught_and_good_ones_pass(shop: DemoShop, cases: list[Case]) -> None:
    report = rates(judged(cases, names_of(shop)), cases=True)
    assert report["wrong_caught"]["rate"] >= 0.98, report["missed"][:3]
    assert report["good_passed"]["rate"] >= 0.95, report["false_alarms"][:3]


def test_of_a_split_held_apart_only_rates_are_told(shop: DemoShop, cases: list[Case]) -> None:
    assert not {"missed", "false_alarms"} & rates(judged(cases[:40], names_of(shop)), cases=False).keys()
