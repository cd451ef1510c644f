"""One engine of ours under measurement: started as the product starts it, asked through the product's client, and watched.

`serving_embedded` and `serving_limits` measure with it. Below: `model_serving`.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import anyio
import httpx
import psutil

from eval.metrics import percentile
from model_serving.chat import ChatMessage, Sampling
from model_serving.choosing import choose_engine, model_name, prepare_launch
from model_serving.engines.child import EngineProcess, watched
from model_serving.errors import ModelError, ModelUnavailable
from model_serving.language_models.openai_protocol import Endpoint, OpenAIModel, open_openai_model
from model_serving.ports import LanguageModel
from model_serving.settings import ModelSettings

Tell = Callable[[str], None]
KEY = "bench"
PATIENT = 300.0
"""Seconds. Benches wait; the product does not."""
SHELF = "The {n} is a sturdy tent for {n} people with poles, pegs and a bag; it weighs {n}.4 kg and stands in a storm. "
"""Some 30 tokens."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """An engine and our client of it."""

    engine: EngineProcess
    model: OpenAIModel
    kind: str

    async def busy(self) -> int:
        """Requests that it works at now, by its own account."""
        path = "/slots" if self.kind == "llama_cpp" else "/metrics"
        async with httpx.AsyncClient(trust_env=False, timeout=30) as client:
            told = await client.get(
                f"{self.engine.address}{path}", headers={"Authorization": f"Bearer {KEY}", "Connection": "close"}
            )
        if self.kind == "llama_cpp":
            return sum(bool(slot["is_processing"]) for slot in told.json())
        gauges = ("vllm:num_requests_running{", "vllm:num_requests_waiting{")
        return sum(int(float(line.rsplit(" ", 1)[1])) for line in told.text.splitlines() if line.startswith(gauges))

    def memory_mib(self) -> float:
        """Of the engine's process tree."""
        tree = psutil.Process(self.engine.pid).children(recursive=True)
        used: int = sum(process.memory_info().rss for process in tree)
        return round(used / (1 << 20), 1)


@asynccontextmanager
async def measured_engine(settings: ModelSettings, *, home: Path, tell: Tell) -> AsyncIterator[Measured]:
    """Raises ModelUnavailable where the settings name no engine of our own."""
    kind, why_none = choose_engine(settings)
    if kind not in ("llama_cpp", "vllm"):
        raise ModelUnavailable("there is no engine of our own to measure", way_out=why_none or "unset the endpoint")
    name = model_name(settings, kind)
    launch = await prepare_launch(settings, kind, name=name, api_key=KEY, home=home, on_progress=tell)
    async with watched(launch, log_path=home / "logs" / "bench.log") as engine:
        await engine.wait_ready(timeout=launch.start_timeout + 30)

        def locate() -> Endpoint:
            return Endpoint(
                url=engine.address, model=name, dialect="vllm" if kind == "vllm" else "llama_cpp", api_key=KEY
            )

        async with open_openai_model(name, locate) as model:
            yield Measured(engine=engine, model=model, kind=kind)


def prompt(tokens: int, question: str, *, begins: str = "") -> list[ChatMessage]:
    """Some `tokens` that never change, after `begins`, and a question that does."""
    shelf = "".join(SHELF.format(n=number) for number in range(2, 2 + max(1, tokens // 32)))
    return [
        ChatMessage(role="system", content=f"{begins}{shelf}"),
        ChatMessage(role="user", content=question),
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream:
    """Seconds."""

    first_word: float
    seconds: float
    tokens: int
    prompt_tokens: int
    cached_tokens: int


@dataclass(slots=True)
class Streams:
    whole: list[Stream] = field(default_factory=list)
    dropped: dict[str, int] = field(default_factory=dict)
    """By error."""

    def figures(self, seconds: float) -> dict[str, Any]:
        prompt_tokens = sum(one.prompt_tokens for one in self.whole)
        return {
            "streams": len(self.whole),
            "dropped": self.dropped,
            "first_word_ms": milliseconds([one.first_word for one in self.whole]),
            "tokens_a_second": round(sum(one.tokens for one in self.whole) / seconds, 1),
            "cached_share_of_prompt": round(sum(one.cached_tokens for one in self.whole) / max(1, prompt_tokens), 3),
        }


def milliseconds(seconds: Sequence[float]) -> dict[str, float]:
    return {
        name: round(percentile(seconds, share) * 1000, 1) for name, share in (("p50", 0.5), ("p95", 0.95), ("max", 1.0))
    }


async def stream(model: LanguageModel, messages: Sequence[ChatMessage], *, tokens: int) -> Stream:
    """Raises ModelError."""
    began, first = time.perf_counter(), 0.0
    async with model.stream(messages, sampling=Sampling(max_tokens=tokens), deadline=PATIENT) as deltas:
        async for delta in deltas:
            first = first or time.perf_counter()
            last = delta
    usage = last.usage
    return Stream(
        first_word=first - began,
        seconds=time.perf_counter() - began,
        tokens=usage.completion_tokens if usage else 0,
        prompt_tokens=usage.prompt_tokens if usage else 0,
        cached_tokens=usage.cached_tokens if usage else 0,
    )


async def hold(
    model: LanguageModel,
    questions: Sequence[Sequence[ChatMessage]],
    *,
    at_once: int,
    tokens: int,
    every: Callable[[int], None] = lambda done: None,
) -> tuple[Streams, float]:
    """All questions, so many at once, each worker going on when its stream ends; and the seconds that it took."""
    found, left, done = Streams(), iter(questions), itertools.count(1)
    began = time.perf_counter()

    async def work() -> None:
        for messages in left:
            try:
                found.whole.append(await stream(model, messages, tokens=tokens))
            except ModelError as error:
                name = type(error).__name__
                found.dropped[name] = found.dropped.get(name, 0) + 1
            every(next(done))

    async with anyio.create_task_group() as tasks:
        for _ in range(at_once):
            tasks.start_soon(work)
    return found, time.perf_counter() - began
