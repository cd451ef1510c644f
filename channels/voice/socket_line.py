"""A page's socket as a line: binary frames in, speech frames out, and how far the page says that it has played them.

Above: `socket_voice`, which begins and ends it with the client's frames. Below: `line`, the socket's outbox. Speech goes
through the same outbox as everything else, so that frames stay in their order.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Literal

from channels.errors import SoundRefused
from channels.frames import SpeechEnd, SpeechSound, SpeechStart, SpeechStop
from channels.outbox import Outbox
from channels.voice.line import CutIn, HungUp, LineEvent, Played, Sound, TurnEnded
from model_serving.audio import mulaw, of_mulaw, of_pcm16

Format = Literal["pcm16", "mulaw"]
SLOWEST_RATE, FASTEST_RATE = 8_000, 48_000
FRAME_SECONDS = 0.5
"""Of speech in one binary frame at most, so that text never waits long behind it."""
MOST_WAITING = 30.0
"""Seconds of sound that wait to be heard; a client that sends more waits itself."""
SLACK_MS = 40.0
"""A page counts in blocks of its sound card: so much short of the end is the end."""
UNTOLD = 0.25
"""Seconds after which a piece counts as played where the page never tells: its own buffer, and the way."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Mark:
    name: str
    turn_id: str
    ends_ms: float
    """Since the last speech_start."""


class SocketLine:
    """CallTransport. One event loop; `heard`, `ended`, `cut_in`, `played` and `hung_up` are the socket's reader's."""

    screen = True

    def __init__(self, outbox: Outbox, *, format: Format, rate: int) -> None:
        """Raises SoundRefused for a format or rate that cannot be."""
        if format not in ("pcm16", "mulaw"):
            raise SoundRefused("unsupported_audio", f'format {format[:32]!r} is not known: send "pcm16" or "mulaw"')
        if not SLOWEST_RATE <= rate <= FASTEST_RATE:
            told = f"{rate} samples a second cannot be taken: send {SLOWEST_RATE} to {FASTEST_RATE}"
            raise SoundRefused("unsupported_audio", told)
        self.format, self.rate = format, rate
        self.listening = True
        """Until the client says that it has ended."""
        self._ended = False
        """The session knows that it has."""
        self._outbox = outbox
        self._events: deque[LineEvent] = deque()
        self._waiting = 0.0
        self._came = asyncio.Event()
        self._taken = asyncio.Event()
        self._gone = False
        self._turn = ""
        self._sent_ms = 0.0
        self._marks: deque[_Mark] = deque()
        self._tells = False
        """The page tells how much it has played: then nothing is guessed."""
        self._silent_at = 0.0
        self._timers: dict[str, asyncio.TimerHandle] = {}

    # -- what the client sends -------------------------------------------------------------------------------------

    async def heard(self, data: bytes) -> None:
        """Waits while too much waits. Raises SoundRefused for half a sample."""
        if self.format == "pcm16" and len(data) % 2:
            raise SoundRefused("odd_sound", f"a sound frame of {len(data)} bytes ends in half a sample: it was dropped")
        pcm = data if self.format == "pcm16" else of_mulaw(data, self.rate).pcm16()
        while self._waiting > MOST_WAITING and not self._gone:
            self._taken.clear()
            await self._taken.wait()
        if pcm:
            self._waiting += len(pcm) / 2 / self.rate
            self._put(Sound(pcm=pcm))

    def resume(self) -> None:
        """Another utterance, on the line that still speaks."""
        self.listening, self._ended = True, False

    def ended(self) -> None:
        self.listening = False
        self._put(TurnEnded())

    def cut_in(self, turn_id: str, heard: str | None) -> None:
        self._put(CutIn(turn_id=turn_id, heard=heard))

    def played(self, turn_id: str, ms: float) -> None:
        """Of the speech that was begun last; what is said of another is late and proves nothing."""
        if not self._tells:
            self._tells = True
            self._stop_guessing()
        while self._marks and self._marks[0].turn_id == turn_id and ms + SLACK_MS >= self._marks[0].ends_ms:
            self._put(Played(mark=self._marks.popleft().name))

    @property
    def gone(self) -> bool:
        return self._gone

    def hung_up_unless_listening(self) -> None:
        """The reply to a push-to-talk has been heard: until the next one, replies are read."""
        if self._ended:
            self.hung_up()

    def hung_up(self) -> None:
        if not self._gone:
            self._gone = True
            self._stop_guessing()
            self._put(HungUp())
            self._taken.set()

    def _put(self, event: LineEvent) -> None:
        self._events.append(event)
        self._came.set()

    # -- CallTransport ---------------------------------------------------------------------------------------------

    async def events(self) -> AsyncIterator[LineEvent]:
        while True:
            while not self._events:
                self._came.clear()
                await self._came.wait()
            event = self._events.popleft()
            if isinstance(event, Sound):
                self._waiting -= len(event.pcm) / 2 / self.rate
                self._taken.set()
            elif isinstance(event, TurnEnded):
                self._ended = not self.listening
            yield event
            if isinstance(event, HungUp):
                return

    async def begin(self, turn_id: str) -> None:
        self._turn, self._sent_ms = turn_id, 0.0
        await self._outbox.put(SpeechStart(turn_id=turn_id, format=self.format, rate=self.rate))

    async def play(self, pcm: bytes, *, mark: str) -> None:
        turn = self._turn
        size = 2 * round(FRAME_SECONDS * self.rate)
        for start in range(0, len(pcm), size):
            await self._outbox.put(SpeechSound(sound=self._encoded(pcm[start : start + size])))
        seconds = len(pcm) / 2 / self.rate
        self._sent_ms += seconds * 1_000
        self._marks.append(_Mark(name=mark, turn_id=turn, ends_ms=self._sent_ms))
        self._guess(mark, seconds)

    async def end(self, turn_id: str) -> None:
        await self._outbox.put(SpeechEnd(turn_id=turn_id))

    async def clear(self, turn_id: str) -> None:
        self._outbox.drop(SpeechSound)
        self._marks.clear()
        self._stop_guessing()
        await self._outbox.put(SpeechStop(turn_id=turn_id))

    async def hang_up(self) -> None:
        self.hung_up()

    def _encoded(self, pcm: bytes) -> bytes:
        return pcm if self.format == "pcm16" else mulaw(of_pcm16(pcm, self.rate))

    # -- pages that never tell what they played ----------------------------------------------------------------------

    def _guess(self, mark: str, seconds: float) -> None:
        """In its own time, one piece after the other."""
        loop = asyncio.get_running_loop()
        self._silent_at = max(self._silent_at, loop.time()) + seconds
        if not self._tells and not self._gone:
            self._timers[mark] = loop.call_at(self._silent_at + UNTOLD, self._guessed, mark)

    def _guessed(self, mark: str) -> None:
        self._timers.pop(mark, None)
        if self._marks and self._marks[0].name == mark:
            self._marks.popleft()
            self._put(Played(mark=mark))

    def _stop_guessing(self) -> None:
        self._silent_at = 0.0
        for timer in self._timers.values():
            timer.cancel()
        self._timers.clear()
