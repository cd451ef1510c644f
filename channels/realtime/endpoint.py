"""`/v1/realtime`: the socket of OpenAI's Realtime clients: who may open it, one reader, one writer.

The key is a conversation's token, a customer's token of the shop's site, or AISLE_REALTIME_KEY; with the last two each
connection is a conversation of its own. Above: `app`. Below: `exchange`.
"""

from __future__ import annotations

import asyncio
import hmac
import json
import logging
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, field

from fastapi import APIRouter
from starlette.responses import JSONResponse
from starlette.websockets import WebSocket

from assistant.errors import AssistantError
from channels.acts import act_of
from channels.call_center.carrier_socket import CarrierSocket
from channels.edge.auth import Grant
from channels.edge.network import network_of
from channels.edge.origins import origin_allowed
from channels.errors import CodesUnavailable, CustomerTokenRefused, NotAllowed, TooMany, UpgradeRequired
from channels.front_door import FrontDoor, front_door_of
from channels.privacy import PUBLIC
from channels.realtime import wire
from channels.realtime.exchange import Exchange
from channels.realtime.wire import BadEvent, Event

log = logging.getLogger(__name__)
realtime = APIRouter()

PROTOCOL = "realtime"
KEY_PROTOCOL = "openai-insecure-api-key."
MOST_FRAME = 2 * 1024 * 1024
MOST_WAITING = 4_000
"""Events that wait to be read: minutes of sound. A client so slow is let go."""
SLOW, TOO_MANY, RESTARTING = 1008, 1013, 1012


@realtime.websocket("/v1/realtime")
async def serve_realtime(websocket: WebSocket) -> None:
    door = front_door_of(websocket)
    try:
        door.count_open(websocket)
        if not origin_allowed(websocket, door.settings):
            raise NotAllowed
        grant = await _grant(websocket, door)
    except (NotAllowed, CodesUnavailable, AssistantError):
        await websocket.send_denial_response(_refused(401, "invalid_api_key", "this key opens nothing here"))
        return
    except TooMany as error:
        await websocket.send_denial_response(_refused(429, "rate_limit_exceeded", str(error)))
        return
    await websocket.accept(subprotocol=PROTOCOL if PROTOCOL in _protocols(websocket) else None)
    socket = CarrierSocket(websocket)
    try:
        with door.connections.one(grant.conversation):
            await _converse(socket, door, grant)
    except TooMany:
        await socket.close(TOO_MANY)


@realtime.get("/v1/realtime", include_in_schema=False)
async def explain_realtime() -> None:
    raise UpgradeRequired


def _refused(status: int, code: str, message: str) -> JSONResponse:
    """As clients of this protocol know errors."""
    error = {"type": "invalid_request_error", "code": code, "message": message, "param": None}
    return JSONResponse({"error": error}, status_code=status)


def _protocols(websocket: WebSocket) -> list[str]:
    return [str(one) for one in websocket.scope.get("subprotocols", [])]


def _key(websocket: WebSocket) -> str:
    scheme, _, key = websocket.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and key:
        return key.strip()
    offered = (one.removeprefix(KEY_PROTOCOL) for one in _protocols(websocket) if one.startswith(KEY_PROTOCOL))
    return next(offered, "")


async def _grant(websocket: WebSocket, door: FrontDoor) -> Grant:
    """Raises NotAllowed, ConversationNotFound, StoreUnavailable, TooMany."""
    key, language = _key(websocket), websocket.query_params.get("language", "")
    if not key:
        raise NotAllowed
    with suppress(NotAllowed):
        grant = await door.opened_by(key)
        if grant.channel in PUBLIC:
            raise NotAllowed  # what this protocol shows, it shows whole
        door.check(grant, act_of(websocket), grant.conversation)
        await door.assistant.state(grant.conversation)
        return grant
    own = door.settings.realtime_key
    if own is not None and hmac.compare_digest(key.encode(), own.get_secret_value().encode()):
        return await _opened(websocket, door, "", language)
    try:
        customer = await door.product.in_thread(door.customer_tokens.read, key)
    except CustomerTokenRefused as error:
        raise NotAllowed from error
    return await _opened(websocket, door, str(customer), language)


async def _opened(websocket: WebSocket, door: FrontDoor, customer: str, language: str) -> Grant:
    address = network_of(websocket)
    door.conversations.take(address, asyncio.get_running_loop().time())
    locale = language if language.replace("-", "").isalpha() and len(language) <= 12 else "en"
    conversation, _ = await door.assistant.start(channel="api", locale=locale, customer_id=customer)
    return Grant(conversation=conversation, channel="api")


@dataclass(slots=True)
class _Outgoing:
    """Events in their order; bounded, and full means that nobody reads."""

    waiting: deque[Event] = field(default_factory=deque)
    came: asyncio.Event = field(default_factory=asyncio.Event)
    full: asyncio.Event = field(default_factory=asyncio.Event)

    def put(self, event: Event) -> None:
        if len(self.waiting) >= MOST_WAITING:
            self.full.set()
            return
        self.waiting.append(event)
        self.came.set()

    async def take(self) -> Event:
        while not self.waiting:
            self.came.clear()
            await self.came.wait()
        return self.waiting.popleft()


async def _converse(socket: CarrierSocket, door: FrontDoor, grant: Grant) -> None:
    outgoing = _Outgoing()
    exchange = Exchange(door=door, grant=grant, send=outgoing.put)
    exchange.begin()
    reading = asyncio.create_task(_read(socket, exchange))
    over = asyncio.Event()
    ends = {
        reading,
        asyncio.create_task(over.wait()),
        asyncio.create_task(_write(socket, outgoing)),
        asyncio.create_task(outgoing.full.wait()),
        asyncio.create_task(door.stopping.wait()),
    }
    try:
        with door.rechecks.held(grant, over.set):
            await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
        await exchange.close()
    finally:
        for task in ends:
            task.cancel()
        await asyncio.gather(*ends, return_exceptions=True)
    await socket.close(
        SLOW if outgoing.full.is_set() or over.is_set() else RESTARTING if door.stopping.is_set() else 1000
    )


async def _read(socket: CarrierSocket, exchange: Exchange) -> None:
    while (frame := await socket.receive()) is not None:
        if isinstance(frame, bytes):
            exchange.send(wire.error(BadEvent("invalid_event", "events are text frames of JSON")))
        elif len(frame) > MOST_FRAME:
            exchange.send(wire.error(BadEvent("event_too_large", f"an event is at most {MOST_FRAME} bytes")))
        else:
            await exchange.take(frame)


async def _write(socket: CarrierSocket, outgoing: _Outgoing) -> None:
    while True:
        await socket.send(json.dumps(await outgoing.take(), ensure_ascii=False, separators=(",", ":")))
