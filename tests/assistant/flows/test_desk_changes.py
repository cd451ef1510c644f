"""The service desk in words, change by change: returns, exchanges, items, payment and address, done exactly and only on a yes."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.answering.voices import open_voices
from assistant.answering.writer import TemplateWriter
from assistant.assistant import Assistant
from assistant.buses.in_process import InProcessBus
from assistant.events import ConfirmationAsked
from assistant.ids import RandomIds
from assistant.ports import ShopInfo
from assistant.shops.records import CustomerId, Order, OrderId
from assistant.shops.sql import SqlShop
from assistant.stores.memory import MemoryEventStore
from assistant.tools.service import open_tools
from assistant.turn import Turns
from assistant.understanding.reader import Understander
from tests.assistant.shopper import Brains, Reply, Shopper
from tests.assistant.small_shop import SmallShop
from tests.assistant.tools.pottery import ANN, BENCHMARK, BOB, PRODUCTS, HandClock, an_order, line

pytestmark = pytest.mark.anyio

PENDING, DELIVERED, BYGIFT = OrderId("#W9000001"), OrderId("#W9000002"), OrderId("#W9000003")
ORDERS = (
    an_order(PENDING, "pending", line("pan-24"), line("lamp-w")),
    an_order(DELIVERED, "delivered", line("pan-24"), line("kettle-s"), line("lamp-w"), delivered_days_ago=4),
    an_order(BYGIFT, "pending", line("pan-20"), paid_by="gift_a"),
    an_order(OrderId("#W9000009"), "delivered", line("lamp-w"), customer=BOB, paid_by="card_b", delivered_days_ago=2),
)


@pytest.fixture
def sql(tmp_path: Path) -> Iterator[SqlShop]:
    shop = SqlShop.open(tmp_path / "shop.db")
    shop.replace(info=ShopInfo(name="Pottery", currency="USD"), products=PRODUCTS, customers=(ANN, BOB), orders=ORDERS)
    yield shop
    shop.close()


class Ann:
    """Ann at the desk, with her records beside her."""

    def __init__(self, shopper: Shopper, shop: SqlShop) -> None:
        self.shopper, self.shop = shopper, shop

    async def say(self, *texts: str) -> Reply:
        return await self.shopper.talk(*texts)

    async def order(self, order_id: OrderId) -> Order:
        found = await self.shop.order(order_id)
        assert found is not None
        return found

    async def unchanged(self) -> bool:
        same = all([await self.order(order.id) == order for order in ORDERS])
        return same and await self.shop.customer(CustomerId("ann")) == ANN


@pytest.fixture
async def ann(brains: Brains, sql: SqlShop) -> AsyncIterator[Ann]:
    ids, clock = RandomIds(), HandClock()
    turns = Turns(
        understander=Understander(brains.lexicon, brains.classify, serves_orders=True),
        tools=open_tools(sql, sql, BENCHMARK, clock),
        knowledge=brains.knowledge(SmallShop()),
        shop=sql,
        clock=clock,
        detect_language=brains.language,
        voices=open_voices(),
        writer=TemplateWriter(),
        stores={},
        currency="USD",
    )
    assistant = Assistant(store=MemoryEventStore(clock=clock, ids=ids), bus=InProcessBus(), run_turn=turns, ids=ids)
    conversation, _ = await assistant.start(channel="web", customer_id="ann")
    yield Ann(Shopper(assistant, conversation), sql)
    await assistant.drain(seconds=1)


def asked(reply: Reply) -> bool:
    return bool(reply.facts(ConfirmationAsked))


async def test_one_item_of_a_delivered_order_goes_back(ann: Ann) -> None:
    reply = await ann.say(f"I want to return the kettle from order {DELIVERED}")
    assert asked(reply) and await ann.unchanged()
    await ann.say("yes, please")
    order = await ann.order(DELIVERED)
    assert (order.status, order.changes["return_items"]) == ("return requested", ["kettle-s"])
    assert order.changes["return_payment_method_id"] == "card_a"


async def test_everything_but_one_item_goes_back(ann: Ann) -> None:
    await ann.say(f"return everything from order {DELIVERED} except the lamp", "yes")
    assert (await ann.order(DELIVERED)).changes["return_items"] == ["kettle-s", "pan-24"]


async def test_a_refund_to_a_method_that_did_not_pay_is_refused_with_the_reason(ann: Ann) -> None:
    reply = await ann.say(f"return the kettle of order {DELIVERED} and refund it to my paypal")
    assert not asked(reply) and "original payment method" in reply.text
    assert await ann.unchanged()


async def test_a_refund_can_go_to_a_gift_card(ann: Ann) -> None:
    await ann.say(f"return the kettle of order {DELIVERED}, money to gift_a please", "go ahead")
    order = await ann.order(DELIVERED)
    assert order.changes.get("return_payment_method_id") in ("gift_a", None)


async def test_an_exchange_takes_what_was_described(ann: Ann) -> None:
    reply = await ann.say(f"exchange the lamp in order {DELIVERED} for a blue one")
    assert asked(reply) and await ann.unchanged()
    await ann.say("yes")
    order = await ann.order(DELIVERED)
    assert order.status == "exchange requested"
    assert order.changes["exchange_new_items"] == ["lamp-b"]


async def test_an_exchange_without_a_wish_asks_which_option(ann: Ann) -> None:
    reply = await ann.say(f"I'd like to exchange the lamp of order {DELIVERED}")
    assert not asked(reply) and "blue" in reply.text
    assert asked(await ann.say("blue please"))
    assert await ann.unchanged()


async def test_items_of_a_pending_order_change_at_once_and_once(ann: Ann) -> None:
    reply = await ann.say(f"change the lamp in order {PENDING} to blue")
    assert asked(reply) and "only once" in reply.text
    await ann.say("yes")
    order = await ann.order(PENDING)
    assert (order.status, [each.variant_id for each in order.lines]) == (
        "pending (item modified)",
        ["pan-24", "lamp-b"],
    )
    refused = await ann.say(f"also change the pan in order {PENDING} to 20 cm")
    assert not asked(refused) and await ann.order(PENDING) == order


async def test_a_payment_method_changes_on_a_yes(ann: Ann) -> None:
    reply = await ann.say(f"pay order {PENDING} with paypal instead")
    assert asked(reply) and await ann.unchanged()
    await ann.say("yes, do it")
    payments = (await ann.order(PENDING)).payments
    assert [(one.kind, one.payment_method_id) for one in payments] == [
        ("payment", "card_a"),
        ("payment", "paypal_a"),
        ("refund", "card_a"),
    ]


async def test_an_address_is_gathered_piece_by_piece(ann: Ann) -> None:
    first = await ann.say(f"I want to change the delivery address of order {PENDING}")
    assert not asked(first) and "street" in first.text.lower()
    assert asked(await ann.say("5 Kiln Road, Eugene, OR 97401"))
    await ann.say("that's correct")
    assert (await ann.order(PENDING)).address.address1 == "5 Kiln Road"


async def test_another_customers_order_is_not_there(ann: Ann, sql: SqlShop) -> None:
    reply = await ann.say("return the lamp of order #W9000009")
    assert "card_b" not in reply.text and "#W9000009" not in reply.text
    await ann.say("yes")
    assert await sql.order(OrderId("#W9000009")) == ORDERS[3]


async def test_a_number_that_is_not_theirs_is_said_to_be_unknown(ann: Ann) -> None:
    reply = await ann.say("return the lamp of order #W9000009")
    assert "can't find" in reply.text


async def test_a_no_then_a_yes_changes_nothing(ann: Ann) -> None:
    await ann.say(f"exchange the lamp in order {DELIVERED} for a blue one", "no", "yes")
    assert await ann.unchanged()


async def test_a_correction_before_the_yes_is_what_is_done(ann: Ann) -> None:
    await ann.say(f"return the kettle of order {DELIVERED}")
    reply = await ann.say("no wait, the lamp instead")
    assert asked(reply) and await ann.unchanged()
    await ann.say("yes")
    assert (await ann.order(DELIVERED)).changes["return_items"] == ["lamp-w"]


@pytest.mark.parametrize("order_id", [PENDING, DELIVERED])
async def test_what_its_state_forbids_is_refused_with_what_is_possible(ann: Ann, order_id: OrderId) -> None:
    wanted = "return the skillet of" if order_id == PENDING else "cancel"
    reply = await ann.say(f"{wanted} order {order_id}, I no longer need it")
    assert not asked(reply) and await ann.unchanged()
    assert ("cancel" if order_id == PENDING else "return") in reply.text


def test_the_small_records_are_as_these_tests_need_them() -> None:
    assert {order.status for order in ORDERS} == {"pending", "delivered"}
    assert replace(ORDERS[0], id=OrderId("#x")).lines == ORDERS[0].lines
