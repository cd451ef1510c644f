"""Speech over /v1/socket against a real server; ears and mouth are tones, so that each word is certain."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from assistant.conversation import Conversation
from assistant.events import AssistantSaid
from assistant.live_turn import LiveTurn
from channels.settings import ChannelSettings
from model_serving.audio import mulaw, silence
from model_serving.errors import ModelUnavailable
from tests.channels.house import Opened, Served, Socket, build_house, serving
from tests.channels.voice.voice_house import ToneSpeech

pytestmark = pytest.mark.anyio

TENTS, ORDER, NUMBER, STOP, YEAH = (
    "Which tents do you have?",
    "My order number is",
    "441792.",
    "No, show me lamps.",
    "Yeah.",
)
LONG = (
    "The first is the Alder, a light tent for two. The second is the Birch, which is larger and costs more. Which one?"
)


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def speech() -> ToneSpeech:
    return ToneSpeech([TENTS, ORDER, NUMBER, STOP, YEAH])


async def tell_at_length(conversation: Conversation, said: Any, live: LiveTurn) -> AssistantSaid:
    live.say(LONG)
    return AssistantSaid(turn_id=live.id, text=LONG, language="en")


@pytest.fixture
async def served(tmp_path: Path, speech: ToneSpeech) -> AsyncIterator[Served]:
    async with serving(build_house(tmp_path, speech=speech)) as opened:
        yield opened


@pytest.fixture
async def lengthy(tmp_path: Path, speech: ToneSpeech) -> AsyncIterator[Served]:
    async with serving(build_house(tmp_path, tell_at_length, speech=speech)) as opened:
        yield opened


@asynccontextmanager
async def call(
    served: Served, *, format: str = "pcm16", rate: int = 16_000, opened: Opened | None = None
) -> AsyncIterator[tuple[Socket, Opened]]:
    opened = opened or await served.start()
    async with served.socket(close_timeout=0.5) as socket:  # speech that nobody reads holds up the closing
        await socket.send(opened.hello())
        await socket.until("live")
        await socket.send({"type": "audio_start", "format": format, "rate": rate})
        await socket.until("signal", signal="voice", state="listening")
        yield socket, opened


async def push(socket: Socket, audio: Any, *, size: int = 640) -> None:
    """All of it as fast as the socket takes it."""
    pcm = audio.pcm16()
    for start in range(0, len(pcm), size):
        await socket.connection.send(pcm[start : start + size])


async def in_its_own_time(socket: Socket, audio: Any) -> None:
    pcm, loop = audio.pcm16(), asyncio.get_running_loop()
    step, began = audio.rate // 50 * 2, loop.time()
    for number, start in enumerate(range(0, len(pcm), step)):
        await asyncio.sleep(max(0.0, began + number * 0.02 - loop.time()))
        await socket.connection.send(pcm[start : start + step])


def sound_of(frames: list[dict[str, Any]]) -> int:
    return sum(len(frame["sound"]) for frame in frames if frame["type"] == "sound")


def said(events: list[dict[str, Any]], kind: str) -> list[dict[str, Any]]:
    return [event["data"] for event in events if event["type"] == kind]


async def test_a_question_is_heard_answered_and_spoken(served: Served, speech: ToneSpeech) -> None:
    async with call(served) as (socket, opened):
        await push(socket, speech.recording(TENTS, 0.5))
        heard = (await socket.until_event("customer_said"))[-1]["event"]["data"]
        assert (heard["text"], heard["audio"], heard["transcript_confidence"]) == (TENTS, True, 0.9)
        start = (await socket.until("speech_start"))[-1]
        assert (start["format"], start["rate"]) == ("pcm16", 16_000)
        sounds = await socket.until("speech_end", turn_id=start["turn_id"])
        text = f"You said: {TENTS}"
        assert abs(sound_of(sounds) / 2 / 16_000 - sum(map(len, speech.said)) * 0.05) < 0.1
        await socket.send({"type": "played", "turn_id": start["turn_id"], "ms": 60_000})
        await socket.until_event("assistant_said")
        (reply,) = said(await opened.events(), "assistant_said")
        assert (reply["text"], reply["interrupted"]) == (text, False)


async def test_the_states_of_a_call_are_shown_and_its_words_and_times(served: Served, speech: ToneSpeech) -> None:
    async with call(served) as (socket, _):
        await push(socket, speech.recording(TENTS, 0.5))
        frames = await socket.until("speech_end")
        frames += await socket.until("signal", signal="voice", state="listening")  # the page never told: estimated
        signals = [frame for frame in frames if frame["type"] == "signal"]
        states = [frame["state"] for frame in signals if frame["signal"] == "voice"]
        assert states == ["hearing", "thinking", "speaking", "listening"]
        transcripts = [frame for frame in signals if frame["signal"] == "transcript" and frame["final"]]
        assert [frame["text"] for frame in transcripts] == [TENTS]
        (clause, *_) = [frame for frame in signals if frame["signal"] == "clause"]
        assert clause.get("start", 0) == 0
        (timing,) = [frame for frame in signals if frame["signal"] == "timing"]
        stages = timing["stages"]
        parts = ("endpoint", "decode", "understanding", "writing", "synthesis", "transport")
        assert abs(sum(stages[name] for name in parts) - stages["total"]) <= 5


async def test_half_an_order_number_and_its_rest_are_one_message_however_fast_they_come(
    served: Served, speech: ToneSpeech
) -> None:
    async with call(served) as (socket, opened):
        await push(socket, speech.recording(ORDER, 1.2, NUMBER, 0.6), size=60_000)
        await socket.until_event("customer_said")
        assert [one["text"] for one in said(await opened.events(), "customer_said")] == [f"{ORDER} {NUMBER}"]


async def test_a_whole_recording_at_once_and_its_end_is_one_message_with_a_spoken_reply(
    served: Served, speech: ToneSpeech
) -> None:
    async with call(served) as (socket, opened):
        await socket.connection.send(speech.phrase(TENTS).pcm16())
        await socket.send({"type": "audio_end"})
        await socket.until("speech_end")
        await socket.until("signal", signal="voice", state="listening")
        assert [one["text"] for one in said(await opened.events(), "customer_said")] == [TENTS]
        await socket.send({"type": "message", "client_id": "m1", "text": "typed"})
        frames = await socket.until_event("assistant_said")
        assert "speech_start" not in {frame["type"] for frame in frames}, "the call was over: this is read"


@pytest.mark.parametrize(("format", "rate"), [("mulaw", 8_000), ("pcm16", 8_000), ("pcm16", 48_000), ("mulaw", 16_000)])
async def test_other_formats_and_rates_are_heard_and_answered_in_kind(
    served: Served, speech: ToneSpeech, format: str, rate: int
) -> None:
    async with call(served, format=format, rate=rate) as (socket, opened):
        audio = speech.recording(TENTS, 0.5, rate=rate)
        await socket.connection.send(mulaw(audio) if format == "mulaw" else audio.pcm16())
        start = (await socket.until("speech_start"))[-1]
        assert (start["format"], start["rate"]) == (format, rate)
        frames = await socket.until("speech_end")
        width = 1 if format == "mulaw" else 2
        assert abs(sound_of(frames) / width / rate - sum(map(len, speech.said)) * 0.05) < 0.1
        assert [one["text"] for one in said(await opened.events(), "customer_said")] == [TENTS]


async def test_speaking_over_the_reply_stops_it_and_keeps_what_was_played(lengthy: Served, speech: ToneSpeech) -> None:
    async with call(lengthy) as (socket, opened):
        await push(socket, speech.recording(TENTS, 0.5))
        frames = await socket.until("speech_end")
        turn = frames[-1]["turn_id"]
        (first, *_) = [one for one in frames if one.get("signal") == "clause"]
        clauses = [one for one in frames if one.get("signal") == "clause"]
        await socket.send({"type": "played", "turn_id": turn, "ms": clauses[1]["ms"] + 100})
        await asyncio.gather(
            in_its_own_time(socket, speech.recording(STOP, 0.5)), socket.until("speech_stop", turn_id=turn)
        )
        frames = await socket.until_event("customer_said")
        assert "sound" not in {frame["type"] for frame in frames}, "nothing is sent after the stop"
        replies = said(await opened.events(), "assistant_said")
        assert replies[0] | {"text": replies[0]["text"].strip()} == replies[0] | {
            "text": LONG[: first["end"]].strip(),
            "interrupted": True,
        }


async def test_a_yeah_lets_the_reply_go_on(lengthy: Served, speech: ToneSpeech) -> None:
    async with call(lengthy) as (socket, opened):
        await push(socket, speech.recording(TENTS, 0.5))
        turn = (await socket.until("speech_end"))[-1]["turn_id"]
        await push(socket, speech.phrase(YEAH, seconds=0.35))
        await in_its_own_time(socket, silence(0.5, 16_000))
        await socket.until("speech_stop", turn_id=turn)
        await socket.until("speech_start", turn_id=turn)
        await socket.until("speech_end", turn_id=turn)
        await socket.send({"type": "played", "turn_id": turn, "ms": 99_000})
        await socket.until_event("assistant_said")
        (reply,) = said(await opened.events(), "assistant_said")
        assert (reply["text"], reply["interrupted"]) == (LONG, False)
        assert len(said(await opened.events(), "customer_said")) == 1


async def test_typing_while_it_speaks_stops_the_speech_and_the_answer_is_spoken(
    lengthy: Served, speech: ToneSpeech
) -> None:
    async with call(lengthy) as (socket, _):
        await push(socket, speech.recording(TENTS, 0.5))
        turn = (await socket.until("speech_end"))[-1]["turn_id"]
        await socket.send({"type": "message", "client_id": "m1", "text": "and lamps?"})
        await socket.until("speech_stop", turn_id=turn)
        assert (await socket.until("speech_start"))[-1]["turn_id"] != turn


async def test_a_stop_button_stops_it(lengthy: Served, speech: ToneSpeech) -> None:
    async with call(lengthy) as (socket, opened):
        await push(socket, speech.recording(TENTS, 0.5))
        turn = (await socket.until("speech_end"))[-1]["turn_id"]
        await socket.send({"type": "interrupt", "turn_id": turn, "heard": "The first"})
        await socket.until("speech_stop", turn_id=turn)
        await socket.until_event("assistant_said")
        (reply,) = said(await opened.events(), "assistant_said")
        assert (reply["text"], reply["interrupted"]) == ("The first", True)


async def test_only_the_socket_that_speaks_is_spoken_to(served: Served, speech: ToneSpeech) -> None:
    async with call(served) as (socket, opened), served.socket() as reader:
        await reader.send(opened.hello())
        await reader.until("live")
        await push(socket, speech.recording(TENTS, 0.5))
        await socket.until("speech_end")
        await socket.send({"type": "played", "turn_id": "", "ms": 0})
        frames = await reader.until_event("reply_ready")
        assert not {"speech_start", "sound"} & {frame["type"] for frame in frames}


# -- what is wrong with the sound ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("frames", "code"),
    [
        ([{"type": "audio_start", "format": "opus", "rate": 16_000}], "unsupported_audio"),
        ([{"type": "audio_start", "rate": 4_000}], "unsupported_audio"),
        ([{"type": "audio_start", "rate": 96_000}], "unsupported_audio"),
        ([{"type": "audio_start", "format": "pcm16"}], "malformed"),
        ([{"type": "audio_end"}], "audio_not_started"),
        ([b"\x00\x00"], "audio_not_started"),
        ([{"type": "audio_start", "rate": 16_000}, {"type": "audio_start", "rate": 16_000}], "audio_started"),
        ([{"type": "audio_start", "rate": 16_000}, b"\x00\x01\x02"], "odd_sound"),
        ([{"type": "audio_start", "rate": 16_000}, {"type": "audio_end"}], "nothing_heard"),
        ([{"type": "audio_start", "rate": 16_000}, {"type": "audio_end"}, b"\x00\x00"], "audio_not_started"),
        ([{"type": "played", "turn_id": "t"}], "malformed"),
    ],
)
async def test_wrong_sound_is_told_and_the_text_goes_on(served: Served, frames: list[Any], code: str) -> None:
    opened = await served.start()
    async with served.socket() as socket:
        await socket.send(opened.hello())
        await socket.until("live")
        for frame in frames:
            await (socket.connection.send(frame) if isinstance(frame, bytes) else socket.send(frame))
        told = (await socket.until("error", code=code))[-1]
        assert told["detail"]
        await socket.send({"type": "message", "client_id": "m1", "text": "hello"})
        await socket.until_event("customer_said")


async def test_a_frame_that_is_too_large_closes_with_4413(served: Served) -> None:
    async with call(served) as (socket, _):
        await socket.connection.send(bytes(2 << 20))
        assert await socket.closed() == 4413


async def test_a_server_without_speech_says_so(tmp_path: Path) -> None:
    async with serving(build_house(tmp_path)) as served:
        opened = await served.start()
        async with served.socket() as socket:
            await socket.send(opened.hello())
            await socket.send({"type": "audio_start", "rate": 16_000})
            await socket.until("error", code="speech_not_installed")


async def test_ears_that_cannot_be_loaded_are_told_and_may_be_tried_again(served: Served, speech: ToneSpeech) -> None:
    speech.absent = ModelUnavailable("the package silero-vad is not installed")
    opened = await served.start()
    async with served.socket() as socket:
        await socket.send(opened.hello())
        await socket.send({"type": "audio_start", "rate": 16_000})
        told = (await socket.until("error", code="speech_unavailable"))[-1]
        assert "silero-vad" in told["detail"]
        speech.absent = None
        await socket.send({"type": "audio_start", "rate": 16_000})
        await socket.until("signal", signal="voice", state="listening")


async def test_ears_that_break_are_owned_up_to_and_the_text_goes_on(served: Served, speech: ToneSpeech) -> None:
    speech.trouble = ModelUnavailable("the ears are gone")
    async with call(served) as (socket, opened):
        await push(socket, speech.recording(TENTS, 0.5))
        await socket.until("error", code="not_heard")
        prompt = (await socket.until("signal", signal="prompt"))[-1]["text"]
        assert prompt.startswith("Sorry, I cannot hear you")
        await socket.until("speech_start")
        await socket.send({"type": "message", "client_id": "m1", "text": "hello"})
        await socket.until_event("customer_said")
        assert len(said(await opened.events(), "customer_said")) == 1


async def test_a_mouth_that_breaks_leaves_the_reply_to_be_read(served: Served, speech: ToneSpeech) -> None:
    speech.mute = ModelUnavailable("the voice is gone")
    async with call(served) as (socket, opened):
        await push(socket, speech.recording(TENTS, 0.5))
        await socket.until("error", code="not_spoken")
        events = [event["type"] for event in await opened.events()]
        assert "reply_ready" in events


async def test_a_socket_that_goes_in_the_middle_of_a_word_leaves_no_message_and_a_said_one_is_kept(
    served: Served, speech: ToneSpeech
) -> None:
    async with call(served) as (socket, cut):
        await push(socket, speech.phrase(TENTS))
        await socket.until("signal", signal="voice", state="hearing")
    speech.held.clear()
    async with call(served) as (socket, kept):
        await push(socket, speech.phrase(TENTS))
        await socket.send({"type": "audio_end"})
        await socket.until("signal", signal="voice", state="thinking")
    speech.held.set()
    async with asyncio.timeout(10):
        while not said(await kept.events(), "customer_said"):  # noqa: ASYNC110  the socket is gone: nobody tells
            await asyncio.sleep(0.01)
    assert not said(await cut.events(), "customer_said")


# -- many ----------------------------------------------------------------------------------------------------------


async def test_two_calls_at_once_do_not_hear_each_other(served: Served, speech: ToneSpeech) -> None:
    async def one(text: str) -> list[str]:
        async with call(served) as (socket, opened):
            for _ in range(3):
                await push(socket, speech.recording(text, 0.5))
                turn = (await socket.until("speech_end"))[-1]["turn_id"]
                await socket.send({"type": "played", "turn_id": turn, "ms": 99_000})
                await socket.until_event("assistant_said")
            events = await opened.events()
            return [one["text"] for kind in ("customer_said", "assistant_said") for one in said(events, kind)]

    tents, stop = await asyncio.gather(one(TENTS), one(NUMBER))
    assert tents == [TENTS] * 3 + [f"You said: {TENTS}"] * 3
    assert stop == [NUMBER] * 3 + [f"You said: {NUMBER}"] * 3


async def test_two_hundred_calls_leave_nothing_behind(tmp_path: Path, speech: ToneSpeech) -> None:
    settings = ChannelSettings(_env_file=None, conversations_at_once=1_000)
    async with serving(build_house(tmp_path, speech=speech), settings) as served:
        opened = await served.start()

        async def once(number: int) -> None:
            async with call(served, opened=opened) as (socket, _):
                if number % 4 == 0:
                    await push(socket, speech.phrase(TENTS, seconds=0.3))

        for number in range(3):
            await once(number)
        await settled(served)
        tasks, threads = len(asyncio.all_tasks()), threading.active_count()
        for start in range(0, 200, 10):
            await asyncio.gather(*(once(number) for number in range(start, start + 10)))
        await settled(served)
        assert len(asyncio.all_tasks()) <= tasks + 1
        assert threading.active_count() <= threads + 8, "asyncio's own pool, and no more"
        assert not served.house.bus._mailboxes
        assert not served.house.assistant._sessions._lines
        assert speech.listening == 0


async def settled(served: Served) -> None:
    """Until the server has seen that the sockets went."""
    async with asyncio.timeout(20):
        while served.app.state.front_door.connections.total:  # noqa: ASYNC110  nobody tells
            await asyncio.sleep(0.01)
