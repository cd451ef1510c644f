"""A server that starts at once: the real channels, assistant, bus and log, with turns that only take their time.

Above: `server_process`, which runs it as a child. It shows the log's and the channels' part of a crash without a model. With
AISLE_DATABASE_URL it is one replica of several, and each turn has an effect on the shop, under a confirmation of its own.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
from collections.abc import Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import uvicorn
from sqlalchemy import Engine

from assistant.assistant import Assistant
from assistant.buses.opening import open_bus
from assistant.conversation import Conversation, Unanswered
from assistant.events import ASSISTANT, AssistantSaid, ToolCalled, ToolReturned
from assistant.ids import RandomIds
from assistant.live_turn import LiveTurn, TurnRunner
from assistant.settings import AisleSettings
from assistant.shops.sql import SqlShop
from assistant.stores.database import for_tables
from assistant.stores.opening import open_log
from assistant.stores.shared_files import share_files
from assistant.stores.small_tables import open_engine
from channels.app import create_app
from eval.kill.effects import Effects

WORD_SECONDS = float(os.environ.get("AISLE_KILL_WORD_SECONDS", "0.03"))
"""At most; a reply of about six words then takes 0.1 s, long enough to be killed in."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class SmallProduct:
    """As much of a product as conversations need; the shop's own routes are not part of the proof."""

    settings: AisleSettings
    assistant: Assistant
    tables: Engine
    shop: Any = None
    retriever: Any = None
    speech: Any = None
    control: Any = None
    copilot: Any = None
    privacy: Any = None

    def expect(self, locale: str) -> None:
        """Knows English alone."""

    async def in_thread(self, function: Callable[..., T], *arguments: Any) -> T:
        return await asyncio.to_thread(function, *arguments)

    def health(self) -> Mapping[str, Any]:
        return {"log": {"state": "ready"}}


def unhurried_turns(effects: Effects | None) -> TurnRunner:
    async def turn(conversation: Conversation, said: Sequence[Unanswered], live: LiveTurn) -> AssistantSaid:
        """Looks something up, then says back what it was asked, word by word."""
        live.record(ASSISTANT, ToolCalled(turn_id=live.id, call_id="1", name="look_up"))
        await asyncio.sleep(random.uniform(0, WORD_SECONDS))
        if effects is not None:
            for one in said:
                await effects.have(f"{conversation.id}:{one.seq}")
        seqs = [one.seq for one in said]
        live.record(ASSISTANT, ToolReturned(turn_id=live.id, call_id="1", name="look_up", result=seqs))
        words = "You said: " + " and ".join(one.said.text for one in said)
        for word in words.split(" "):
            live.say(word if not live.spoken else f" {word}")
            await asyncio.sleep(random.uniform(0, WORD_SECONDS))
        return AssistantSaid(turn_id=live.id, text=live.spoken, language="en")

    return turn


async def serve(settings: AisleSettings) -> None:
    ids, url = RandomIds(), settings.database_url.get_secret_value()
    settings.home.mkdir(parents=True, exist_ok=True)
    async with AsyncExitStack() as stack:
        store = await open_log(settings, ids)
        stack.push_async_callback(store.close)
        tables = open_engine(settings.home, for_tables(url) if url else "")
        stack.callback(tables.dispose)
        effects = None
        if url:
            await asyncio.to_thread(share_files, tables, settings.home)
            effects = Effects(await asyncio.to_thread(SqlShop.at, for_tables(url)))
        bus = await stack.enter_async_context(open_bus(settings))
        assistant = Assistant(store=store, bus=bus, run_turn=unhurried_turns(effects), ids=ids)
        await assistant.resume_unanswered()
        looking = asyncio.create_task(assistant.replicas.run())
        product = SmallProduct(settings=settings, assistant=assistant, tables=tables)
        app = create_app(product)
        config = uvicorn.Config(app, host="127.0.0.1", port=settings.port, log_level="warning", ws="websockets-sansio")
        await uvicorn.Server(config).serve()
        looking.cancel()
        await assistant.drain()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--port", type=int, required=True)
    arguments = parser.parse_args()
    run(arguments.home, arguments.port)


def run(home: Path, port: int) -> None:
    asyncio.run(serve(AisleSettings(home=home, port=port)))


if __name__ == "__main__":
    main()
