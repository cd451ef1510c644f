"""More comes than can be served: who is served is served soon, the others are told in time, and no capacity is wasted."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass, field

import anyio
import pytest

from eval.metrics import percentile
from eval.virtual_time import simulated
from model_serving.admission import HOLD, Admission, AdmittedModel
from model_serving.chat import ChatMessage, Priority, Sampling
from model_serving.errors import Overloaded
from model_serving.language_models.scripted import ScriptedModel
from model_serving.ports import LanguageModel
from model_serving.router import RoutedModel, route
from model_serving.second_try import SecondTry

FIRST_WORD, WORD, WORDS = 0.1, 0.03, 30
SERVICE = FIRST_WORD + WORD * WORDS
HELLO = [ChatMessage(role="user", content="hello")]


@dataclass
class Seen:
    """Seconds, by priority."""

    first_words: dict[Priority, list[float]] = field(default_factory=lambda: {"live": [], "draft": [], "batch": []})
    refused_after: dict[Priority, list[float]] = field(default_factory=lambda: {"live": [], "draft": [], "batch": []})
    retry_after: list[float] = field(default_factory=list)

    async def ask(self, model: LanguageModel, priority: Priority = "live") -> None:
        began = anyio.current_time()
        try:
            async with model.stream(HELLO, priority=priority, sampling=Sampling(max_tokens=100), deadline=60) as deltas:
                await anext(deltas)
                self.first_words[priority].append(anyio.current_time() - began)
                async for _ in deltas:
                    pass
        except Overloaded as refused:
            self.refused_after[priority].append(anyio.current_time() - began)
            self.retry_after.append(refused.retry_after)


def chain(slots: int) -> LanguageModel:
    """As `serving` builds it, over an engine that takes everything."""
    engine = ScriptedModel({"": ["word "] * WORDS}, first_delay=FIRST_WORD, delay=WORD)
    return RoutedModel([route(AdmittedModel(SecondTry(engine), Admission(slots=slots)))])


async def load(model: LanguageModel, *, a_second: float, seconds: float, seen: Seen, seed: int = 3) -> None:
    drawn = random.Random(seed)
    async with anyio.create_task_group() as tasks:
        while anyio.current_time() < seconds:
            tasks.start_soon(seen.ask, model)
            await anyio.sleep(drawn.expovariate(a_second))


@pytest.mark.parametrize("slots", [2, 4, 16, 64])
def test_at_three_times_the_capacity_who_is_served_is_served_soon_and_the_rest_is_told(slots: int) -> None:
    seen, seconds = Seen(), 60.0
    simulated(load(chain(slots), a_second=3 * slots / SERVICE, seconds=seconds, seen=seen))
    served = seen.first_words["live"]
    assert percentile(served[len(served) // 10 :], 0.95) <= 2 * FIRST_WORD
    assert max(seen.refused_after["live"]) <= 3.0 and min(seen.retry_after) > 0
    assert len(served) >= 0.8 * slots * seconds / SERVICE, "the engine is kept at work"


@pytest.mark.parametrize("slots", [2, 16])
def test_a_burst_waits_and_nobody_is_refused(slots: int) -> None:
    seen = Seen()

    async def burst() -> None:
        model = chain(slots)
        async with anyio.create_task_group() as tasks:
            for _ in range(2 * slots):
                tasks.start_soon(seen.ask, model)

    simulated(burst())
    assert len(seen.first_words["live"]) == 2 * slots
    assert max(seen.first_words["live"]) == pytest.approx(SERVICE + FIRST_WORD, rel=0.05)


def test_after_an_overload_the_queue_is_trusted_again() -> None:
    seen, after = Seen(), Seen()

    async def run() -> None:
        model = chain(2)
        await load(model, a_second=6, seconds=20, seen=seen)
        await anyio.sleep(HOLD + 1)
        async with anyio.create_task_group() as tasks:
            for _ in range(4):
                tasks.start_soon(after.ask, model)

    simulated(run())
    assert seen.refused_after["live"] and len(after.first_words["live"]) == 4


def test_work_that_nobody_waits_for_keeps_its_place_in_an_overload() -> None:
    seen = Seen()

    async def run() -> None:
        model = chain(2)
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(lambda: load(model, a_second=12, seconds=20, seen=seen))
            await anyio.sleep(5)
            for _ in range(3):
                tasks.start_soon(seen.ask, model, "draft")

    simulated(run())
    assert len(seen.first_words["draft"]) + len(seen.refused_after["draft"]) == 3
    assert all(2.4 < after < 3 for after in seen.refused_after["draft"])


def test_minutes_of_load_are_simulated_in_a_moment() -> None:
    began = time.process_time()
    simulated(anyio.sleep(3600))
    assert time.process_time() - began < 5
