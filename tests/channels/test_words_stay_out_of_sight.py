"""Words of customers and agents, by every way into the house, while turns break: in no log, metric, trace, row or figure."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from assistant.conversation import Conversation, Unanswered
from assistant.events import SYSTEM, AssistantSaid, HandoffRequested
from assistant.live_turn import LiveTurn
from assistant.privacy.masking.log_masking import mask_logs, unmask_logs
from assistant.sight.json_lines import JsonLines
from assistant.sight.sight_settings import SightSettings
from assistant.sight.spans import stage, trace_of
from assistant.sight.tracing import TurnTraces
from channels.desk import accounts
from channels.settings import ChannelSettings
from tests.channels.desk.test_desk_channel import admin_of
from tests.channels.house import House, Served, build_house, serving
from tests.channels.text_message.carriers_fake import fake_carriers
from tests.channels.text_message.text_house import NamedShop, texting
from tests.channels.voice.test_socket_speech import call, push
from tests.channels.voice.voice_house import ToneSpeech

pytestmark = pytest.mark.anyio
CANARY = "zebrafish quagmire lantern"
WORDS = tuple(CANARY.split(" "))
ADMIN = "a token that nobody guesses"


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def lines() -> Iterator[list[str]]:
    """All that is logged, as JSON lines."""
    told: list[str] = []

    class Kept(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if record.name != "httpx":  # this test's own client
                told.append(self.format(record))

    handler, root, turns = Kept(logging.INFO), logging.getLogger(), logging.getLogger("aisle.turns")
    handler.setFormatter(JsonLines())
    before = root.level
    mask_logs()
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    turns.setLevel(logging.INFO)
    yield told
    root.removeHandler(handler)
    root.setLevel(before)
    turns.setLevel(logging.NOTSET)
    unmask_logs()


async def careless(conversation: Conversation, said: Sequence[Unanswered], live: LiveTurn) -> AssistantSaid:
    """Tells the log what it was told, asks for a person, and breaks where it is asked to."""
    text = said[-1].said.text
    with stage("flows", command="Search"):
        logging.getLogger("assistant.turn").warning("cannot make sense of %r", text)
        if "break" in text:
            raise KeyError(text)
    if conversation.handoff is None and "person" in text:
        live.record(SYSTEM, HandoffRequested(reason="asked", summary=f"wants {text}"))
    live.say(f"You said: {text}")
    return AssistantSaid(turn_id=live.id, text=live.spoken, language="en")


def traced(house: House) -> list[bytes]:
    sent: list[bytes] = []
    sight = house.assistant.sight
    sight.settings, sight.traces = SightSettings(traces_share=1), TurnTraces(sent.append)
    return sent


async def seen(house: House, app: Any, http: Any, sent: list[bytes], lines: list[str]) -> str:
    """All that an operator or a collector gets to see."""
    metrics = (await http.get("/metrics")).text
    figures = (await http.get("/v1/admin/sight", headers={"Authorization": f"Bearer {ADMIN}"})).text
    assert '"stages"' in figures
    traces = house.assistant.sight.traces
    assert isinstance(traces, TurnTraces)
    traces.flush()
    traces.close()
    assert sent and lines
    return "\n".join((metrics, figures, *(body.decode("latin-1") for body in sent), *lines)).casefold()


def leaked(everything: str) -> list[str]:
    return [word for word in WORDS if word in everything]


async def test_by_the_web_and_each_turn_has_its_line(tmp_path: Path, lines: list[str]) -> None:
    house = build_house(tmp_path, careless)
    sent = traced(house)
    async with serving(house, ChannelSettings(admin_token=ADMIN)) as served:
        opened = await served.start()
        for number, text in enumerate((f"hi {CANARY}", f"break the {CANARY}")):
            await opened.post("/messages?wait=reply", {"client_id": f"m{number}", "text": text})
        everything = await seen(house, served.app, served.http, sent, lines)
    assert leaked(everything) == []
    turns = [line for line in map(json.loads, lines) if line["logger"] == "aisle.turns"]
    assert [(line["result"], line["channel"]) for line in turns] == [("replied", "web"), ("failed", "web")]
    assert turns[1]["failed"] == "KeyError" and turns[0]["trace"] == trace_of(turns[0]["turn"])
    assert turns[0]["conversation"] == opened.conversation_id
    assert turns[0]["ms"] >= turns[0]["stages_ms"]["flows"] >= 0


async def test_by_text_message(tmp_path: Path, lines: list[str]) -> None:
    house = build_house(tmp_path, careless, shop=NamedShop())
    sent = traced(house)
    async with fake_carriers() as carriers, texting(house, carriers) as texted:
        await texted.sms(f"hi {CANARY}", sender="+4915112345678")
        await carriers.until(1)
        metrics = (await texted.http.get("/metrics")).text
    house.assistant.sight.fold()
    traces = house.assistant.sight.traces
    assert isinstance(traces, TurnTraces)
    traces.flush()
    traces.close()
    house.tables.dispose()
    everything = "\n".join((metrics, *(body.decode("latin-1") for body in sent), *lines)).casefold()
    assert leaked(everything) == [] and "15112345678" not in everything
    assert any(json.loads(line)["logger"] == "aisle.turns" for line in lines)


async def test_by_voice(tmp_path: Path, lines: list[str]) -> None:
    speech = ToneSpeech([f"Hello {CANARY}"])
    house = build_house(tmp_path, careless, speech=speech)
    sent = traced(house)
    async with serving(house, ChannelSettings(admin_token=ADMIN)) as served:
        async with call(served) as (socket, _):
            await push(socket, speech.recording(f"Hello {CANARY}", 0.5))
            await socket.until("speech_end")
        everything = await seen(house, served.app, served.http, sent, lines)
    assert leaked(everything) == []


async def test_at_the_desk(tmp_path: Path, lines: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(accounts, "_COST", 2**4)
    house = build_house(tmp_path, careless)
    sent = traced(house)
    async with serving(house, ChannelSettings(admin_token=ADMIN)) as served:
        customer = await served.start()
        await customer.say(f"a person about the {CANARY} please", "m1")
        await _claimed_and_answered(served, customer.conversation_id)
        everything = await seen(house, served.app, served.http, sent, lines)
    assert leaked(everything) == []


async def _claimed_and_answered(served: Served, conversation: str) -> None:
    ada = await admin_of(served)
    claimed = await ada.post(f"/conversations/{conversation}/claim")
    assert claimed.status_code == 200, claimed.text
    body = {"client_id": "a1", "text": f"Hello, your {CANARY} is on its way"}
    answered = await ada.post(f"/conversations/{conversation}/messages", body)
    assert answered.status_code in (200, 202), answered.text
    found = await ada.get(f"/search?q={WORDS[0]}")
    assert found.status_code in (200, 404, 422)


async def test_what_breaks_outside_a_turn_is_told_with_a_reference_that_the_log_has(
    tmp_path: Path, lines: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    house = build_house(tmp_path)

    async def broken(*_: Any, **__: Any) -> Any:
        raise RuntimeError(f"no {CANARY}")

    async with serving(house) as served:
        monkeypatch.setattr(house.assistant, "start", broken)
        answer = await served.http.post("/v1/conversations", json={"channel": "web"})
    assert answer.status_code == 500 and answer.json()["code"] == "internal"
    reference = answer.json()["reference"]
    (line,) = [line for line in lines if reference in line]
    assert "POST /v1/conversations failed" in line and "RuntimeError" in line
    assert CANARY not in answer.text
