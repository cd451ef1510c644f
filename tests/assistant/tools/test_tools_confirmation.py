"""One yes allows exactly one change: attacks on the confirmation, and what a crash or a race may do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import anyio
import msgspec
import pytest

from assistant.errors import AssistantError
from assistant.shops.records import OrderId
from assistant.shops.sql import SqlShop
from assistant.tools.arguments import CancelOrder, ChangeItems, ChangeOrderAddress, ChangePayment, ReturnItems, Swap
from assistant.tools.confirmations import Answer, plain_confirmation, read_confirmation, sealed
from assistant.tools.proposals import Done, Proposal, read_proposed
from assistant.tools.refusals import Refusal, Unconfirmed
from retrieval.catalogue import VariantId
from tests.assistant.tools.pottery import ELSEWHERE, PRODUCTS, Counter, contents, open_pottery

pytestmark = pytest.mark.anyio

PENDING, BYGIFT = OrderId("#PENDING"), OrderId("#BYGIFT")
CANCEL = CancelOrder(order_id=PENDING, reason="no longer needed")
CHANGE = ChangeItems(
    order_id=PENDING,
    swaps=(Swap(old=VariantId("pan-24"), new=VariantId("pan-24r")),),
    payment_method_id="card_a",
)


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[SqlShop]:
    shop = open_pottery(tmp_path / "shop.db")
    yield shop
    shop.close()


@pytest.fixture
def counter(shop: SqlShop) -> Counter:
    return Counter(shop=shop)


async def unconfirmed(counter: Counter, proposal: Proposal, **changes: object) -> str:
    """The code that refuses the proposal's execution with these parts changed; and nothing was written."""
    before = contents(counter.shop)
    given = {"arguments": proposal.arguments, "confirmation": proposal.confirmation, "answer": counter.yes(proposal.id)}
    with pytest.raises(Unconfirmed) as caught:
        await counter.session.execute(**{**given, **changes})  # type: ignore[arg-type]
    assert contents(counter.shop) == before
    return caught.value.code


async def test_a_proposal_changes_nothing(counter: Counter) -> None:
    before = contents(counter.shop)
    await counter.session.propose(CANCEL)
    assert contents(counter.shop) == before


async def test_a_yes_does_what_was_proposed(counter: Counter) -> None:
    proposal = await counter.session.propose(CANCEL)
    done = await counter.say_yes(proposal)
    assert (done.facts, done.repeated) == (proposal.facts, False)
    order = await counter.shop.order(PENDING)
    assert order == proposal.plan.changed_order


async def test_without_an_answer_nothing_is_done(counter: Counter) -> None:
    assert await unconfirmed(counter, await counter.session.propose(CANCEL), answer=None) == "no_answer"


async def test_a_no_does_nothing(counter: Counter) -> None:
    proposal = await counter.session.propose(CANCEL)
    no = Answer(confirmation_id=proposal.id, yes=False, said=7)
    assert await unconfirmed(counter, proposal, answer=no) == "declined"


async def test_after_a_no_the_same_question_takes_no_yes_any_more(counter: Counter) -> None:
    proposal = await counter.session.propose(CANCEL)
    await counter.session.withdraw(proposal.confirmation, said=7)
    await counter.session.withdraw(proposal.confirmation, said=7)
    assert await unconfirmed(counter, proposal, answer=counter.yes(proposal.id, said=9)) == "declined"


async def test_a_no_after_the_deed_does_not_hide_it(counter: Counter) -> None:
    proposal = await counter.session.propose(CANCEL)
    await counter.say_yes(proposal)
    await counter.session.withdraw(proposal.confirmation, said=8)
    assert (await counter.say_yes(proposal)).repeated


async def test_the_answer_to_another_question_is_no_answer(counter: Counter) -> None:
    first, second = await counter.session.propose(CANCEL), await counter.session.propose(CHANGE)
    assert await unconfirmed(counter, first, answer=counter.yes(second.id)) == "other_confirmation"


@pytest.mark.parametrize(
    "other",
    [
        CancelOrder(order_id=PENDING, reason="ordered by mistake"),
        CancelOrder(order_id=BYGIFT, reason="no longer needed"),
        CHANGE,
        ChangePayment(order_id=PENDING, payment_method_id="paypal_a"),
    ],
)
async def test_a_yes_to_one_thing_is_no_yes_to_another(counter: Counter, other: CancelOrder) -> None:
    assert await unconfirmed(counter, await counter.session.propose(CANCEL), arguments=other) == "other_arguments"


async def test_one_item_more_than_confirmed_is_refused(counter: Counter) -> None:
    more = replace(CHANGE, swaps=(*CHANGE.swaps, Swap(old=VariantId("lamp-w"), new=VariantId("lamp-b"))))
    assert await unconfirmed(counter, await counter.session.propose(CHANGE), arguments=more) == "other_arguments"


async def test_a_confirmation_of_another_conversation_is_refused(counter: Counter) -> None:
    proposal = await counter.session.propose(CANCEL)
    assert await unconfirmed(replace(counter, conversation="c_2"), proposal) == "other_conversation"


async def test_a_confirmation_of_another_customer_is_refused(counter: Counter) -> None:
    proposal = await counter.session.propose(CANCEL)
    assert await unconfirmed(replace(counter, customer_id="bob"), proposal) == "other_customer"
    assert await unconfirmed(replace(counter, customer_id=""), proposal) == "other_customer"


@pytest.mark.parametrize(
    "change",
    [
        {"id": "y_mine"},
        {"tool": "return_items"},
        {"conversation": "c_2"},
        {"customer_id": "bob"},
        {"digest": "0" * 64},
        {"effects": "0" * 64},
        {"seal": ""},
        {"seal": "é"},
    ],
)
async def test_an_altered_confirmation_is_refused(counter: Counter, change: dict[str, str]) -> None:
    proposal = await counter.session.propose(CANCEL)
    assert await unconfirmed(counter, proposal, confirmation=replace(proposal.confirmation, **change)) == "forged"


async def test_a_prolonged_confirmation_is_refused(counter: Counter) -> None:
    proposal = await counter.session.propose(CANCEL)
    longer = replace(proposal.confirmation, expires_at=proposal.confirmation.expires_at + timedelta(days=1))
    assert await unconfirmed(counter, proposal, confirmation=longer) == "forged"


async def test_a_confirmation_sealed_with_another_key_is_refused(counter: Counter) -> None:
    proposal = await counter.session.propose(CANCEL)
    forged = sealed(proposal.confirmation, b"another key")
    assert await unconfirmed(counter, proposal, confirmation=forged) == "forged"


async def test_a_confirmation_is_too_old_once_its_time_is_over(counter: Counter) -> None:
    proposal = await counter.session.propose(CANCEL)
    counter.clock.moment += timedelta(minutes=30)
    assert await unconfirmed(counter, proposal) == "expired"


async def test_just_before_its_time_is_over_it_holds(counter: Counter) -> None:
    proposal = await counter.session.propose(CANCEL)
    counter.clock.moment += timedelta(minutes=30) - timedelta(microseconds=1)
    assert not (await counter.say_yes(proposal)).repeated


async def test_the_same_message_again_is_a_retry_and_acts_once(counter: Counter) -> None:
    proposal = await counter.session.propose(CHANGE)
    first = await counter.say_yes(proposal, said=7)
    after = contents(counter.shop)
    counter.clock.moment += timedelta(days=2)
    again = await counter.say_yes(proposal, said=7)
    assert (again.repeated, again.facts) == (True, first.facts)
    assert contents(counter.shop) == after


async def test_another_yes_to_a_used_confirmation_is_refused(counter: Counter) -> None:
    proposal = await counter.session.propose(CHANGE)
    await counter.say_yes(proposal, said=7)
    assert await unconfirmed(counter, proposal, answer=counter.yes(proposal.id, said=9)) == "used"


async def test_a_used_confirmation_stays_used_after_a_restart(counter: Counter, tmp_path: Path) -> None:
    address = ChangeOrderAddress(order_id=PENDING, address=ELSEWHERE)
    proposal = await counter.session.propose(address)
    await counter.say_yes(proposal)
    counter.shop.close()
    reopened = SqlShop.open(tmp_path / "shop.db")
    try:
        later = replace(counter, shop=reopened)
        assert await unconfirmed(later, proposal, answer=counter.yes(proposal.id, said=9)) == "used"
        assert (await later.say_yes(proposal)).repeated
    finally:
        reopened.close()


async def test_an_order_that_changed_in_between_is_asked_about_again(counter: Counter) -> None:
    proposal = await counter.session.propose(CANCEL)
    await counter.do(ChangeOrderAddress(order_id=PENDING, address=ELSEWHERE), said=8)
    assert await unconfirmed(counter, proposal) == "changed_since"


async def test_a_change_that_would_overwrite_a_newer_one_is_asked_about_again(counter: Counter) -> None:
    older = await counter.session.propose(ChangeOrderAddress(order_id=PENDING, address=ELSEWHERE))
    newer = replace(ELSEWHERE, address1="1 Glaze Street")
    await counter.do(ChangeOrderAddress(order_id=PENDING, address=newer), said=8)
    assert await unconfirmed(counter, older) == "changed_since"


async def test_a_price_that_changed_in_between_is_asked_about_again(counter: Counter) -> None:
    proposal = await counter.session.propose(CHANGE)
    pan = PRODUCTS[0]
    dearer = replace(
        pan,
        variants=tuple(replace(v, price=Decimal("44.00")) if v.id == "pan-24r" else v for v in pan.variants),
    )
    counter.shop.upsert_products([dearer])
    assert await unconfirmed(counter, proposal) == "changed_since"


async def test_a_rule_that_changed_in_between_holds(counter: Counter) -> None:
    proposal = await counter.session.propose(CANCEL)
    stricter = replace(counter, policy=replace(counter.policy, cancel_order=None))
    with pytest.raises(Refusal, match="does not offer"):
        await stricter.say_yes(proposal)


async def test_an_item_sold_out_in_between_is_refused(counter: Counter) -> None:
    proposal = await counter.session.propose(CHANGE)
    pan = PRODUCTS[0]
    gone = replace(pan, variants=tuple(replace(v, available=v.id != "pan-24r") for v in pan.variants))
    counter.shop.upsert_products([gone])
    with pytest.raises(Refusal) as caught:
        await counter.say_yes(proposal)
    assert caught.value.code == "not_available"


async def test_an_order_cancelled_in_between_is_refused(counter: Counter) -> None:
    proposal = await counter.session.propose(CHANGE)
    await counter.do(CANCEL, said=8)
    with pytest.raises(Refusal) as caught:
        await counter.say_yes(proposal)
    assert caught.value.code == "cancelled_already"


async def test_a_gift_card_spent_in_between_does_not_pay_twice(counter: Counter) -> None:
    pays = {"payment_method_id": "gift_a"}
    lamp = (Swap(old=VariantId("lamp-w"), new=VariantId("lamp-b")),)
    first = await counter.session.propose(ChangeItems(order_id=PENDING, swaps=lamp, **pays))
    pan = (Swap(old=VariantId("pan-20"), new=VariantId("pan-24")),)
    second = await counter.session.propose(ChangeItems(order_id=BYGIFT, swaps=pan, **pays))
    await counter.say_yes(first)
    with pytest.raises(Refusal) as caught:
        await counter.say_yes(second, said=9)
    assert caught.value.code == "gift_card_too_low"


async def test_two_at_once_with_one_confirmation_act_once(counter: Counter) -> None:
    proposal = await counter.session.propose(CHANGE)
    outcomes = await at_once(counter, [(proposal, 7), (proposal, 8), (proposal, 9), (proposal, 10)])
    assert sorted(outcomes) == ["done", "used", "used", "used"]
    order = await counter.shop.order(PENDING)
    assert order is not None
    assert len(order.payments) == 2


async def test_two_at_once_with_two_confirmations_of_one_order_act_once(counter: Counter) -> None:
    proposals = [await counter.session.propose(one) for one in (CANCEL, CHANGE, CANCEL, CHANGE)]
    outcomes = await at_once(counter, [(proposal, at) for at, proposal in enumerate(proposals, start=7)])
    assert outcomes.count("done") == 1
    assert set(outcomes) <= {"done", "cancelled_already", "changed_already"}


async def test_many_orders_at_once_pay_a_gift_card_down_exactly(counter: Counter) -> None:
    to_gift = [
        CancelOrder(order_id=BYGIFT, reason="no longer needed"),
        ReturnItems(order_id=OrderId("#DELIVERED"), items=(VariantId("pan-24"),), payment_method_id="gift_a"),
    ]
    lamp = (Swap(old=VariantId("lamp-w"), new=VariantId("lamp-b")),)
    wanted = [*to_gift, ChangeItems(order_id=PENDING, swaps=lamp, payment_method_id="gift_a")]
    proposals = [await counter.session.propose(one) for one in wanted]
    assert await at_once(counter, [(one, at) for at, one in enumerate(proposals, start=7)]) == ["done"] * 3
    ann = await counter.session.profile()
    assert ann.payment_methods[2].balance == Decimal("20.00") + Decimal("30.10") - Decimal("19.75")


async def at_once(counter: Counter, yeses: list[tuple[Proposal, int]]) -> list[str]:
    outcomes: dict[int, str] = {}

    async def say(proposal: Proposal, said: int) -> None:
        try:
            done: Done = await counter.say_yes(proposal, said=said)
            outcomes[said] = "repeated" if done.repeated else "done"
        except AssistantError as error:
            outcomes[said] = str(getattr(error, "code", type(error).__name__))

    with anyio.fail_after(30):
        async with anyio.create_task_group() as group:
            for proposal, said in yeses:
                group.start_soon(say, proposal, said)
    return [outcomes[said] for _, said in yeses]


async def test_one_yes_answers_a_list_when_each_was_proposed_after_the_other(counter: Counter) -> None:
    address = ChangeOrderAddress(order_id=PENDING, address=ELSEWHERE)
    proposals = await counter.session.propose_all([address, CHANGE])
    for proposal in proposals:
        await counter.say_yes(proposal)
    order = await counter.shop.order(PENDING)
    assert order is not None
    assert (order.address, order.status) == (ELSEWHERE, "pending (item modified)")


async def test_a_list_out_of_its_order_is_asked_about_again(counter: Counter) -> None:
    address = ChangeOrderAddress(order_id=PENDING, address=ELSEWHERE)
    _, second = await counter.session.propose_all([address, CHANGE])
    assert await unconfirmed(counter, second) == "changed_since"


async def test_a_list_that_forbids_itself_is_refused_before_anything_is_asked(counter: Counter) -> None:
    with pytest.raises(Refusal) as caught:
        await counter.session.propose_all([CANCEL, CHANGE])
    assert caught.value.code == "cancelled_already"


async def test_a_proposal_goes_through_the_log_and_back(counter: Counter) -> None:
    proposal = await counter.session.propose(CHANGE)
    stored = msgspec.json.decode(msgspec.json.encode(proposal.plain()))
    arguments, confirmation = read_proposed(stored)
    assert (arguments, confirmation) == (CHANGE, proposal.confirmation)
    assert not (await counter.session.execute(arguments, confirmation, counter.yes(proposal.id))).repeated


@pytest.mark.parametrize("stored", [{}, {"tool": "cancel_order", "arguments": {}}, {"tool": 1, "arguments": 2}])
def test_what_is_no_proposal_is_not_read_as_one(stored: dict[str, object]) -> None:
    with pytest.raises(AssistantError):
        read_proposed(stored)


async def test_what_is_no_confirmation_is_not_read_as_one(counter: Counter) -> None:
    stored = plain_confirmation((await counter.session.propose(CANCEL)).confirmation)
    for spoilt in ({}, [], None, {**stored, "expires_at": "soon"}, {**stored, "tool": "refund_all"}):
        with pytest.raises(Unconfirmed) as caught:
            read_confirmation(spoilt)
        assert caught.value.code == "forged"
