"""The client against a server that fails in every way that servers do."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import anyio
import pytest

from model_serving.affinity import session_id
from model_serving.chat import ChatMessage, ModelDelta, Sampling, ToolCall, ToolSpec, Usage
from model_serving.errors import (
    ContextOverflow,
    InvalidModelOutput,
    ModelError,
    ModelTimeout,
    ModelUnavailable,
    Overloaded,
)
from model_serving.language_models.openai_protocol import Endpoint, OpenAIModel, open_openai_model
from tests.model_serving.fault_server import Fault, FaultServer, fault_server

pytestmark = pytest.mark.anyio

HELLO = (ChatMessage(role="user", content="hello"),)


@asynccontextmanager
async def served(**endpoint: str) -> AsyncIterator[tuple[OpenAIModel, FaultServer]]:
    async with fault_server() as server:
        there = Endpoint(url=server.url, model="m", **endpoint)  # type: ignore[arg-type]
        async with open_openai_model("fake", lambda: there) as model:
            yield model, server


async def ask(model: OpenAIModel, *, deadline: float = 5.0, tools: tuple[ToolSpec, ...] = ()) -> list[ModelDelta]:
    async with model.stream(HELLO, deadline=deadline, tools=tools, sampling=Sampling(max_tokens=20)) as deltas:
        return [delta async for delta in deltas]


@pytest.mark.parametrize("chunk_size", [0, 1, 7])
async def test_a_reply_arrives_word_by_word_however_the_bytes_are_cut(chunk_size: int) -> None:
    async with served() as (model, server):
        server.chunk_size = chunk_size
        deltas = await ask(model)
    assert "".join(delta.text for delta in deltas) == "Good morning, café!"
    assert deltas[-1] == ModelDelta(finish="stop", usage=Usage(prompt_tokens=9, cached_tokens=4, completion_tokens=5))


async def test_the_pieces_of_a_tool_call_arrive_as_one() -> None:
    async with served() as (model, server):
        server.tool_call = True
        last = (await ask(model, tools=(ToolSpec(name="check_stock", description=""),)))[-1]
    assert last.finish == "tool_calls"
    assert last.tool_calls == (ToolCall(id="c1", name="check_stock", arguments='{"product": "P1"}'),)


FAULTS: list[tuple[Fault, type[ModelError]]] = [
    ("hang", ModelTimeout),
    ("hang_midway", ModelTimeout),
    ("cut", ModelUnavailable),
    ("no_finish", ModelUnavailable),
    ("bad_json", InvalidModelOutput),
    ("bad_utf8", InvalidModelOutput),
    ("not_object", InvalidModelOutput),
    ("wrong_shape", InvalidModelOutput),
    ("surrogate", InvalidModelOutput),
    ("endless", InvalidModelOutput),
    ("endless_line", InvalidModelOutput),
    ("error_event", Overloaded),
]


@pytest.mark.parametrize(("fault", "error"), FAULTS)
async def test_each_fault_ends_in_its_error_and_a_closed_connection(fault: Fault, error: type[ModelError]) -> None:
    async with served() as (model, server):
        server.fault = fault
        with anyio.fail_after(5), pytest.raises(error):
            await ask(model, deadline=0.3 if "hang" in fault else 5.0)
        await server.until(open_streams=0)


async def test_a_slow_drip_ends_at_the_deadline_not_after_each_word() -> None:
    async with served() as (model, server):
        server.words, server.fault = ("x",) * 1000, "drip"
        with anyio.fail_after(5), pytest.raises(ModelTimeout):
            await ask(model, deadline=0.3)
        await server.until(open_streams=0)


@pytest.mark.parametrize("status", [408, 429, 503])
async def test_a_busy_server_is_overload_with_its_own_retry_after(status: int) -> None:
    async with served() as (model, server):
        server.fault, server.status, server.retry_after = "status", status, "2.5"
        with pytest.raises(Overloaded) as refused:
            await ask(model)
    assert refused.value.retry_after == 2.5


@pytest.mark.parametrize("fault", ["overflow", "overflow_vllm"])
async def test_a_prompt_too_long_is_context_overflow_with_its_figures(fault: Fault) -> None:
    async with served() as (model, server):
        server.fault = fault
        with pytest.raises(ContextOverflow) as refused:
            await ask(model)
    assert refused.value.limit == 2048 and refused.value.tokens in (4840, 5000)


async def test_nobody_listening_is_unavailable_and_not_ready() -> None:
    async with open_openai_model("fake", lambda: Endpoint(url="http://127.0.0.1:1", model="m")) as model:
        assert not await model.ready()
        with pytest.raises(ModelUnavailable, match=r"127\.0\.0\.1:1"):
            await ask(model)


async def test_leaving_early_closes_the_connection() -> None:
    async with served() as (model, server):
        server.words, server.fault = ("x",) * 1000, "drip"
        async with model.stream(HELLO) as deltas:
            await anext(deltas)
            await server.until(open_streams=1)
        await server.until(open_streams=0)
        assert server.open_streams == 0


async def test_a_cancelled_caller_closes_the_connection() -> None:
    async with served() as (model, server), anyio.create_task_group() as tasks:
        server.fault = "hang"
        tasks.start_soon(ask, model)
        await server.until(open_streams=1)
        tasks.cancel_scope.cancel()
    assert server.open_streams == 0 or await server.until(open_streams=0) is None


async def test_llama_cpp_is_asked_to_close_and_others_are_not() -> None:
    async with served(dialect="llama_cpp", api_key="k") as (model, server):
        await ask(model)
    assert server.headers[0]["connection"] == "close"
    assert server.headers[0]["authorization"] == "Bearer k"
    async with served() as (model, server):
        await ask(model)
    assert server.headers[0]["connection"] == "keep-alive" and "authorization" not in server.headers[0]


async def test_the_session_is_sent_where_one_is_set() -> None:
    async with served() as (model, server):
        await ask(model)
        token = session_id.set("c_1")
        await ask(model)
        session_id.reset(token)
    assert "x-session-id" not in server.headers[0]
    assert re.fullmatch(r"[0-9a-f]{24}", server.headers[1]["x-session-id"])


async def test_a_hundred_streams_at_once_all_end_whole() -> None:
    async with served() as (model, server):
        async with anyio.create_task_group() as tasks:
            for _ in range(100):
                tasks.start_soon(ask, model)
        await server.until(open_streams=0)
    assert len(server.requests) == 100
