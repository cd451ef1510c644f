"""Reading suites of scripted shoppers."""

from pathlib import Path

import pytest

from eval.dialogue.expectations import Expectation
from eval.dialogue.scenarios import SuiteInvalid, load_suite
from eval.dialogue.shop_facts import facts_of_records
from eval.dialogue.suite_check import unreachable
from tests.demo import the_demo

SUITES = Path(__file__).parent / "suites"


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "suite.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def problems(tmp_path: Path, text: str) -> str:
    with pytest.raises(SuiteInvalid) as caught:
        load_suite(written(tmp_path, text))
    return "\n".join(caught.value.problems)


ONE = "suite: s\nscenarios:\n  - name: small tent\n    turns:\n      - "


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            ONE + "{says: hi, expect: {cards: {prise_max: 3}}}",
            "scenario 'small tent', turn 1, expect.cards.prise_max: unknown",
        ),
        (ONE + "{says: hi}", "turn 1, expect: Field required"),
        (ONE + "{says: hi, tap: x, expect: {}}", "exactly one of 'says', 'press' and 'tap'"),
        (ONE + "{expect: {}}", "exactly one of 'says', 'press' and 'tap'"),
        (ONE + "{says: hi, expect: {text_any: ['(']}}", "is not a regular expression"),
        (ONE + "{says: 'the {crad:2}', expect: {}}", "is no placeholder"),
        (ONE + "{says: hi, expect: {no_cards: true, cards: {}}}", "exclude each other"),
        ("suite: s\nscenarios: []", "scenarios"),
        ("suite: [", "is not valid YAML"),
    ],
)
def test_a_mistake_in_a_suite_is_told_with_its_place(tmp_path: Path, text: str, told: str) -> None:
    assert told in problems(tmp_path, text)


def test_two_scenarios_of_one_name_are_refused(tmp_path: Path) -> None:
    turn = "{name: same, turns: [{says: hi, expect: {}}]}"
    assert "two scenarios are named 'same'" in problems(tmp_path, f"suite: s\nscenarios: [{turn}, {turn}]")


def test_a_missing_file_is_told_in_a_line(tmp_path: Path) -> None:
    with pytest.raises(SuiteInvalid, match="cannot be read"):
        load_suite(tmp_path / "none.yaml")


@pytest.mark.parametrize(("name", "scenarios", "turns"), [("shopping", 45, 190), ("shopping_heldout", 25, 100)])
def test_the_suites_are_large_enough_and_ask_for_what_the_demo_shop_has(name: str, scenarios: int, turns: int) -> None:
    suite = load_suite(SUITES / f"{name}.yaml")
    assert len(suite.scenarios) >= scenarios
    assert suite.turns >= turns
    demo = the_demo()
    shop = facts_of_records(
        name=demo.name, products=demo.products, stores=demo.stores, policies=demo.policies,
        customers=demo.customers, orders=demo.orders,
    )  # fmt: skip
    assert unreachable(suite, shop) == ()


def test_an_expectation_that_no_product_can_meet_is_found(tmp_path: Path) -> None:
    text = "[{says: hi, expect: {cards: {category_any: [Tents], price_max: 1}}}, {says: ho, expect: {cites: zebra, answers: soul}}]"
    suite = load_suite(written(tmp_path, "suite: s\nscenarios:\n  - {name: small, turns: " + text + "}"))
    demo = the_demo()
    shop = facts_of_records(
        name="", products=demo.products, stores=(), policies=demo.policies, customers=(), orders=()
    )  # fmt: skip
    assert [line.split(": ", 1)[1] for line in unreachable(suite, shop)] == [
        "only 0 products of the shop could be shown",
        "no product states 'soul'",
        "no policy is like 'zebra'",
    ]


def test_what_is_expected_can_be_read_by_people() -> None:
    wanted = Expectation.model_validate(
        {"cards": {"price_max": 60}, "asks": True, "either": [{"cart": {"lines": 1}}, {"text_any": ["sold out"]}]}
    )
    assert wanted.lines == (
        "cards: price max 60",
        "asks: yes",
        "either: cart lines 1 or text any sold out",
    )
