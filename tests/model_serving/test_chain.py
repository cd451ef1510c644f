"""The chain: who answers when the first model does not, within the deadline, and what is told of it."""

from __future__ import annotations

import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import anyio
import pytest

from model_serving.call_board import CallBoard
from model_serving.chain import NOTED_EVERY, ModelChain
from model_serving.chat import ChatMessage
from model_serving.control import ModelControl
from model_serving.errors import ModelTimeout, ModelUnavailable
from model_serving.language_models.scripted import ScriptedModel
from model_serving.registry import Registry
from model_serving.serving import open_language_model
from model_serving.settings import ModelSettings
from tests.model_serving.fault_server import fault_server

pytestmark = pytest.mark.anyio

HELLO = [ChatMessage(role="user", content="hello")]


class Dead(ScriptedModel):
    def stream(self, messages, **options):  # type: ignore[no-untyped-def]
        raise ModelUnavailable("gone")


class Silent(ScriptedModel):
    """Says neither yes nor no."""

    async def ready(self) -> bool:
        await anyio.sleep_forever()
        raise AssertionError

    @asynccontextmanager
    async def stream(self, messages, **options):  # type: ignore[no-untyped-def]
        await anyio.sleep_forever()
        yield


def speaks(name: str) -> ScriptedModel:
    return ScriptedModel({"": [f"{name} speaks"]}, name=name)


async def said(model: Any, *, deadline: float = 5.0) -> tuple[str, str]:
    """The words, and who wrote them."""
    async with model.stream(HELLO, deadline=deadline) as deltas:
        found = [delta async for delta in deltas]
    return "".join(delta.text for delta in found), found[-1].model


def sample(board: CallBoard, name: str, **labels: str) -> float:
    return board.registry.get_sample_value(name, labels) or 0.0


async def test_the_next_model_answers_and_signs_and_each_hop_is_counted() -> None:
    board, falls = CallBoard(), []
    chain = ModelChain(
        Dead({}, name="large"),
        [speaks("small")],
        board=board,
        on_fall=lambda left, taken, why: falls.append((left, taken)),
    )
    assert await said(chain) == ("small speaks", "small")
    assert await said(chain) == ("small speaks", "small")
    assert chain.name == "large"
    hops = {"model": "large", "next": "small", "reason": "unavailable"}
    assert sample(board, "aisle_model_fallbacks_total", **hops) == 2
    assert sample(board, "aisle_model_switches_total", kind="fell_back") == 2
    assert falls == [("large", "small")], "the history is told once a minute"


async def test_a_fall_that_lasts_is_noted_again_after_a_minute() -> None:
    now, falls = [0.0], []
    chain = ModelChain(
        Dead({}, name="large"),
        board=CallBoard(),
        on_fall=lambda left, taken, why: falls.append((left, taken)),
        now=lambda: now[0],
    )
    for seconds in (0.0, NOTED_EVERY / 2, NOTED_EVERY):
        now[0] = seconds
        with pytest.raises(ModelUnavailable):
            await said(chain)
    assert falls == [("large", ""), ("large", "")]


async def test_readiness_does_not_wait_for_a_silent_model_when_another_would_answer() -> None:
    with anyio.fail_after(2):
        assert await ModelChain(Silent({}), [speaks("small")], board=CallBoard()).ready()


async def test_what_a_fallback_wrote_does_not_count_for_the_model_in_use() -> None:
    judged: list[str] = []

    class Judged(ScriptedModel):
        def judged(self, model: str, *, grounded: bool | None = None, valid: bool | None = None) -> None:
            judged.append(model)

    board = CallBoard()
    chain = ModelChain(Judged({}, name="large"), [speaks("small")], board=board)
    chain.judged("large", grounded=True)
    chain.judged("small", grounded=False, valid=True)
    assert judged == ["large"]
    told = {"model": "small", "check": "grounded", "outcome": "failed"}
    assert sample(board, "aisle_model_judged_total", **told) == 1


@asynccontextmanager
async def opened(settings: ModelSettings, home: Path) -> AsyncIterator[tuple[Any, ModelControl]]:
    registry = Registry(home / "registry.db")
    control = ModelControl(registry)
    try:
        async with open_language_model(settings, home=home, control=control) as model:
            yield model, control
    finally:
        registry.close()


@pytest.mark.parametrize("fault", ["hang", "refuse"])
async def test_a_silent_or_dead_endpoint_leaves_the_next_time_to_answer_within_the_deadline(
    tmp_path: Path, fault: str
) -> None:
    async with fault_server() as large, fault_server() as small:
        url = large.url if fault == "hang" else "http://127.0.0.1:9"
        large.fault = "hang"
        settings = ModelSettings(endpoint_url=url, name="large", fallback=f"{small.url}#small")
        async with opened(settings, tmp_path) as (model, control):
            with anyio.fail_after(3):
                words, writer = await said(model, deadline=2.0)
            assert words and writer == "small"
            assert control.lineage.snapshot("small")["model"] == "small@elsewhere"
            result = "timeout" if fault == "hang" else "unavailable"
            calls = {"model": "large", "priority": "live", "result": result}
            assert sample(control.board, "aisle_model_calls_total", **calls) == 1
            calls = {"model": "small", "priority": "live", "result": "written"}
            assert sample(control.board, "aisle_model_calls_total", **calls) == 1
            with anyio.fail_after(5):
                while not any(done.act == "fell_back" for done in control.registry.acts()):
                    await control.stage.followed()  # type: ignore[union-attr]


async def test_when_all_fail_the_caller_is_told_within_the_deadline(tmp_path: Path) -> None:
    async with fault_server() as server:
        server.fault = "hang"
        settings = ModelSettings(endpoint_url=server.url, name="large", fallback=f"{server.url}#small")
        async with opened(settings, tmp_path) as (model, control):
            with anyio.fail_after(3), pytest.raises(ModelTimeout) as told:
                await said(model, deadline=1.0)
            assert 0.4 < told.value.seconds <= 0.5, "the last link has all of the time that is left"
            hops = {"model": "small", "next": "template", "reason": "timeout"}
            assert sample(control.board, "aisle_model_fallbacks_total", **hops) == 1


async def test_a_fallback_that_is_the_model_in_use_is_left_out(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    settings = ModelSettings(engine="llama_cpp", requantise=False, fallback="embedded")
    async with opened(settings, tmp_path):
        assert "it is the model in use" in caplog.text


async def test_the_packaged_model_answers_for_an_endpoint_that_is_down(tmp_path: Path) -> None:
    settings = ModelSettings(endpoint_url="http://127.0.0.1:9", name="large", fallback="embedded", requantise=False)
    async with opened(settings, tmp_path) as (model, control):
        with anyio.fail_after(60):
            while not await model.ready():
                await control.stage.followed()  # type: ignore[union-attr]
        words, writer = await said(model, deadline=30)
    assert words and writer == "SmolLM2-135M-Instruct"


async def test_an_engine_that_was_killed_is_counted_as_started_again(tmp_path: Path) -> None:
    settings = ModelSettings(engine="llama_cpp", requantise=False)
    engine = {"model": "SmolLM2-135M-Instruct", "engine": "llama_cpp"}
    async with opened(settings, tmp_path) as (_, control):
        with anyio.fail_after(60):
            while not sample(control.board, "aisle_engine_state", **engine, state="ready"):
                await control.stage.followed()  # type: ignore[union-attr]
            assert sample(control.board, "aisle_engine_restarts_total", **engine) == 0
            os.kill(control.board.shown()[0].engines[0].pid, signal.SIGKILL)
            while not sample(control.board, "aisle_engine_restarts_total", **engine):
                await control.stage.followed()  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("fallback", "words"),
    [
        ("small", "is no fallback"),
        ("http://small:8000", "names no model"),
        ("embedded,", ""),
        ("http://a#b, x.gguf", ""),
    ],
)
def test_a_fallback_is_checked_when_the_settings_are_read(fallback: str, words: str) -> None:
    if words:
        with pytest.raises(ValueError, match=words):
            ModelSettings(fallback=fallback)
    else:
        assert ModelSettings(fallback=fallback).fallbacks()


def test_the_first_servers_key_goes_to_no_other_server() -> None:
    settings = ModelSettings(endpoint_url="http://a", api_key="secret", fallback="http://b/v1#m")  # type: ignore[arg-type]
    (other,) = settings.fallbacks()
    assert (other.endpoint_url, other.name, other.key()) == ("http://b", "m", "")
