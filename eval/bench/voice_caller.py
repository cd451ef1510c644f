"""A caller that measures: speaks recordings into a running server in real time, plays what comes as a page would, and keeps when.

Protocol.md's audio frames on /v1/socket, mu-law at 8 kHz. Above: `bench_voice`. Below: websockets, the product's sound.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
import numpy as np
import websockets

from channels.voice.endpointing import SPEECH
from channels.voice.hearing import FRAME_SECONDS as FRAME_SECONDS_HEARD
from channels.voice.hearing import Hearing
from model_serving.audio import mulaw, of_mulaw, of_pcm16
from model_serving.ports import SpeechDetector

RATE = 8_000
FRAME_SECONDS = 0.02
FRAME_BYTES = 2 * round(RATE * FRAME_SECONDS)
LOUD = 400
"""Of 32,768."""
TOLD_EVERY = 0.1
"""Seconds between two `played` frames: a page tells several times a second."""


@dataclass(slots=True, eq=False)
class Recording:
    """What is said; onset, end and faded in seconds from its start."""

    text: str
    pcm: bytes
    onset: float
    end: float
    """Its last loud sample."""
    faded: float = 0.0
    """Where a speech detector hears the last of it: a sound fades."""

    @classmethod
    def of(cls, text: str, pcm: bytes) -> Recording:
        loud = np.flatnonzero(np.abs(np.frombuffer(pcm, dtype="<i2").astype(np.int32)) > LOUD)
        return cls(text, pcm, float(loud[0]) / RATE, float(loud[-1]) / RATE)

    def detected(self, detector: SpeechDetector) -> Recording:
        """With what that detector hears of it, as it comes over the line, and silence after it."""
        line = of_mulaw(mulaw(of_pcm16(self.pcm, RATE))).pcm16() + bytes(2 * RATE)
        frames = Hearing(detector, RATE).take(line)
        last = max((at for at, frame in enumerate(frames) if frame.speech >= SPEECH), default=0)
        return Recording(self.text, self.pcm, self.onset, self.end, (last + 1) * FRAME_SECONDS_HEARD)


@dataclass(slots=True, eq=False)
class Turn:
    """Moments of one utterance and its reply, seconds of one clock; 0 where it did not happen."""

    text: str
    onset: float = 0.0
    ended: float = 0.0
    """The last sound of the utterance was sent."""
    faded: float = 0.0
    """The last of it that a detector hears was sent: from here on the server's stages run."""
    understood: float = 0.0
    """The final transcript came."""
    heard: str = ""
    first_audio: float = 0.0
    silenced: float = 0.0
    """The first order to be silent after the onset."""
    over: float = 0.0
    """The reply's sound is all there."""
    gaps: list[float] = field(default_factory=list)
    """Silences inside the reply, because sound came too late."""
    stages: dict[str, float] = field(default_factory=dict)
    """As the server timed them, in milliseconds."""
    cpu: float = 0.0
    """Seconds of the server from the onset to the final transcript."""


@dataclass(slots=True, eq=False)
class Caller:
    connection: websockets.ClientConnection
    cpu_now: Callable[[], float]
    turns: list[Turn] = field(default_factory=list)
    _waiting: deque[bytes] = field(default_factory=deque)
    _said: asyncio.Event = field(default_factory=asyncio.Event)
    _changed: asyncio.Condition = field(default_factory=asyncio.Condition)
    _turn_id: str = ""
    _began: float = 0.0
    _played_until: float = 0.0
    _cpu: float = 0.0

    @property
    def playing(self) -> bool:
        return time.perf_counter() < self._played_until

    @property
    def played(self) -> float:
        """Seconds of the reply that were played."""
        return max(0.0, min(time.perf_counter(), self._played_until) - self._began) if self._began else 0.0

    async def say(self, recording: Recording) -> Turn:
        """Begins to speak now; returns when its last sound is sent."""
        turn = Turn(recording.text)
        begun = time.perf_counter()
        turn.onset, turn.ended = begun + recording.onset, begun + recording.end
        turn.faded = begun + (recording.faded or recording.end)
        self._cpu = self.cpu_now()
        self.turns.append(turn)
        self._said.clear()
        for at in range(0, len(recording.pcm), FRAME_BYTES):
            self._waiting.append(recording.pcm[at : at + FRAME_BYTES].ljust(FRAME_BYTES, b"\0"))
        await self._said.wait()
        return turn

    async def until(self, happened: Callable[[], bool], *, seconds: float) -> bool:
        """False: it did not, in that time."""
        try:
            async with asyncio.timeout(seconds), self._changed:
                await self._changed.wait_for(happened)
        except TimeoutError:
            return False
        return True

    async def quiet(self, *, seconds: float = 40.0) -> None:
        """Until the reply has been played."""
        deadline = time.perf_counter() + seconds
        while True:
            left = min(self._played_until, deadline) - time.perf_counter()
            if left <= 0:
                return
            await asyncio.sleep(left)

    async def into_reply(self, seconds: float) -> None:
        """Until so much of the reply has been played."""
        await asyncio.sleep(max(0.0, self._began + seconds - time.perf_counter()))

    async def send(self) -> None:
        """Every 20 ms a frame: speech, or silence."""
        due = time.perf_counter()
        told = 0.0
        while True:
            frame = self._waiting.popleft() if self._waiting else bytes(FRAME_BYTES)
            if not self._waiting:
                self._said.set()
            await self.connection.send(mulaw(of_pcm16(frame, RATE)))
            if self._turn_id and time.perf_counter() - told > TOLD_EVERY:
                told = time.perf_counter()
                await self._tell({"type": "played", "turn_id": self._turn_id, "ms": round(self.played * 1_000)})
            due += FRAME_SECONDS
            await asyncio.sleep(max(0.0, due - time.perf_counter()))

    async def receive(self) -> None:
        async for message in self.connection:
            now = time.perf_counter()
            if isinstance(message, bytes):
                self._sound(len(message) / RATE, now)
            else:
                self._frame(json.loads(message), now)
            async with self._changed:
                self._changed.notify_all()

    def _sound(self, seconds: float, now: float) -> None:
        turn = self.turns[-1] if self.turns else None
        if self._began == 0.0:
            self._began = self._played_until = now
        elif now > self._played_until and turn is not None:
            turn.gaps.append(now - self._played_until)
        self._played_until = max(now, self._played_until) + seconds
        if turn is not None and not turn.first_audio and now > turn.ended and turn.understood:
            turn.first_audio = now

    def _frame(self, frame: dict[str, Any], now: float) -> None:
        turn = self.turns[-1] if self.turns else None
        match frame:
            case {"type": "speech_start", "turn_id": str(turn_id)}:
                self._turn_id, self._began = turn_id, 0.0
            case {"type": "speech_stop"}:
                self._played_until = min(self._played_until, now)
                if turn is not None and not turn.silenced and now > turn.onset:
                    turn.silenced = now
            case {"type": "speech_end"} if turn is not None:
                turn.over = now
            case {"type": "signal", "signal": "transcript", "final": True, "text": str(text)} if turn is not None:
                turn.understood, turn.heard, turn.cpu = now, text, self.cpu_now() - self._cpu
            case {"type": "signal", "signal": "timing", "stages": dict(stages)} if turn is not None:
                turn.stages = {name: float(value) for name, value in stages.items()}

    async def _tell(self, frame: dict[str, Any]) -> None:
        await self.connection.send(json.dumps(frame))


@asynccontextmanager
async def calling(url: str, cpu_now: Callable[[], float]) -> AsyncIterator[Caller]:
    """A call of its own conversation. Raises httpx.HTTPError, OSError, websockets.WebSocketException."""
    async with httpx.AsyncClient(base_url=url, timeout=30) as http:
        answer = await http.post("/v1/conversations", json={"channel": "kiosk", "locale": "en"})
        opened = answer.raise_for_status().json()
    address = url.replace("http", "ws", 1) + "/v1/socket"
    async with websockets.connect(address, compression=None) as connection:
        caller = Caller(connection, cpu_now)
        hello = {"type": "hello", "token": opened["token"], "conversation_id": opened["conversation_id"], "after": 0}
        await connection.send(json.dumps(hello))
        await connection.send(json.dumps({"type": "audio_start", "format": "mulaw", "rate": RATE}))
        tasks = [asyncio.create_task(caller.send()), asyncio.create_task(caller.receive())]
        try:
            yield caller
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
