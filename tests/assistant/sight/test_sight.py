"""What a turn took: told once, by stage, with no word of anybody; a trace is its turn's, linked to who asked."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from assistant.conversation import Conversation, Unanswered
from assistant.events import AssistantSaid
from assistant.live_turn import LiveTurn
from assistant.sight.callers import checked
from assistant.sight.recent import Recent
from assistant.sight.sight import Sight
from assistant.sight.sight_settings import SightSettings
from assistant.sight.spans import add, is_sampled, mark, recording_now, root_of, stage, trace_of
from assistant.sight.tracing import LONGEST, TurnTraces, plain
from model_serving.chat import Usage
from model_serving.measured import Call
from tests.channels.house import House, build_house, echo

pytestmark = pytest.mark.anyio
PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
SECRET = "my card is 4111 1111 1111 1111, I am maya@example.com"


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


async def staged(conversation: Conversation, said: Sequence[Unanswered], live: LiveTurn) -> AssistantSaid:
    with stage("understanding"):
        await asyncio.sleep(0)
    with stage("flows", command="Search"), stage("retrieval"):
        await asyncio.sleep(0)
    return await echo(conversation, said, live)


async def breaking(conversation: Conversation, said: Sequence[Unanswered], live: LiveTurn) -> AssistantSaid:
    with stage("flows"):
        raise RuntimeError(said[0].said.text)


async def talk(house: House, text: str = "hello") -> AssistantSaid | Any:
    conversation, _ = await house.assistant.start(channel="web")
    received = await house.assistant.receive(conversation, text, client_id="m1", channel="web")
    events = await house.assistant.wait_for_reply(conversation, received.seq, timeout=5)
    await house.assistant.drain(seconds=5)
    return events[-1].fact


def told(sight: Sight, name: str, **labels: str) -> float:
    return sight.registry.get_sample_value(name, labels) or 0.0


async def test_a_turn_is_counted_by_result_channel_and_stage(tmp_path: Path) -> None:
    house = build_house(tmp_path, staged)
    await talk(house)
    sight = house.assistant.sight
    assert told(sight, "aisle_turns_total", result="replied", channel="web") == 1
    for name in ("receive", "turn", "understanding", "flows", "retrieval", "append"):
        assert told(sight, "aisle_turn_stage_seconds_count", stage=name) == 1, name
    assert told(sight, "aisle_conversations_begun_total") == 1


async def test_a_turn_that_breaks_is_a_mishap_of_its_kind_and_stage_without_its_words(tmp_path: Path) -> None:
    house = build_house(tmp_path, breaking)
    await talk(house, SECRET)
    (mishap,) = house.assistant.sight.recent.mishaps
    assert (mishap.what, mishap.stage) == ("RuntimeError", "flows")
    assert told(house.assistant.sight, "aisle_turns_total", result="failed", channel="web") == 1


async def test_a_stage_outside_a_turn_is_nobodys() -> None:
    with stage("retrieval"):
        add("model", 0.1)
        mark("fell_back")
        assert recording_now() is None


async def test_calls_of_models_are_part_of_their_turn_with_tokens_and_cost(tmp_path: Path) -> None:
    usage = Usage(prompt_tokens=1_000, cached_tokens=400, completion_tokens=100)

    async def asking(conversation: Conversation, said: Sequence[Unanswered], live: LiveTurn) -> AssistantSaid:
        call = Call(model="m", priority="live", result="written", seconds=0.5, ttft=0.1, usage=usage)
        house.assistant.sight.called(call)
        return await echo(conversation, said, live)

    house = build_house(tmp_path, asking)
    sight = house.assistant.sight
    sight.settings = SightSettings(cost_prompt_tokens=2, cost_completion_tokens=10)
    sight.called(Call(model="m", priority="live", result="written", seconds=9, usage=usage))  # outside a turn
    await talk(house)
    assert told(sight, "aisle_turn_tokens_total", kind="prompt") == 1_000
    assert told(sight, "aisle_turn_cost_total") == pytest.approx(0.003)
    assert told(sight, "aisle_turn_stage_seconds_count", stage="model") == 1


async def test_a_reply_that_was_delivered_is_told_once(tmp_path: Path) -> None:
    house = build_house(tmp_path)
    reply = await talk(house)
    for _ in range(2):
        house.assistant.sight.delivered(reply.turn_id, "web")
    assert told(house.assistant.sight, "aisle_turn_stage_seconds_count", stage="delivery") == 1


# -- traces --------------------------------------------------------------------------------------------------------------


def traced(house: House, share: float = 1.0) -> list[bytes]:
    pytest.importorskip("opentelemetry.proto")
    sent: list[bytes] = []
    sight = house.assistant.sight
    sight.settings = SightSettings(traces_share=share)
    sight.traces = TurnTraces(sent.append)
    return sent


def finished(house: House, sent: list[bytes]) -> dict[str, Any]:
    from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

    house.assistant.sight.fold()
    traces = house.assistant.sight.traces
    assert isinstance(traces, TurnTraces)
    traces.flush()
    traces.close()
    requests = [ExportTraceServiceRequest.FromString(body) for body in sent]
    return {span.name: span for one in requests for span in one.resource_spans[0].scope_spans[0].spans}


async def test_a_trace_has_the_turns_own_id_and_its_stages_below_each_other(tmp_path: Path) -> None:
    house = build_house(tmp_path, staged)
    exporter = traced(house)
    reply = await talk(house, SECRET)
    house.assistant.sight.delivered(reply.turn_id, "web")
    spans = finished(house, exporter)
    turn = spans["turn"]
    assert turn.trace_id.hex() == trace_of(reply.turn_id)
    assert turn.span_id.hex() == root_of(reply.turn_id)
    assert {"receive", "understanding", "flows", "retrieval", "append", "delivery"} < set(spans)
    assert {span.trace_id for span in spans.values()} == {turn.trace_id}
    assert spans["retrieval"].parent_span_id == spans["flows"].span_id
    assert spans["delivery"].parent_span_id == turn.span_id
    assert all(span.start_time_unix_nano <= span.end_time_unix_nano for span in spans.values())
    everything = "".join(map(str, spans.values()))
    assert not any(word in everything for word in ("4111", "maya", "my card", "You said"))


async def test_a_turn_links_to_the_caller_and_its_trace_is_its_own(tmp_path: Path) -> None:
    from assistant.sight.callers import caller

    house = build_house(tmp_path)
    exporter = traced(house)
    token = caller.set(checked(PARENT))
    try:
        reply = await talk(house)
    finally:
        caller.reset(token)
    turn = finished(house, exporter)["turn"]
    assert [link.trace_id.hex() for link in turn.links] == [PARENT[3:35]]
    assert turn.trace_id.hex() == trace_of(reply.turn_id) != PARENT[3:35]


async def test_texts_that_should_not_be_there_are_masked_and_cut() -> None:
    known: list[Any] = [{"channel": "web", "messages": 1}, {}, {"command": "Search"}]
    assert plain(known) == known
    wrong: list[Any] = [{"channel": "web"}, {"told": SECRET, "long": "x" * 500}]
    first, second = plain(wrong)
    assert first == {"channel": "web"} and len(str(second["long"])) == LONGEST
    assert not any(word in str(second["told"]) for word in ("4111", "maya"))


async def test_what_is_not_drawn_is_not_traced_but_failures_always_are(tmp_path: Path) -> None:
    for home, turn, names in (("a", echo, set()), ("b", breaking, {"turn"})):
        (tmp_path / home).mkdir()
        house = build_house(tmp_path / home, turn)
        exporter = traced(house, share=0.0)
        await talk(house)
        assert set(finished(house, exporter)) & {"turn"} == names


# -- pure parts ----------------------------------------------------------------------------------------------------------


async def test_about_its_share_of_turns_is_drawn_alike_everywhere() -> None:
    drawn = sum(is_sampled(f"t_{number:016x}", 0.1) for number in range(5_000))
    assert 400 < drawn < 600
    assert not is_sampled("t_1", 0.0) and is_sampled("t_1", 1.0)


@pytest.mark.parametrize(
    "header",
    ["", "00-x-y-01", PARENT.upper(), f"{PARENT}-more", "00-" + "0" * 32 + PARENT[35:], "ff" + PARENT[2:], "é" * 55],
)
async def test_a_traceparent_of_another_form_is_nobodys(header: str) -> None:
    assert checked(header) == "" and checked(PARENT) == PARENT


async def test_the_last_hour_is_kept_and_no_more() -> None:
    now = [0.0]
    recent = Recent(clock=lambda: now[0])
    for minute in range(200):
        now[0] = minute * 60.0
        recent.minute().results["replied"] = minute
    assert [one.results["replied"] for one in recent.last(3)] == [197, 198, 199]
    assert len(recent.last()) == 60
