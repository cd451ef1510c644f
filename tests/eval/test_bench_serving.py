"""The serving bench measures both sides alike and counts what was refused."""

from __future__ import annotations

from collections.abc import Sequence

import anyio
import httpx
import pytest

from eval.bench.serving import TURNS, Alone, Asked, Load, Ours, _compared, _hold
from model_serving.chat import ChatMessage
from model_serving.errors import Overloaded
from model_serving.language_models.openai_protocol import Endpoint
from model_serving.language_models.scripted import ScriptedModel
from tests.model_serving.fault_server import fault_server

pytestmark = pytest.mark.anyio
HELLO = [ChatMessage(role="user", content="hello")]


class Timed:
    """A side whose replies take so long."""

    def __init__(self, seconds: float, *, refuses_every: int = 0) -> None:
        self.seconds, self.refuses_every, self.asked = seconds, refuses_every, 0
        self.prompts: list[str] = []

    async def ask(self, messages: Sequence[ChatMessage], conversation: str) -> Asked:
        self.asked += 1
        self.prompts.append(messages[-1].content)
        if self.refuses_every and self.asked % self.refuses_every == 0:
            raise Overloaded(retry_after=1)
        await anyio.sleep(self.seconds)
        return Asked(ttft=self.seconds / 2, seconds=self.seconds, tokens=11, prompt_tokens=100, cached_tokens=60)


async def test_a_slower_side_shows_as_added_time_and_a_smaller_share() -> None:
    found = await _compared({"alone": Timed(0.01), "ours": Timed(0.03)}, 2, 2, 4)
    assert found["alone"]["requests"] == found["ours"]["requests"] == 2 * 4 * TURNS
    assert found["added_ttft_ms"]["p50"] == pytest.approx(10)
    assert 0.2 < found["share_of_throughput"] < 0.6
    assert found["ours"]["cached_share_of_prompt"] == 0.6
    assert found["alone"]["between_tokens_ms"]["p50"] == pytest.approx(0.5)


async def test_what_is_refused_is_counted_and_not_timed() -> None:
    load = Load()
    await _hold(Timed(0.0, refuses_every=3), load, 2, 4, "run")
    assert (len(load.answered), load.refused) == (16, 8)


async def test_turns_of_a_conversation_share_their_beginning_with_the_turn_before() -> None:
    side = Timed(0.0)
    await _hold(side, Load(), 1, 1, "run")
    assert len(set(side.prompts)) == TURNS
    assert side.prompts[1].startswith("CUSTOMER: i need a 2 person tent")


async def test_both_sides_read_the_same_engine() -> None:
    async with fault_server() as server, httpx.AsyncClient(trust_env=False) as client:
        alone = await Alone(client=client, endpoint=Endpoint(url=server.url, model="m")).ask(HELLO, "c_1")
    ours = await Ours(model=ScriptedModel({"": ["a", "b", "c"]})).ask(HELLO, "c_1")
    assert alone.tokens > 0
    assert 0 < alone.ttft <= alone.seconds
    assert ours.tokens == 3
