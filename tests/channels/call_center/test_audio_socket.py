"""AudioSocket: frames however TCP cuts them, the UUID first, 20 ms each, and only what Asterisk understands."""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.call_center.audio_socket import listening
from channels.call_center.audio_socket_frames import BadFrame, Frame, Frames, sound
from tests.channels.call_center.phone_house import SECRET, CallSeen, FakeTalker, phone, phone_settings

pytestmark = pytest.mark.anyio
CALL = uuid.UUID("40325ec2-5efd-4bd3-805f-53576e581d13")
LOUD = b"\x10\x20" * 160


@pytest.fixture
def anyio_backend():
    return "asyncio"


def frame(kind: int, payload: bytes = b"") -> bytes:
    """Written anew here, so that the codec is not judged by itself."""
    return bytes([kind, len(payload) >> 8, len(payload) & 255]) + payload


@dataclass
class FakeAsterisk:
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    came: list[tuple[float, int, bytes]] = field(default_factory=list)

    async def send(self, *frames: bytes) -> None:
        self.writer.write(b"".join(frames))
        await self.writer.drain()

    async def read(self, count: int) -> list[tuple[float, int, bytes]]:
        """The next frames, each with its time, type and payload; fewer when the line ends."""
        found: list[tuple[float, int, bytes]] = []
        try:
            async with asyncio.timeout(10):
                while len(found) < count:
                    head = await self.reader.readexactly(3)
                    payload = await self.reader.readexactly(int.from_bytes(head[1:], "big"))
                    found.append((time.monotonic(), head[0], payload))
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        self.came += found
        return found

    async def until_closed(self) -> list[tuple[float, int, bytes]]:
        return await self.read(100_000)


@asynccontextmanager
async def asterisk(address: tuple[str, int]) -> AsyncIterator[FakeAsterisk]:
    reader, writer = await asyncio.open_connection(*address)
    try:
        yield FakeAsterisk(reader, writer)
    finally:
        writer.close()
        await asyncio.gather(writer.wait_closed(), return_exceptions=True)


@asynccontextmanager
async def answered(tmp_path: Any, talker: FakeTalker, **settings: Any) -> AsyncIterator[tuple[Any, tuple[str, int]]]:
    async with (
        phone(tmp_path, talker, phone_settings(**settings)) as served,
        listening(served.center, "127.0.0.1", 0) as address,
    ):
        yield served, address


@given(st.lists(st.tuples(st.integers(0, 255), st.binary(max_size=700)), max_size=8), st.data())
def test_frames_are_the_same_however_the_bytes_are_cut(frames: list[tuple[int, bytes]], data: st.DataObject) -> None:
    whole = b"".join(frame(kind, payload) for kind, payload in frames)
    parser, found, at = Frames(), [], 0
    while at < len(whole):
        end = data.draw(st.integers(at + 1, len(whole)))
        found += parser.feed(whole[at:end])
        at = end
    assert [(one.type, one.payload) for one in found] == frames


def test_sound_of_no_length_cannot_be_written() -> None:
    with pytest.raises(ValueError, match="no frame"):
        sound(b"")


def test_sound_of_another_rate_is_refused_with_the_way_out() -> None:
    with pytest.raises(BadFrame, match=r"16,000 .*c\(slin\)"):
        Frame(type=0x12, payload=bytes(640)).sound()


async def test_what_is_said_and_pressed_arrives_whatever_the_reads(tmp_path) -> None:
    talker = FakeTalker()
    async with answered(tmp_path, talker) as (_, address), asterisk(address) as pbx:
        stream = frame(1, CALL.bytes) + frame(0x10, LOUD) + frame(3, b"7") + frame(0x10, LOUD[:100] + b"\x07")
        for byte in stream[:30]:
            await pbx.send(bytes([byte]))
        await pbx.send(stream[30:], frame(0x77, b"later"), frame(3, b"#"))
        call = await talker.call()
        await call.until(lambda call: call.digits == "7#")
        assert call.heard == LOUD + LOUD[:100]
        assert call.line.rate == 8000 and not call.line.screen


async def test_every_twenty_milliseconds_one_frame_goes_out_and_nothing_asterisk_does_not_know(tmp_path) -> None:
    async def reply(call: CallSeen) -> None:
        await call.line.play(LOUD * 5 + b"\x01\x01", mark="a")
        await call.line.play(LOUD * 5, mark="b")
        await call.until(lambda call: call.played == ["a", "b"])
        await call.line.hang_up()

    async with answered(tmp_path, FakeTalker(reply)) as (_, address), asterisk(address) as pbx:
        await pbx.send(frame(1, CALL.bytes))
        came = await pbx.until_closed()
        kinds = [kind for _, kind, _ in came]
        assert set(kinds[:-1]) == {0x10} and kinds[-1] == 0 and came[-1][2] == b""
        assert all(len(payload) == 320 for _, _, payload in came[:-1])
        spoken = b"".join(payload for _, _, payload in came[:-1]).strip(b"\x00")
        assert spoken == LOUD * 5 + b"\x01\x01" + LOUD * 5


def test_the_clock_of_the_line_keeps_its_pace_over_a_second_and_makes_up_for_a_late_frame() -> None:
    """By a clock of the test's own: the wall clock of a busy machine proves nothing."""
    from channels.call_center.audio_socket import next_due

    due, now, sent = 100.0, 100.0, []
    for number in range(50):
        sent.append(now)
        late = 0.015 if number == 20 else 0.0
        due = next_due(due, now + late)
        now = max(due, now + late)
    assert abs(sent[-1] - 100.0 - 49 * 0.02) < 1e-9
    assert next_due(100.0, 105.0) == pytest.approx(105.0 - 0.06), "a long stop is not made up for in a burst"


async def test_a_clear_stops_at_once_and_its_marks_never_come(tmp_path) -> None:
    async def interrupted(call: CallSeen) -> None:
        await call.line.play(LOUD * 2, mark="a")
        await call.line.play(LOUD * 500, mark="b")
        await call.until(lambda call: call.played == ["a"])
        await call.line.clear("t")
        await call.line.play(b"\x02\x02" * 160, mark="c")

    talker = FakeTalker(interrupted)
    async with answered(tmp_path, talker) as (_, address), asterisk(address) as pbx:
        await pbx.send(frame(1, CALL.bytes))
        call = await talker.call()
        await call.until(lambda call: len(call.played) == 2)
        assert call.played == ["a", "c"]
        came = await pbx.read(10)
        loud = [payload for _, _, payload in came if payload == LOUD]
        assert 2 <= len(loud) <= 8


@pytest.mark.parametrize("end", ["hang-up", "half-close", "cut off", "another rate"])
async def test_however_the_other_side_goes_the_call_is_hung_up(tmp_path, end) -> None:
    talker = FakeTalker()
    async with answered(tmp_path, talker) as (served, address), asterisk(address) as pbx:
        await pbx.send(frame(1, CALL.bytes), frame(0x10, LOUD))
        call = await talker.call()
        await call.until(lambda call: call.heard == LOUD)
        if end == "hang-up":
            await pbx.send(frame(0))
        elif end == "half-close":
            pbx.writer.write_eof()
        elif end == "another rate":
            await pbx.send(frame(0x12, bytes(640)))
        else:
            await pbx.send(frame(0x10, LOUD)[:100])
            pbx.writer.transport.abort()
        await call.until(lambda call: call.hung_up)
        if end != "cut off":
            assert (await pbx.until_closed())[-1][1] in (0x00, 0x10)
        assert (await served.house.assistant.state(call.grant.conversation)).id


@pytest.mark.parametrize("first", [frame(0x10, LOUD), frame(1, b"short"), b"GET / HTTP/1.1\r\n\r\n" * 3_000, b""])
async def test_what_does_not_begin_with_its_uuid_is_closed_without_a_call(tmp_path, first) -> None:
    talker = FakeTalker()
    async with answered(tmp_path, talker) as (_, address), asterisk(address) as pbx:
        await pbx.send(first)
        if not first:
            pbx.writer.write_eof()
        assert await pbx.until_closed() == []
        assert not talker.calls


async def test_only_addresses_of_the_shop_are_answered(tmp_path) -> None:
    talker = FakeTalker()
    async with answered(tmp_path, talker, audiosocket_allow="10.0.0.0/8, 192.168.7.3") as (_, address):
        async with asterisk(address) as pbx:
            await pbx.send(frame(1, CALL.bytes))
            assert await pbx.until_closed() == []
        assert not talker.calls


def test_the_allow_list_knows_networks_single_addresses_and_mapped_ones() -> None:
    settings = phone_settings(audiosocket_allow="10.0.0.0/8, 192.168.7.3, fd00::/8")
    admitted = ["10.4.5.6", "192.168.7.3", "::ffff:10.1.1.1", "fd00::7%eth0", "192.168.7.4", "127.0.0.1", "::1", "junk"]
    assert [settings.admits(address) for address in admitted] == [True, True, True, True, False, False, False, False]


async def test_a_call_that_the_pbx_announced_comes_with_its_caller_and_language(tmp_path) -> None:
    talker = FakeTalker()
    async with answered(tmp_path, talker, calls_per_minute=2) as (served, address), asterisk(address) as pbx:
        bearer = {"Authorization": f"Bearer {SECRET}"}
        told = await served.http.post(
            "/v1/asterisk/calls", data={"caller": "+15550100", "locale": "es"}, headers=bearer
        )
        assert told.status_code == 200 and told.headers["content-type"].startswith("text/plain")
        await pbx.send(frame(1, uuid.UUID(told.text).bytes))
        call = await talker.call()
        assert call.language == "es"
        again = [
            (await served.http.post("/v1/asterisk/calls", data={"caller": "+15550100"}, headers=bearer)).status_code
            for _ in range(2)
        ]
        assert again == [200, 429]


@pytest.mark.parametrize(
    ("given", "status"), [({}, 401), ({"Authorization": "Bearer wrong"}, 401), ({"Authorization": "Basic ?"}, 401)]
)
async def test_only_the_pbx_announces_calls(tmp_path, given, status) -> None:
    async with phone(tmp_path, FakeTalker()) as served:
        assert (await served.http.post("/v1/asterisk/calls", headers=given)).status_code == status


async def test_a_busy_house_hangs_up_at_once(tmp_path) -> None:
    talker = FakeTalker()
    async with (
        answered(tmp_path, talker, calls=1) as (_, address),
        asterisk(address) as first,
        asterisk(address) as second,
    ):
        await first.send(frame(1, CALL.bytes))
        await talker.call()
        await second.send(frame(1, CALL.bytes))
        assert (await second.until_closed())[-1][1] == 0
        assert len(talker.calls) == 1


@pytest.mark.parametrize("seed", range(8))
async def test_noise_on_the_wire_ends_the_call_or_is_skipped_and_never_fails(tmp_path, seed, caplog) -> None:
    import random

    noise = random.Random(seed).randbytes(20_000)
    talker = FakeTalker()
    async with answered(tmp_path, talker) as (_, address), asterisk(address) as pbx:
        await pbx.send(frame(1, CALL.bytes), noise)
        pbx.writer.write_eof()
        call = await talker.call()
        await call.until(lambda call: call.hung_up)
        await pbx.until_closed()
    assert not [record for record in caplog.records if record.exc_info]
