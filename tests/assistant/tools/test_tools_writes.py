"""What the writes do when they are allowed: records, money to the cent, and what the customer is told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.shops.feeds.items import OptionNames
from assistant.shops.feeds.tau2 import as_tau2
from assistant.shops.records import Address, Order, OrderId, Payment
from assistant.shops.sql import SqlShop
from assistant.tools.arguments import (
    CancelOrder,
    ChangeItems,
    ChangeOrderAddress,
    ChangePayment,
    ChangeProfileAddress,
    ExchangeItems,
    ReturnItems,
    Swap,
)
from assistant.tools.cancelling import plan_cancel
from assistant.tools.plan import CHANGE_FIELDS, Scene
from assistant.tools.policy import CancelRule, ReturnRule
from assistant.tools.refusals import Refusal
from retrieval.catalogue import VariantId
from tests.assistant.tools.pottery import (
    ANN,
    BENCHMARK,
    DEMO,
    ELSEWHERE,
    HOME,
    NOW,
    Counter,
    an_order,
    contents,
    open_pottery,
)

pytestmark = pytest.mark.anyio

PENDING, DELIVERED, BYGIFT = OrderId("#PENDING"), OrderId("#DELIVERED"), OrderId("#BYGIFT")


@pytest.fixture
def counter(tmp_path: Path) -> Iterator[Counter]:
    shop = open_pottery(tmp_path / "shop.db")
    yield Counter(shop=shop)
    shop.close()


def swap(*ids: str) -> tuple[Swap, ...]:
    return tuple(Swap(old=VariantId(old), new=VariantId(new)) for old, new in zip(ids[::2], ids[1::2], strict=True))


def variants(*ids: str) -> tuple[VariantId, ...]:
    return tuple(VariantId(one) for one in ids)


async def order_of(shop: SqlShop, order_id: str) -> Order:
    order = await shop.order(OrderId(order_id))
    assert order is not None
    return order


async def balance(counter: Counter, method: str) -> Decimal | None:
    ann = await counter.session.profile()
    return next(each.balance for each in ann.payment_methods if each.id == method)


async def test_a_cancelled_order_gives_all_of_its_money_back(counter: Counter) -> None:
    before = await order_of(counter.shop, PENDING)
    done = await counter.do(CancelOrder(order_id=PENDING, reason="ordered by mistake"))
    order = await order_of(counter.shop, PENDING)
    assert (order.status, order.changes["cancel_reason"]) == ("cancelled", "ordered by mistake")
    assert order.payments[1:] == (replace(before.payments[0], kind="refund"),)
    assert (done.facts.refund, done.facts.movements[0].when) == (before.total, "5 to 7")
    assert len(done.facts.items) == 7


async def test_a_refund_on_a_gift_card_is_there_at_once(counter: Counter) -> None:
    done = await counter.do(CancelOrder(order_id=BYGIFT, reason="no longer needed"))
    assert done.facts.movements[0].when == "now"
    assert await balance(counter, "gift_a") == Decimal("50.10")


async def test_an_order_paid_anew_is_refunded_only_to_who_pays_it_now(counter: Counter) -> None:
    done = await counter.do(CancelOrder(order_id=OrderId("#REPAID"), reason="no longer needed"))
    assert [(each.payment_method.id, each.amount) for each in done.facts.movements] == [("paypal_a", Decimal("30.10"))]


async def test_a_cancellation_fee_is_kept_back_and_said(counter: Counter) -> None:
    rule = CancelRule(statuses=("pending",), fee=Decimal("4.99"))
    dear = replace(counter, policy=replace(BENCHMARK, cancel_order=rule))
    done = await dear.do(CancelOrder(order_id=BYGIFT, reason=""))
    assert (done.facts.refund, done.facts.fee) == (Decimal("25.11"), Decimal("4.99"))
    assert await balance(counter, "gift_a") == Decimal("45.11")


async def test_changed_items_take_the_place_of_the_old_ones(counter: Counter) -> None:
    asked = ChangeItems(
        order_id=PENDING, swaps=swap("pan-20", "pan-24r", "lamp-w", "lamp-b"), payment_method_id="card_a"
    )
    done = await counter.do(asked)
    order = await order_of(counter.shop, PENDING)
    held = [(line.variant_id, line.quantity) for line in order.lines]
    assert held == [("pan-24", 1), ("pan-20", 1), ("pan-24r", 1), ("lamp-b", 1), ("kettle-s", 2), ("briefs-m", 1)]
    assert order.lines[2].options == {"size": "24 cm", "colour": "red"}
    assert (order.status, done.facts.last_change) == ("pending (item modified)", True)
    difference = Decimal("39.99") - Decimal("30.10") + Decimal("99.95") - Decimal("80.20")
    assert done.facts.price_difference == done.facts.charge == difference == Decimal("29.64")
    assert order.payments[-1] == Payment(kind="payment", amount=difference, payment_method_id="card_a")


async def test_a_cheaper_item_is_refunded_to_the_gift_card_at_once(counter: Counter) -> None:
    asked = ChangeItems(order_id=PENDING, swaps=swap("pan-24", "pan-24r"), payment_method_id="gift_a")
    done = await counter.do(asked)
    assert (done.facts.refund, done.facts.charge) == (Decimal("1.36"), 0)
    assert await balance(counter, "gift_a") == Decimal("21.36")


async def test_a_dearer_item_is_taken_from_the_gift_card_to_the_last_cent(counter: Counter) -> None:
    asked = ChangeItems(order_id=PENDING, swaps=swap("lamp-w", "lamp-b"), payment_method_id="gift_a")
    await counter.do(asked)
    assert await balance(counter, "gift_a") == Decimal("0.25")


@pytest.mark.parametrize(("held", "enough"), [("19.74", False), ("19.75", True)])
async def test_a_gift_card_must_hold_the_last_cent(counter: Counter, held: str, enough: bool) -> None:
    card = replace(ANN.payment_methods[2], balance=Decimal(held))
    with counter.shop.writing() as writer:
        writer.upsert_customers([replace(ANN, payment_methods=(*ANN.payment_methods[:2], card))])
    asked = ChangeItems(order_id=PENDING, swaps=swap("lamp-w", "lamp-b"), payment_method_id="gift_a")
    if enough:
        await counter.do(asked)
        assert await balance(counter, "gift_a") == 0
    else:
        with pytest.raises(Refusal, match=r"holds 19\.74 and 19\.75 is needed"):
            await counter.session.propose(asked)


async def test_a_proposal_names_what_stays_as_it_is(counter: Counter) -> None:
    asked = ExchangeItems(order_id=DELIVERED, swaps=swap("pan-20", "pan-24"), payment_method_id="card_a")
    facts = (await counter.session.propose(asked)).facts
    assert [item.variant_id for item in facts.others] == [
        "pan-24", "pan-20", "lamp-w", "kettle-s", "kettle-s", "briefs-m",
    ]  # fmt: skip
    assert [(each.old.title, each.difference) for each in facts.exchanges] == [("Skillet", Decimal("11.25"))]


async def test_an_exchange_is_noted_and_moves_no_money_yet(counter: Counter) -> None:
    before = await order_of(counter.shop, DELIVERED)
    asked = ExchangeItems(
        order_id=DELIVERED, swaps=swap("pan-24", "pan-20", "lamp-w", "lamp-b"), payment_method_id="rich_a"
    )
    done = await counter.do(asked)
    order = await order_of(counter.shop, DELIVERED)
    assert (order.status, order.lines, order.payments) == ("exchange requested", before.lines, before.payments)
    assert order.changes == {
        **dict.fromkeys(CHANGE_FIELDS),
        "exchange_items": ["lamp-w", "pan-24"],
        "exchange_new_items": ["lamp-b", "pan-20"],
        "exchange_payment_method_id": "rich_a",
        "exchange_price_difference": 8.5,
    }
    assert done.facts.movements[0].when == "on receipt"
    assert await balance(counter, "rich_a") == Decimal("500.00")


async def test_a_return_is_noted_with_its_refund(counter: Counter) -> None:
    asked = ReturnItems(order_id=DELIVERED, items=variants("pan-20", "lamp-w", "pan-20"), payment_method_id="gift_a")
    done = await counter.do(asked)
    order = await order_of(counter.shop, DELIVERED)
    assert order.status == "return requested"
    assert (order.changes["return_items"], order.changes["return_payment_method_id"]) == (
        ["lamp-w", "pan-20", "pan-20"], "gift_a",
    )  # fmt: skip
    assert done.facts.refund == Decimal("140.40")


async def test_a_return_fee_is_kept_back(counter: Counter) -> None:
    rule = ReturnRule(statuses=("delivered",), fee=Decimal("5.95"))
    dear = replace(counter, policy=replace(BENCHMARK, return_items=rule))
    proposal = await dear.session.propose(
        ReturnItems(order_id=DELIVERED, items=variants("pan-24"), payment_method_id="card_a")
    )
    assert (proposal.facts.refund, proposal.facts.fee) == (Decimal("35.40"), Decimal("5.95"))


async def test_a_loyal_customer_has_the_longer_window(counter: Counter) -> None:
    with counter.shop.writing() as writer:
        writer.upsert_customers([replace(ANN, loyalty_tier="Gold")])
    asked = ReturnItems(order_id=OrderId("#OLD"), items=variants("pan-24"), payment_method_id="card_a")
    assert (await replace(counter, policy=DEMO).do(asked)).facts.refund == Decimal("41.35")


async def test_the_orders_address_changes_and_the_profiles_stays(counter: Counter) -> None:
    untidy = replace(ELSEWHERE, city=" Eugene ", address1="77  Clay Road")
    await counter.do(ChangeOrderAddress(order_id=PENDING, address=untidy))
    assert (await order_of(counter.shop, PENDING)).address == ELSEWHERE
    assert (await counter.session.profile()).address == HOME


async def test_the_profiles_address_changes_and_the_orders_stay(counter: Counter) -> None:
    _, before = contents(counter.shop)
    await counter.do(ChangeProfileAddress(address=ELSEWHERE))
    assert (await counter.session.profile()).address == ELSEWHERE
    assert contents(counter.shop)[1] == before
    assert await counter.shop.find_customers(first_name="ann", last_name="potter", zip_code="97401")


async def test_an_address_abroad_needs_no_american_zip(counter: Counter) -> None:
    oslo = Address(address1="Karl Johans gate 1", city="Oslo", zip="0154", country="Norway")
    assert (await counter.do(ChangeProfileAddress(address=oslo))).facts.address == oslo


async def test_another_payment_method_pays_all_and_the_first_is_refunded(counter: Counter) -> None:
    done = await counter.do(ChangePayment(order_id=BYGIFT, payment_method_id="rich_a"))
    order = await order_of(counter.shop, BYGIFT)
    assert [(each.kind, each.payment_method_id) for each in order.payments] == [
        ("payment", "gift_a"), ("payment", "rich_a"), ("refund", "gift_a"),
    ]  # fmt: skip
    assert (order.status, done.facts.charge, done.facts.refund) == ("pending", Decimal("30.10"), Decimal("30.10"))
    assert (await balance(counter, "gift_a"), await balance(counter, "rich_a")) == (Decimal("50.10"), Decimal("469.90"))


async def test_after_an_address_change_the_items_can_still_change_once(counter: Counter) -> None:
    await counter.do(ChangeOrderAddress(order_id=PENDING, address=ELSEWHERE))
    asked = ChangeItems(order_id=PENDING, swaps=swap("pan-24", "pan-24r"), payment_method_id="card_a")
    assert (await counter.do(asked, said=8)).facts.becomes == "pending (item modified)"


async def test_the_demo_shop_allows_a_second_change_until_the_order_is_processed(counter: Counter) -> None:
    demo = replace(counter, policy=DEMO)
    first = ChangeItems(order_id=PENDING, swaps=swap("pan-24", "pan-24r"), payment_method_id="card_a")
    assert not (await demo.do(first)).facts.last_change
    await demo.do(ChangeItems(order_id=PENDING, swaps=swap("lamp-w", "lamp-b"), payment_method_id="card_a"), said=8)
    order = await order_of(counter.shop, PENDING)
    await demo.do(CancelOrder(order_id=PENDING, reason="takes too long"), said=9)
    cancelled = await order_of(counter.shop, PENDING)
    assert sum(each.amount for each in cancelled.payments[3:]) == order.total


async def test_a_touched_order_is_exported_with_all_of_the_benchmarks_fields(counter: Counter) -> None:
    await counter.do(ChangeOrderAddress(order_id=PENDING, address=ELSEWHERE))
    whole = as_tau2((), (), [await order_of(counter.shop, PENDING)], OptionNames(names={}))
    assert {name: whole["orders"]["#PENDING"][name] for name in CHANGE_FIELDS} == dict.fromkeys(CHANGE_FIELDS)


async def test_writing_does_not_have_the_catalogue_indexed_anew(counter: Counter) -> None:
    revision = counter.shop.revision
    await counter.do(CancelOrder(order_id=PENDING, reason="no longer needed"))
    assert counter.shop.revision == revision


cents = st.integers(min_value=1, max_value=10**9).map(lambda number: Decimal(number) / 100)


@given(paid=st.lists(cents, min_size=1, max_size=4), back=st.lists(cents, max_size=3), fee=cents)
def test_a_cancellation_gives_back_what_was_paid_less_the_fee_whatever_came_before(
    paid: list[Decimal], back: list[Decimal], fee: Decimal
) -> None:
    methods = ("card_a", "paypal_a", "gift_a", "rich_a")
    payments = [
        *(Payment(kind="payment", amount=amount, payment_method_id=methods[at]) for at, amount in enumerate(paid)),
        *(Payment(kind="refund", amount=amount, payment_method_id=methods[-at]) for at, amount in enumerate(back)),
    ]
    order = an_order("#X", "pending", payments=tuple(payments))
    scene = Scene(policy=BENCHMARK, customer=ANN, order=order, products={}, now=NOW)
    plan = plan_cancel(scene, CancelOrder(order_id=order.id, reason=""), CancelRule(statuses=("pending",), fee=fee))
    due = sum(paid, Decimal(0)) - sum(back, Decimal(0))
    assert plan.facts.refund == max(due - fee, Decimal(0))
    assert all(movement.amount >= 0 for movement in plan.facts.movements)
