"""A server that starts at once: the real channels, assistant, bus and log, with turns that only take their time.

Above: `server_process`, which runs it as a child. It shows the log's and the channels' part of a crash without a model.
"""

from __future__ import annotations

import argparse
import asyncio
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import uvicorn
from sqlalchemy import Engine

from assistant.assistant import Assistant
from assistant.buses.in_process import InProcessBus
from assistant.conversation import Conversation, Unanswered
from assistant.events import ASSISTANT, AssistantSaid, ToolCalled, ToolReturned
from assistant.ids import RandomIds
from assistant.live_turn import LiveTurn
from assistant.stores.small_tables import open_engine
from assistant.stores.sqlite import SqliteEventStore
from channels.app import create_app

WORD_SECONDS = 0.03
"""At most; a reply of about six words then takes 0.1 s, long enough to be killed in."""

T = TypeVar("T")


class _Clock:
    def now(self) -> datetime:
        return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class _Settings:
    home: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class SmallProduct:
    """As much of a product as conversations need; the shop's own routes are not part of the proof."""

    settings: _Settings
    assistant: Assistant
    tables: Engine
    shop: Any = None
    retriever: Any = None
    speech: Any = None
    control: Any = None
    copilot: Any = None

    def expect(self, locale: str) -> None:
        """Knows English alone."""

    async def in_thread(self, function: Callable[..., T], *arguments: Any) -> T:
        return await asyncio.to_thread(function, *arguments)

    def health(self) -> Mapping[str, Any]:
        return {"log": {"state": "ready"}}


async def unhurried_turn(conversation: Conversation, said: Sequence[Unanswered], live: LiveTurn) -> AssistantSaid:
    """Looks something up, then says back what it was asked, word by word."""
    live.record(ASSISTANT, ToolCalled(turn_id=live.id, call_id="1", name="look_up"))
    await asyncio.sleep(random.uniform(0, WORD_SECONDS))
    live.record(ASSISTANT, ToolReturned(turn_id=live.id, call_id="1", name="look_up", result=[one.seq for one in said]))
    words = "You said: " + " and ".join(one.said.text for one in said)
    for word in words.split(" "):
        live.say(word if not live.spoken else f" {word}")
        await asyncio.sleep(random.uniform(0, WORD_SECONDS))
    return AssistantSaid(turn_id=live.id, text=live.spoken, language="en")


async def serve(home: Path, port: int) -> None:
    ids = RandomIds()
    async with await SqliteEventStore.open(home / "conversations.sqlite", clock=_Clock(), ids=ids) as store:
        assistant = Assistant(store=store, bus=InProcessBus(), run_turn=unhurried_turn, ids=ids)
        await assistant.resume_unanswered()
        product = SmallProduct(settings=_Settings(home), assistant=assistant, tables=open_engine(home))
        app = create_app(product)
        config = uvicorn.Config(app, host="127.0.0.1", port=port, log_level="warning", ws="websockets-sansio")
        await uvicorn.Server(config).serve()
        await assistant.drain()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--port", type=int, required=True)
    arguments = parser.parse_args()
    asyncio.run(serve(arguments.home, arguments.port))


if __name__ == "__main__":
    main()
