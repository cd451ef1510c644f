"""A conversation as the terminal holds it: in this process, or with a server over protocol.md. Both give the same frames."""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Protocol

import httpx
import websockets

from assistant.assistant import Assistant
from assistant.errors import AssistantError
from assistant.events import ConversationId
from channels.command_line.errors import Unreachable
from channels.delivery import Delivery
from channels.following import follow
from channels.outbox import Outbox
from channels.page_channel import page_channel

Frame = Mapping[str, Any]


class Talk(Protocol):
    async def say(self, text: str) -> None: ...

    async def act(self, action: str, arguments: Mapping[str, Any]) -> None: ...

    async def next_frame(self) -> Frame:
        """Raises Unreachable when the line is gone."""
        ...


@dataclass(slots=True)
class LocalTalk:
    assistant: Assistant
    conversation: ConversationId
    outbox: Outbox

    async def say(self, text: str) -> None:
        await self._taken(self.assistant.receive(self.conversation, text, client_id=_client_id(), channel="api"))

    async def act(self, action: str, arguments: Mapping[str, Any]) -> None:
        acting = self.assistant.act(self.conversation, action, arguments, client_id=_client_id(), channel="api")
        await self._taken(acting)

    async def _taken(self, sending: Any) -> None:
        try:
            await sending
        except AssistantError as error:
            from channels.frames import ErrorFrame

            self.outbox.offer(ErrorFrame(code="refused", detail=str(error)))

    async def next_frame(self) -> Frame:
        _, encoded = await self.outbox.take()
        return _decoded(encoded)


@dataclass(slots=True)
class RemoteTalk:
    url: str
    connection: websockets.ClientConnection

    async def say(self, text: str) -> None:
        await self._send({"type": "message", "client_id": _client_id(), "text": text})

    async def act(self, action: str, arguments: Mapping[str, Any]) -> None:
        await self._send({"type": "action", "client_id": _client_id(), "action": action, "arguments": dict(arguments)})

    async def next_frame(self) -> Frame:
        try:
            return _decoded(await self.connection.recv())
        except websockets.ConnectionClosed as error:
            raise Unreachable(self.url, f"closed with {error.rcvd.code if error.rcvd else 'no word'}") from error

    async def _send(self, frame: Frame) -> None:
        await self.connection.send(json.dumps(frame))


def _decoded(encoded: str | bytes) -> Frame:
    frame: Frame = json.loads(encoded)
    return frame


def _client_id() -> str:
    return secrets.token_hex(12)


@asynccontextmanager
async def local_talk(assistant: Assistant) -> AsyncIterator[Talk]:
    conversation, _ = await assistant.start(channel="api")
    outbox = Outbox(frames=10_000)
    following = asyncio.create_task(
        follow(assistant, conversation, Delivery(sent=0), page_channel("api", outbox=outbox))
    )
    try:
        yield LocalTalk(assistant, conversation, outbox)
    finally:
        following.cancel()
        await asyncio.gather(following, return_exceptions=True)


@asynccontextmanager
async def remote_talk(url: str) -> AsyncIterator[Talk]:
    """Raises Unreachable."""
    url = url.rstrip("/")
    try:
        async with httpx.AsyncClient(base_url=url, timeout=15) as http:
            answer = await http.post("/v1/conversations", json={"channel": "api"})
            answer.raise_for_status()
            opened = answer.json()
        socket = await websockets.connect(url.replace("http", "ws", 1) + "/v1/socket", compression=None)
    except (httpx.HTTPError, OSError, ValueError, websockets.WebSocketException) as error:
        raise Unreachable(url, str(error) or type(error).__name__) from error
    async with socket:
        hello = {"type": "hello", "token": opened["token"], "conversation_id": opened["conversation_id"], "after": 0}
        await socket.send(json.dumps(hello))
        yield RemoteTalk(url, socket)
