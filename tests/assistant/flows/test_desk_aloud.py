"""The service desk on a line: a yes counts only for what was heard before it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from assistant.assistant import Assistant
from assistant.events import (
    AssistantSaid,
    ConfirmationAsked,
    ConversationId,
    Fact,
    ReplyReady,
    ToolReturned,
    TurnFailed,
)
from assistant.ports import ShopInfo
from assistant.shops.records import OrderId
from assistant.shops.sql import SqlShop
from tests.assistant.flows.test_desk_conversations import assistant_of
from tests.assistant.shopper import Brains
from tests.assistant.tools.pottery import ANN, PRODUCTS, an_order, line

pytestmark = pytest.mark.anyio

ORDER = OrderId("#W9000001")


class Caller:
    def __init__(self, assistant: Assistant, conversation: ConversationId, shop: SqlShop) -> None:
        self.assistant, self.conversation, self.shop = assistant, conversation, shop

    async def says(self, text: str) -> ReplyReady:
        """The reply, ready to be spoken; nothing of it was heard yet."""
        received = await self.assistant.receive(
            self.conversation, text, client_id=text, channel="call", audio=True, transcript_confidence=0.9
        )
        return await self._until(lambda fact: isinstance(fact, ReplyReady), after=received.seq)

    async def _until(self, ends: Callable[[Fact], bool], *, after: int = 0) -> Any:
        """The first such fact after that place in the log, waited for."""
        async with asyncio.timeout(10), self.assistant.subscribe(self.conversation) as messages:
            while True:
                for event in await self.assistant.events(self.conversation, after=after):
                    if ends(event.fact):
                        return event.fact
                await anext(messages)

    async def hears(self, reply: ReplyReady, heard: str) -> None:
        whole = heard == reply.text
        done = self.assistant.heard if whole else self.assistant.interrupt
        assert await (
            done(self.conversation, reply.turn_id) if whole else done(self.conversation, reply.turn_id, heard=heard)
        )
        ends = AssistantSaid | TurnFailed
        await self._until(lambda fact: isinstance(fact, ends) and fact.turn_id == reply.turn_id)

    async def status(self) -> str:
        order = await self.shop.order(ORDER)
        assert order is not None
        return order.status

    async def count(self, kind: type) -> int:
        return sum(isinstance(event.fact, kind) for event in await self.assistant.events(self.conversation))


@pytest.fixture
async def caller(brains: Brains, tmp_path: Path) -> AsyncIterator[Caller]:
    shop = SqlShop.open(tmp_path / "shop.db")
    orders = (an_order(ORDER, "pending", line("pan-20"), line("lamp-w")),)
    shop.replace(info=ShopInfo(name="Pottery", currency="USD"), products=PRODUCTS, customers=(ANN,), orders=orders)
    assistant = assistant_of(brains, shop)
    conversation, _ = await assistant.start(channel="call", customer_id="ann")
    with assistant.attend(conversation):
        yield Caller(assistant, conversation, shop)
    await assistant.drain(seconds=1)
    shop.close()


async def test_a_yes_before_the_amount_was_heard_is_asked_for_again(caller: Caller) -> None:
    question = await caller.says("cancel my order, I no longer need it")
    assert any(character.isdigit() for character in question.text)
    first_figure = next(at for at, character in enumerate(question.text) if character.isdigit())
    await caller.hears(question, question.text[: max(1, first_figure - 3)])
    again = await caller.says("yes")
    assert await caller.status() == "pending"
    assert await caller.count(ConfirmationAsked) == 2
    await caller.hears(again, again.text)
    done = await caller.says("yes please")
    await caller.hears(done, done.text)
    assert await caller.status() == "cancelled"


async def test_a_yes_over_the_closing_question_is_a_yes_to_what_was_heard(caller: Caller) -> None:
    question = await caller.says("cancel my order, I no longer need it")
    last_figure = max(at for at, character in enumerate(question.text) if character.isdigit())
    await caller.hears(question, question.text[: last_figure + 1])
    done = await caller.says("yes")
    await caller.hears(done, done.text)
    assert await caller.status() == "cancelled"
    assert await caller.count(AssistantSaid) == 2


async def test_what_was_done_is_done_though_nobody_heard_of_it(caller: Caller) -> None:
    question = await caller.says("cancel my order, I no longer need it")
    await caller.hears(question, question.text)
    done = await caller.says("yes")
    await caller.hears(done, "")
    assert await caller.count(TurnFailed) == 1
    assert await caller.status() == "cancelled"
    returned = await caller.count(ToolReturned)
    told = await caller.says("is it cancelled?")
    await caller.hears(told, told.text)
    assert await caller.status() == "cancelled"
    assert await caller.count(ToolReturned) >= returned
