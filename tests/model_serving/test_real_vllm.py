"""What we count on of the real vLLM: cancellation, priorities, prefixes, admission, replicas that die."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import AsyncIterator
from pathlib import Path

import anyio
import httpx
import psutil
import pytest

from model_serving.affinity import session_id
from model_serving.chat import ChatMessage, Priority, Sampling
from model_serving.choosing import prepare_launch
from model_serving.engines.child import EngineProcess, watched
from model_serving.errors import ModelError
from model_serving.language_models.openai_protocol import Endpoint, OpenAIModel, open_openai_model
from model_serving.ports import LanguageModel
from model_serving.serving import open_language_model
from model_serving.waiting import wait_until_ready
from tests.model_serving.vllm_here import NEEDS_VLLM, vllm_settings

pytestmark = [pytest.mark.anyio, *NEEDS_VLLM]

STORY = (ChatMessage(role="user", content="Tell a long story about a tent, a lamp and a very long walk."),)


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    return "asyncio"


class Served:
    """One engine, a plain client of it, and its metrics."""

    def __init__(self, engine: EngineProcess, model: OpenAIModel) -> None:
        self.engine, self.model = engine, model

    async def metric(self, name: str) -> float:
        async with httpx.AsyncClient(trust_env=False) as client:
            text = (await client.get(f"{self.engine.address}/metrics")).text
        return sum(float(line.rsplit(" ", 1)[1]) for line in text.splitlines() if line.startswith(f"vllm:{name}{{"))


@pytest.fixture(scope="module")
async def served(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Served]:
    home = tmp_path_factory.mktemp("home")
    settings = vllm_settings(extra="--enforce-eager --max-num-seqs 2", queued_requests=8)
    launch = await prepare_launch(settings, "vllm", name="m", api_key="k", home=home, on_progress=lambda line: None)
    async with watched(launch, log_path=home / "vllm.log") as engine:
        await engine.wait_ready(timeout=300)

        def locate() -> Endpoint:
            return Endpoint(url=engine.address, model="m", dialect="vllm", api_key="k")

        async with open_openai_model("m", locate) as model:
            yield Served(engine, model)


async def whole(model: LanguageModel, *, tokens: int, priority: Priority = "live", deadline: float = 120.0) -> float:
    """Seconds until the reply was whole."""
    began = time.monotonic()
    async with model.stream(
        STORY, sampling=Sampling(max_tokens=tokens), priority=priority, deadline=deadline
    ) as deltas:
        assert "".join([delta.text async for delta in deltas])
    return time.monotonic() - began


async def test_a_reader_who_leaves_frees_the_engine_within_half_a_second(served: Served) -> None:
    async with served.model.stream(STORY, sampling=Sampling(max_tokens=800), deadline=120) as deltas:
        await anext(deltas)
        with anyio.fail_after(10):  # the engine counts a step after it has sent the step's words
            while await served.metric("num_requests_running") != 1:
                pass
    left = time.monotonic()
    while await served.metric("num_requests_running"):
        assert time.monotonic() - left < 5
    assert time.monotonic() - left < 0.5


async def test_a_customer_goes_before_work_at_night(served: Served) -> None:
    took: dict[str, list[float]] = {"live": [], "batch": []}

    async def ask(priority: Priority) -> None:
        took[priority].append(await whole(served.model, tokens=48, priority=priority))

    async with anyio.create_task_group() as tasks:
        for _ in range(6):
            tasks.start_soon(ask, "batch")
        await anyio.sleep(0.3)
        tasks.start_soon(ask, "live")
    assert took["live"][0] < max(took["batch"])
    assert took["live"][0] < sorted(took["batch"])[3]


async def test_what_the_engine_will_not_queue_is_told_as_overload_and_nobody_hangs(served: Served) -> None:
    results: list[str] = []

    async def ask() -> None:
        try:
            await whole(served.model, tokens=32)
            results.append("written")
        except ModelError as error:
            results.append(type(error).__name__)

    with anyio.fail_after(120):
        async with anyio.create_task_group() as tasks:
            for _ in range(24):
                tasks.start_soon(ask)
    assert set(results) == {"written", "Overloaded"}
    assert 8 <= results.count("written") <= 12


async def test_a_long_prefix_is_computed_once(served: Served) -> None:
    session_id.set("c_one")  # what one conversation wrote is not another's to be timed by
    shelf = " ".join(f"Item {number}: a sturdy tent with poles, pegs and a bag." for number in range(90))

    async def first_word(question: str) -> tuple[float, int]:
        messages = [ChatMessage(role="system", content=shelf), ChatMessage(role="user", content=question)]
        began = time.monotonic()
        async with served.model.stream(messages, sampling=Sampling(max_tokens=2), deadline=120) as deltas:
            await anext(deltas)
            took = time.monotonic() - began
            last = [delta async for delta in deltas][-1]
        assert last.usage is not None
        return took, last.usage.cached_tokens

    cold, nothing = await first_word("Which is the lightest?")
    warm, cached = min([await first_word(f"Which is best for {number} people?") for number in (2, 3, 4)])
    assert nothing == 0
    assert cached >= 1000
    assert warm < 0.5 * cold


def engines_below(pid: int) -> list[psutil.Process]:
    """The replicas' API servers."""
    return [
        child
        for child in psutil.Process(pid).children(recursive=True)
        if "api_server" in " ".join(child.cmdline()) and "guard" not in " ".join(child.cmdline())
    ]


async def test_a_replica_killed_under_load_loses_no_request_that_had_not_begun(tmp_path: Path) -> None:
    settings = vllm_settings(replicas=2, at_once=16, waiting=64, longest_wait=60.0, standing=float("inf"))
    async with open_language_model(settings, home=tmp_path) as model:
        assert model is not None
        await wait_until_ready(model, timeout=400)
        await _both_serve(tmp_path)
        outcome: list[str] = []
        killed_at: list[float] = []
        served_after: list[float] = []

        async def one(number: int) -> None:
            session_id.set(f"c_{number}")
            begun = False
            try:
                async with model.stream(STORY, sampling=Sampling(max_tokens=24), deadline=90) as deltas:
                    async for _ in deltas:
                        begun = True
                outcome.append("written")
                if killed_at:
                    served_after.append(time.monotonic() - killed_at[0])
            except ModelError:
                outcome.append("broken" if begun else "failed")

        async def kill() -> None:
            await anyio.sleep(2)
            victim = engines_below(os.getpid())[0]
            killed_at.append(time.monotonic())
            victim.send_signal(signal.SIGKILL)

        with anyio.fail_after(240):
            async with anyio.create_task_group() as tasks:
                for number in range(48):
                    tasks.start_soon(one, number)
                tasks.start_soon(kill)
        assert len(outcome) == 48
        assert outcome.count("failed") == 0
        assert outcome.count("written") >= 30


async def _both_serve(home: Path) -> None:
    """Until both replicas' logs say that they listen."""
    with anyio.fail_after(300):
        while not all("startup complete" in (home / "logs" / f"vllm-{n}.log").read_text() for n in (0, 1)):  # noqa: ASYNC110
            await anyio.sleep(0.5)
        await anyio.sleep(3)  # one health check of the router
