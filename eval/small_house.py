"""A house that is all protocol and no shop: a real server over a real log, whose turns cost nothing. For benches of channels.

Above: `bench_devices`. Below: channels and the assistant.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import FastAPI
from sqlalchemy import Engine

from assistant.assistant import Assistant
from assistant.buses.in_process import InProcessBus
from assistant.clock import SystemClock
from assistant.conversation import Conversation, Unanswered
from assistant.events import AssistantSaid, Card
from assistant.ids import RandomIds
from assistant.live_turn import LiveTurn
from assistant.stores.small_tables import open_engine
from assistant.stores.sqlite import SqliteEventStore
from channels.app import create_app
from channels.settings import ChannelSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class HouseSettings:
    home: Path


@dataclass(slots=True, kw_only=True)
class SmallHouse:
    """channels.ports.Product."""

    settings: HouseSettings
    assistant: Assistant
    tables: Engine
    shop: Any = None
    retriever: Any = None
    copilot: Any = None
    speech: Any = None
    control: Any = None
    privacy: Any = None
    states: dict[str, Any] = field(default_factory=dict)

    def expect(self, locale: str) -> None:
        """Speaks one language."""

    async def in_thread(self, function: Callable[..., Any], *arguments: Any) -> Any:
        return await asyncio.to_thread(function, *arguments)

    def health(self) -> dict[str, Any]:
        return self.states


async def shown_twice(conversation: Conversation, said: Sequence[Unanswered], live: LiveTurn) -> AssistantSaid:
    """A reply of a few words and two cards."""
    for word in ("Two", " tents:", " Fjell", " and", " Dune."):
        live.say(word)
    cards = tuple(Card(kind="product", id=f"{name}-{conversation.last_seq}", title=name) for name in ("Fjell", "Dune"))
    return AssistantSaid(turn_id=live.id, text=live.spoken, language="en", cards=cards)


@asynccontextmanager
async def open_house(home: Path, *, connections: int) -> AsyncIterator[tuple[SmallHouse, str]]:
    """The house and its address on a free port of 127.0.0.1, in this event loop; its log is on disk."""
    ids = RandomIds()
    store = await SqliteEventStore.open(home / "log.db", clock=SystemClock(), ids=ids)
    assistant = Assistant(store=store, bus=InProcessBus(), run_turn=shown_twice, ids=ids)
    house = SmallHouse(settings=HouseSettings(home=home), assistant=assistant, tables=open_engine(home))
    many = 1_000_000
    settings = ChannelSettings(
        connections=connections, messages_per_minute=many, conversations_per_minute=many, codes_per_minute=many
    )
    app = create_app(house, settings)
    try:
        async with _served(app) as url:
            yield house, url
    finally:
        await assistant.drain()
        await store.close()
        house.tables.dispose()


@asynccontextmanager
async def _served(app: FastAPI) -> AsyncIterator[str]:
    listening = socket.create_server(("127.0.0.1", 0), backlog=4_096)
    config = uvicorn.Config(
        app, log_level="error", lifespan="off", ws="websockets-sansio", ws_per_message_deflate=False
    )
    config.timeout_graceful_shutdown, config.timeout_keep_alive = 2, 120
    server = uvicorn.Server(config)
    running = asyncio.create_task(server.serve(sockets=[listening]))
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        app.state.front_door.stopping.set()
        server.should_exit = True
        await running
        app.state.desk_door.present.close()
