"""A small house to test channels in: the real Assistant over the in-memory log, with a turn that tests script."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import msgspec
import uvicorn
import websockets
from sqlalchemy import Engine

from assistant.assistant import Assistant
from assistant.buses.in_process import InProcessBus
from assistant.conversation import Conversation, Unanswered
from assistant.events import ASSISTANT, AssistantSaid, CartChanged, empty_cart
from assistant.ids import RandomIds
from assistant.live_turn import LiveTurn
from assistant.stores.memory import MemoryEventStore
from assistant.stores.small_tables import open_engine
from channels.app import create_app
from channels.settings import ChannelSettings
from channels.socket_protocol import SocketProtocol


class Now:
    def now(self) -> datetime:
        return datetime.now(UTC)


Turn = Callable[[Conversation, Sequence[Unanswered], LiveTurn], Awaitable[AssistantSaid]]


async def echo(conversation: Conversation, said: Sequence[Unanswered], live: LiveTurn) -> AssistantSaid:
    """Says back what was said, word by word."""
    text = "You said: " + " / ".join(one.said.text for one in said)
    live.stage("writing", "Writing…")
    for word in text.split(" "):
        live.say(word if not live.spoken else " " + word)
    if any(one.said.action for one in said):
        live.record(ASSISTANT, CartChanged(cart=empty_cart("USD")))
    return AssistantSaid(turn_id=live.id, text=live.spoken, language="en")


@dataclass
class Gate:
    """A turn that says its first words, waits to be let on, and says the rest."""

    first: str = "Let me look"
    rest: str = " — here it is."
    opened: asyncio.Event = field(default_factory=asyncio.Event)
    begun: asyncio.Event = field(default_factory=asyncio.Event)

    async def __call__(self, conversation: Conversation, said: Sequence[Unanswered], live: LiveTurn) -> AssistantSaid:
        live.say(self.first)
        self.begun.set()
        await self.opened.wait()
        live.say(self.rest)
        return AssistantSaid(turn_id=live.id, text=live.spoken, language="en")


@dataclass(frozen=True)
class HouseSettings:
    home: Path


@dataclass
class House:
    """channels.ports.Product for tests."""

    settings: HouseSettings
    assistant: Assistant
    bus: InProcessBus
    store: MemoryEventStore
    tables: Engine
    shop: Any = None
    retriever: Any = None
    speech: Any = None
    control: Any = None
    copilot: Any = None
    privacy: Any = None
    states: dict[str, Any] = field(default_factory=lambda: {"store": {"state": "ready"}})

    def expect(self, locale: str) -> None:
        """Knows English alone."""

    async def in_thread(self, function: Callable[..., Any], *arguments: Any) -> Any:
        return await asyncio.to_thread(function, *arguments)

    def health(self) -> dict[str, Any]:
        return self.states


def build_house(home: Path, turn: Turn = echo, **parts: Any) -> House:
    ids, bus = RandomIds(), InProcessBus()
    store = MemoryEventStore(clock=Now(), ids=ids)
    assistant = Assistant(store=store, bus=bus, run_turn=turn, ids=ids)
    return House(
        settings=HouseSettings(home), assistant=assistant, bus=bus, store=store, tables=open_engine(home), **parts
    )


@dataclass
class Served:
    """A running server and a client of it."""

    house: House
    http: httpx.AsyncClient
    url: str
    app: Any

    async def start(self, channel: str = "web", **fields: Any) -> Opened:
        answer = await self.http.post("/v1/conversations", json={"channel": channel, **fields})
        assert answer.status_code == 201, answer.text
        return Opened(self, **{name: answer.json()[name] for name in ("conversation_id", "token", "last_seq")})

    @asynccontextmanager
    async def socket(self, **options: Any) -> AsyncIterator[Socket]:
        address = self.url.replace("http", "ws") + "/v1/socket"
        async with websockets.connect(address, compression=None, **options) as connection:
            yield Socket(connection)


@dataclass
class Opened:
    """A conversation as a client holds it."""

    served: Served
    conversation_id: str
    token: str
    last_seq: int

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    def path(self, rest: str = "") -> str:
        return f"/v1/conversations/{self.conversation_id}{rest}"

    async def get(self, rest: str = "", **options: Any) -> httpx.Response:
        return await self.served.http.get(self.path(rest), headers=self.headers, **options)

    async def post(self, rest: str, body: Any, **options: Any) -> httpx.Response:
        return await self.served.http.post(self.path(rest), json=body, headers=self.headers, **options)

    async def say(self, text: str, client_id: str) -> dict[str, Any]:
        answer = await self.post("/messages?wait=reply", {"client_id": client_id, "text": text})
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def events(self, after: int = 0) -> list[dict[str, Any]]:
        return (await self.get(f"/events?after={after}")).json()["events"]

    def hello(self, after: int = 0, **fields: Any) -> dict[str, Any]:
        return {
            "type": "hello",
            "token": self.token,
            "conversation_id": self.conversation_id,
            "after": after,
            **fields,
        }


@dataclass
class Socket:
    connection: Any

    async def send(self, frame: Any) -> None:
        await self.connection.send(msgspec.json.encode(frame).decode())

    async def read(self, *, seconds: float = 5) -> dict[str, Any]:
        async with asyncio.timeout(seconds):
            frame = await self.connection.recv()
        return {"type": "sound", "sound": frame} if isinstance(frame, bytes) else msgspec.json.decode(frame)

    async def until(self, frame_type: str, **fields: Any) -> list[dict[str, Any]]:
        """Frames up to the first of this type (and these fields), it included."""
        frames: list[dict[str, Any]] = []
        while True:
            frame = await self.read()
            frames.append(frame)
            if frame["type"] == frame_type and all(frame.get(name) == value for name, value in fields.items()):
                return frames

    async def until_event(self, event_type: str) -> list[dict[str, Any]]:
        frames: list[dict[str, Any]] = []
        while True:
            frames.append(await self.read())
            if frames[-1]["type"] == "event" and frames[-1]["event"]["type"] == event_type:
                return frames

    async def closed(self, *, seconds: float = 8) -> int:
        """The close code, whatever frames come before it."""
        async with asyncio.timeout(seconds):
            try:
                while True:
                    await self.connection.recv()
            except websockets.ConnectionClosed:
                return self.connection.close_code


@asynccontextmanager
async def serving(house: House, settings: ChannelSettings | None = None) -> AsyncIterator[Served]:
    """A real server on a free port of 127.0.0.1, in this event loop."""
    app = create_app(house, settings or ChannelSettings(_env_file=None))
    config = uvicorn.Config(
        app,
        log_level="error",
        lifespan="off",
        proxy_headers=False,
        http="httptools",
        ws=SocketProtocol,
        ws_per_message_deflate=False,
        ws_max_size=4 << 20,
        timeout_graceful_shutdown=2,
    )
    server = uvicorn.Server(config)
    listening = socket.create_server(("127.0.0.1", 0))
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    url = f"http://127.0.0.1:{listening.getsockname()[1]}"
    running = asyncio.create_task(server.serve(sockets=[listening]))
    try:
        async with httpx.AsyncClient(base_url=url, timeout=10, trust_env=False) as http:
            yield Served(house=house, http=http, url=url, app=app)
    finally:
        app.state.front_door.stopping.set()
        server.should_exit = True
        await running
        await house.assistant.drain(seconds=2)
        app.state.desk_door.present.close()
        await app.state.customer_sign_in.messengers.close()


def types_of(frames: list[dict[str, Any]]) -> list[str]:
    return [frame["event"]["type"] if frame["type"] == "event" else frame["type"] for frame in frames]


def seqs_of(frames: list[dict[str, Any]]) -> list[int]:
    return [frame["event"]["seq"] for frame in frames if frame["type"] == "event"]
