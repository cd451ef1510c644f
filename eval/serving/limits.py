"""`aisle bench holds cancel`, `… prefix`, `… overload`: how soon an engine stops, remembers, and is protected from too much.

Over the engine that the settings name, llama.cpp or vLLM. Above: `serving_command`. Below: `serving_engine`.
"""

from __future__ import annotations

import random
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import anyio
import anyio.lowlevel

from eval.metrics import percentile
from eval.serving.engine import PATIENT, Measured, Stream, Tell, hold, measured_engine, milliseconds, prompt
from model_serving.admission import Admission, AdmittedModel
from model_serving.chat import ChatMessage, Sampling
from model_serving.errors import ModelError, Overloaded
from model_serving.ports import LanguageModel
from model_serving.router import RoutedModel, route
from model_serving.second_try import SecondTry
from model_serving.settings import ModelSettings

STORY = (ChatMessage(role="user", content="Tell a very long story about a tent, a lamp and a walk."),)
IDLE_WITHIN = 30.0
SETTLING = 4.0
"""Seconds of an overload that are offered and not counted: a queue takes a second to be known as one that stands, and who
joined it before may still be served late."""


async def bench_cancel(settings: ModelSettings, *, home: Path, times: int = 20, tell: Tell) -> dict[str, Any]:
    """From the moment that a reader leaves until the engine says that it is idle: midway in a reply, and before its first
    word, while a long prompt is read. The asking itself takes part of that time."""
    async with measured_engine(settings, home=home, tell=tell) as here:
        await hold(here.model, [STORY], at_once=1, tokens=4)
        midway = [await _left_midway(here) for _ in range(times)]
        tell("midway: done")
        early = [await _left_early(here, number) for number in range(times)]
        return {"engine": here.kind, "midway_ms": milliseconds(midway), "before_the_first_word_ms": milliseconds(early)}


async def _left_midway(here: Measured) -> float:
    async with here.model.stream(STORY, sampling=Sampling(max_tokens=1000), deadline=PATIENT) as deltas:
        await anext(deltas)
    return await _until(here, busy=False)


async def _left_early(here: Measured, number: int) -> float:
    """The prompt begins anew each time, so that no cache spares the engine its work."""
    asked = prompt(1200, "Which one?", begins=f"Shelf {number} of {time.time_ns()}. ")
    with anyio.CancelScope() as scope:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(_ask, here, asked)
            await _until(here, busy=True)
            scope.cancel()
    return await _until(here, busy=False)


async def _ask(here: Measured, asked: list[ChatMessage]) -> None:
    async with here.model.stream(asked, sampling=Sampling(max_tokens=200), deadline=PATIENT) as deltas:
        async for _ in deltas:
            pass


async def _until(here: Measured, *, busy: bool) -> float:
    """Seconds; IDLE_WITHIN at most."""
    began = time.perf_counter()
    while bool(await here.busy()) != busy and time.perf_counter() - began < IDLE_WITHIN:
        await anyio.lowlevel.checkpoint()
    return time.perf_counter() - began


async def bench_prefix(
    settings: ModelSettings, *, home: Path, tokens: int = 1700, times: int = 5, tell: Tell
) -> dict[str, Any]:
    """The first word after a long prompt, its beginning known to the engine and not, in turn."""
    async with measured_engine(settings, home=home, tell=tell) as here:
        shared = f"Shelf of {time.time_ns()}. "
        await hold(here.model, [prompt(tokens, "Which is first?", begins=shared)], at_once=1, tokens=2)
        hit: list[Stream] = []
        fresh: list[Stream] = []
        for number in range(times):
            new = prompt(tokens, "Which is best?", begins=f"Shelf {number} of {time.time_ns()}. ")
            known = prompt(tokens, f"Which is best for {number + 2} people?", begins=shared)
            for questions, where in ((new, fresh), (known, hit)):
                found, _ = await hold(here.model, [questions], at_once=1, tokens=2)
                where += found.whole
            tell(f"{number + 1} of {times}")
    ratio = percentile([one.first_word for one in hit], 0.5) / percentile([one.first_word for one in fresh], 0.5)
    return {
        "engine": here.kind,
        "prompt_tokens": fresh[0].prompt_tokens,
        "cached_tokens_of_a_hit": min(one.cached_tokens for one in hit),
        "first_word_fresh_ms": milliseconds([one.first_word for one in fresh]),
        "first_word_hit_ms": milliseconds([one.first_word for one in hit]),
        "hit_against_fresh": round(ratio, 3),
    }


@dataclass(slots=True)
class Load:
    """Seconds from the call."""

    first_words: list[float] = field(default_factory=list)
    refused: list[float] = field(default_factory=list)
    retry_after: list[float] = field(default_factory=list)
    failed: dict[str, int] = field(default_factory=dict)

    async def ask(self, model: LanguageModel, asked: list[ChatMessage], tokens: int) -> None:
        began = time.perf_counter()
        try:
            async with model.stream(asked, sampling=Sampling(max_tokens=tokens), deadline=PATIENT) as deltas:
                await anext(deltas)
                self.first_words.append(time.perf_counter() - began)
                async for _ in deltas:
                    pass
        except Overloaded as refused:
            self.refused.append(time.perf_counter() - began)
            self.retry_after.append(refused.retry_after)
        except ModelError as error:
            name = type(error).__name__
            self.failed[name] = self.failed.get(name, 0) + 1


async def bench_overload(
    settings: ModelSettings, *, home: Path, seconds: float = 30.0, times: float = 3.0, tokens: int = 32, tell: Tell
) -> dict[str, Any]:
    """Capacity is what the engine's places finish, each always taken; then strangers come at random, `times` as often."""
    async with measured_engine(settings, home=home, tell=tell) as here:
        places = settings.slots if here.kind == "llama_cpp" else settings.at_once
        admission = Admission(
            slots=places, waiting=settings.waiting, longest_wait=settings.longest_wait, standing=settings.standing
        )
        model = RoutedModel([route(AdmittedModel(SecondTry(here.model), admission))])
        await hold(model, [_question(number) for number in range(2 * places)], at_once=places, tokens=tokens)
        unloaded, _ = await hold(model, [_question(number) for number in range(20)], at_once=1, tokens=tokens)
        full, took = await hold(
            model, [_question(number) for number in range(8 * places)], at_once=places, tokens=tokens
        )
        capacity = len(full.whole) / took
        tell(f"capacity {capacity:.1f} replies a second at {places} places; {times:g} times that for {seconds:.0f} s")
        load = await _strangers(model, capacity * times, seconds, tokens)
    alone = percentile([one.first_word for one in unloaded.whole], 0.95)
    at_capacity = percentile([one.first_word for one in full.whole], 0.95)
    accepted = percentile(load.first_words, 0.95)
    return {
        "engine": here.kind,
        "places": places,
        "capacity_a_second": round(capacity, 2),
        "offered_a_second": round(capacity * times, 2),
        "accepted": len(load.first_words),
        "refused": len(load.refused),
        "failed": load.failed,
        "first_word_unloaded_ms": milliseconds([one.first_word for one in unloaded.whole]),
        "first_word_at_capacity_ms": milliseconds([one.first_word for one in full.whole]),
        "first_word_accepted_ms": milliseconds(load.first_words),
        "accepted_p95_against_unloaded": round(accepted / alone, 2),
        "accepted_p95_against_capacity": round(accepted / at_capacity, 2),
        "refused_after_ms": milliseconds(load.refused),
        "refused_with_retry_after": sum(after > 0 for after in load.retry_after),
        "share_of_capacity_used": round(len(load.first_words) / seconds / capacity, 2),
    }


async def _strangers(model: LanguageModel, a_second: float, seconds: float, tokens: int, *, seed: int = 5) -> Load:
    load, drawn = Load(), random.Random(seed)
    until, number = time.perf_counter() + seconds, 0
    counted_from, uncounted = time.perf_counter() + SETTLING, Load()
    until += SETTLING
    async with anyio.create_task_group() as tasks:
        while (now := time.perf_counter()) < until:
            counted = load if now >= counted_from else uncounted
            tasks.start_soon(counted.ask, model, _question(number), tokens)
            number += 1
            await anyio.sleep(drawn.expovariate(a_second))
    return load


def _question(number: int) -> list[ChatMessage]:
    return prompt(200, f"Which of them would you take for walk {number}?")
