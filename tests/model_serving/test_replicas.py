"""Replicas of one model behind vllm-router: a real router before fake engines."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import anyio
import pytest

from model_serving.affinity import session_id
from model_serving.chat import ChatMessage
from model_serving.engines import vllm_router
from model_serving.engines.child import Launch
from model_serving.errors import ModelError, ModelUnavailable, Overloaded
from model_serving.ports import LanguageModel
from model_serving.running import replicas
from model_serving.serving import open_language_model
from model_serving.settings import ModelSettings
from model_serving.waiting import wait_until_ready
from tests.model_serving.fault_server import FaultServer, fault_server

pytestmark = [pytest.mark.anyio, pytest.mark.skipif(not vllm_router.installed(), reason="vllm-router is not installed")]

HELLO = [ChatMessage(role="user", content="hello")]


@asynccontextmanager
async def routed(
    home: Path, count: int = 2, **settings: object
) -> AsyncIterator[tuple[LanguageModel, list[FaultServer]]]:
    async with AsyncExitStack() as stack:
        servers = [await stack.enter_async_context(fault_server()) for _ in range(count)]
        chosen = ModelSettings(
            engine="endpoint", endpoint_url=",".join(server.url for server in servers), api_key="secret", **settings
        )  # type: ignore[arg-type]
        model = await stack.enter_async_context(open_language_model(chosen, home=home))
        assert model is not None
        await wait_until_ready(model, timeout=60)
        for server in servers:
            server.requests.clear()
            server.headers.clear()
        yield model, servers


async def ask(model: LanguageModel, conversation: str = "c_1") -> str:
    session_id.set(conversation)
    async with model.stream(HELLO, deadline=20) as deltas:
        return "".join([delta.text async for delta in deltas])


async def test_a_conversation_stays_on_one_replica_and_others_go_to_the_other(tmp_path: Path) -> None:
    async with routed(tmp_path) as (model, servers):
        for _ in range(4):
            assert await ask(model, "c_1") == "Good morning, café!"
        assert sorted(len(server.requests) for server in servers) == [0, 4]
        for number in range(24):
            await ask(model, f"c_{number}")
        assert all(server.requests for server in servers)


async def test_the_key_reaches_the_replicas_and_the_conversations_name_does_not(tmp_path: Path) -> None:
    async with routed(tmp_path, count=2) as (model, servers):
        await ask(model, "c_a-private-name")
        (headers,) = [header for server in servers for header in server.headers]
        assert headers["authorization"] == "Bearer secret"
        assert "private" not in str(headers)
        assert "private" not in (tmp_path / "logs" / "vllm-router.log").read_text()


async def test_a_replica_that_answers_errors_is_gone_around(tmp_path: Path) -> None:
    async with routed(tmp_path) as (model, servers):
        servers[0].fault, servers[0].status = "status", 500
        assert [await ask(model, f"c_{number}") for number in range(12)] == ["Good morning, café!"] * 12


async def test_a_stream_that_breaks_midway_is_told_as_such(tmp_path: Path) -> None:
    async with routed(tmp_path) as (model, servers):
        for server in servers:
            server.fault = "cut"
        with pytest.raises(ModelUnavailable):
            await ask(model)


async def test_more_than_it_may_take_is_refused_soon(tmp_path: Path) -> None:
    async with routed(tmp_path, at_once=2, waiting=40, longest_wait=1.0) as (model, servers):
        for server in servers:
            server.fault = "hang"
        refused: list[float] = []

        async def one() -> None:
            began = anyio.current_time()
            try:
                async with model.stream(HELLO, deadline=4) as deltas:
                    [delta async for delta in deltas]
            except Overloaded:
                refused.append(anyio.current_time() - began)
            except ModelError:
                return

        async with anyio.create_task_group() as tasks:
            for _ in range(8):
                tasks.start_soon(one)
        assert len(refused) == 6
        assert max(refused) < 3


def test_replicas_keep_ports_and_gpus_of_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "4,5,6,7")
    one = Launch(engine="vllm", command=lambda port: ["true"], environment={"VLLM_API_KEY": "k"})
    first, second = replicas(one, count=2, gpus_each=2)
    assert (first.engine, second.engine) == ("vllm-0", "vllm-1")
    assert first.port != second.port
    assert first.port > 0
    assert first.environment == {"VLLM_API_KEY": "k", "CUDA_VISIBLE_DEVICES": "4,5"}
    assert second.environment["CUDA_VISIBLE_DEVICES"] == "6,7"


def test_the_router_is_told_to_notice_a_dead_replica_within_seconds() -> None:
    argv = vllm_router.command(vllm_router.RouterOptions(workers=["http://127.0.0.1:1"], at_once=32), 9000)
    told = dict(itertools.pairwise(argv))
    assert float(told["--health-check-interval-secs"]) * float(told["--health-failure-threshold"]) <= 5
    assert (told["--policy"], told["--max-concurrent-requests"], told["--queue-size"]) == (
        "consistent_hash",
        "32",
        "16",
    )


def test_no_replica_is_one_clear_line() -> None:
    with pytest.raises(ModelUnavailable, match="AISLE_MODEL_ENDPOINT_URL"):
        vllm_router.check(vllm_router.RouterOptions(workers=[]))
