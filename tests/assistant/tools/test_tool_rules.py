"""Default deny: what has no rule does not run. Made from the registries, so that a new tool without a rule fails here."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import get_args

import pytest

from assistant.desk.copilot import CART_ACTIONS
from assistant.errors import AccessDenied
from assistant.flows.native_tools import tools_for
from assistant.memories import FORGET
from assistant.shops.records import OrderId
from assistant.shops.sql import SqlShop
from assistant.tools.arguments import ARGUMENTS, CancelOrder, ReturnItems
from assistant.tools.policy import WRITES, ReadName, ServicePolicy, ToolName, load_policy, shop_policy
from assistant.tools.refusals import Refusal
from assistant.tools.rules import RULES, FlowCall, ToolRule, rule_of
from retrieval.catalogue import VariantId
from tests.assistant.tools.forbidden import attempts, values_for
from tests.assistant.tools.pottery import BENCHMARK, Counter, contents, open_pottery

pytestmark = pytest.mark.anyio

ROOT = Path(__file__).parents[3]
TOOLS = sorted({*WRITES, *get_args(ReadName), "transfer_to_person", *get_args(FlowCall)})


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[SqlShop]:
    shop = open_pottery(tmp_path / "shop.db")
    yield shop
    shop.close()


def named_in_flows() -> set[str]:
    """What any module calls through `Work.call`, read from the code."""
    found = set()
    for path in (ROOT / "assistant").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "work.call":
                found.add(FORGET if ast.unparse(node.args[0]) == "FORGET" else ast.literal_eval(node.args[0]))
    return found


def test_every_tool_has_one_rule_and_every_rule_a_tool() -> None:
    names = {name for kind in get_args(ToolName) for name in (get_args(kind) or (kind,))}
    assert set(RULES) == names | set(get_args(FlowCall)) == set(TOOLS)
    assert {tool for tool, rule in RULES.items() if rule.changes} == set(ARGUMENTS) == set(WRITES)


def test_every_call_that_a_flow_makes_has_a_rule() -> None:
    assert named_in_flows() == set(get_args(FlowCall))


def test_what_a_model_is_given_is_a_tool_with_a_rule_or_a_flow_that_only_shows() -> None:
    given = {spec.name for spec in tools_for(shop_policy("demo"), identified=True)}
    shows = {"answer_product_question", "answer_policy_question", "find_store", "show_cart", "show_order"}
    assert given <= set(RULES) | shows and not given & CART_ACTIONS


@pytest.mark.parametrize("tool", [*TOOLS, "issue_refund", "set_price", "", "execute", "cancel_order "])
@pytest.mark.parametrize("step", ["", "propose", "execute", "withdraw", "approve"])
def test_without_a_rule_nothing_is_permitted(tool: str, step: str) -> None:
    with pytest.raises(Refusal) as caught:
        rule_of(tool, customer_id="ann", step=step, rules={})
    assert caught.value.code == "unknown_tool"


@pytest.mark.parametrize("tool", TOOLS)
def test_a_tool_is_permitted_in_its_own_steps_alone(tool: str) -> None:
    own = ("propose", "execute", "withdraw") if RULES[tool].changes else ("",)
    for step in ("", "propose", "execute", "withdraw", "approve"):
        if step in own:
            assert rule_of(tool, customer_id="ann", step=step) is RULES[tool]
        else:
            with pytest.raises(Refusal):
                rule_of(tool, customer_id="ann", step=step)


@pytest.mark.parametrize("tool", [tool for tool in TOOLS if RULES[tool].own])
def test_what_is_a_customers_own_is_nobodys_while_nobody_is_identified(tool: str) -> None:
    with pytest.raises(AccessDenied):
        rule_of(tool, customer_id="", step="propose" if RULES[tool].changes else "")


@pytest.mark.parametrize("tool", WRITES)
async def test_a_tool_whose_rule_was_taken_away_does_nothing(shop: SqlShop, tool: str) -> None:
    before = contents(shop)
    counter = Counter(shop=shop)
    rules = {name: rule for name, rule in RULES.items() if name != tool}
    session = counter.session
    session.tools = replace(session.tools, rules=rules)
    attempt = next(each for each in attempts() if each.tool == tool)
    with pytest.raises(Refusal) as caught:
        await session.propose(attempt.arguments() if attempt.values else values_for(tool, "#PENDING"))
    assert caught.value.code == "unknown_tool" and contents(shop) == before


@pytest.mark.parametrize("tool", WRITES)
async def test_a_shop_that_names_no_rule_for_a_tool_does_not_have_it(shop: SqlShop, tool: str) -> None:
    assert not ServicePolicy(name="closed").offers(tool)
    assert tool not in {spec.name for spec in tools_for(ServicePolicy(name="closed"), identified=True)}


async def test_no_tool_is_asked_for_whom_it_acts() -> None:
    for spec in tools_for(shop_policy("demo"), identified=True):
        assert "customer" not in str(spec.parameters).casefold()


def test_a_rule_of_its_own_slows_guessing_down(shop: SqlShop) -> None:
    session = Counter(shop=shop, customer_id="").session
    most = RULES["find_customer"].a_minute
    assert most is not None
    for _ in range(most):
        session.admit("find_customer")
    with pytest.raises(Refusal) as caught:
        session.admit("find_customer")
    assert caught.value.code == "too_many_calls"


def test_calls_are_counted_for_the_customer_and_for_the_conversation(shop: SqlShop) -> None:
    """Another customer in the same conversation, or the same one in another, has not a whole allowance again."""
    policy = replace(BENCHMARK, calls_per_minute=2)
    first = Counter(shop=shop, policy=policy).session
    first.admit("orders")
    first.admit("orders")
    for changes in ({"customer_id": "bob"}, {"conversation": "c_2"}):
        first.caller = replace(Counter(shop=shop).caller, **changes)
        with pytest.raises(Refusal):
            first.admit("orders")
    first.caller = replace(first.caller, customer_id="bob", conversation="c_2")
    first.admit("orders")


# -- ceilings of a day -----------------------------------------------------------------------------------------------------


def cancel(order: str) -> CancelOrder:
    return CancelOrder(order_id=OrderId(order), reason="no longer needed")


async def test_a_shop_that_says_nothing_has_a_ceiling_and_can_lift_it(tmp_path: Path) -> None:
    file = tmp_path / "own.yaml"
    file.write_text("name: own\n")
    assert load_policy(file).largest_refund == load_policy(file).largest_charge == Decimal(1000)
    file.write_text("name: own\nlargest_refund: null\n")
    assert load_policy(file).largest_refund is None


async def test_refunds_of_a_day_are_counted_together_whatever_they_are_made_up_of(shop: SqlShop) -> None:
    counter = Counter(shop=shop, policy=replace(BENCHMARK, largest_refund_a_day=Decimal("60.00")))
    await counter.do(cancel("#BYGIFT"))  # 30.10
    before = contents(shop)
    items = (VariantId("pan-24"),)  # 41.35
    with pytest.raises(Refusal) as caught:
        await counter.do(ReturnItems(order_id=OrderId("#DELIVERED"), items=items, payment_method_id="card_a"), said=9)
    assert caught.value.code == "refunds_of_a_day" and contents(shop) == before
    counter.clock.moment += timedelta(hours=23)
    with pytest.raises(Refusal):
        await counter.do(cancel("#PENDING"), said=11)
    counter.clock.moment += timedelta(hours=1)
    await counter.do(ReturnItems(order_id=OrderId("#DELIVERED"), items=items, payment_method_id="card_a"), said=13)


async def test_so_many_changes_a_day_and_then_a_person(shop: SqlShop) -> None:
    counter = Counter(shop=shop, policy=replace(BENCHMARK, changes_a_day=1))
    await counter.do(cancel("#BYGIFT"))
    with pytest.raises(Refusal) as caught:
        await counter.do(cancel("#PENDING"), said=9)
    assert (caught.value.code, caught.value.instead) == ("too_many_changes", ("transfer_to_person",))


async def test_a_question_that_was_declined_is_no_change(shop: SqlShop) -> None:
    counter = Counter(shop=shop, policy=replace(BENCHMARK, changes_a_day=1))
    proposal = await counter.session.propose(cancel("#PENDING"))
    await counter.session.withdraw(proposal.confirmation, said=7)
    done = await counter.do(cancel("#BYGIFT"), said=9)
    assert done is not None


def test_a_rule_says_by_itself_that_a_tool_is_a_customers_own() -> None:
    assert ToolRule().own and not ToolRule().changes
