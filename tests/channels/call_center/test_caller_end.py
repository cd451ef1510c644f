"""The caller's end: when it speaks, what it records, and our own three carriers against our own server."""

from __future__ import annotations

import asyncio
import wave
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.call_center.audio_socket import listening
from channels.call_center.caller_end.audio_socket_wire import by_audio_socket
from channels.call_center.caller_end.chan_websocket_wire import by_chan_websocket
from channels.call_center.caller_end.handset import Cues, Handset, Heard, loud
from channels.call_center.caller_end.recording import write_stereo
from channels.call_center.caller_end.twilio_wire import by_twilio
from channels.call_center.caller_end.wire import Arrival, CannotCall, Said, Speech, Stop
from tests.channels.call_center.phone_house import SECRET, TOKEN, CallSeen, FakeTalker, phone

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend():
    return "asyncio"


def tone(seconds: float, hertz: float = 440.0) -> bytes:
    at = np.arange(int(8_000 * seconds)) / 8_000
    return bytes((8_000 * np.sin(2 * np.pi * hertz * at)).astype("<i2").tobytes())


def said_when(cues: Cues, assistant: list[bool]) -> list[int]:
    """Ticks in which the caller speaks."""
    spoken = []
    for number, speaks in enumerate(assistant):
        frame = cues.next_frame(assistant_speaks=speaks)
        if frame is None:
            return [*spoken, -1]
        if loud(frame):
            spoken.append(number)
    return spoken


def test_the_caller_speaks_after_the_greeting_has_ended_and_hangs_up_after_the_reply() -> None:
    cues = Cues([tone(0.1), tone(0.04)], 320, pause=0.2, farewell=0.4)
    greeting, pause, talk = [True] * 10, [False] * 10, [False] * 5
    reply, again = [True] * 5 + [False] * 4 + [True] * 5, [False] * 10
    heard = said_when(cues, greeting + pause + talk + reply + again + [False] * 2 + [True] * 3 + [False] * 25)
    assert heard[:5] == [20, 21, 22, 23, 24]
    assert heard[5:7] == [49, 50] and heard[-1] == -1


def test_without_a_word_of_the_assistants_the_caller_goes_on_after_some_time() -> None:
    cues = Cues([tone(0.02)], 320, greeting=1.0, patience=2.0)
    assert said_when(cues, [False] * 200) == [49, -1]


def test_speaking_over_a_reply_begins_so_many_seconds_into_it() -> None:
    cues = Cues([tone(0.02), tone(0.02)], 320, over=0.5, greeted=False)
    assert said_when(cues, [True] * 60) == [0, 25]


@given(
    st.lists(st.binary(min_size=2, max_size=2_000).map(lambda one: one[: len(one) // 2 * 2]), max_size=4),
    st.lists(st.booleans(), max_size=300),
)
def test_every_utterance_is_said_once_whole_and_in_order(utterances: list[bytes], assistant: list[bool]) -> None:
    cues = Cues(utterances, 320, greeted=False, pause=0.04, farewell=0.1, patience=0.2)
    said = b""
    for speaks in assistant + [False] * 200:
        frame = cues.next_frame(assistant_speaks=speaks)
        if frame is None:
            break
        assert len(frame) == 320
        said += frame
    position = 0
    for utterance in utterances:
        position = said.index(utterance, position) + len(utterance)


@dataclass
class FakeWire:
    """Says what it is given when the caller has been loud, and remembers what the handset told it."""

    reply: list[Arrival]
    rate: int = 8_000
    cushion: int = 0
    sent: bytearray = field(default_factory=bytearray)
    marks: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    spoken_to: asyncio.Event = field(default_factory=asyncio.Event)
    hung_up: bool = False

    async def arrivals(self) -> AsyncIterator[Arrival]:
        await self.spoken_to.wait()
        for arrival in self.reply:
            yield arrival
        await asyncio.Event().wait()

    async def send(self, pcm: bytes) -> None:
        self.sent += pcm
        if loud(pcm):
            self.spoken_to.set()

    async def heard(self, mark: str) -> None:
        self.marks.append(mark)

    async def dropped(self, marks: list[str]) -> None:
        self.gone += marks

    async def hang_up(self) -> None:
        self.hung_up = True


async def test_a_handset_plays_marks_stops_and_records_both_sides(tmp_path) -> None:
    reply: list[Arrival] = [
        Speech(pcm=tone(9.0), mark="never"),
        Stop(),
        Said(who="assistant", text="Hello."),
        Speech(pcm=tone(0.1, 300), mark="m1"),
    ]
    wire, heard, told = FakeWire(reply), Heard(rate=8_000), []
    stretches: list[bytes] = []
    cues = Cues([tone(0.06)], 320, greeted=False, farewell=0.1)
    await Handset(wire, cues, heard, on_said=told.append, on_fell_silent=stretches.append).run()
    assert wire.hung_up and wire.marks == ["m1"] and wire.gone == ["never"]
    assert told == [Said(who="assistant", text="Hello.")] and heard.said[0][1] == told[0]
    assert tone(0.1, 300) in bytes(heard.assistant) and tone(0.1, 300) in stretches[0]
    assert tone(0.06) in bytes(heard.caller) and len(heard.waits) == 1
    write_stereo(tmp_path / "call.wav", heard)
    with wave.open(str(tmp_path / "call.wav")) as file:
        assert (file.getnchannels(), file.getframerate()) == (2, 8_000)
        both = np.frombuffer(file.readframes(file.getnframes()), dtype="<i2").reshape(-1, 2)
    assert tone(0.06) in both[:, 0].tobytes() and tone(0.1, 300) in both[:, 1].tobytes()


def test_how_long_a_reply_goes_on_under_the_callers_voice_is_kept() -> None:
    handset = Handset(FakeWire([]), Cues([], 320), Heard(rate=8_000))
    handset._playout.add(tone(5))
    for frame in [bytes(320)] * 10 + [tone(0.02)] * 12:
        handset._keep(frame, handset._played()[0])

    async def stops() -> AsyncIterator[Arrival]:
        yield Stop()

    asyncio.run(handset._arrive(stops()))
    assert [round(cut, 2) for cut in handset.heard.cuts] == [0.24]


def test_silence_in_the_middle_of_a_reply_that_nobody_sent_is_a_gap() -> None:
    handset = Handset(FakeWire([]), Cues([], 320), Heard(rate=8_000))
    said = [None, 0.04, None, None, None, 0.02, None]  # None: nothing comes for a tick
    for seconds in said:
        if seconds:
            handset._playout.add(tone(seconds))
        for _ in range(round((seconds or 0.02) / 0.02)):
            handset._keep(bytes(320), handset._played()[0])
    assert [round(gap, 2) for gap in handset.heard.gaps] == [0.06]


async def reply_once(call: CallSeen) -> None:
    await call.until(lambda call: len(call.heard) >= 640 and loud(call.heard))
    await call.line.play(tone(0.1, 300), mark="a")
    await call.line.play(tone(0.04, 500), mark="b")
    await call.until(lambda call: call.played == ["a", "b"])
    await call.line.hang_up()


async def test_a_call_of_ours_by_twilio_is_answered_heard_and_hung_up(tmp_path) -> None:
    talker = FakeTalker(reply_once)
    async with phone(tmp_path, talker) as served:
        calling = by_twilio(served.url, token=TOKEN, public_url=served.url, caller="+15550100", locale="es")
        async with calling as wire:
            heard = Heard(rate=wire.rate)
            await Handset(wire, Cues([tone(0.1)], 320, greeted=False, patience=60), heard, longest=10).run()
        assert talker.calls[0].language == "es" and talker.calls[0].played == ["a", "b"]
        assert len(heard.waits) == 1 and loud(bytes(heard.assistant))


async def test_a_call_of_ours_by_audio_socket_is_answered_heard_and_hung_up(tmp_path) -> None:
    talker = FakeTalker(reply_once)
    async with phone(tmp_path, talker) as served, listening(served.center, "127.0.0.1", 0) as address:
        async with by_audio_socket(*address) as wire:
            heard = Heard(rate=wire.rate)
            await Handset(wire, Cues([tone(0.1)], 320, greeted=False, patience=60), heard, longest=10).run()
        assert talker.calls[0].played == ["a", "b"]
        frames = [bytes(heard.assistant[at : at + 320]) for at in range(0, len(heard.assistant), 320)]
        assert b"".join(one for one in frames if any(one)) == tone(0.1, 300) + tone(0.04, 500)


async def test_a_call_of_ours_by_chan_websocket_is_answered_heard_and_hung_up(tmp_path) -> None:
    async def reply(call: CallSeen) -> None:
        await call.until(lambda call: len(call.heard) >= 640 and loud(call.heard))
        await call.line.play(tone(30), mark="never")
        await call.line.clear("t")
        await call.line.play(tone(0.1, 300), mark="a")
        await call.until(lambda call: call.played == ["a"])
        await call.line.hang_up()

    talker = FakeTalker(reply)
    async with phone(tmp_path, talker) as served:
        async with by_chan_websocket(served.url, secret=SECRET, caller="+15550100", locale="fr") as wire:
            heard = Heard(rate=wire.rate)
            await Handset(wire, Cues([tone(0.2)], 640, greeted=False, patience=60), heard, longest=10).run()
        assert talker.calls[0].language == "fr" and talker.calls[0].played == ["a"]
        assert talker.calls[0].line.rate == 16_000 and loud(bytes(heard.assistant))
        with pytest.raises(CannotCall, match="AISLE_PHONE_ASTERISK_SECRET"):
            async with by_chan_websocket(served.url, secret="wrong", caller="", locale=""):
                pass


async def test_a_call_that_is_not_taken_is_told_with_the_way_out(tmp_path) -> None:
    async with phone(tmp_path, FakeTalker()) as served:
        with pytest.raises(CannotCall, match="AISLE_PHONE_TWILIO_AUTH_TOKEN"):
            async with by_twilio(served.url, token="wrong", public_url=served.url, caller="", locale=""):
                pass
    with pytest.raises(CannotCall, match="AISLE_PHONE_AUDIOSOCKET_PORT=1"):
        async with by_audio_socket("127.0.0.1", 1):
            pass
