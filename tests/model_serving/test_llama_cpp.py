"""The embedded engine: its command line, its refusals before a start, and what only the real one can show."""

from __future__ import annotations

import os
import re
import signal
import stat
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import anyio
import httpx
import psutil
import pytest

from model_serving.chat import ChatMessage, Sampling
from model_serving.engines.child import EngineProcess, watched
from model_serving.engines.llama_cpp import LlamaCppOptions, check, command, explain, launch, thread_count
from model_serving.engines.llama_cpp_server import parse
from model_serving.errors import ModelUnavailable
from model_serving.language_models.openai_protocol import Endpoint, OpenAIModel, open_openai_model
from model_serving.weights import packaged_model
from tests.model_serving.test_gguf_file import small_model

pytestmark = pytest.mark.anyio

STORY = (ChatMessage(role="user", content="Tell a very long story about a tent."),)


def options(**changes: Any) -> LlamaCppOptions:
    return LlamaCppOptions(**{"model": packaged_model(), "alias": "m", "api_key": "secret", **changes})


def test_one_core_is_left_to_everybody_else() -> None:
    assert thread_count(0) == max(1, (os.cpu_count() or 2) - 1)
    assert thread_count(3) == 3
    assert launch(options()).environment["OMP_WAIT_POLICY"] == "passive"


def test_the_packaged_server_understands_its_command_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LLAMA_SERVER_BIN", raising=False)
    line = command(options(context=1024, slots=4, adapters=(Path("a.gguf"),)), 8123)
    parsed = parse(line[3:])
    assert (parsed.ctx_size, parsed.parallel, parsed.port, parsed.lora) == (4096, 4, 8123, ["a.gguf"])
    assert "secret" not in " ".join(line)


def test_a_native_binary_takes_over_where_one_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LLAMA_SERVER_BIN", "/opt/llama-server")
    assert command(options(), 8123)[:3] == ["/opt/llama-server", "--model", str(packaged_model())]
    with pytest.raises(ModelUnavailable, match="LLAMA_SERVER_BIN"):
        check(options(), None)


def test_too_little_memory_is_told_before_the_start() -> None:
    with pytest.raises(ModelUnavailable, match="AISLE_MODEL_CONTEXT") as refused:
        check(options(), 64 << 20)
    assert "64 MiB are there" in str(refused.value)


def test_a_broken_adapter_is_told_before_the_start(tmp_path: Path) -> None:
    (tmp_path / "adapter.gguf").write_bytes(b"nothing")
    with pytest.raises(ModelUnavailable, match="no GGUF"):
        check(options(adapters=(tmp_path / "adapter.gguf",)), None)


def test_what_the_engine_says_last_is_translated_into_a_way_out() -> None:
    assert "AISLE_MODEL_PATH" in explain(["llama.cpp cannot load 'x'"])
    assert "AISLE_MODEL_SLOTS" in explain(["ggml: failed to allocate buffer"])
    assert explain(["all is well"]) == ""


@asynccontextmanager
async def served(tmp_path: Path, chosen: LlamaCppOptions) -> AsyncIterator[tuple[EngineProcess, OpenAIModel]]:
    async with watched(launch(chosen), log_path=tmp_path / "engine.log") as process:
        await process.wait_ready(timeout=60)
        locate = lambda: Endpoint(url=process.address, model="m", dialect="llama_cpp", api_key="secret")  # noqa: E731
        async with open_openai_model("m", locate) as model:
            yield process, model


async def busy_slots(process: EngineProcess) -> int:
    async with httpx.AsyncClient(trust_env=False) as client:
        answer = await client.get(
            f"{process.address}/slots", headers={"Authorization": "Bearer secret", "Connection": "close"}
        )
    return sum(slot["is_processing"] for slot in answer.json())


async def test_leaving_a_stream_frees_the_engines_slot_and_strangers_are_refused(tmp_path: Path) -> None:
    async with served(tmp_path, options()) as (process, model):
        async with model.stream(STORY, sampling=Sampling(max_tokens=1000)) as deltas:
            await anext(deltas)
            assert await busy_slots(process) == 1
        with anyio.fail_after(5):
            while await busy_slots(process):
                continue
        async with httpx.AsyncClient(trust_env=False) as client:
            assert (await client.post(f"{process.address}/v1/chat/completions", json={})).status_code == 401


async def test_leaving_while_the_prompt_is_read_stops_the_reading(tmp_path: Path) -> None:
    shelf = " ".join(f"Item {number}: a sturdy tent with poles, pegs and a bag." for number in range(90))
    asked = (ChatMessage(role="system", content=shelf), *STORY)

    async def ask() -> None:
        async with model.stream(asked, sampling=Sampling(max_tokens=10), deadline=120) as deltas:
            await anext(deltas)

    async with served(tmp_path, options(context=4096)) as (process, model):
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(ask)
            while not await busy_slots(process):
                continue
            tasks.cancel_scope.cancel()
        with anyio.fail_after(20):
            while await busy_slots(process):
                continue
        (stopped,) = re.findall(r"stop processing: n_tokens = (\d+)", "\n".join(process.log.last_lines()))
    assert int(stopped) < 1000


async def test_an_engine_killed_in_mid_stream_ends_the_reply_and_serves_the_next(tmp_path: Path) -> None:
    async with served(tmp_path, options()) as (process, model):
        with pytest.raises(ModelUnavailable):
            async with model.stream(STORY, sampling=Sampling(max_tokens=1000)) as deltas:
                await anext(deltas)
                os.kill(psutil.Process(process.pid).children()[0].pid, signal.SIGKILL)
                async for _ in deltas:
                    pass
        await until_started_again(process)
        async with model.stream(STORY, sampling=Sampling(max_tokens=3)) as deltas:
            assert [delta async for delta in deltas][-1].finish == "length"


async def until_started_again(process: EngineProcess) -> None:
    with anyio.fail_after(30):
        while True:
            if process.starts >= 2 and process.state == "ready":
                return
            await anyio.sleep(0.02)


async def test_a_file_that_only_the_engine_can_refuse_is_explained(tmp_path: Path) -> None:
    """A right head, and nothing behind it that makes a model."""
    path = tmp_path / "hollow.gguf"
    path.write_bytes(small_model())
    told: list[str] = []
    async with watched(launch(options(model=path)), log_path=tmp_path / "log", on_change=told.append):
        with anyio.fail_after(30):
            while True:
                if told:
                    break
                await anyio.sleep(0.02)
    assert "broken or of an unknown kind: set AISLE_MODEL_PATH" in told[0]


async def test_a_native_binary_is_run_and_watched_the_same_way(tmp_path: Path) -> None:
    """Stands in for llama-server: the same arguments, our fake behind it."""
    script = tmp_path / "llama-server"
    fake = Path(__file__).with_name("fault_server.py")
    script.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{fake}" --port "${{8}}"\n')
    script.chmod(script.stat().st_mode | stat.S_IXUSR)
    async with served(tmp_path, options(binary=str(script))) as (_, model), model.stream(STORY) as deltas:
        assert [delta async for delta in deltas][-1].finish == "stop"
