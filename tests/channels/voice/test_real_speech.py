"""A call with the packaged ears and mouth over a real server, in real time. What is gated is what happens, never how fast."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from assistant.conversation import Conversation
from assistant.events import AssistantSaid
from assistant.live_turn import LiveTurn
from model_serving.audio import Audio, joined, of_pcm16, silence
from model_serving.speech import Speech, open_speech
from model_serving.speech_settings import SpeechSettings
from tests.channels.house import Served, Socket, build_house, serving

pytestmark = [pytest.mark.anyio, pytest.mark.slow]

RATE = 16_000
REPLY = (
    "The Alder is a light tent for two people. It weighs two kilograms and packs down to the size of a loaf of bread. "
    "The Birch is larger, has a porch for muddy boots, and costs a little more. Both are in stock in Portland."
)
WAIT = 40.0


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="module")
async def speech() -> AsyncIterator[Speech]:
    async with open_speech(SpeechSettings()) as opened:
        assert opened is not None
        await opened.warm()
        yield opened


async def tell_at_length(conversation: Conversation, said: Any, live: LiveTurn) -> AssistantSaid:
    live.say(REPLY)
    return AssistantSaid(turn_id=live.id, text=REPLY, language="en")


@pytest.fixture
async def served(tmp_path: Path, speech: Speech) -> AsyncIterator[Served]:
    async with serving(build_house(tmp_path, tell_at_length, speech=speech)) as opened:
        yield opened


class Caller:
    """A page in real time: what is to be said goes out in frames of 20 ms, and what comes is played, told, and may be heard
    again by the microphone."""

    def __init__(self, socket: Socket, *, echo: float = 0.0) -> None:
        self.socket, self.echo = socket, echo
        self.frames: list[dict[str, Any]] = []
        self._say = np.zeros(0, dtype=np.float32)
        self._speech = np.zeros(0, dtype=np.float32)
        self._turn, self._played = "", 0
        self._came = asyncio.Condition()
        self.late: list[int] = []
        """Bytes that came after a stop, before the next start."""
        self._stopped = False

    async def send(self) -> None:
        loop = asyncio.get_running_loop()
        due = loop.time()
        while True:
            size = RATE // 50
            heard = np.zeros(size, dtype=np.float32)
            said, self._say = self._say[:size], self._say[size:]
            heard[: len(said)] += said
            playing, self._speech = self._speech[:size], self._speech[size:]
            heard[: len(playing)] += self.echo * playing
            await self.socket.connection.send(Audio(samples=heard, rate=RATE).pcm16())
            self._played += len(playing)
            if (len(playing) and self._played % (RATE // 5) < size) or (len(playing) and not len(self._speech)):
                await self.socket.send({"type": "played", "turn_id": self._turn, "ms": self._played / RATE * 1_000})
            due += 0.02
            await asyncio.sleep(max(0.0, due - loop.time()))

    async def hear(self) -> None:
        while True:
            frame = await self.socket.read(seconds=WAIT)
            if frame["type"] == "speech_start":
                self._turn, self._played, self._stopped = frame["turn_id"], 0, False
            elif frame["type"] == "speech_stop":
                self._speech, self._stopped = self._speech[:0], True
            elif frame["type"] == "sound":
                if self._stopped:
                    self.late.append(len(frame["sound"]))
                self._speech = np.concatenate([self._speech, of_pcm16(frame["sound"], RATE).samples])
            async with self._came:
                self.frames.append(frame)
                self._came.notify_all()

    def say(self, *parts: Audio) -> None:
        self._say = np.concatenate([self._say, joined([part.at(RATE) for part in parts]).samples])

    async def until(self, kind: str, **fields: Any) -> dict[str, Any]:
        def found() -> dict[str, Any] | None:
            for frame in self.frames:
                event = frame.get("event", {})
                if kind in (frame["type"], event.get("type")) and all(
                    (frame | event.get("data", {})).get(name) == value for name, value in fields.items()
                ):
                    return frame
            return None

        async with asyncio.timeout(WAIT), self._came:
            await self._came.wait_for(lambda: found() is not None)
            frame = found()
            assert frame is not None
            return frame

    async def played(self, seconds: float) -> None:
        async with asyncio.timeout(WAIT), self._came:
            await self._came.wait_for(lambda: len(self._speech) > 0 or self._played > 0)
        while self._played < seconds * RATE:  # noqa: ASYNC110  a loudspeaker tells nobody
            await asyncio.sleep(0.02)

    def of(self, event: str) -> list[dict[str, Any]]:
        return [
            frame["event"]["data"]
            for frame in self.frames
            if frame["type"] == "event" and frame["event"]["type"] == event
        ]


class Calling:
    """async with Calling(served) as caller: a page on a call."""

    def __init__(self, served: Served, *, echo: float = 0.0) -> None:
        self.served, self.echo = served, echo

    async def __aenter__(self) -> Caller:
        opened = await self.served.start()
        self._socket = self.served.socket(close_timeout=0.5)
        socket = await self._socket.__aenter__()
        await socket.send(opened.hello())
        await socket.until("live")
        await socket.send({"type": "audio_start", "format": "pcm16", "rate": RATE})
        caller = Caller(socket, echo=self.echo)
        self._tasks = [asyncio.create_task(caller.send()), asyncio.create_task(caller.hear())]
        return caller

    async def __aexit__(self, *error: Any) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._socket.__aexit__(*error)


def words(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.lower()))


async def test_a_question_is_answered_aloud_and_interrupted_and_the_log_keeps_what_was_heard(
    served: Served, speech: Speech
) -> None:
    question, stop = (
        await speech.say("Which tents do you have?"),
        await speech.say("Please show me sleeping bags instead."),
    )
    async with Calling(served) as caller:
        caller.say(question)
        heard = await caller.until("customer_said")
        assert heard["event"]["data"]["audio"] is True
        assert "do you have" in words(heard["event"]["data"]["text"])
        await caller.until("speech_start")
        await caller.played(3.2)
        caller.say(stop)
        await caller.until("speech_stop")
        await caller.until("assistant_said", interrupted=True)
        (reply,) = caller.of("assistant_said")
        assert reply["text"] and REPLY.startswith(reply["text"]) and len(reply["text"]) < len(REPLY)
        async with asyncio.timeout(WAIT):
            while len(caller.of("customer_said")) < 2:
                await caller.until("customer_said")
                await asyncio.sleep(0.05)
        assert "sleeping bags" in words(caller.of("customer_said")[1]["text"])
        assert not caller.late, "no sound after the stop"


async def test_our_own_voice_from_their_loudspeaker_does_not_interrupt_us(served: Served, speech: Speech) -> None:
    question = await speech.say("Which tents do you have?")
    async with Calling(served, echo=0.1) as caller:
        caller.say(question)
        said = await caller.until("assistant_said")
        assert said["event"]["data"]["text"] == REPLY
        assert "speech_stop" not in {frame["type"] for frame in caller.frames}
        assert len(caller.of("customer_said")) == 1


async def test_a_yeah_does_not_interrupt_and_yeah_but_stop_does(served: Served, speech: Speech) -> None:
    question, yeah = await speech.say("Which tents do you have?"), await speech.say("Yeah.")
    but = await speech.say("Yeah, but stop, what about lamps?")
    async with Calling(served) as caller:
        caller.say(question)
        await caller.until("speech_start")
        await caller.played(2.0)
        caller.say(yeah)
        await caller.until("reply_ready")
        await caller.played(4.0)
        assert len(caller.of("customer_said")) == 1
        assert not caller.of("assistant_said")
        caller.say(but)
        await caller.until("assistant_said", interrupted=True)


async def test_a_pause_before_the_order_number_is_no_end(served: Served, speech: Speech) -> None:
    lead, number = await speech.say("My order number is"), await speech.say("4 4 1 7 9 2.")
    async with Calling(served) as caller:
        caller.say(lead, silence(1.2, lead.rate), number)
        await caller.until("customer_said")
        await caller.until("speech_start")
        (said,) = caller.of("customer_said")
        assert "441792" in re.sub(r"\D", "", said["text"])
