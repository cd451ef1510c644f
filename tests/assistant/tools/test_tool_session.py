"""Reads, the audit facts that every call leaves, and the limit on calls."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import msgspec
import pytest

from assistant.errors import AccessDenied, ShopUnavailable
from assistant.events import ASSISTANT, SYSTEM, HandoffRequested, ToolCalled, ToolReturned, encode_fact
from assistant.shops.records import OrderId
from assistant.shops.sql import SqlShop
from assistant.tools.arguments import CancelOrder
from assistant.tools.limits import CallsPerMinute
from assistant.tools.refusals import Refusal, Unconfirmed
from assistant.tools.session import ToolSession
from tests.assistant.tools.pottery import ANN, NOW, Counter, contents, open_pottery

pytestmark = pytest.mark.anyio

CANCEL = CancelOrder(order_id=OrderId("#PENDING"), reason="no longer needed")


@pytest.fixture
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SqlShop]:
    shop = open_pottery(tmp_path_factory.mktemp("pottery") / "shop.db")
    yield shop
    shop.close()


@pytest.fixture
def counter(shop: SqlShop) -> Counter:
    return Counter(shop=shop)


async def test_the_profile_is_the_sessions_own(counter: Counter) -> None:
    assert await counter.session.profile() == ANN
    assert (await replace(counter, customer_id="bob").session.profile()).id == "bob"


async def test_without_a_customer_there_is_no_customer_data(counter: Counter) -> None:
    session = replace(counter, customer_id="").session
    for read in (session.profile, session.orders, session.find_orders, lambda: session.order_details("#PENDING")):
        with pytest.raises(AccessDenied):
            await read()


@pytest.mark.parametrize("said", ["#PENDING", "pending", "# pending", " #Pending "])
async def test_an_order_is_found_by_its_number_as_people_write_it(counter: Counter, said: str) -> None:
    assert (await counter.session.order_details(said)).id == "#PENDING"


@pytest.mark.parametrize("said", ["#BOB", "bob", "#NOSUCH", "", "#"])
async def test_anothers_order_is_no_order(counter: Counter, said: str) -> None:
    with pytest.raises(AccessDenied, match="no such order of this customer"):
        await counter.session.order_details(said)


async def test_orders_are_found_by_what_is_in_them(counter: Counter) -> None:
    found = await counter.session.find_orders("the green kettles or steel one", statuses=("delivered",))
    assert [match.order.id for match in found] == ["#DELIVERED"]
    assert [line.variant_id for line in found[0].lines] == ["kettle-s"]
    assert await counter.session.find_orders("a canoe") == ()
    every = await counter.session.find_orders()
    assert {match.order.customer_id for match in every} == {"ann"}
    assert len(every) == len(await counter.session.orders())


async def test_products_and_variants_are_there_for_everybody(counter: Counter) -> None:
    session = replace(counter, customer_id="").session
    product = await session.product_details("lamp")
    assert product is not None
    assert await session.variant_details("lamp-b") == (product, product.variants[1])
    assert await session.product_details("nothing") is None
    assert await session.variant_details("nothing") is None


async def test_a_call_leaves_what_was_asked_and_what_came_of_it(counter: Counter) -> None:
    session = counter.session
    await session.profile()
    proposal = await session.propose(CANCEL)
    await session.execute(CANCEL, proposal.confirmation, counter.yes(proposal.id))
    called = [fact for actor, fact in counter.facts if isinstance(fact, ToolCalled) and actor == ASSISTANT]
    returned = [fact for actor, fact in counter.facts if isinstance(fact, ToolReturned) and actor == SYSTEM]
    assert [fact.name for fact in called] == ["profile", "cancel_order", "cancel_order"]
    assert [fact.call_id for fact in called] == [fact.call_id for fact in returned]
    assert len({fact.call_id for fact in called}) == 3
    assert called[1].arguments["step"] == "propose"
    assert called[2].arguments["confirmation_id"] == proposal.id
    assert returned[2].result["facts"]["becomes"] == "cancelled"


async def test_what_is_noted_of_a_call_can_be_stored(counter: Counter) -> None:
    session = counter.session
    await session.order_details("#PENDING")
    await session.find_orders("kettle", statuses=("pending",))
    await counter.do(CANCEL)
    for _, fact in counter.facts:
        assert msgspec.json.decode(encode_fact(fact))["name"]


async def test_a_refused_call_leaves_its_reason(counter: Counter) -> None:
    session = counter.session
    with pytest.raises(AccessDenied):
        await session.order_details("#BOB")
    with pytest.raises(Refusal):
        await session.propose(replace(CANCEL, reason="why not"))
    proposal = await session.propose(CANCEL)
    with pytest.raises(Unconfirmed):
        await session.execute(CANCEL, proposal.confirmation, None)
    errors = [fact.error for _, fact in counter.facts if isinstance(fact, ToolReturned)]
    assert errors == ["AccessDenied", "reason_not_accepted", None, "no_answer"]


async def test_the_log_of_a_profile_read_holds_no_personal_data(counter: Counter) -> None:
    await counter.session.profile()
    text = b" ".join(encode_fact(fact) for _, fact in counter.facts)
    assert b"Kiln Lane" not in text
    assert b"example.org" not in text


async def test_a_person_is_there_for_everybody(counter: Counter) -> None:
    await replace(counter, customer_id="").session.transfer_to_person(reason="asked", summary="Wants a person.")
    handed = [fact for _, fact in counter.facts if isinstance(fact, HandoffRequested)]
    assert handed == [HandoffRequested(reason="asked", summary="Wants a person.")]


@pytest.mark.parametrize("summary", ["", "  ", "x" * 2001])
async def test_a_person_is_told_something_of_sensible_length(counter: Counter, summary: str) -> None:
    with pytest.raises(Refusal):
        await counter.session.transfer_to_person(reason="asked", summary=summary)
    assert not [fact for _, fact in counter.facts if isinstance(fact, HandoffRequested)]


async def test_too_many_calls_of_one_tool_are_refused_for_a_while(counter: Counter) -> None:
    tools = replace(counter.tools, limit=CallsPerMinute(2))
    session = ToolSession(tools=tools, caller=counter.caller, record=lambda fact, actor: None)
    await session.orders()
    await session.orders()
    with pytest.raises(Refusal) as caught:
        await session.orders()
    assert caught.value.code == "too_many_calls"
    await session.profile()
    counter.clock.moment += timedelta(minutes=1)
    await session.orders()


def test_one_callers_calls_do_not_count_for_another() -> None:
    limit = CallsPerMinute(1)
    assert limit.admits("ann", "orders", NOW)
    assert limit.admits("bob", "orders", NOW)
    assert not limit.admits("ann", "orders", NOW)


async def test_a_shop_that_cannot_be_written_changes_nothing_and_says_so(counter: Counter) -> None:
    proposal = await counter.session.propose(CANCEL)
    before = contents(counter.shop)
    with counter.shop._engine.begin() as connection:
        connection.exec_driver_sql(
            "CREATE TRIGGER full BEFORE INSERT ON service_actions BEGIN SELECT RAISE(ABORT, 'disk is full'); END"
        )
    with pytest.raises(ShopUnavailable, match="no room"):
        await counter.say_yes(proposal)
    assert contents(counter.shop) == before
    with counter.shop._engine.begin() as connection:
        connection.exec_driver_sql("DROP TRIGGER full")
    assert not (await counter.say_yes(proposal)).repeated


async def test_a_refusal_names_what_is_possible_instead(counter: Counter) -> None:
    delivered, shipped = (
        CancelOrder(order_id=OrderId(one), reason="no longer needed") for one in ("#DELIVERED", "#SHIPPED")
    )
    with pytest.raises(Refusal) as caught:
        await counter.session.propose(delivered)
    assert caught.value.instead == ("return_items", "exchange_items", "transfer_to_person")
    with pytest.raises(Refusal) as caught:
        await counter.session.propose(shipped)
    assert caught.value.instead == ("transfer_to_person",)
