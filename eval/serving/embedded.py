"""`aisle bench holds embedded` and `… streams`: the small engine that comes along: its speed, its neighbours, its endurance.

Above: `serving_command`. Below: `serving_engine`.
"""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from eval.serving.engine import Tell, hold, measured_engine, prompt
from eval.serving.turns import held, settled
from model_serving.settings import ModelSettings

PREFIX = 400
"""Tokens that every prompt begins with, as the writer's and the planner's do."""
REPLY = 32


def embedded(**more: Any) -> ModelSettings:
    """The packaged model as it is served; `more` over what the environment says."""
    return ModelSettings(**{"engine": "llama_cpp", **more})


async def bench_embedded(
    *, home: Path, at_once: Sequence[int] = (1, 4, 8), rounds: int = 8, noisy: int = 4, tell: Tell
) -> dict[str, Any]:
    """First words and throughput with a warm prefix, and once more beside a process that takes a core."""
    report: dict[str, Any] = {"prefix_tokens": PREFIX, "reply_tokens": REPLY}
    for count in at_once:
        tell(f"{count} at once")
        report[f"{count}_at_once"] = await _measured(count, rounds, home, tell)
    tell(f"{noisy} at once beside a noisy neighbour")
    with neighbour():
        report[f"{noisy}_at_once_noisy_neighbour"] = await _measured(noisy, rounds, home, tell)
    return report


async def _measured(count: int, rounds: int, home: Path, tell: Tell) -> dict[str, Any]:
    """An engine with a slot for each: its cache is by slot, and every slot is warmed before."""
    async with measured_engine(embedded(slots=count), home=home, tell=tell) as here:
        warm = [prompt(PREFIX, f"Which one is for {number} people?") for number in range(4 * count)]
        await hold(here.model, warm, at_once=count, tokens=4)
        asked = [prompt(PREFIX, f"Which of them would you take for walk {number}?") for number in range(rounds * count)]
        found, seconds = await hold(here.model, asked, at_once=count, tokens=REPLY)
        return found.figures(seconds)


@contextmanager
def neighbour() -> Iterator[None]:
    """Another program of this machine that is always busy, ours to end."""
    process = multiprocessing.get_context("spawn").Process(target=_busy, daemon=True)
    process.start()
    try:
        yield
    finally:
        process.kill()
        process.join()


def _busy() -> None:
    while True:
        sum(range(10_000))


async def bench_streams(*, home: Path, streams: int = 10_000, at_once: int = 4, tell: Tell) -> dict[str, Any]:
    """Endurance: every stream ends whole, and nothing grows."""
    async with measured_engine(embedded(slots=at_once), home=home, tell=tell) as here:
        questions = [prompt(64, f"Is number {number} light?") for number in range(streams)]
        await hold(here.model, questions[: 8 * at_once], at_once=at_once, tokens=8)
        before, engine_before, told = held(), here.memory_mib(), time.monotonic()

        def every(done: int) -> None:
            nonlocal told
            if time.monotonic() - told > 5 or done == streams:
                told = time.monotonic()
                tell(f"{done} of {streams} streams, engine {here.memory_mib()} MiB")

        found, seconds = await hold(here.model, questions, at_once=at_once, tokens=8, every=every)
        after = await settled(before)
        return {
            **found.figures(seconds),
            "at_once": at_once,
            "seconds": round(seconds, 1),
            "engine_starts": here.engine.starts,
            "left_behind": after.less(before),
            "engine_memory_mib": {"before": engine_before, "after": here.memory_mib()},
        }
