"""Every refusal can be said in any language: a code, fields of known types, and the nearest thing that is possible."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from assistant.errors import AssistantError
from assistant.shops.records import OrderId
from assistant.shops.sql import SqlShop
from assistant.tools.arguments import (
    Arguments,
    CancelOrder,
    ChangeItems,
    ChangePayment,
    ExchangeItems,
    ReturnItems,
    Swap,
)
from assistant.tools.policy import load_policy
from assistant.tools.refusals import REFUSAL_FIELDS, REFUSALS, Refusal
from assistant.tools.service import open_tools
from retrieval.catalogue import VariantId
from tests.assistant.tools.forbidden import Attempt, attempts
from tests.assistant.tools.pottery import NOW, Counter, HandClock, open_pottery

pytestmark = pytest.mark.anyio

ATTEMPTS = [attempt for attempt in attempts() if attempt.code in REFUSALS]


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SqlShop]:
    shop = open_pottery(tmp_path_factory.mktemp("refusals") / "shop.db")
    yield shop
    shop.close()


async def refused(shop: SqlShop, arguments: Arguments) -> Refusal:
    with pytest.raises(Refusal) as caught:
        await Counter(shop=shop).session.propose(arguments)
    return caught.value


@pytest.mark.parametrize("attempt", ATTEMPTS, ids=[attempt.name for attempt in ATTEMPTS])
async def test_a_refusal_carries_the_fields_of_its_code(shop: SqlShop, attempt: Attempt) -> None:
    counter = Counter(shop=shop, policy=attempt.policy, customer_id=attempt.customer_id)
    with pytest.raises(AssistantError) as caught:
        await counter.session.propose(attempt.arguments())
    refusal = caught.value
    assert isinstance(refusal, Refusal)
    fields = REFUSAL_FIELDS[refusal.code]
    assert set(refusal.facts) == set(fields)
    assert all(isinstance(refusal.facts[name], kind) for name, kind in fields.items())


def test_every_code_has_its_fields() -> None:
    assert set(REFUSAL_FIELDS) == set(REFUSALS)


def swap(old: str, new: str) -> tuple[Swap, ...]:
    return (Swap(old=VariantId(old), new=VariantId(new)),)


async def test_a_reason_that_is_not_accepted_names_those_that_are(shop: SqlShop) -> None:
    refusal = await refused(shop, CancelOrder(order_id=OrderId("#PENDING"), reason="the weather"))
    assert refusal.nearest == ("no longer needed", "ordered by mistake")


async def test_an_option_that_is_gone_names_others_like_the_item(shop: SqlShop) -> None:
    asked = ExchangeItems(order_id=OrderId("#DELIVERED"), swaps=swap("pan-24", "pan-24"), payment_method_id="card_a")
    refusal = await refused(shop, asked)
    assert refusal.code == "same_item" and refusal.nearest and "24 cm" not in str(refusal)


async def test_a_refund_elsewhere_names_where_it_may_go(shop: SqlShop) -> None:
    items = (VariantId("pan-24"),)
    asked = ReturnItems(order_id=OrderId("#DELIVERED"), items=items, payment_method_id="paypal_a")
    assert (await refused(shop, asked)).nearest == ("card_a", "gift_a", "rich_a")


async def test_a_gift_card_too_low_names_methods_that_would_do(shop: SqlShop) -> None:
    refusal = await refused(shop, ChangePayment(order_id=OrderId("#PENDING"), payment_method_id="gift_a"))
    assert refusal.code == "gift_card_too_low"
    assert refusal.facts["balance"] == Decimal("20.00") and refusal.facts["currency"] == "USD"
    assert "gift_a" not in refusal.nearest and "paypal_a" in refusal.nearest


async def test_an_unknown_item_names_those_of_the_order(shop: SqlShop) -> None:
    asked = ChangeItems(order_id=OrderId("#BYGIFT"), swaps=swap("lamp-w", "lamp-b"), payment_method_id="card_a")
    assert len((await refused(shop, asked)).nearest) == 1


async def test_one_tool_may_be_called_less_often_than_the_others(shop: SqlShop, tmp_path: Path) -> None:
    file = tmp_path / "own.yaml"
    file.write_text(
        "name: own\ncancel_order: {statuses: [pending]}\ncalls_per_minute: 9\ncalls_per_minute_of: {cancel_order: 1}\n"
    )
    tools = open_tools(shop, shop, load_policy(file), HandClock())
    assert tools.limit.admits("ann", "cancel_order", NOW)
    assert not tools.limit.admits("ann", "cancel_order", NOW)
    assert all(tools.limit.admits("ann", "orders", NOW) for _ in range(9))
    assert not tools.limit.admits("ann", "orders", NOW)
