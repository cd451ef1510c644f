"""The other end of a voice, scripted: hears loud and quiet, takes any speech for one sentence, and speaks in hums.

It keeps the order of frames that a real server keeps: states, partial and final transcript, reply_ready, speech by clauses,
and a reply that counts as said once `played` has told so. Above: fake_assistant, fake_server.
"""

from __future__ import annotations

import asyncio
import math
import re
import struct
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from starlette.websockets import WebSocket

LOUD = 0.02
SILENCE_SECONDS = 0.5
ONSET_SECONDS = 0.2
RATE = 22_050
"""Of what is spoken: another one than the microphone's, as real voices have it."""
SECONDS_A_CHARACTER = 0.05


@dataclass(slots=True, kw_only=True)
class FakeCall:
    socket: WebSocket
    rate: int
    heard_as: str
    take: Callable[[str], None]
    loud: float = 0.0
    quiet: float = 0.0
    shown: int = 0
    turn_id: str = ""
    heard_ms: int = 0
    clauses: list[tuple[int, int, int]] = field(default_factory=list)
    over: asyncio.Event = field(default_factory=asyncio.Event)
    cut_at: str | None = None
    text: str = ""

    async def sound(self, pcm: bytes) -> None:
        samples = struct.unpack(f"<{len(pcm) // 2}h", pcm)
        seconds = len(samples) / self.rate
        if math.sqrt(sum(one * one for one in samples) / len(samples)) / 32_768 > LOUD:
            self.loud, self.quiet = self.loud + seconds, 0.0
            if self.loud - seconds < ONSET_SECONDS <= self.loud:
                await self.cut(None)
                await self.state("hearing")
            await self.partial()
        elif self.loud:
            self.quiet += seconds
            if self.quiet > SILENCE_SECONDS:
                await self.ended()

    async def partial(self) -> None:
        words = self.heard_as.split()
        known = min(len(words), int((self.loud - ONSET_SECONDS) / 0.3))
        if known > self.shown:
            self.shown = known
            await self.send("signal", signal="transcript", text=" ".join(words[:known]), final=False)

    async def ended(self) -> None:
        spoke, self.loud, self.quiet, self.shown = self.loud >= ONSET_SECONDS, 0.0, 0.0, 0
        if not spoke:
            return
        await self.send("signal", signal="transcript", text=self.heard_as, final=True)
        await self.state("thinking")
        self.take(self.heard_as)

    async def speak(self, turn_id: str, text: str) -> str | None:
        """Until it was heard; the part that was, when it was cut."""
        self.turn_id, self.text, self.heard_ms, self.clauses, self.cut_at = turn_id, text, 0, [], None
        self.over = asyncio.Event()
        await self.send("speech_start", turn_id=turn_id, format="pcm16", rate=RATE)
        await self.state("speaking")
        ms = 0
        for clause in re.finditer(r"[^.!?\n]+[.!?\n]*\s*", text):
            if self.over.is_set():
                return self.cut_at
            self.clauses.append((clause.start(), clause.end(), ms))
            start, end = clause.span()
            await self.send("signal", signal="clause", turn_id=turn_id, start=start, end=end, ms=ms)
            sound = hum(SECONDS_A_CHARACTER * len(clause[0]))
            for at in range(0, len(sound), 4410):
                await self.socket.send_bytes(sound[at : at + 4410])
            ms += round(len(sound) / 2 / RATE * 1000)
        self.clauses.append((len(text), len(text), ms))
        await self.send("speech_end", turn_id=turn_id)
        await self.over.wait()
        self.turn_id = ""
        return self.cut_at

    def played(self, turn_id: str, ms: int) -> None:
        if turn_id != self.turn_id:
            return
        self.heard_ms = ms
        if self.clauses and self.clauses[-1][0] == len(self.text) and ms >= self.clauses[-1][2] - 5:
            self.over.set()
            asyncio.get_running_loop().create_task(self.state("listening"))

    async def cut(self, heard: str | None) -> bool:
        if not self.turn_id or self.over.is_set():
            return False
        whole = [start for start, _, ms in self.clauses if ms <= self.heard_ms]
        self.cut_at = self.text[: whole[-1] if whole else 0] if heard is None else heard
        await self.send("speech_stop", turn_id=self.turn_id)
        await self.state("listening")
        self.over.set()
        return True

    def hang_up(self) -> None:
        if self.turn_id and not self.over.is_set():
            whole = [start for start, _, ms in self.clauses if ms <= self.heard_ms]
            self.cut_at = self.text[: whole[-1] if whole else 0]
            self.over.set()

    async def state(self, state: str) -> None:
        await self.send("signal", signal="voice", state=state)

    async def send(self, kind: str, **more: Any) -> None:
        await self.socket.send_json({"type": kind, **more})


def hum(seconds: float) -> bytes:
    """Four syllables a second."""
    steps = range(round(seconds * RATE))
    tone = (math.sin(2 * math.pi * 160 * n / RATE) * abs(math.sin(math.pi * 4 * n / RATE)) for n in steps)
    return b"".join(struct.pack("<h", round(9000 * one)) for one in tone)
