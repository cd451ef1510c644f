"""What one turn may cost in all, with the worst model there can be: it calls tools without end, and writes without end.

Seconds, requests to models, tokens that they are allowed, characters that they are given to read, and tool calls: each has a limit
where it arises; this holds the sum, over the whole product.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Sequence
from itertools import count
from pathlib import Path

import pytest

from assistant.events import AssistantSaid, ToolCalled
from assistant.flows.native_planner import MOST_CALLS, ROUNDS
from eval.security.campaign import DAY
from eval.security.house import demo_shop, fill_house, open_house, some_products
from model_serving.chat import ChatMessage, ToolCall
from model_serving.language_models.scripted import Reply, ScriptedModel

pytestmark = pytest.mark.anyio
REQUESTS = ROUNDS + 3
"""The planner's rounds, the writer and its second try, and one for the customer's language."""
TOKENS = ROUNDS * 400 + 3 * 2_000
CHARACTERS = 60_000
"""Of one request's messages: what a model is given to read."""
SECONDS = 45.0
CPU = 6.0
SAID = 8_000


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


def greedy() -> ScriptedModel:
    numbers = count()

    def reply(messages: Sequence[ChatMessage]) -> Reply:
        if not messages[0].content.startswith("You serve"):
            return ["I can do that for you. "] * 100_000
        return [
            ToolCall(
                id=f"c{n}", name="find_products", arguments=json.dumps({"words": f"tent {'very ' * (n % 50)}light"})
            )
            for n in (next(numbers) for _ in range(40))
        ]

    return ScriptedModel(reply, name="greedy")


async def test_a_model_without_an_end_costs_a_turn_no_more_than_the_sum_of_its_limits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AISLE_RETRIEVAL_EMBEDDER", "hashing")
    demo = demo_shop()
    await asyncio.to_thread(fill_house, tmp_path, demo, some_products(demo), (), as_of=DAY)
    model = greedy()
    async with open_house(tmp_path, planner="native", model=model) as aisle:
        conversation, _ = await aisle.assistant.start(channel="web")
        began, cpu = time.monotonic(), time.process_time()
        received = await aisle.assistant.receive(conversation, "tent " * 700, client_id="1", channel="web")
        await aisle.assistant.wait_for_reply(conversation, received.seq, timeout=SECONDS)
        seconds, cpu = time.monotonic() - began, time.process_time() - cpu
        facts = [event.fact for event in await aisle.assistant.events(conversation)]
    assert sum(isinstance(fact, AssistantSaid) for fact in facts) == 1 and seconds < SECONDS and cpu < CPU
    assert 2 <= len(model.asked) <= REQUESTS
    assert sum(asked.sampling.max_tokens for asked in model.asked) <= TOKENS
    assert max(sum(len(one.content) for one in asked.messages) for asked in model.asked) <= CHARACTERS
    assert 1 <= sum(isinstance(fact, ToolCalled) for fact in facts) <= MOST_CALLS
    assert sum(len(fact.text) for fact in facts if isinstance(fact, AssistantSaid)) < SAID
