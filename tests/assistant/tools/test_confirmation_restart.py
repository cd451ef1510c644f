"""A question asked before the process ended takes its yes in the next one, and no other's."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from assistant.bootstrap import Aisle, open_aisle
from assistant.desk.people import Agent
from assistant.events import ConversationId
from assistant.ports import ShopInfo
from assistant.settings import AisleSettings
from assistant.shops.records import Order, OrderId, Payment, PaymentMethod
from assistant.shops.sql import SqlShop
from assistant.tools.sealing_key import KEY_FILE
from model_serving.settings import ModelSettings
from tests.assistant.shopper import Shopper
from tests.assistant.small_shop import HOME, MAYA, MUG, PRODUCTS, order

pytestmark = pytest.mark.anyio

PAID = Payment(kind="payment", amount=Decimal("12.50"), payment_method_id="card_m")
PENDING: Order = replace(order("#W1000009", MAYA, "pending", MUG, 19), payments=(PAID,))


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("AISLE_RETRIEVAL_EMBEDDER", "hashing")
    shop = SqlShop.open(tmp_path / "shop.db")
    maya = replace(MAYA, payment_methods=(PaymentMethod(id="card_m", source="credit_card"),), address=HOME)
    info = ShopInfo(name="Small Shop", currency="USD", as_of=datetime(2026, 11, 20, tzinfo=UTC))
    shop.replace(info=info, products=PRODUCTS, customers=(maya,), orders=(PENDING,))
    shop.close()
    (tmp_path / "service_policy.yaml").write_text("name: own\ncancel_order: {statuses: [pending]}\n")
    return tmp_path


@asynccontextmanager
async def opened(home: Path) -> AsyncIterator[Aisle]:
    async with open_aisle(AisleSettings(home=home), model_settings=ModelSettings(engine="none")) as aisle:
        yield aisle


async def asked(home: Path) -> ConversationId:
    async with opened(home) as aisle:
        conversation, _ = await aisle.assistant.start(channel="web", customer_id="maya")
        reply = await Shopper(aisle.assistant, conversation).say(f"cancel order {PENDING.id}, ordered by mistake")
        assert [card.kind for card in reply.cards] == ["confirmation"]
        return conversation


async def status_after_yes(home: Path, conversation: ConversationId) -> tuple[str, str]:
    async with opened(home) as aisle:
        received = await aisle.assistant.receive(conversation, "yes, go ahead", client_id="later", channel="web")
        events = await aisle.assistant.wait_for_reply(conversation, received.seq, timeout=20)
        found = await aisle.shop.order(OrderId(PENDING.id))
        assert found is not None
        return found.status, getattr(events[-1].fact, "text", "")


async def test_a_restart_between_question_and_yes_changes_nothing_for_the_customer(home: Path) -> None:
    assert (await status_after_yes(home, await asked(home)))[0] == "cancelled"


async def test_with_another_key_the_question_is_asked_again(home: Path) -> None:
    conversation = await asked(home)
    (home / KEY_FILE).unlink()
    status, text = await status_after_yes(home, conversation)
    assert status == "pending" and "once more" in text


async def test_a_yes_used_before_the_restart_is_used(home: Path) -> None:
    conversation = await asked(home)
    await status_after_yes(home, conversation)
    async with opened(home) as aisle:
        received = await aisle.assistant.receive(conversation, "yes", client_id="again", channel="web")
        await aisle.assistant.wait_for_reply(conversation, received.seq, timeout=20)
        found = await aisle.shop.order(OrderId(PENDING.id))
        assert found is not None and len([one for one in found.payments if one.kind == "refund"]) == 1


async def test_a_question_from_before_a_person_took_over_is_asked_again(home: Path) -> None:
    """Who serves has changed twice since: the yes was to somebody who is not there any more."""
    conversation = await asked(home)
    async with opened(home) as aisle:
        agent = Agent(id="a_1", name="Dana")
        await aisle.assistant.desk.claim(conversation, agent)
        await aisle.assistant.desk.release(conversation, agent, to="assistant")
    status, text = await status_after_yes(home, conversation)
    assert status == "pending" and "once more" in text
    async with opened(home) as aisle:
        received = await aisle.assistant.receive(conversation, "yes, go ahead", client_id="anew", channel="web")
        await aisle.assistant.wait_for_reply(conversation, received.seq, timeout=20)
        found = await aisle.shop.order(OrderId(PENDING.id))
    assert found is not None and found.status == "cancelled"
