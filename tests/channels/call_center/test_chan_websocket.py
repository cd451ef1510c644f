"""chan_websocket: an Asterisk that buffers, holds marks in its queue, drops them when flushed, and says when it is full."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
import websockets

from channels.call_center import chan_websocket
from model_serving.audio import mulaw, of_pcm16
from tests.channels.call_center.phone_house import SECRET, CallSeen, FakeTalker, phone, phone_settings

pytestmark = pytest.mark.anyio
BASIC = "Basic " + base64.b64encode(f"asterisk:{SECRET}".encode()).decode()
PCM = bytes(range(256)) * 5  # 1,280 bytes: four frames of slin


@pytest.fixture
def anyio_backend():
    return "asyncio"


@dataclass
class FakeAsterisk:
    """Queue and commands as channels/chan_websocket.c has them; plays a frame when the test says so."""

    connection: Any
    json: bool = True
    codec: str = "slin"
    frame_bytes: int = 320
    knows_marks: bool = True
    queue: list[bytes | str] = field(default_factory=list)
    played: bytearray = field(default_factory=bytearray)
    commands: list[str] = field(default_factory=list)
    report_drained: bool = False
    changed: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def tell(self, event: str, **fields: Any) -> None:
        if self.json:
            await self.connection.send(json.dumps({"event": event, "channel_id": "1761245643.1", **fields}))
        elif event == "MEDIA_MARK_PROCESSED":
            await self.connection.send(f"{event} {fields['correlation_id']}")
        else:
            await self.connection.send(" ".join([event, *(f"{name}:{value}" for name, value in fields.items())]))

    async def start(self) -> None:
        await self.tell(
            "MEDIA_START", connection_id="aisle", channel="WebSocket/aisle/0x5", format=self.codec,
            optimal_frame_size=self.frame_bytes, ptime=20,
        )  # fmt: skip

    async def read(self) -> None:
        try:
            async for message in self.connection:
                await self._take(message)
                async with self.changed:
                    self.changed.notify_all()
        except websockets.ConnectionClosed:
            pass

    async def _take(self, message: str | bytes) -> None:
        if isinstance(message, bytes):
            assert 0 < len(message) <= 65_500
            assert len(message) % self.frame_bytes == 0, "Asterisk drops what does not fill a frame"
            self.queue += [message[at : at + self.frame_bytes] for at in range(0, len(message), self.frame_bytes)]
            return
        assert len(message) <= 128, "Asterisk ignores a longer command"
        words = (
            json.loads(message)
            if self.json
            else dict(zip(("command", "correlation_id"), message.split(" "), strict=False))
        )
        self.commands.append(words["command"])
        match words["command"]:
            case "MARK_MEDIA" if self.knows_marks:
                self.queue.append(words["correlation_id"])
            case "FLUSH_MEDIA":
                self.queue.clear()
            case "REPORT_QUEUE_DRAINED":
                self.report_drained = True

    async def play_frame(self) -> None:
        """One tick of Asterisk's timer."""
        if not self.queue:
            if self.report_drained:
                self.report_drained = False
                await self.tell("QUEUE_DRAINED")
            return
        while self.queue and isinstance(self.queue[0], str):
            await self.tell("MEDIA_MARK_PROCESSED", correlation_id=self.queue.pop(0))
        if self.queue:
            self.played += self.queue.pop(0)

    async def until(self, condition: Callable[[FakeAsterisk], bool], *, seconds: float = 5) -> None:
        async with asyncio.timeout(seconds), self.changed:
            await self.changed.wait_for(lambda: condition(self))

    async def play_all(self) -> None:
        while self.queue:
            await self.play_frame()


@asynccontextmanager
async def asterisk(served: Any, query: str = "", *, started: bool = True, **fields: Any) -> AsyncIterator[FakeAsterisk]:
    address = served.url.replace("http", "ws") + "/v1/asterisk/media" + query
    headers = {"Authorization": BASIC}
    async with websockets.connect(
        address, additional_headers=headers, subprotocols=["media"], compression=None
    ) as connection:
        assert connection.subprotocol == "media"
        pbx = FakeAsterisk(connection, **fields)
        if started:
            await pbx.start()
        reading = asyncio.ensure_future(pbx.read())
        try:
            yield pbx
        finally:
            reading.cancel()
            await asyncio.gather(reading, return_exceptions=True)


FORMATS = [
    {"json": True, "codec": "slin", "frame_bytes": 320},
    {"json": False, "codec": "slin", "frame_bytes": 320},
    {"json": True, "codec": "slin16", "frame_bytes": 640},
    {"json": False, "codec": "ulaw", "frame_bytes": 160},
]


@pytest.mark.parametrize("form", FORMATS, ids=["slin, JSON", "slin, words", "16 kHz", "mu-law, words"])
async def test_sound_and_keys_come_and_sound_goes_in_whole_frames_with_its_marks(tmp_path, form) -> None:
    async def reply(call: CallSeen) -> None:
        await call.line.begin("t1")
        await call.line.play(PCM + b"\x05\x06", mark="a" * 200)
        await call.line.play(PCM, mark="b")
        await call.line.end("t1")

    talker = FakeTalker(reply)
    async with phone(tmp_path, talker) as served, asterisk(served, **form) as pbx:
        call = await talker.call()
        assert call.line.rate == (16_000 if form["codec"] == "slin16" else 8_000)
        await pbx.connection.send(b"\xff" * 160)
        await pbx.tell("DTMF_END", digit="5")
        await pbx.tell("SOMETHING_NEW", digit="6")
        await call.until(lambda call: call.digits == "5" and bool(call.heard))
        assert len(call.heard) == (320 if form["codec"] == "ulaw" else 160)
        await pbx.until(lambda pbx: "REPORT_QUEUE_DRAINED" in pbx.commands)
        await pbx.play_all()
        await call.until(lambda call: call.played == ["a" * 200, "b"])
        said = PCM + b"\x05\x06" + PCM
        wanted = mulaw(of_pcm16(said, 8000)) if form["codec"] == "ulaw" else said
        assert pbx.played.startswith(wanted) and len(pbx.played) < len(wanted) + form["frame_bytes"]


async def test_a_flush_drops_its_marks_and_the_next_reply_is_heard_all_the_same(tmp_path) -> None:
    async def interrupted(call: CallSeen) -> None:
        await call.line.play(PCM, mark="a")
        await call.line.play(PCM, mark="b")
        await call.until(lambda call: call.played == ["a"])
        await call.line.clear("t1")
        await call.line.play(PCM, mark="c")

    talker = FakeTalker(interrupted)
    async with phone(tmp_path, talker) as served, asterisk(served) as pbx:
        call = await talker.call()
        await pbx.until(lambda pbx: pbx.commands.count("MARK_MEDIA") == 2)
        for _ in range(5):
            await pbx.play_frame()
        await pbx.until(lambda pbx: pbx.commands[-2:] == ["FLUSH_MEDIA", "MARK_MEDIA"])
        await pbx.play_all()
        await call.until(lambda call: len(call.played) == 2)
        assert call.played == ["a", "c"]


async def test_an_asterisk_that_knows_no_marks_tells_by_its_empty_queue(tmp_path) -> None:
    async def reply(call: CallSeen) -> None:
        await call.line.play(PCM, mark="a")
        await call.line.end("t1")

    talker = FakeTalker(reply)
    async with phone(tmp_path, talker) as served, asterisk(served, knows_marks=False) as pbx:
        call = await talker.call()
        await pbx.until(lambda pbx: "REPORT_QUEUE_DRAINED" in pbx.commands)
        await pbx.play_all()
        await pbx.play_frame()
        await call.until(lambda call: call.played == ["a"])


async def test_a_queue_that_a_flush_emptied_is_no_proof_that_anything_was_heard(tmp_path) -> None:
    async def interrupted(call: CallSeen) -> None:
        await call.line.play(PCM, mark="a")
        await call.line.end("t1")
        await call.line.clear("t1")
        await call.line.play(PCM, mark="b")

    talker = FakeTalker(interrupted)
    async with phone(tmp_path, talker) as served, asterisk(served, knows_marks=False) as pbx:
        call = await talker.call()
        await pbx.until(lambda pbx: pbx.commands[-2:] == ["FLUSH_MEDIA", "MARK_MEDIA"])
        await pbx.tell("QUEUE_DRAINED")
        await pbx.tell("DTMF_END", digit="1")
        await call.until(lambda call: call.digits == "1")
        assert call.played == []


async def test_a_full_queue_holds_the_sound_back_until_there_is_room_or_a_clear(tmp_path) -> None:
    waiting = asyncio.Event()

    async def long_reply(call: CallSeen) -> None:
        await call.until(lambda call: call.digits == "1")
        waiting.set()
        await call.line.play(PCM, mark="a")
        await call.line.play(PCM, mark="b")

    talker = FakeTalker(long_reply)
    async with phone(tmp_path, talker) as served, asterisk(served) as pbx:
        call = await talker.call()
        await pbx.tell("MEDIA_XOFF")
        await pbx.tell("DTMF_END", digit="1")
        await asyncio.wait_for(waiting.wait(), 5)
        await asyncio.wait_for(call.line.clear("t0"), 1)
        await pbx.until(lambda pbx: pbx.commands == ["FLUSH_MEDIA", "MARK_MEDIA"])
        assert len(pbx.queue) == 5, "what waited for room when the clear came is never sent"


async def test_no_more_is_sent_ahead_than_asterisk_holds(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(chan_websocket, "MOST_AHEAD", 2.0)

    async def very_long(call: CallSeen) -> None:
        await call.line.play(bytes(16_000 * 60), mark="a")

    talker = FakeTalker(very_long)
    async with phone(tmp_path, talker) as served, asterisk(served) as pbx:
        call = await talker.call()
        await pbx.until(lambda pbx: len(pbx.queue) >= 150)
        await pbx.tell("DTMF_END", digit="1")
        await call.until(lambda call: call.digits == "1")
        assert len(pbx.queue) < 1_000
        await call.line.clear("t1")
        await pbx.until(lambda pbx: "FLUSH_MEDIA" in pbx.commands)
        await call.line.play(PCM, mark="b")
        await pbx.until(lambda pbx: bool(pbx.queue) and pbx.queue[-1] != "a" and "MARK_MEDIA" in pbx.commands)
        await pbx.play_all()
        await call.until(lambda call: call.played == ["b"])


async def test_the_call_is_answered_only_when_the_dialplan_left_that_to_us_and_hung_up_by_command(tmp_path) -> None:
    async def goodbye(call: CallSeen) -> None:
        await call.line.hang_up()

    async with phone(tmp_path, FakeTalker(goodbye)) as served:
        for query, wanted in (("", ["HANGUP"]), ("?answer=yes&caller=%2B15550100&locale=es", ["ANSWER", "HANGUP"])):
            async with asterisk(served, query) as pbx:
                await pbx.until(lambda pbx: "HANGUP" in pbx.commands)
                await asyncio.wait_for(pbx.connection.wait_closed(), 5)
                assert pbx.commands == wanted


@pytest.mark.parametrize(
    ("settings", "headers", "status"),
    [
        ({}, {}, 401),
        ({}, {"Authorization": "Basic " + base64.b64encode(b"asterisk:wrong").decode()}, 401),
        ({}, {"Authorization": "Basic é".encode().decode("latin-1")}, 401),
        ({"asterisk_secret": None}, {"Authorization": "Bearer "}, 404),
        ({"calls_per_minute": 1}, {"Authorization": f"Bearer {SECRET}"}, 429),
    ],
)
async def test_only_the_shops_asterisk_is_let_in(tmp_path, settings, headers, status) -> None:
    async with phone(tmp_path, FakeTalker(), phone_settings(**settings)) as served:
        address = served.url.replace("http", "ws") + "/v1/asterisk/media?caller=15550100"
        refused = None
        for _ in range(2):
            try:
                async with websockets.connect(address, additional_headers=headers):
                    pass
            except websockets.InvalidStatus as error:
                refused = error.response.status_code
        assert refused == status


@pytest.mark.parametrize(
    "first", ['{"event":"MEDIA_START","format":"opus"}', "\x00\x01", '{"event":7}', "{", "[" * 5_000]
)
async def test_a_start_that_is_none_closes_the_socket(tmp_path, first) -> None:
    talker = FakeTalker()
    async with phone(tmp_path, talker) as served, asterisk(served, started=False) as pbx:
        await pbx.connection.send(first)
        await asyncio.wait_for(pbx.connection.wait_closed(), 5)
        assert pbx.connection.close_code == 1008 and not talker.calls


async def test_a_line_that_is_cut_while_sound_waits_for_room_is_hung_up(tmp_path) -> None:
    done = asyncio.Event()

    async def stuck(call: CallSeen) -> None:
        await call.until(lambda call: call.digits == "1")
        try:
            await call.line.play(PCM, mark="a")
        finally:
            done.set()

    talker = FakeTalker(stuck)
    async with phone(tmp_path, talker) as served, asterisk(served) as pbx:
        call = await talker.call()
        await pbx.tell("MEDIA_XOFF")
        await pbx.tell("DTMF_END", digit="1")
        await call.until(lambda call: call.digits == "1")
        pbx.connection.transport.abort()
        await call.until(lambda call: call.hung_up)
        await asyncio.wait_for(done.wait(), 5)
