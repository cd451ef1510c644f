"""`aisle bench turn`: what our own code adds to a turn, with a scripted model that takes no time.

Measured in process, from `receive` to the first delta and to the durable reply, on the real log (synchronous=FULL),
the real shop, index and embedder. Below: `assistant.bootstrap`. Above: `command_line`.
"""

from __future__ import annotations

import asyncio
import resource
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from assistant.assistant import Assistant
from assistant.bootstrap import Aisle, open_aisle
from assistant.events import AssistantSaid, ConversationId
from assistant.settings import AisleSettings
from assistant.signals import Committed, Delta
from eval.bench.shop_index import whole_index
from eval.metrics import percentile
from model_serving.chat import ChatMessage
from model_serving.language_models.scripted import ScriptedModel

SCRIPT = (
    "hi there",
    "i need a 2 person tent under {price}",
    "cheaper",
    "in green",
    "is the first one waterproof?",
    "how heavy is it?",
    "compare the first two",
    "add the first one to my cart, any colour",
    "what's in my cart",
    "looking for running shoes size {size}",
    "not black",
    "which stores near portland have the first one",
    "how long do i have to return something?",
    "show me headphones with at least {rating} stars",
    "something else for {price} dollars or less",
    "thanks!",
)
"""A shopper's turns; the figures change from one conversation to the next, so that no cache answers for us."""


LONGEST = 3_600.0
"""Seconds that so many turns may take at most."""


@dataclass(slots=True)
class Timings:
    """Seconds."""

    first_delta: list[float] = field(default_factory=list)
    reply: list[float] = field(default_factory=list)
    most: int = 0

    @property
    def full(self) -> bool:
        return bool(self.most) and len(self.reply) >= self.most


async def bench_turn(
    *, home: Path, conversations: Sequence[int] = (1, 64), seconds: float = 15.0, turns: int = 0
) -> dict[str, Any]:
    """Percentiles in milliseconds and turns a second, by how many conversations talk at once. `turns`: of each load, instead of
    a time: the same work on a machine that is slow just now."""
    report: dict[str, Any] = {"index": await asyncio.to_thread(whole_index, AisleSettings(home=home))}
    with tempfile.TemporaryDirectory(dir=home) as scratch:
        settings = AisleSettings(home=home, answering_writer="model", log_path=Path(scratch) / "conversations.db")
        # Nor is an index looked after beside the turns: its CPU would be counted as theirs.
        quiet = settings.model_copy(update={"index_builds": False})
        async with open_aisle(quiet, model=ScriptedModel(_echo)) as aisle:
            await _play(aisle, 1, seconds=min(3.0, seconds))
            for count in conversations:
                report[f"{count}_at_once"] = await _measured(aisle, count, seconds, turns)
    return report


def _echo(messages: Sequence[ChatMessage]) -> list[str]:
    """The model of zero latency: says the draft, a word a delta."""
    draft = messages[-1].content.partition("DRAFT: ")[2]
    return [f"{word} " for word in draft.split(" ")]


async def _measured(aisle: Aisle, count: int, seconds: float, most: int = 0) -> dict[str, Any]:
    began, used = time.perf_counter(), _cpu()
    timings = await _play(aisle, count, seconds=seconds, turns=most)
    took, turns = time.perf_counter() - began, len(timings.reply)
    return {
        "turns": turns,
        "turns_a_second": round(turns / took, 1),
        "cpu_ms_a_turn": round((_cpu() - used) / turns * 1000, 2),
        "first_delta_ms": _percentiles(timings.first_delta),
        "durable_reply_ms": _percentiles(timings.reply),
    }


def _cpu() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def _percentiles(seconds: Sequence[float]) -> dict[str, float]:
    return {
        name: round(percentile(seconds, share) * 1000, 2)
        for name, share in (("p50", 0.5), ("p95", 0.95), ("p99", 0.99))
    }


async def _play(aisle: Aisle, count: int, *, seconds: float, turns: int = 0) -> Timings:
    timings, until = Timings(most=turns), time.perf_counter() + (LONGEST if turns else seconds)
    async with asyncio.TaskGroup() as shoppers:
        for number in range(count):
            shoppers.create_task(_shopper(aisle.assistant, number, until, timings))
    return timings


async def _shopper(assistant: Assistant, number: int, until: float, timings: Timings) -> None:
    """Talks until the time is up, in one conversation after the other."""
    visit = 0
    while time.perf_counter() < until and not timings.full:
        conversation, _ = await assistant.start(channel="api")
        figures = {
            "price": 90 + (number * 37 + visit * 11) % 300,
            "size": 38 + (number + visit) % 9,
            "rating": 3 + visit % 2,
        }
        for line, text in enumerate(SCRIPT):
            if time.perf_counter() >= until or timings.full:
                return
            await _turn(assistant, conversation, text.format(**figures), f"{visit}-{line}", timings)
        visit += 1


async def _turn(
    assistant: Assistant, conversation: ConversationId, text: str, client_id: str, timings: Timings
) -> None:
    async with assistant.subscribe(conversation) as messages:
        began, first = time.perf_counter(), 0.0
        await assistant.receive(conversation, text, client_id=client_id, channel="api")
        async for message in messages:
            if isinstance(message, Delta) and not first:
                first = time.perf_counter() - began
            if isinstance(message, Committed) and any(isinstance(e.fact, AssistantSaid) for e in message.events):
                break
        took = time.perf_counter() - began
    timings.reply.append(took)
    timings.first_delta.append(first or took)
