"""What a phone must bear: two hundred calls leave nothing behind, and noise on a socket harms that call alone."""

from __future__ import annotations

import asyncio
import json
import random
import uuid

import pytest

from channels.call_center.audio_socket import listening
from tests.channels.call_center.phone_house import CallSeen, FakeTalker, phone, twilio_call
from tests.channels.call_center.test_audio_socket import asterisk as asterisk_by_tcp
from tests.channels.call_center.test_audio_socket import frame
from tests.channels.call_center.test_chan_websocket import asterisk as asterisk_by_socket

pytestmark = pytest.mark.anyio
EVENTS = (
    "start",
    "media",
    "dtmf",
    "mark",
    "stopp",
    "MEDIA_START",
    "DTMF_END",
    "MEDIA_MARK_PROCESSED",
    "QUEUE_DRAINED",
    "",
)
VALUES = (
    None,
    0,
    -1,
    "",
    "5",
    "x" * 300,
    [],
    {},
    {"payload": "%%%"},
    {"payload": "AAAA", "chunk": "-7"},
    {"digit": 5},
    True,
)


@pytest.fixture
def anyio_backend():
    return "asyncio"


def noise(seed: int) -> list[str]:
    chance = random.Random(seed)
    frames: list[str] = []
    for _ in range(60):
        fields = {name: chance.choice(VALUES) for name in ("media", "mark", "dtmf", "digit", "correlation_id")}
        text = json.dumps({"event": chance.choice(EVENTS), **fields})
        frames.append(text[: chance.randrange(len(text))] if chance.random() < 0.3 else text)
    return frames


async def said_yes(call: CallSeen) -> None:
    await call.line.play(b"\x01\x01" * 160, mark="a")


@pytest.mark.parametrize("seed", range(4))
async def test_noise_on_a_stream_of_twilio_is_skipped_and_the_call_goes_on(tmp_path, seed, caplog) -> None:
    talker = FakeTalker(said_yes)
    async with phone(tmp_path, talker) as served, twilio_call(served) as twilio:
        for text in noise(seed):
            await twilio.connection.send(text)
        await twilio.press("5")
        call = await talker.call()
        await call.until(lambda call: call.digits.endswith("5"))
    assert not [record for record in caplog.records if record.exc_info]


@pytest.mark.parametrize("seed", range(4))
async def test_noise_on_a_socket_of_asterisk_is_skipped_and_the_call_goes_on(tmp_path, seed, caplog) -> None:
    talker = FakeTalker(said_yes)
    async with phone(tmp_path, talker) as served, asterisk_by_socket(served) as pbx:
        for text in noise(seed):
            await pbx.connection.send(text)
        await pbx.connection.send(b"\x07")
        await pbx.tell("DTMF_END", digit="9")
        call = await talker.call()
        await call.until(lambda call: call.digits.endswith("9"))
    assert not [record for record in caplog.records if record.exc_info]


async def test_two_hundred_calls_that_end_as_they_please_leave_nothing_behind(tmp_path) -> None:
    talker = FakeTalker(said_yes)
    async with phone(tmp_path, talker) as served:
        before = len(asyncio.all_tasks())
        async with listening(served.center, "127.0.0.1", 0) as address:
            for number in range(200):
                await _one_call(address, talker, number)
        assert served.center.lines.total == 0
        assert len(asyncio.all_tasks()) <= before
        assert len({call.grant.conversation for call in talker.calls}) == 200


async def _one_call(address: tuple[str, int], talker: FakeTalker, number: int) -> None:
    async with asterisk_by_tcp(address) as pbx:
        await pbx.send(frame(1, uuid.UUID(int=number + 1).bytes), frame(0x10, bytes(320)))
        call = await talker.call(number)
        if number % 3 == 0:
            await pbx.send(frame(0))
        elif number % 3 == 1:
            pbx.writer.write_eof()
        else:
            pbx.writer.transport.abort()
        await call.until(lambda call: call.hung_up)
        if number % 3 != 2:
            await pbx.until_closed()
