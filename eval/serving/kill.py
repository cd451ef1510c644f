"""`aisle bench holds kill`: the embedded engine dies by kill -9 under the whole assistant while customers talk.

Above: `serving_command`. Below: `serving_turns`, `serving_replicas`, `model_serving.serving`.
"""

from __future__ import annotations

import signal
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import anyio

from eval.serving.embedded import embedded
from eval.serving.engine import Tell
from eval.serving.replicas import PATIENT, engines
from eval.serving.turns import QUESTIONS, Turns, held, open_shop, settled
from model_serving.chat import ChatMessage, ModelDelta
from model_serving.errors import ModelUnavailable
from model_serving.ports import LanguageModel
from model_serving.serving import open_language_model
from model_serving.waiting import wait_until_ready


class Counting:
    """LanguageModel that knows how many replies have begun and not ended."""

    def __init__(self, model: LanguageModel) -> None:
        self._model = model
        self.begun: set[int] = set()
        self._numbers = iter(range(10**9))

    @property
    def name(self) -> str:
        return self._model.name

    async def ready(self) -> bool:
        return await self._model.ready()

    @asynccontextmanager
    async def stream(self, messages: Sequence[ChatMessage], **asked: Any) -> AsyncIterator[AsyncIterator[ModelDelta]]:
        number = next(self._numbers)
        try:
            async with self._model.stream(messages, **asked) as deltas:
                yield self._noting(deltas, number)
        finally:
            self.begun.discard(number)

    async def _noting(self, deltas: AsyncIterator[ModelDelta], number: int) -> AsyncIterator[ModelDelta]:
        async for delta in deltas:
            self.begun.add(number)
            yield delta


async def bench_kill(*, home: Path, conversations: int = 100, slots: int = 8, tell: Tell) -> dict[str, Any]:
    """`slots` replies are being written and the other turns wait for a place when the engine dies."""
    settings = embedded(slots=slots, waiting=conversations, longest_wait=PATIENT, standing=float("inf"))
    with tempfile.TemporaryDirectory() as scratch:
        async with open_language_model(settings, home=home, on_progress=tell) as model:
            if model is None:
                raise ModelUnavailable("there is no embedded engine", way_out="pip install xllamacpp")
            await wait_until_ready(model, timeout=120)
            counting = Counting(model)
            async with open_shop(counting, home=home, scratch=Path(scratch), deadline=PATIENT) as (_, shoppers):
                await shoppers.visit(Turns())
                before, turns, killed = held(), Turns(), _Kill()
                async with anyio.create_task_group() as tasks:
                    for number in range(conversations):
                        tasks.start_soon(shoppers.visit, turns, [QUESTIONS[number % len(QUESTIONS)]])
                    tasks.start_soon(killed.when_begun, counting, slots, "llama_cpp_server")
                tell(f"all {conversations} turns ended {time.monotonic() - killed.at:.1f} s after the kill")
                await _well_again(model)
                again = time.monotonic() - killed.at
                after = Turns()
                await shoppers.visit(after, QUESTIONS[:1] * 3)
                left = await settled(before)
    return {
        "conversations": conversations,
        "being_written_at_the_kill": killed.begun,
        **turns.figures(),
        "engine_again_after_s": round(again, 1),
        "turns_after_it": after.figures(),
        "left_behind": left.less(before),
    }


async def _well_again(model: LanguageModel) -> None:
    """The engine answers, and the breaker has had its rest."""
    with anyio.move_on_after(120):
        while True:
            if await model.ready():
                return
            await anyio.sleep(0.05)


@dataclass(slots=True)
class _Kill:
    at: float = 0.0
    begun: int = 0

    async def when_begun(self, counting: Counting, enough: int, mark: str) -> None:
        with anyio.move_on_after(PATIENT):
            while True:
                if len(counting.begun) >= min(enough, 4):
                    break
                await anyio.sleep(0.002)
        self.begun = len(counting.begun)
        self.at = time.monotonic()
        for engine in engines(mark):
            engine.send_signal(signal.SIGKILL)
