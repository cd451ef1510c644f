"""The service desk on a small shop of its own: gathered by words, asked once, done on a yes to exactly that."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from assistant.answering.voices import open_voices
from assistant.answering.writer import TemplateWriter
from assistant.assistant import Assistant
from assistant.buses.in_process import InProcessBus
from assistant.clock import SystemClock
from assistant.events import ConfirmationAnswered, ConfirmationAsked
from assistant.ids import RandomIds
from assistant.ports import ShopInfo
from assistant.shops.demo.shop import DemoShop
from assistant.shops.records import Order, OrderId
from assistant.shops.sql import SqlShop
from assistant.stores.memory import MemoryEventStore
from assistant.tools.policy import shop_policy
from assistant.tools.service import open_tools
from assistant.turn import Turns
from assistant.understanding.reader import Understander
from tests.assistant.shopper import Brains, Reply, Shopper
from tests.assistant.small_shop import SmallShop
from tests.demo import the_demo

pytestmark = pytest.mark.anyio


class Desk:
    """Maya of the demo shop, with the shop's records beside her."""

    def __init__(self, shopper: Shopper, shop: SqlShop, orders: tuple[Order, ...]) -> None:
        self.shopper, self.shop, self.orders = shopper, shop, orders

    async def say(self, *texts: str) -> Reply:
        return await self.shopper.talk(*texts)

    async def now(self, order: Order) -> Order:
        found = await self.shop.order(OrderId(order.id))
        assert found is not None
        return found

    def one(self, *statuses: str) -> Order:
        return next(order for order in self.orders if order.status in statuses)

    async def unchanged(self) -> bool:
        return all([await self.now(order) == order for order in self.orders])


@pytest.fixture(scope="module")
def demo() -> DemoShop:
    return the_demo()


@pytest.fixture
def sql(tmp_path: Path, demo: DemoShop) -> Iterator[SqlShop]:
    shop = SqlShop.open(tmp_path / "shop.db")
    products = {line.product_id for order in demo.orders for line in order.lines}
    shop.replace(
        info=ShopInfo(name=demo.name, currency=demo.currency, as_of=demo.as_of),
        products=[product for product in demo.products if product.id in products],
        policies=demo.policies,
        stores=demo.stores,
        customers=demo.customers,
        orders=demo.orders,
        origin="demo",
    )
    yield shop
    shop.close()


@pytest.fixture
async def desk(brains: Brains, sql: SqlShop, demo: DemoShop) -> AsyncIterator[Desk]:
    assistant = desk_of(brains, sql, demo)
    owner = max({order.customer_id for order in demo.orders}, key=lambda key: _usefulness(demo, key))
    conversation, _ = await assistant.start(channel="web", customer_id=owner)
    orders = await sql.orders_of(owner)
    yield Desk(Shopper(assistant, conversation), sql, orders)
    await assistant.drain(seconds=1)


def _usefulness(demo: DemoShop, key: str) -> tuple[bool, int]:
    own = [order for order in demo.orders if order.customer_id == key]
    statuses = {order.status for order in own}
    return ("pending" in statuses and "shipped" in statuses, len(own))


def desk_of(brains: Brains, sql: SqlShop, demo: DemoShop) -> Assistant:
    ids, clock = RandomIds(), SystemClock()
    turns = Turns(
        understander=Understander(brains.lexicon, brains.classify, serves_orders=True),
        tools=open_tools(sql, sql, shop_policy("demo"), clock, as_of=demo.as_of),
        knowledge=brains.knowledge(SmallShop()),
        shop=sql,
        clock=clock,
        detect_language=brains.language,
        voices=open_voices(),
        writer=TemplateWriter(),
        stores={},
        currency="USD",
    )
    return Assistant(store=MemoryEventStore(clock=clock, ids=ids), bus=InProcessBus(), run_turn=turns, ids=ids)


def confirmation(reply: Reply) -> str:
    (card,) = [card for card in reply.cards if card.kind == "confirmation"]
    assert [action.action for action in card.actions] == ["confirm", "decline"]
    assert {action.arguments["confirmation_id"] for action in card.actions} == {card.id}
    return card.id


async def asked_to_cancel(desk: Desk) -> tuple[Order, Reply]:
    order = desk.one("pending")
    return order, await desk.say(f"please cancel order {order.id}, I ordered it by mistake")


async def test_a_cancellation_is_listed_asked_once_and_done_on_yes(desk: Desk) -> None:
    order, asked = await asked_to_cancel(desk)
    assert await desk.unchanged()
    assert [fact.confirmation_id for fact in asked.facts(ConfirmationAsked)] == [confirmation(asked)]
    assert order.id in asked.text and "by mistake" in asked.text and asked.buttons == ["Yes", "No"]
    done = await desk.say("yes please")
    assert (await desk.now(order)).status == "cancelled"
    assert [fact.answer for fact in done.facts(ConfirmationAnswered)] == ["yes"]
    assert any(citation.kind == "order" and order.id in citation.quote for citation in done.citations)


async def test_the_reason_is_asked_for_when_it_is_missing(desk: Desk) -> None:
    order = desk.one("pending")
    asked = await desk.say(f"cancel my order {order.id}")
    assert "No longer needed" in asked.buttons and not asked.facts(ConfirmationAsked)
    assert confirmation(await desk.say("I don't need it any more"))
    await desk.say("yes")
    assert (await desk.now(order)).changes["cancel_reason"] == "no longer needed"


async def test_the_button_with_its_id_is_a_yes_and_an_old_one_is_told_so(desk: Desk) -> None:
    order, asked = await asked_to_cancel(desk)
    key = confirmation(asked)
    await desk.shopper.press("confirm", confirmation_id=key)
    done = await desk.now(order)
    assert done.status == "cancelled"
    again = await desk.shopper.press("confirm", confirmation_id=key)
    assert "already" in again.text and await desk.now(order) == done


@pytest.mark.parametrize("no", ["no", "no, don't", "never mind", "no thanks"])
async def test_a_no_changes_nothing_and_the_button_does_nothing_afterwards(desk: Desk, no: str) -> None:
    _, asked = await asked_to_cancel(desk)
    declined = await desk.say(no)
    assert [fact.answer for fact in declined.facts(ConfirmationAnswered)] == ["no"]
    await desk.shopper.press("confirm", confirmation_id=confirmation(asked))
    assert await desk.unchanged()


@pytest.mark.parametrize(
    "hedged",
    [
        "yes but wait",
        "yes, but not yet",
        "ok, what would I get back?",
        "sure, unless it has left",
        "I forgot",
        "yes if it is free",
    ],
)
async def test_a_yes_with_a_hedge_changes_nothing(desk: Desk, hedged: str) -> None:
    await asked_to_cancel(desk)
    await desk.say(hedged)
    assert await desk.unchanged()


async def test_a_yes_to_nothing_and_a_forged_button_change_nothing(desk: Desk) -> None:
    await desk.say("yes", "yes, go ahead", "confirm")
    await desk.shopper.press("confirm", confirmation_id="y_forged")
    assert await desk.unchanged()


async def test_a_question_in_between_keeps_the_process(desk: Desk) -> None:
    order, _ = await asked_to_cancel(desk)
    await desk.say("how long does standard shipping take?")
    assert await desk.unchanged()
    await desk.say("yes, go ahead and cancel it")
    assert (await desk.now(order)).status == "cancelled"


async def test_what_the_rules_forbid_is_refused_with_its_reason(desk: Desk) -> None:
    order = desk.one("shipped")
    refused = await desk.say(f"cancel order {order.id}, I no longer need it")
    assert order.id in refused.text and not refused.facts(ConfirmationAsked)
    assert await desk.unchanged()


async def test_somebody_elses_order_is_nobodys(desk: Desk, demo: DemoShop) -> None:
    mine = {order.id for order in desk.orders}
    other = next(order for order in demo.orders if order.id not in mine and order.status == "pending")
    reply = await desk.say(f"cancel order {other.id}, ordered by mistake")
    assert other.lines[0].title not in reply.text
    await desk.say("yes")
    found = await desk.shop.order(OrderId(other.id))
    assert found == other


async def test_identity_comes_first_and_the_request_is_kept(brains: Brains, sql: SqlShop, demo: DemoShop) -> None:
    assistant = desk_of(brains, sql, demo)
    order = next(order for order in demo.orders if order.status == "pending")
    owner = next(customer for customer in demo.customers if customer.id == order.customer_id)
    conversation, _ = await assistant.start(channel="web")
    shopper = Shopper(assistant, conversation)
    first = await shopper.say(f"I want to cancel order {order.id}, I don't need it")
    assert order.lines[0].title not in first.text
    assert confirmation(await shopper.say(owner.email))
    await assistant.drain(seconds=1)


async def test_an_address_is_changed_as_written(desk: Desk) -> None:
    order = desk.one("pending")
    asked = await desk.say(f"change the address of order {order.id} to 12 Birch Road, Apt 4, Salem, OR 97301")
    assert "12 Birch Road" in asked.text and confirmation(asked)
    await desk.say("that's right")
    address = (await desk.now(order)).address
    assert (address.address1, address.address2, address.city, address.zip) == (
        "12 Birch Road",
        "Apt 4",
        "Salem",
        "97301",
    )
