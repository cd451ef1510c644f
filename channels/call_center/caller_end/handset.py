"""The handset: every 20 ms it sends what the caller says, plays what came, and keeps both for the recording.

When the caller speaks is `Cues`' to say, a pure machine: after the assistant has fallen silent, or over it where that is
asked. Above: `command_line.call`. Below: a Wire.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from channels.call_center.caller_end.wire import Said, Speech, Stop, Wire
from channels.call_center.playout import Playout

TICK = 0.02
LOUD = 400
"""Of 32,768: what counts as somebody speaking. Line noise and mu-law's silence stay below."""
LATEST = 0.2
LAST_WORDS = 1.0
WORD = 50
"""Ticks without a sound of the caller's after which it was no longer said over the reply."""
LONGEST_GAP = 5.0
"""Seconds; what comes later is another reply."""


class Mouth(Protocol):
    """What the caller says, frame by frame."""

    def next_frame(self, *, assistant_speaks: bool) -> bytes | None:
        """One frame of pcm; None once there is no more to say and to wait for."""
        ...


@dataclass(slots=True)
class Cues:
    """Says one utterance after the other. Times in seconds."""

    utterances: Sequence[bytes]
    frame_bytes: int
    pause: float = 1.6
    """Of silence after which the assistant has ended."""
    farewell: float = 3.0
    """As `pause`, before hanging up."""
    patience: float = 20.0
    """Without a word of the assistant's, after which the caller goes on all the same."""
    over: float = 0.0
    """Speak over each reply after so much of it; 0: let it end."""
    greeted: bool = True
    """Wait for a greeting first, for `greeting` seconds."""
    greeting: float = 5.0
    _next: int = 0
    _at: int = 0
    _saying: bool = False
    _spoke: float = 0.0
    """Of the assistant, since the caller's last word."""
    _silent: float = 0.0
    _waited: float = 0.0

    def next_frame(self, *, assistant_speaks: bool) -> bytes | None:
        if not self._saying:
            self._listen(assistant_speaks)
            if not self._turn():
                return bytes(self.frame_bytes)
            if self._next == len(self.utterances):
                return None
            self._saying, self._at = True, 0
        return self._say()

    def _listen(self, assistant_speaks: bool) -> None:
        self._waited += TICK
        self._spoke += TICK if assistant_speaks else 0.0
        self._silent = 0.0 if assistant_speaks else self._silent + TICK

    def _turn(self) -> bool:
        if self._next == 0 and not self.greeted:
            return True
        last = self._next == len(self.utterances)
        if self.over and not last and self._next and self._spoke >= self.over:
            return True
        if self._spoke:
            return self._silent >= (self.farewell if last else self.pause)
        return self._waited >= (self.greeting if self._next == 0 else self.patience)

    def _say(self) -> bytes:
        whole = self.utterances[self._next]
        frame = whole[self._at : self._at + self.frame_bytes]
        self._at += len(frame)
        if self._at >= len(whole):
            self._saying, self._next = False, self._next + 1
            self._spoke = self._silent = self._waited = 0.0
        return frame + bytes(self.frame_bytes - len(frame))


def loud(pcm: bytes) -> bool:
    samples = np.frombuffer(pcm, dtype="<i2")
    return bool(len(samples)) and int(np.abs(samples.astype(np.int32)).max()) > LOUD


@dataclass(slots=True, kw_only=True)
class Heard:
    """One call, both sides, as the caller had it."""

    rate: int
    caller: bytearray = field(default_factory=bytearray)
    assistant: bytearray = field(default_factory=bytearray)
    waits: list[float] = field(default_factory=list)
    """From the caller's last loud frame to the assistant's first, each time."""
    gaps: list[float] = field(default_factory=list)
    """In which there was nothing to play in the middle of a reply: neither sound nor the silence between sentences."""
    cuts: list[float] = field(default_factory=list)
    """From the caller's first sound over a reply to its end, where the carrier tells of it."""
    said: list[tuple[float, Said]] = field(default_factory=list)

    @property
    def seconds(self) -> float:
        return len(self.caller) / 2 / self.rate


@dataclass(slots=True)
class Handset:
    wire: Wire
    mouth: Mouth
    heard: Heard
    on_said: Callable[[Said], None] = lambda said: None
    on_fell_silent: Callable[[bytes], None] = lambda pcm: None
    """With the assistant's last stretch of speech."""
    on_played: Callable[[bytes], None] = lambda pcm: None
    """With each frame, for a loudspeaker."""
    longest: float = 300.0
    _playout: Playout = field(init=False)
    _empty: int = 0
    """Ticks without anything to play since the last sound of this reply; a caller's word ends the reply."""
    _replying: bool = False
    _flowing: bool = False
    _ended: bool = False
    _onset: float = -1.0
    """When the caller began to speak over the reply."""
    _unsaid: int = 0
    """Ticks since the caller's last sound."""
    _last_word: int = -1
    """The caller's last loud frame, while the assistant has not answered it."""
    _stretch: bytearray = field(default_factory=bytearray)
    _quiet: int = 10_000

    def __post_init__(self) -> None:
        self._playout = Playout(int(self.wire.rate * TICK) * 2)

    async def run(self) -> None:
        """Until the caller has no more to say, the other side hangs up, or it lasts too long."""
        arriving = asyncio.ensure_future(self._arrive(self.wire.arrivals()))
        ticking = asyncio.ensure_future(self._tick())
        try:
            done, _ = await asyncio.wait((arriving, ticking), timeout=self.longest, return_when=asyncio.FIRST_COMPLETED)
            if arriving in done:  # they hung up: what has come is still heard
                self._ended = True
                seconds = self._playout.waiting / 2 / self.wire.rate
                await asyncio.wait((ticking,), timeout=min(LAST_WORDS, seconds + 2 * TICK))
        finally:
            for task in (arriving, ticking):
                task.cancel()
            await asyncio.gather(arriving, ticking, return_exceptions=True)
            await self.wire.hang_up()
        for task in done:
            task.result()
        if self._stretch:
            self._fell_silent()

    async def _arrive(self, arrivals: AsyncIterator[Speech | Stop | Said]) -> None:
        async for arrival in arrivals:
            match arrival:
                case Speech(pcm=pcm, mark=mark):
                    self._playout.add(pcm)
                    if mark:
                        self._playout.mark(mark)
                case Stop():
                    if self._onset >= 0:
                        self.heard.cuts.append(self.heard.seconds - self._onset)
                        self._onset = -1.0
                    await self.wire.dropped(self._playout.clear())
                case Said():
                    self.heard.said.append((self.heard.seconds, arrival))
                    self.on_said(arrival)

    async def _tick(self) -> None:
        loop = asyncio.get_running_loop()
        due = loop.time()
        while True:
            played, marks = self._played()
            said = self.mouth.next_frame(assistant_speaks=loud(played))
            if said is None:
                return
            await self.wire.send(said)
            for mark in marks:
                await self.wire.heard(mark)
            self._keep(said, played)
            self.on_played(played)
            due = max(due + TICK, loop.time() - LATEST)
            await asyncio.sleep(due - loop.time())

    def _count_gap(self) -> None:
        if not self._playout.waiting:
            self._empty += 1
            return
        if self._replying and 0 < self._empty * TICK < LONGEST_GAP:
            self.heard.gaps.append(self._empty * TICK)
        self._empty, self._replying = 0, True

    def _played(self) -> tuple[bytes, list[str]]:
        """Silence until there is a cushion, where sound comes frame by frame and one may be late."""
        self._count_gap()
        if self._playout.waiting == 0:
            self._flowing = False
        if not self._flowing and not self._ended and self._playout.waiting < self.wire.cushion:
            return bytes(self._playout.frame_bytes), []
        self._flowing = True
        return self._playout.take()

    def _keep(self, said: bytes, played: bytes) -> None:
        number = len(self.heard.caller) // len(said)
        self.heard.caller += said
        self.heard.assistant += played
        if loud(said):
            if self._onset < 0 and self._playout.waiting:
                self._onset = number * TICK
            self._last_word, self._unsaid = number, 0
            self._replying = False
        else:
            self._unsaid += 1
            self._onset = -1.0 if self._unsaid > WORD else self._onset
        if loud(played):
            if self._last_word >= 0 and self._quiet > 10:
                self.heard.waits.append((number - self._last_word) * TICK)
            self._last_word = -1
            self._quiet = 0
        else:
            self._quiet += 1
        if self._quiet < 50:
            self._stretch += played
        elif self._stretch:
            self._fell_silent()

    def _fell_silent(self) -> None:
        stretch, self._stretch = bytes(self._stretch), bytearray()
        self.on_fell_silent(stretch)
