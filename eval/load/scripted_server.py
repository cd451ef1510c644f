"""A server whose turns cost next to nothing: the real channels, assistant, bus and log, and a reply that is always the same.

It shows what our own protocol, log and sockets cost, and stands beside peers with the same scripted model. With
AISLE_DATABASE_URL and AISLE_BUS_URL it is one replica of several. Above: `houses`, which runs it as a child.
"""

from __future__ import annotations

import argparse
import asyncio
import importlib
import os
from collections.abc import Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import uvicorn
import uvloop

from assistant.assistant import Assistant
from assistant.at_rest import at_rest
from assistant.buses.opening import open_bus
from assistant.conversation import Conversation, Unanswered
from assistant.events import AssistantSaid
from assistant.ids import RandomIds
from assistant.live_turn import LiveTurn
from assistant.settings import AisleSettings
from assistant.stores.database import for_tables
from assistant.stores.opening import open_log
from assistant.stores.shared_files import share_files
from assistant.stores.small_tables import open_engine
from channels.app import create_app
from channels.settings import ChannelSettings
from channels.socket_protocol import SocketProtocol
from eval.kill.small_server import SmallProduct

REPLY = "Two tents fit: the Fjell at 189 dollars and the Dune at 249."
WORD_SECONDS = float(os.environ.get("AISLE_LOAD_WORD_SECONDS", "0"))
"""Between two words of the reply: what a model would take."""


async def fixed_turn(conversation: Conversation, said: Sequence[Unanswered], live: LiveTurn) -> AssistantSaid:
    """The same reply to whatever was said, word by word."""
    for word in REPLY.split(" "):
        await asyncio.sleep(WORD_SECONDS)
        live.say(word if not live.spoken else f" {word}")
    return AssistantSaid(turn_id=live.id, text=live.spoken, language="en")


async def serve(settings: AisleSettings, interface: str) -> None:
    ids, url = RandomIds(), settings.database_url.get_secret_value()
    settings.home.mkdir(parents=True, exist_ok=True)
    async with AsyncExitStack() as stack:
        store = await open_log(settings, ids)
        stack.push_async_callback(store.close)
        tables = open_engine(settings.home, for_tables(url) if url else "")
        stack.callback(tables.dispose)
        if url:
            await asyncio.to_thread(share_files, tables, settings.home)
        bus = await stack.enter_async_context(open_bus(settings))
        assistant = Assistant(store=store, bus=bus, run_turn=fixed_turn, ids=ids)
        looking = asyncio.create_task(assistant.replicas.run())
        app = create_app(SmallProduct(settings=settings, assistant=assistant, tables=tables), ChannelSettings())
        with at_rest():
            await _listen(app, settings.port, interface)
        looking.cancel()
        await assistant.drain()


async def _listen(app: Any, port: int, interface: str) -> None:
    """As `aisle serve` does; or by granian, where that is to be compared and installed."""
    if interface == "granian":
        granian = importlib.import_module("granian.server.embed").Server
        await granian(app, address="127.0.0.1", port=port, interface="asgi", websockets=True).serve()
        return
    config = uvicorn.Config(
        app,
        host="127.0.0.1",
        port=port,
        http="httptools",
        ws=SocketProtocol if interface == "websockets-sansio" else interface,
        ws_per_message_deflate=False,
        ws_ping_interval=20,
        ws_ping_timeout=20,
        log_level="warning",
        access_log=False,
        lifespan="off",
        backlog=4096,
    )
    config.timeout_graceful_shutdown = 5
    await uvicorn.Server(config).serve()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--interface", default="websockets-sansio", help="websockets, wsproto or granian, to compare.")
    arguments = parser.parse_args()
    settings = AisleSettings(home=arguments.home, port=arguments.port)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(serve(settings, arguments.interface))


if __name__ == "__main__":
    main()
