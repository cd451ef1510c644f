"""The operator's figures over a real server: who may, what they say, and that no word of a customer is in them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from assistant.conversation import Conversation, Unanswered
from assistant.events import AssistantSaid
from assistant.live_turn import LiveTurn
from assistant.sight.sight_settings import SightSettings
from assistant.sight.spans import mark, stage, trace_of
from channels.settings import ChannelSettings
from tests.channels.house import Served, build_house, echo, serving

pytestmark = pytest.mark.anyio
TOKEN = "a token that nobody guesses"
SECRET = "I am maya@example.com"


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


async def doubtful(conversation: Conversation, said: Sequence[Unanswered], live: LiveTurn) -> AssistantSaid:
    with stage("flows"):
        mark("not_grounded")
        if "break" in said[0].said.text:
            raise KeyError(said[0].said.text)
    return await echo(conversation, said, live)


async def seen(served: Served, token: str = TOKEN) -> Any:
    answer = await served.http.get("/v1/admin/sight", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_the_last_hour_is_told_with_links_to_traces_and_without_words(tmp_path: Path) -> None:
    house = build_house(tmp_path, doubtful)
    house.assistant.sight.settings = SightSettings(traces_page="https://jaeger.example/trace/{trace_id}")
    async with serving(house, ChannelSettings(admin_token=TOKEN)) as served:
        opened = await served.start()
        for number, text in enumerate((SECRET, f"break {SECRET}")):
            await served.http.post(
                f"/v1/conversations/{opened.conversation_id}/messages?wait=reply",
                json={"client_id": f"m{number}", "text": text},
                headers=opened.headers,
            )
        told = await seen(served)
    assert (told["hour"]["turns"], told["hour"]["failed"], told["hour"]["conversations"]) == (2, 1, 1)
    assert told["hour"]["not_grounded"] == 2
    assert {"turn", "flows", "receive"} <= {one["stage"] for one in told["stages"]}
    newest = next(one for one in told["errors"] if one["what"] == "KeyError")
    assert newest["trace_id"] == trace_of(newest["turn_id"])
    assert newest["trace_page"] == f"https://jaeger.example/trace/{newest['trace_id']}"
    assert told["now"]["turns_most"] > 0 and told["replica"]["memory_bytes"] > 0
    assert "maya" not in json.dumps(told)


async def test_it_says_what_is_not_ready(tmp_path: Path) -> None:
    house = build_house(tmp_path)
    async with serving(house, ChannelSettings(admin_token=TOKEN)) as served:
        assert (await seen(served))["status"] == "ready"
        house.states["language_model"] = {"state": "starting", "name": "writer"}
        assert (await seen(served))["status"] == "degraded"
        house.states["store"] = {"state": "failed"}
        told = await seen(served)
    assert told["status"] == "not_ready"
    assert {one["name"]: one["good"] for one in told["dependencies"]} == {"store": False, "language_model": True}


async def test_nobody_else_is_told(tmp_path: Path) -> None:
    async with serving(build_house(tmp_path), ChannelSettings(admin_token=TOKEN)) as served:
        opened = await served.start()
        for headers in ({}, {"Authorization": "Bearer guessed"}, opened.headers):
            answer = await served.http.get("/v1/admin/sight", headers=headers)
            assert answer.status_code == 401 and answer.json()["code"] == "not_allowed"
        page = await served.http.get("/admin")
    assert page.status_code == 200 and "unsafe-inline" not in page.headers["content-security-policy"]


async def test_the_server_tells_prometheus_of_limits_waits_and_itself(tmp_path: Path) -> None:
    async with serving(build_house(tmp_path), ChannelSettings(admin_token=TOKEN, messages_at_once=1)) as served:
        opened = await served.start()
        for number in range(3):
            await served.http.post(
                f"/v1/conversations/{opened.conversation_id}/messages",
                json={"client_id": f"m{number}", "text": "hi"},
                headers=opened.headers,
            )
        text = (await served.http.get("/metrics")).text
    assert 'aisle_limit_refusals_total{limit="messages"} 2.0' in text
    assert "aisle_handoffs_waiting 0.0" in text
    assert "aisle_replica_info{" in text


async def test_a_caller_that_traces_is_linked_and_nonsense_is_not(tmp_path: Path) -> None:
    parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    callers: list[str] = []

    class Kept:
        def turn(self, *_: Any, caller: str, **__: Any) -> None:
            callers.append(caller)

        def later(self, *_: Any) -> None:
            """Not asked here."""

    house = build_house(tmp_path)
    house.assistant.sight.settings = SightSettings(traces_share=1)
    house.assistant.sight.traces = Kept()
    async with serving(house) as served:
        opened = await served.start()
        for number, header in enumerate((parent, "nonsense")):
            await served.http.post(
                f"/v1/conversations/{opened.conversation_id}/messages?wait=reply",
                json={"client_id": f"m{number}", "text": "hi"},
                headers={**opened.headers, "traceparent": header},
            )
        house.assistant.sight.fold()
    assert callers == [parent, ""]
