"""A conversation held in process and watched live, as a screen would. Above: `promises`. Below: the assistant."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from assistant.assistant import Assistant, Received
from assistant.events import AssistantSaid, ConversationId, Event
from assistant.signals import Committed, Message
from eval.progress import Exchange
from eval.shopfronts import InProcess

DEADLINE = 75.0
_PATIENCE, _BUSIEST = 15.0, 4.0


def patience() -> float:
    """Seconds that a reply may take: more where others use the machine."""
    return _PATIENCE * min(_BUSIEST, max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1)))


@dataclass(slots=True, kw_only=True)
class Talk:
    assistant: Assistant
    front: InProcess
    id: ConversationId
    live: list[Event] = field(default_factory=list)
    """As they came over the bus."""
    exchanges: list[Exchange] = field(default_factory=list)
    sent: int = 0

    async def say(self, text: str) -> Exchange:
        self.sent += 1
        return self._kept(await self.front.say(self.id, text, client_id=f"i{self.sent}"))

    async def press(self, action: str, arguments: Mapping[str, Any]) -> Exchange:
        self.sent += 1
        return self._kept(await self.front.press(self.id, action, arguments, client_id=f"i{self.sent}"))

    async def again(self, text: str) -> Received:
        """The last message once more, as a device does that did not hear the answer."""
        return await self.assistant.receive(self.id, text, client_id=f"i{self.sent}", channel="web")

    def _kept(self, exchange: Exchange) -> Exchange:
        self.exchanges.append(exchange)
        return exchange

    @property
    def replies(self) -> list[AssistantSaid]:
        return [one.reply for one in self.exchanges if one.reply is not None]


@asynccontextmanager
async def talking(assistant: Assistant, *, locale: str = "en", customer_id: str = "") -> AsyncIterator[Talk]:
    conversation, _ = await assistant.start(channel="web", locale=locale, customer_id=customer_id)
    talk = Talk(assistant=assistant, front=InProcess(assistant, deadline=DEADLINE), id=conversation)
    async with assistant.subscribe(conversation) as messages:
        watching = asyncio.create_task(_watch(messages, talk.live))
        try:
            yield talk
        finally:
            watching.cancel()


async def _watch(messages: AsyncIterator[Message], live: list[Event]) -> None:
    async for message in messages:
        if isinstance(message, Committed):
            live.extend(message.events)


async def settled(talk: Talk) -> None:
    """Until the watching has what the log has, or a second is over."""
    events = await talk.assistant.events(talk.id)
    for _ in range(50):
        if talk.live and talk.live[-1].seq >= events[-1].seq:
            return
        await asyncio.sleep(0.02)
