"""Opening the model that the settings name."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import anyio
import pytest

from model_serving.chat import ChatMessage
from model_serving.choosing import choose_engine, model_name, vllm_options
from model_serving.errors import ModelLoading, ModelTimeout, ModelUnavailable
from model_serving.language_models.scripted import ScriptedModel
from model_serving.serving import open_language_model
from model_serving.settings import ModelSettings
from model_serving.waiting import wait_until_ready
from tests.model_serving.fault_server import fault_server

pytestmark = pytest.mark.anyio

HELLO = [ChatMessage(role="user", content="hello")]


def configured(**values: Any) -> ModelSettings:
    return ModelSettings(**values)


def test_auto_takes_the_endpoint_where_there_is_one_and_the_embedded_model_otherwise() -> None:
    assert choose_engine(configured(endpoint_url="http://there"))[0] == "endpoint"
    assert choose_engine(configured())[0] == "llama_cpp"
    assert choose_engine(configured(engine="none"))[0] == "none"


def test_a_models_name_is_without_the_format_of_its_weights() -> None:
    assert model_name(configured(), "llama_cpp") == "SmolLM2-135M-Instruct"
    assert model_name(configured(path="/m/Shop-3B-Q8_0.gguf"), "llama_cpp") == "Shop-3B"
    assert model_name(configured(path="/m/shop-8b"), "vllm") == "shop-8b"
    assert model_name(configured(name="writer"), "llama_cpp") == "writer"


def test_vllm_keeps_the_models_own_context_unless_told() -> None:
    assert vllm_options(configured(path="m"), name="m", api_key="").context == 0
    assert vllm_options(configured(path="m", context=4096), name="m", api_key="").context == 4096


async def test_none_is_said_and_yields_no_model(tmp_path: Path) -> None:
    told: list[str] = []
    async with open_language_model(configured(engine="none"), home=tmp_path, on_progress=told.append) as model:
        assert model is None
    assert told == ["no language model, templates answer (switched off by AISLE_MODEL_ENGINE=none)"]


async def test_opening_does_not_wait_for_the_engine(tmp_path: Path) -> None:
    async with open_language_model(configured(engine="llama_cpp", requantise=False), home=tmp_path) as model:
        assert model is not None and not await model.ready()
        with pytest.raises(ModelLoading):
            async with model.stream(HELLO):
                pass
        await wait_until_ready(model, timeout=60)
        assert await model.ready()


@pytest.mark.parametrize("content", [None, b"", b"junk", b"GGUF" + b"\xff" * 200])
async def test_a_model_file_that_is_missing_or_broken_is_one_line_and_templates_answer(
    tmp_path: Path, content: bytes | None
) -> None:
    path = tmp_path / "model.gguf"
    if content is not None:
        path.write_bytes(content)
    told: list[str] = []
    async with open_language_model(configured(path=str(path)), home=tmp_path, on_progress=told.append) as model:
        assert model is not None
        with pytest.raises(ModelUnavailable, match="AISLE_MODEL_PATH"):
            await wait_until_ready(model, timeout=10)
    assert len(told) == 1 and "AISLE_MODEL_PATH" in told[0]


async def test_an_endpoint_answers_with_its_key_and_a_missing_key_file_is_named(tmp_path: Path) -> None:
    async with fault_server() as server:
        settings = configured(endpoint_url=server.url, api_key="k", name="writer")
        async with open_language_model(settings, home=tmp_path) as model:
            assert model is not None and await model.ready()
            async with model.stream(HELLO) as deltas:
                assert [delta async for delta in deltas][-1].model == "writer"
        assert server.headers[0]["authorization"] == "Bearer k"
        async with open_language_model(
            configured(endpoint_url=server.url, api_key_file=tmp_path / "no"), home=tmp_path
        ) as model:
            assert model is not None and not await model.ready()
            with pytest.raises(ModelUnavailable, match="AISLE_MODEL_API_KEY_FILE"):
                async with model.stream(HELLO):
                    pass


async def test_waiting_for_a_model_ends() -> None:
    class Loading(ScriptedModel):
        async def ready(self) -> bool:
            return False

        def stream(self, messages, **options):  # type: ignore[no-untyped-def]
            raise ModelLoading("soon")

    with anyio.fail_after(5), pytest.raises(ModelTimeout):
        await wait_until_ready(Loading({}), timeout=0.05)
