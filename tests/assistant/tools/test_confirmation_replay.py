"""A confirmation used again: after a crash, on another server, elsewhere, later, altered. Refused each time, and no effect."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.errors import AssistantError
from assistant.shops.records import OrderId
from assistant.shops.sql import SqlShop
from assistant.tools.arguments import (
    Arguments,
    CancelOrder,
    ChangeItems,
    ChangePayment,
    ReturnItems,
    Swap,
    digest_of,
)
from assistant.tools.confirmations import Answer, Confirmation, read_confirmation, sealed
from assistant.tools.proposals import read_proposed
from assistant.tools.refusals import Unconfirmed
from retrieval.catalogue import VariantId
from tests.assistant.tools.pottery import NOW, Counter, contents, open_pottery

pytestmark = pytest.mark.anyio

PENDING = OrderId("#PENDING")
CANCEL = CancelOrder(order_id=PENDING, reason="no longer needed")
SWAP = Swap(old=VariantId("pan-24"), new=VariantId("pan-24r"))
CHANGE = ChangeItems(order_id=PENDING, swaps=(SWAP,), payment_method_id="card_a")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "shop.db"


@pytest.fixture
def shop(file: Path) -> Iterator[SqlShop]:
    shop = open_pottery(file)
    yield shop
    shop.close()


async def refused(counter: Counter, arguments: Arguments, confirmation: Confirmation, answer: Answer) -> str:
    before = contents(counter.shop)
    with pytest.raises(Unconfirmed) as caught:
        await counter.session.execute(arguments, confirmation, answer)
    assert contents(counter.shop) == before
    return caught.value.code


async def test_after_a_crash_the_same_yes_is_a_retry_and_another_is_refused(file: Path) -> None:
    """The process ends between the commit and the log; the next one finds the question in the log and the yes unanswered."""
    first = open_pottery(file)
    asked = await Counter(shop=first).session.propose(CANCEL)
    kept = asked.plain()
    assert not (await Counter(shop=first).say_yes(asked)).repeated
    after = contents(first)
    first.close()
    second = SqlShop.open(file)
    counter, (arguments, confirmation) = Counter(shop=second), read_proposed(kept)
    again = await counter.session.execute(arguments, confirmation, counter.yes(confirmation.id))
    assert again.repeated and contents(second) == after
    assert await refused(counter, arguments, confirmation, counter.yes(confirmation.id, said=8)) == "used"
    second.close()


async def test_on_another_server_it_is_as_used_as_here(file: Path, shop: SqlShop) -> None:
    other = SqlShop.open(file)
    here, there = Counter(shop=shop), Counter(shop=other)
    asked = await here.session.propose(CANCEL)
    await here.say_yes(asked)
    assert await refused(there, asked.arguments, asked.confirmation, there.yes(asked.id, said=9)) == "used"
    other.close()


async def test_on_a_server_of_another_installation_it_was_never_given_out(shop: SqlShop) -> None:
    asked = await Counter(shop=shop).session.propose(CANCEL)
    other = Counter(shop=shop, key=b"a key of another house")
    assert await refused(other, CANCEL, asked.confirmation, other.yes(asked.id)) == "forged"


async def test_in_another_conversation_of_the_same_customer_it_is_refused(shop: SqlShop) -> None:
    asked = await Counter(shop=shop).session.propose(CANCEL)
    elsewhere = Counter(shop=shop, conversation="c_2")
    assert await refused(elsewhere, CANCEL, asked.confirmation, elsewhere.yes(asked.id)) == "other_conversation"


async def test_with_changed_arguments_it_is_refused(shop: SqlShop) -> None:
    counter = Counter(shop=shop)
    asked = await counter.session.propose(CHANGE)
    altered = replace(CHANGE, payment_method_id="paypal_a")
    assert await refused(counter, altered, asked.confirmation, counter.yes(asked.id)) == "other_arguments"


async def test_after_it_expired_it_is_refused(shop: SqlShop) -> None:
    counter = Counter(shop=shop)
    asked = await counter.session.propose(CANCEL)
    counter.clock.moment += timedelta(minutes=31)
    assert await refused(counter, CANCEL, asked.confirmation, counter.yes(asked.id)) == "expired"


async def test_after_the_order_changed_it_is_refused(shop: SqlShop) -> None:
    counter = Counter(shop=shop)
    asked = await counter.session.propose(CANCEL)
    await counter.do(ChangePayment(order_id=PENDING, payment_method_id="paypal_a"), said=5)
    assert await refused(counter, CANCEL, asked.confirmation, counter.yes(asked.id)) == "changed_since"


async def test_once_somebody_else_speaks_or_serves_it_is_refused(shop: SqlShop) -> None:
    asked = await Counter(shop=shop).session.propose(CANCEL)
    later = Counter(shop=shop, epoch=1)
    assert await refused(later, CANCEL, asked.confirmation, later.yes(asked.id)) == "other_epoch"
    moved = replace(asked.confirmation, epoch=1)
    assert await refused(later, CANCEL, moved, later.yes(asked.id)) == "forged"
    rebound = sealed(moved, later.key)  # as if a flow had the key: the digest is bound to the epoch, too
    assert await refused(later, CANCEL, rebound, later.yes(asked.id)) == "other_arguments"


# -- properties ------------------------------------------------------------------------------------------------------------

ORDERS = st.sampled_from(["#PENDING", "#DELIVERED", "#BOB", "#BYGIFT", "# pending", ""]).map(OrderId)
METHODS = st.sampled_from(["card_a", "paypal_a", "card_b", "gift_a"])
VARIANTS = st.sampled_from(["pan-24", "pan-24r", "lamp-w", "lamp-b", "briefs-m"]).map(VariantId)
ASKED = st.one_of(
    st.builds(CancelOrder, order_id=ORDERS, reason=st.sampled_from(["no longer needed", "ordered by mistake", "x"])),
    st.builds(
        ReturnItems,
        order_id=ORDERS,
        items=st.lists(VARIANTS, max_size=3).map(tuple),
        payment_method_id=METHODS,
    ),
    st.builds(
        ChangeItems,
        order_id=ORDERS,
        swaps=st.lists(st.builds(Swap, old=VARIANTS, new=VARIANTS), max_size=2).map(tuple),
        payment_method_id=METHODS,
    ),
    st.builds(ChangePayment, order_id=ORDERS, payment_method_id=METHODS),
)
BOUND = st.tuples(ASKED, st.sampled_from(["c_1", "c_2"]), st.sampled_from(["ann", "bob", ""]), st.integers(0, 3))


@given(one=BOUND, other=BOUND)
def test_two_digests_are_alike_only_where_all_that_is_bound_is_alike(
    one: tuple[Arguments, str, str, int], other: tuple[Arguments, str, str, int]
) -> None:
    first, second = (digest_of(a, conversation=c, customer_id=w, epoch=e) for a, c, w, e in (one, other))
    assert (first == second) is (one == other)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    arguments=ASKED,
    conversation=st.sampled_from(["c_1", "c_2"]),
    customer=st.sampled_from(["ann", "bob", ""]),
    epoch=st.integers(0, 1),
    late=st.sampled_from([0, 29, 31]),
    said=st.sampled_from([7, 8]),
    yes=st.booleans(),
    to=st.sampled_from(["own", "other"]),
)
async def test_nothing_but_the_very_yes_to_the_very_question_changes_anything(
    shop: SqlShop,
    arguments: Arguments,
    conversation: str,
    customer: str,
    epoch: int,
    late: int,
    said: int,
    yes: bool,
    to: str,
) -> None:
    asked = await Counter(shop=shop).session.propose(CANCEL)
    before = contents(shop)
    counter = Counter(shop=shop, conversation=conversation, customer_id=customer, epoch=epoch)
    counter.clock.moment = NOW + timedelta(minutes=late)
    whole = (arguments, conversation, customer, epoch, yes, to) == (CANCEL, "c_1", "ann", 0, True, "own") and late < 30
    if whole:
        return  # that one may
    answer = Answer(confirmation_id=asked.id if to == "own" else "y_other", yes=yes, said=said)
    with pytest.raises(AssistantError):
        await counter.session.execute(arguments, asked.confirmation, answer)
    assert contents(shop) == before


@given(
    st.recursive(st.none() | st.booleans() | st.integers() | st.text(), lambda inner: st.dictionaries(st.text(), inner))
)
def test_whatever_is_read_as_a_confirmation_is_one_or_is_refused(values: object) -> None:
    with pytest.raises(Unconfirmed):
        read_confirmation(values)
