"""`aisle bench desk`: how soon an agent who claims a conversation has its summary and a first draft, in the embedded default.

Measured in process on the demo shop, with no language model: from the claim to the summary, and from the claim to the draft
that is durable in the log. Below: `assistant.bootstrap`. Above: `command_line`.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from assistant.bootstrap import Aisle, open_aisle
from assistant.desk.desk import Agent
from assistant.events import ConversationId
from assistant.settings import AisleSettings
from eval.bench.shop_index import whole_index
from eval.machine import machine
from eval.metrics import percentile
from model_serving.settings import ModelSettings

TALKS: tuple[tuple[str, ...], ...] = (
    ("i need a 2 person tent under 300", "cheaper", "is the first one waterproof?"),
    ("looking for running shoes size 42", "not black", "add the first one to my cart"),
    ("how long do i have to return something?", "even if i opened it?"),
    ("ich suche einen rucksack unter 100 euro", "in blau"),
    ("which stores near portland have headphones", "how do i get there"),
)
ADA = Agent(id="bench", name="Ada")
TARGET_SECONDS = 1.0
WARM_SECONDS = 300.0
"""The first words in another language wait for its model to be read from the disk."""


@dataclass(slots=True)
class _Times:
    """Seconds since the claim."""

    summary: list[float] = field(default_factory=list)
    draft: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    """Of this process, from the claim to both."""


async def bench_desk(*, home: Path, conversations: int = 40) -> dict[str, Any]:
    """Percentiles in milliseconds of the wall clock, and of this process's own time, which a busy machine does not stretch."""
    times = _Times()
    await asyncio.to_thread(whole_index, AisleSettings(home=home))
    with tempfile.TemporaryDirectory(dir=home) as scratch:
        settings = AisleSettings(home=home, log_path=Path(scratch) / "conversations.db", index_builds=False)
        async with open_aisle(settings, model_settings=ModelSettings(engine="none")) as aisle:
            for number in range(conversations):
                await _one(aisle, number, times)
    return {
        "conversations": conversations,
        "summary_ms": _spread(times.summary),
        "first_draft_ms": _spread(times.draft),
        "own_time_ms": _spread(times.cpu),
        "within_target": percentile([one * 1000 for one in times.draft], 0.95) <= TARGET_SECONDS * 1000,
        "target_ms": TARGET_SECONDS * 1000,
        "machine": machine(),
    }


async def _one(aisle: Aisle, number: int, times: _Times) -> None:
    conversation = await _talk(aisle, number)
    desk = aisle.assistant.desk
    began, own = time.perf_counter(), time.process_time()
    await desk.claim(conversation, ADA)
    await aisle.copilot.summary(conversation)
    times.summary.append(time.perf_counter() - began)
    await aisle.copilot.suggest(conversation, ADA)
    times.draft.append(time.perf_counter() - began)
    times.cpu.append(time.process_time() - own)


async def _talk(aisle: Aisle, number: int) -> ConversationId:
    """What is said last is open: the agent claims before anybody has answered it."""
    conversation, _ = await aisle.assistant.start(channel="web")
    talk = TALKS[number % len(TALKS)]
    for place, text in enumerate((*talk, "I want to talk to a person")):
        received = await aisle.assistant.receive(conversation, text, client_id=f"b{place}", channel="web")
        await aisle.assistant.wait_for_reply(conversation, received.seq, timeout=WARM_SECONDS)
    await aisle.assistant.receive(conversation, talk[0], client_id="last", channel="web")
    return conversation


def _spread(seconds: list[float]) -> dict[str, float]:
    in_ms = [one * 1000 for one in seconds]
    return {name: round(percentile(in_ms, share), 1) for name, share in (("p50", 0.5), ("p95", 0.95), ("max", 1.0))}
