"""`aisle bench holds replicas`: of two vLLM replicas behind vllm-router, one dies by kill -9 under a steady load.

Above: `serving_command`, `serving_gpu`. Below: `serving_engine`, `model_serving.serving`; nothing of the assistant.
"""

from __future__ import annotations

import os
import signal
import tempfile
import time
from collections import Counter
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import anyio
import psutil

from eval.serving.engine import Tell, milliseconds, prompt
from model_serving.affinity import session_id
from model_serving.chat import Sampling
from model_serving.errors import ModelError, ModelUnavailable
from model_serving.ports import LanguageModel
from model_serving.serving import open_language_model
from model_serving.settings import ModelSettings
from model_serving.waiting import wait_until_ready

PATIENT = 60.0
"""Seconds. Longer than any reply here: the kill and no deadline decides."""


def engines(mark: str, root: int | None = None) -> list[psutil.Process]:
    """Engines of ours by a word of their command line, without their guards."""
    found = []
    for child in psutil.Process(root or os.getpid()).children(recursive=True):
        try:
            line = " ".join(child.cmdline())
        except psutil.NoSuchProcess:
            continue
        if mark in line and "engines.guard" not in line:
            found.append(child)
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """One request. `began` on the monotonic clock; `first_word` and `took` in seconds from then, 0 for no word."""

    began: float
    outcome: str
    took: float
    first_word: float = 0.0


@dataclass(slots=True)
class Steady:
    """A load that never stops asking: each worker a conversation after the other."""

    model: LanguageModel
    tokens: int
    ended: list[Ended] = field(default_factory=list)
    stopping: bool = False
    _numbers: Any = field(default_factory=lambda: iter(range(10**9)))

    async def work(self) -> None:
        while not self.stopping:
            number = next(self._numbers)
            session_id.set(f"conversation-{number}")
            self.ended.append(await self._one(number))

    async def _one(self, number: int) -> Ended:
        began, first = time.monotonic(), 0.0
        asked = prompt(96, f"Which would you take for walk {number}?")
        outcome = "written"
        try:
            async with self.model.stream(asked, sampling=Sampling(max_tokens=self.tokens), deadline=PATIENT) as deltas:
                async for _ in deltas:
                    first = first or time.monotonic() - began
        except ModelError as error:
            outcome = "broken" if first else f"failed: {type(error).__name__}"
        return Ended(began=began, outcome=outcome, took=time.monotonic() - began, first_word=first)


async def bench_replicas(
    settings: ModelSettings, *, at_once: int = 16, seconds: float = 20.0, tokens: int = 24, tell: Tell
) -> dict[str, Any]:
    """Requests that had not begun must not fail; streams that had are told as broken, and a writer begins them again."""
    if settings.engine != "vllm":
        raise ModelUnavailable("replicas are vLLM's", way_out="set AISLE_MODEL_ENGINE=vllm and AISLE_MODEL_PATH")
    chosen = settings.model_copy(
        update={"replicas": 2, "at_once": at_once, "waiting": 4 * at_once, "longest_wait": PATIENT, "standing": 1e9}
    )
    async with AsyncExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory()))  # its logs tell when all replicas listen
        model = await stack.enter_async_context(open_language_model(chosen, home=home, on_progress=tell))
        assert model is not None
        await wait_until_ready(model, timeout=900)
        await _all_listen(home, 2)
        load = Steady(model=model, tokens=tokens)
        async with anyio.create_task_group() as tasks:
            for _ in range(at_once):
                tasks.start_soon(load.work)
            await anyio.sleep(seconds / 2)
            victim = engines("api_server")[0]
            killed = time.monotonic()
            victim.send_signal(signal.SIGKILL)
            tell(f"replica {victim.pid} killed after {len(load.ended)} requests")
            await anyio.sleep(seconds)
            load.stopping = True
    return _moved(load, killed, at_once)


def _moved(load: Steady, killed: float, at_once: int) -> dict[str, Any]:
    outcomes = Counter(one.outcome for one in load.ended)
    new = [one for one in load.ended if one.began >= killed]
    trouble = [one.began - killed for one in new if one.outcome != "written"]
    calm = [one.took for one in load.ended if one.outcome == "written" and one.began + one.took < killed]
    spoke = [one.began - killed + one.first_word for one in new if one.first_word]
    return {
        "at_once": at_once,
        "outcomes": dict(outcomes),
        "not_begun_and_failed": sum(count for outcome, count in outcomes.items() if outcome.startswith("failed")),
        "broken_streams": outcomes["broken"],
        "first_word_of_a_new_request_after_s": round(min(spoke), 2) if spoke else None,
        "last_trouble_of_a_new_request_after_s": round(max(trouble, default=0.0), 2),
        "reply_ms_before": milliseconds(calm),
        "reply_ms_of_new_requests": milliseconds([one.took for one in new if one.outcome == "written"]),
        "first_word_ms_of_new_requests": milliseconds([one.first_word for one in new if one.first_word]),
        "slowest_s": round(max((one.took for one in load.ended), default=0.0), 2),
    }


async def _all_listen(home: Path, count: int) -> None:
    """Until every replica's log says that it listens, and the router has looked once more."""
    logs = [home / "logs" / f"vllm-{number}.log" for number in range(count)]
    with anyio.fail_after(900):
        while True:
            if all(log.exists() and "startup complete" in log.read_text(errors="replace") for log in logs):
                break
            await anyio.sleep(0.5)
    await anyio.sleep(3)
