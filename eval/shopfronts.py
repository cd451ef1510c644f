"""Shopfronts: where a script is played. In process through Assistant, or over HTTP through protocol.md; same exchanges.

Below: `assistant` and httpx. Above: `dialogue`.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Protocol

import httpx

from assistant.assistant import Assistant, Received
from assistant.errors import MessageRefused
from assistant.events import ConversationId, Event, Fact
from eval.progress import Exchange, facts_from_wire


class Shopfront(Protocol):
    """Where conversations can be held. A refused message is an Exchange with the problem's code, never an error."""

    can_sign_in: bool

    async def start(self, *, locale: str, customer_id: str) -> str:
        """A new conversation's id, signed in as that customer unless empty."""
        ...

    async def say(self, conversation: str, text: str, *, client_id: str) -> Exchange:
        """Returns when the turn has ended, or the deadline is over."""
        ...

    async def press(
        self, conversation: str, action: str, arguments: Mapping[str, Any], *, client_id: str
    ) -> Exchange: ...


class InProcess:
    can_sign_in = True

    def __init__(self, assistant: Assistant, *, deadline: float = 60.0) -> None:
        self._assistant = assistant
        self._deadline = deadline

    async def start(self, *, locale: str, customer_id: str) -> str:
        conversation, _ = await self._assistant.start(channel="web", locale=locale, customer_id=customer_id)
        return conversation

    async def say(self, conversation: str, text: str, *, client_id: str) -> Exchange:
        where = ConversationId(conversation)
        return await self._turn(where, lambda: self._assistant.receive(where, text, client_id=client_id, channel="web"))

    async def press(self, conversation: str, action: str, arguments: Mapping[str, Any], *, client_id: str) -> Exchange:
        where = ConversationId(conversation)
        return await self._turn(
            where, lambda: self._assistant.act(where, action, arguments, client_id=client_id, channel="web")
        )

    async def _turn(self, conversation: ConversationId, send: Callable[[], Awaitable[Received]]) -> Exchange:
        begun = time.perf_counter()
        try:
            received = await send()
        except MessageRefused as refused:
            return Exchange(refused=refused.code, seconds=time.perf_counter() - begun)
        try:
            events: Sequence[Event] = await self._assistant.wait_for_reply(
                conversation, received.seq, timeout=self._deadline
            )
        except TimeoutError:
            return Exchange(unserved=True, seconds=time.perf_counter() - begun)
        facts: tuple[Fact, ...] = tuple(event.fact for event in events)
        return Exchange(facts=facts, seconds=time.perf_counter() - begun)


class OverHttp:
    """Speaks protocol.md to a running server; signing in would need the shop's own key, so it cannot."""

    can_sign_in = False

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client
        self._tokens: dict[str, str] = {}

    async def start(self, *, locale: str, customer_id: str) -> str:
        response = await self._client.post("/v1/conversations", json={"channel": "web", "locale": locale})
        response.raise_for_status()
        started = response.json()
        self._tokens[started["conversation_id"]] = started["token"]
        return str(started["conversation_id"])

    async def say(self, conversation: str, text: str, *, client_id: str) -> Exchange:
        return await self._post(conversation, "messages", {"client_id": client_id, "text": text})

    async def press(self, conversation: str, action: str, arguments: Mapping[str, Any], *, client_id: str) -> Exchange:
        body = {"client_id": client_id, "action": action, "arguments": dict(arguments)}
        return await self._post(conversation, "actions", body)

    async def _post(self, conversation: str, what: str, body: Mapping[str, Any]) -> Exchange:
        begun = time.perf_counter()
        while (response := await self._send(conversation, what, body)).status_code == 429:
            await asyncio.sleep(float(response.headers.get("retry-after", "1")))
            begun = time.perf_counter()
        seconds = time.perf_counter() - begun
        if response.status_code in (400, 413, 422):
            return Exchange(refused=str(response.json().get("code", response.status_code)), seconds=seconds)
        response.raise_for_status()
        if response.status_code == 202:
            return Exchange(unserved=True, seconds=seconds)
        return Exchange(facts=facts_from_wire(response.json()["events"]), seconds=seconds)

    async def _send(self, conversation: str, what: str, body: Mapping[str, Any]) -> httpx.Response:
        return await self._client.post(
            f"/v1/conversations/{conversation}/{what}",
            params={"wait": "reply"},
            json=body,
            headers={"Authorization": f"Bearer {self._tokens[conversation]}"},
        )
