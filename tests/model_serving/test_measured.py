"""What is told of each call to a model."""

from __future__ import annotations

import anyio
import pytest

from model_serving.chat import ChatMessage
from model_serving.errors import ModelError
from model_serving.language_models.scripted import Fault, ScriptedModel
from model_serving.measured import Call, MeasuredModel, Result

pytestmark = pytest.mark.anyio

HELLO = [ChatMessage(role="user", content="hello")]


def measured(model: ScriptedModel) -> tuple[MeasuredModel, list[Call]]:
    calls: list[Call] = []
    return MeasuredModel(model, calls.append), calls


async def test_a_written_reply_tells_its_times_and_tokens() -> None:
    model, calls = measured(ScriptedModel({"": ["good ", "morning"]}, first_delay=0.01))
    async with model.stream(HELLO, priority="draft") as deltas:
        assert len([delta async for delta in deltas]) == 3
    (call,) = calls
    assert (call.model, call.priority, call.result) == ("scripted", "draft", "written")
    assert call.usage is not None
    assert call.usage.completion_tokens == 2
    assert call.ttft is not None
    assert 0.01 <= call.ttft <= call.seconds


@pytest.mark.parametrize(
    ("fault", "result"),
    [("overload", "overloaded"), ("unavailable", "unavailable"), ("cut", "unavailable"), ("garbage", "invalid")],
)
async def test_a_call_that_fails_is_told_by_what_failed(fault: Fault, result: Result) -> None:
    model, calls = measured(ScriptedModel({"": ["good ", "morning"]}, fault=fault))
    with pytest.raises(ModelError):
        async with model.stream(HELLO) as deltas:
            [delta async for delta in deltas]
    assert [call.result for call in calls] == [result]


async def test_a_silent_model_is_told_as_a_timeout_without_a_first_word() -> None:
    model, calls = measured(ScriptedModel({"": ["good"]}, first_delay=60))
    with pytest.raises(ModelError):
        async with model.stream(HELLO, deadline=0.02) as deltas:
            [delta async for delta in deltas]
    assert [(call.result, call.ttft) for call in calls] == [("timeout", None)]


async def test_a_reader_who_leaves_or_is_cancelled_is_told_as_left() -> None:
    model, calls = measured(ScriptedModel({"": ["good ", "morning"]}, first_delay=60))
    with anyio.move_on_after(0.02):
        async with model.stream(HELLO) as deltas:
            await anext(deltas)
    model, more = measured(ScriptedModel({"": ["good ", "morning"]}))
    async with model.stream(HELLO) as deltas:
        await anext(deltas)
    assert [call.result for call in calls + more] == ["left", "left"]
