"""The client against every fault there is: an error of the port within the deadline, and nothing left open."""

from __future__ import annotations

import time
import tracemalloc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from eval.serving.faults_of_streams import FAULTS, WHOLE
from eval.serving.faulty_endpoint import FaultyEndpoint, always, faulty_endpoint
from model_serving.chat import ChatMessage, ModelDelta, Sampling
from model_serving.errors import InvalidModelOutput, ModelError, ModelTimeout, ModelUnavailable, Overloaded
from model_serving.language_models.openai_protocol import Endpoint, OpenAIModel, open_openai_model

pytestmark = pytest.mark.anyio

HELLO = (ChatMessage(role="user", content="hello"),)
DEADLINE = 0.3
SLOW = {"hang_before_headers", "hang_after_headers", "hang_midway", "drip", "slow_headers"}
UNTIL_DUE = {"endless_comments", "endless_nothing"}
"""They send much and say nothing: only the deadline ends them."""
BUSY = {"502", "503", "503_soon", "503_later", "429", "429_soon", "429_later", "429_date", "408", "busy_event"}
UNREADABLE = {
    "bad_json", "deep_json", "bad_utf8", "not_object", "wrong_shape", "choices_no_list", "bad_usage", "surrogate",
    "html_page", "not_streamed", "endless_words", "endless_line", "endless_event", "endless_tools", "endless_calls",
}  # fmt: skip
HANDED_ON = {"empty_reply", "blank_reply", "lies", "bad_tool_arguments", "unknown_tool"}
"""Right by the protocol: whoever reads the words judges them."""


def expected(fault: str) -> type[ModelError] | None:
    if fault in WHOLE | HANDED_ON:
        return None
    if fault in SLOW | UNTIL_DUE:
        return ModelTimeout
    if fault in BUSY:
        return Overloaded
    return InvalidModelOutput if fault in UNREADABLE else ModelUnavailable


@asynccontextmanager
async def client_of(fault: str) -> AsyncIterator[OpenAIModel]:
    async with (
        faulty_endpoint(plan=always(fault)) as endpoint,
        open_openai_model("m", lambda: Endpoint(url=endpoint.url, model="m")) as model,
    ):
        yield model


async def ask(model: OpenAIModel, *, deadline: float = DEADLINE) -> list[ModelDelta]:
    async with model.stream(HELLO, deadline=deadline, sampling=Sampling(max_tokens=20)) as deltas:
        return [delta async for delta in deltas]


async def outcome(model: OpenAIModel, endpoint: FaultyEndpoint, fault: str) -> type[ModelError] | None:
    endpoint.plan = always(fault)
    try:
        # What hangs has its deadline; what does not must end long before one.
        await ask(model, deadline=DEADLINE if fault in SLOW | UNTIL_DUE else 5.0)
    except ModelError as error:
        return type(error)
    return None


@pytest.mark.parametrize("fault", sorted(FAULTS))
async def test_every_fault_ends_in_its_own_error_and_in_no_open_connection(fault: str) -> None:
    async with faulty_endpoint() as endpoint:
        async with open_openai_model("m", lambda: Endpoint(url=endpoint.url, model="m")) as model:
            assert await outcome(model, endpoint, fault) is expected(fault)
            await endpoint.until_idle()
            endpoint.plan = always("")
            assert "".join(delta.text for delta in await ask(model, deadline=5)) == "Good morning, café!"
        await endpoint.until_idle(connections=True)


@pytest.mark.parametrize("fault", sorted(SLOW))
async def test_what_hangs_or_drips_ends_at_the_deadline(fault: str) -> None:
    async with client_of(fault) as model:
        began = time.monotonic()
        with pytest.raises(ModelTimeout):
            await ask(model)
        assert time.monotonic() - began < DEADLINE + 1.0


@pytest.mark.parametrize("fault", [fault for fault in sorted(FAULTS) if fault.startswith("endless") or "huge" in fault])
async def test_what_never_stops_is_held_in_little_memory(fault: str) -> None:
    async with client_of(fault) as model:
        tracemalloc.start()
        try:
            with pytest.raises(ModelError):
                await ask(model, deadline=0.5)
            assert tracemalloc.get_traced_memory()[1] < 16 << 20
        finally:
            tracemalloc.stop()
