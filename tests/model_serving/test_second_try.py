"""Asking once more, and when not to."""

from __future__ import annotations

import anyio
import pytest

from model_serving.affinity import affinity_key, session_id
from model_serving.chat import ChatMessage
from model_serving.errors import ModelError, ModelLoading, ModelUnavailable, Overloaded
from model_serving.language_models.scripted import ScriptedModel
from model_serving.second_try import SecondTry

pytestmark = pytest.mark.anyio

HELLO = [ChatMessage(role="user", content="hello")]


class Failing(ScriptedModel):
    """Fails as often as it was told errors, then answers."""

    errors: list[ModelError]
    sessions: list[str]

    def stream(self, messages, **options):  # type: ignore[no-untyped-def]
        self.sessions.append(affinity_key())
        if self.errors:
            raise self.errors.pop(0)
        return super().stream(messages, **options)


def failing(*errors: ModelError) -> Failing:
    model = Failing({"": ["good ", "morning"]})
    model.errors, model.sessions = list(errors), []
    return model


async def ask(model: ScriptedModel, *, deadline: float = 5.0) -> str:
    session_id.set("c_1")
    async with SecondTry(model, draw=lambda: 0.0).stream(HELLO, deadline=deadline) as deltas:
        return "".join([delta.text async for delta in deltas])


async def test_a_failure_before_the_first_word_is_asked_again_elsewhere() -> None:
    model = failing(ModelUnavailable("gone"))
    assert await ask(model) == "good morning"
    first, second = model.sessions
    assert first and second and first != second
    assert session_id.get() == "c_1"


async def test_a_full_server_is_asked_again_after_a_pause() -> None:
    model = failing(Overloaded(retry_after=0.04))
    began = anyio.current_time()
    assert await ask(model) == "good morning"
    assert anyio.current_time() - began >= 0.02


@pytest.mark.parametrize(
    ("errors", "deadline"),
    [
        ([Overloaded(retry_after=30)], 5.0),
        ([Overloaded(retry_after=0.5)], 0.2),
        ([ModelLoading("soon")], 5.0),
        ([ModelUnavailable("gone"), ModelUnavailable("gone too")], 5.0),
    ],
)
async def test_where_waiting_cannot_help_in_time_the_error_comes_at_once(
    errors: list[ModelError], deadline: float
) -> None:
    last = errors[-1]
    began = anyio.current_time()
    with pytest.raises(type(last)):
        await ask(failing(*errors), deadline=deadline)
    assert anyio.current_time() - began < 0.2


async def test_a_stream_that_breaks_after_its_first_word_is_not_asked_again() -> None:
    model = failing()
    model.fault = "cut"
    with pytest.raises(ModelUnavailable):
        await ask(model)
    assert len(model.asked) == 1


async def test_nothing_stays_open_behind_a_failure_or_a_reader_who_leaves() -> None:
    model = failing()
    async with SecondTry(model).stream(HELLO) as deltas:
        await anext(deltas)
        assert model.working == 1
    assert model.working == 0
