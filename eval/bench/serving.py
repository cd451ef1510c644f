"""`aisle bench serving`: the engine alone and behind our client, queue and router, side by side in the same run.

Prompts are the writer's own layout over conversations of several turns, so prefix caches see what they will see. The
engine alone is asked with a bare HTTP client, as a load generator would. Below: `model_serving`. Above: `command_line`.
"""

from __future__ import annotations

import json
import math
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Protocol

import anyio
import httpx

from assistant.answering.prompt import writer_messages
from assistant.conversation import Spoken
from eval.metrics import percentile
from model_serving.admission import Admission, AdmittedModel
from model_serving.affinity import session_id
from model_serving.chat import ChatMessage, Sampling
from model_serving.choosing import choose_engine, model_name, prepare_launch
from model_serving.engines import vllm_router
from model_serving.engines.child import watched
from model_serving.errors import ModelUnavailable, Overloaded
from model_serving.language_models.openai_protocol import Endpoint, headers, open_openai_model
from model_serving.language_models.openai_wire import Dialect, request_body
from model_serving.ports import LanguageModel
from model_serving.router import RoutedModel, route
from model_serving.second_try import SecondTry
from model_serving.settings import ModelSettings

TURNS = 6
TOKENS = 32
DEADLINE = 300.0
DRAFTS = (
    ("i need a 2 person tent under {n}", "Here is what I found for tents under ${n}:"),
    ("is the first one waterproof?", "Yes, the Ridge {n} is waterproof: its flysheet holds 3000 mm."),
    ("how heavy is it", "The Ridge {n} weighs 2.1 kg with its bag."),
    ("anything cheaper?", "The Vale {n} is cheaper, and it is in stock in two stores."),
    ("add that one to my cart", "I put one Vale {n} into your cart. Anything else?"),
    ("how long can i return it?", "You have 30 days from delivery to return order {n}."),
)
"""(what the customer says, the draft to reword); {n} keeps conversations apart."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One request, answered. Seconds."""

    ttft: float
    seconds: float
    tokens: int
    prompt_tokens: int
    cached_tokens: int


@dataclass(slots=True)
class Load:
    answered: list[Asked] = field(default_factory=list)
    refused: int = 0
    failed: int = 0
    cpu: float = 0.0
    """Seconds of this process's own: what a side costs whatever else the machine does."""


class Side(Protocol):
    """The engine alone, or ours before it."""

    async def ask(self, messages: Sequence[ChatMessage], conversation: str) -> Asked: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Alone:
    client: httpx.AsyncClient
    endpoint: Endpoint

    async def ask(self, messages: Sequence[ChatMessage], conversation: str) -> Asked:
        body = request_body(
            self.endpoint.model,
            messages,
            tools=(),
            schema=None,
            sampling=Sampling(max_tokens=TOKENS),
            priority="live",
            dialect=self.endpoint.dialect,
        )
        began, first, count = time.perf_counter(), 0.0, 0
        usage: dict[str, Any] = {}
        url = f"{self.endpoint.url}/v1/chat/completions"
        async with self.client.stream("POST", url, json=body, headers=headers(self.endpoint)) as response:
            response.raise_for_status()
            async for line in response.aiter_lines():
                if not line.startswith("data: ") or line == "data: [DONE]":
                    continue
                chunk = json.loads(line[6:])
                usage = chunk.get("usage") or usage
                if any((choice.get("delta") or {}).get("content") for choice in chunk.get("choices") or ()):
                    first = first or time.perf_counter()
                    count += 1
        details = usage.get("prompt_tokens_details") or {}
        return Asked(
            ttft=first - began,
            seconds=time.perf_counter() - began,
            tokens=usage.get("completion_tokens") or count,
            prompt_tokens=usage.get("prompt_tokens") or 0,
            cached_tokens=details.get("cached_tokens") or 0,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Ours:
    model: LanguageModel

    async def ask(self, messages: Sequence[ChatMessage], conversation: str) -> Asked:
        session_id.set(conversation)
        began, first = time.perf_counter(), 0.0
        async with self.model.stream(messages, sampling=Sampling(max_tokens=TOKENS), deadline=DEADLINE) as deltas:
            async for delta in deltas:
                if delta.text:
                    first = first or time.perf_counter()
                last = delta
        usage = last.usage
        assert usage is not None
        return Asked(
            ttft=first - began,
            seconds=time.perf_counter() - began,
            tokens=usage.completion_tokens,
            prompt_tokens=usage.prompt_tokens,
            cached_tokens=usage.cached_tokens,
        )


async def bench_serving(
    settings: ModelSettings,
    *,
    home: Path,
    at_once: Sequence[int],
    rounds: int,
    conversations: int,
    tell: Callable[[str], None] = lambda line: None,
) -> dict[str, Any]:
    """By load: TTFT, time between tokens, tokens a second, cache hits; all sides in turn, `rounds` times. Before vLLM the
    third side has vllm-router between our client and the engine.

    Raises ModelUnavailable where no engine of our own can be started.
    """
    engine, why_none = choose_engine(settings)
    if engine not in ("llama_cpp", "vllm"):
        raise ModelUnavailable("there is no engine of our own to measure", way_out=why_none or "unset the endpoint")
    name = model_name(settings, engine)
    report: dict[str, Any] = {"engine": engine, "model": name, "tokens_a_reply": TOKENS, "turns": TURNS}
    dialect: Dialect = "vllm" if engine == "vllm" else "llama_cpp"
    slots = settings.slots if engine == "llama_cpp" else settings.at_once
    async with _sides(settings, dialect, name, slots=slots, most=max(at_once), home=home) as sides:
        for side in sides.values():
            await _talk(side, "warm", 0)
        for load in at_once:
            report[f"{load}_at_once"] = found = await _compared(sides, load, rounds, max(conversations, load))
            tell(f"{load} at once: {found['share_of_throughput']} of the engine's throughput")
    return report


@asynccontextmanager
async def _sides(
    settings: ModelSettings, dialect: Dialect, name: str, *, slots: int, most: int, home: Path
) -> AsyncIterator[dict[str, Side]]:
    launch = await prepare_launch(
        settings,
        dialect if dialect == "vllm" else "llama_cpp",
        name=name,
        api_key="bench",
        home=home,
        on_progress=print,
    )
    async with watched(launch, log_path=home / "logs" / "bench.log") as engine:
        await engine.wait_ready(timeout=launch.start_timeout + 30)

        def locate() -> Endpoint:
            return Endpoint(url=engine.address, model=name, dialect=dialect, api_key="bench")

        limits = httpx.Limits(max_connections=512, max_keepalive_connections=32)
        async with (
            httpx.AsyncClient(timeout=DEADLINE, trust_env=False, limits=limits) as client,
            open_openai_model(name, locate) as model,
        ):
            admission = Admission(slots=slots, waiting=2 * most, longest_wait=DEADLINE, standing=math.inf)
            ours = RoutedModel([route(AdmittedModel(SecondTry(model), admission))])
            sides: dict[str, Side] = {"alone": Alone(client=client, endpoint=locate()), "ours": Ours(model=ours)}
            if dialect != "vllm" or not vllm_router.installed():
                yield sides
                return
            async with _behind_router(locate(), most=most, home=home) as routed:
                yield {**sides, "ours_and_vllm_router": Ours(model=routed)}


@asynccontextmanager
async def _behind_router(endpoint: Endpoint, *, most: int, home: Path) -> AsyncIterator[LanguageModel]:
    """The same engine once more, as the only replica of a router."""
    launch = vllm_router.launch(vllm_router.RouterOptions(workers=[endpoint.url], at_once=2 * most))
    async with watched(launch, log_path=home / "logs" / "bench-router.log") as router:
        await router.wait_ready(timeout=launch.start_timeout + 30)
        through = replace(endpoint, url=router.address, ready_path="/readiness")
        async with open_openai_model(endpoint.model, lambda: through) as model:
            admission = Admission(slots=2 * most, waiting=2 * most, longest_wait=DEADLINE, standing=math.inf)
            yield RoutedModel([route(AdmittedModel(SecondTry(model), admission))])


async def _compared(sides: dict[str, Side], load: int, rounds: int, conversations: int) -> dict[str, Any]:
    loads = {name: Load() for name in sides}
    walls = dict.fromkeys(sides, 0.0)
    for number in range(rounds):
        order = list(sides) if number % 2 == 0 else list(reversed(sides))
        for name in order:  # the machine's moods fall on both
            began, used = time.perf_counter(), time.process_time()
            await _hold(sides[name], loads[name], load, conversations, f"{name}-{number}")
            walls[name] += time.perf_counter() - began
            loads[name].cpu += time.process_time() - used
    found: dict[str, Any] = {name: _figures(loads[name], walls[name]) for name in sides}
    for name in sides:
        if name != "alone":
            ending = name.removeprefix("ours")
            found[f"share_of_throughput{ending}"], found[f"added_ttft_ms{ending}"] = _against(
                found["alone"], found[name]
            )
    return found


def _against(alone: Mapping[str, Any], ours: Mapping[str, Any]) -> tuple[float, dict[str, float]]:
    """Our share of the engine's throughput, and what we add before the first word."""
    added = {p: round(ours["ttft_ms"][p] - alone["ttft_ms"][p], 2) for p in ("p50", "p95", "p99")}
    return round(ours["tokens_a_second"] / max(1e-9, alone["tokens_a_second"]), 3), added


async def _hold(side: Side, load: Load, at_once: int, conversations: int, run: str) -> None:
    waiting = list(range(conversations))

    async def talk() -> None:
        while waiting:
            load.answered += await _talk(side, run, waiting.pop(), load)

    async with anyio.create_task_group() as tasks:
        for _ in range(at_once):
            tasks.start_soon(talk)


async def _talk(side: Side, run: str, number: int, load: Load | None = None) -> list[Asked]:
    """One conversation, its turns one after the other."""
    told: list[Asked] = []
    transcript: list[Spoken] = []
    for turn in range(TURNS):
        said, draft = (words.format(n=100 + number * 7 + len(run)) for words in DRAFTS[turn % len(DRAFTS)])
        try:
            told.append(await side.ask(writer_messages(draft, said, transcript), f"{run}-{number}"))
        except Overloaded:
            if load is not None:
                load.refused += 1
        transcript += [_spoken("customer", said), _spoken("assistant", draft)]
    return told


def _spoken(who: Any, text: str) -> Spoken:
    return Spoken(seq=0, who=who, text=text)


def _figures(load: Load, wall: float) -> dict[str, Any]:
    asked = load.answered
    between = [(one.seconds - one.ttft) / (one.tokens - 1) for one in asked if one.tokens > 1]
    prompt, cached = sum(one.prompt_tokens for one in asked), sum(one.cached_tokens for one in asked)
    return {
        "requests": len(asked),
        "refused": load.refused,
        "ttft_ms": _percentiles([one.ttft for one in asked]),
        "between_tokens_ms": _percentiles(between),
        "tokens_a_second": round(sum(one.tokens for one in asked) / wall, 1),
        "cached_share_of_prompt": round(cached / prompt, 3) if prompt else 0.0,
        "client_cpu_ms_a_request": round(load.cpu / max(1, len(asked)) * 1000, 2),
    }


def _percentiles(seconds: Sequence[float]) -> dict[str, float]:
    shares = (("p50", 0.5), ("p95", 0.95), ("p99", 0.99))
    return {name: round(percentile(seconds, share) * 1000, 2) for name, share in shares}
