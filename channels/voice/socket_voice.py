"""Speech on /v1/socket: the client's audio frames begin, feed and end a line, and the session's news become frames.

Above: `channels.socket`, one SocketVoice a socket. Below: `socket_line`, `talking`. Whatever is wrong with the sound, the text
conversation goes on.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import assert_never, cast

from assistant.errors import AssistantError
from channels.edge.auth import Grant
from channels.errors import ChannelError, NothingHeard, SlowReader, SoundRefused, SpeechNotInstalled
from channels.frames import AudioStart, ErrorFrame, PlayedSpeech, SignalFrame
from channels.front_door import FrontDoor
from channels.outbox import Outbox
from channels.voice.news import (
    BargeIn,
    ClauseSounds,
    FalseAlarm,
    News,
    NotHeard,
    Prompted,
    StageTimes,
    StateChanged,
    Transcript,
    Trouble,
)
from channels.voice.socket_line import Format, SocketLine
from channels.voice.talking import talk
from model_serving.errors import ModelError

NOT_STARTED = "binary frames carry speech, and none was started: send audio_start first"


@dataclass(slots=True, kw_only=True)
class SocketVoice:
    """`run` is a task of the socket; the rest is its reader's."""

    door: FrontDoor
    grant: Grant
    outbox: Outbox
    refuse: Callable[[Exception], None]
    line: SocketLine | None = None
    _next: SocketLine | None = None
    _changed: asyncio.Event = field(default_factory=asyncio.Event)
    _over: bool = False

    def start(self, frame: AudioStart) -> None:
        """Raises SpeechNotInstalled, SoundRefused."""
        if self.door.product.speech is None:
            raise SpeechNotInstalled
        line = self._next or self.line
        if line is not None and line.listening:
            raise SoundRefused("audio_started", "speech has been started already: end it with audio_end first")
        if line is not None and (line.format, line.rate) == (frame.format, frame.rate) and not line.gone:
            line.resume()
            return
        self._next = SocketLine(self.outbox, format=cast(Format, frame.format), rate=frame.rate)
        if self.line is not None:
            self.line.hung_up()
        self._changed.set()

    async def sound(self, data: bytes) -> None:
        """Raises SoundRefused."""
        await self._listening(NOT_STARTED).heard(data)

    def end(self) -> None:
        """Raises SoundRefused."""
        self._listening("no speech was started, so none can end").ended()

    def played(self, frame: PlayedSpeech) -> None:
        if self.line is not None:
            self.line.played(frame.turn_id, frame.ms)

    def cut_in(self, turn_id: str, heard: str | None) -> bool:
        """False: nobody talks here."""
        if self.line is None:
            return False
        self.line.cut_in(turn_id, heard)
        return True

    def hang_up(self) -> None:
        """`run` ends when what was said to its end is a message."""
        self._over = True
        for line in (self.line, self._next):
            if line is not None:
                line.hung_up()
        self._changed.set()

    async def run(self) -> None:
        """One call after the other, until `hang_up`. Raises SlowReader."""
        while True:
            while self._next is None:
                if self._over:
                    return
                self._changed.clear()
                await self._changed.wait()
            self.line, self._next = self._next, None
            await self._talk(self.line)
            self.line = None

    async def _talk(self, line: SocketLine) -> None:
        try:
            await talk(line, door=self.door, grant=self.grant, on_news=lambda news: self._tell(line, news))
        except SlowReader:
            raise
        except (ModelError, ChannelError, AssistantError) as error:
            self.refuse(error)
        finally:
            line.hung_up()

    def _listening(self, otherwise: str) -> SocketLine:
        line = self._next or self.line
        if line is None or not line.listening:
            raise SoundRefused("audio_not_started", otherwise)
        return line

    def _tell(self, line: SocketLine, news: News) -> None:
        frame = frame_of(news)
        if frame is not None:
            self.outbox.offer(frame)
        match news:
            case NotHeard(utterance=0):
                self.refuse(NothingHeard())
                line.hung_up_unless_listening()
            case NotHeard(why="nothing_heard") if not line.listening:
                self.refuse(NothingHeard())
            case StateChanged(state="listening"):
                line.hung_up_unless_listening()
            case _:
                pass


def frame_of(news: News) -> SignalFrame | ErrorFrame | None:
    match news:
        case StateChanged(state=state):
            return SignalFrame(signal="voice", state=state)
        case Transcript(utterance=utterance, text=text, final=final):
            return SignalFrame(signal="transcript", text=text, final=final, turn=str(utterance))
        case ClauseSounds(turn_id=turn_id, start=start, end=end, seconds=seconds):
            return SignalFrame(signal="clause", turn_id=turn_id, start=start, end=end, ms=round(seconds * 1_000))
        case Prompted(text=text):
            return SignalFrame(signal="prompt", text=text)
        case Trouble(code=code, detail=detail):
            return ErrorFrame(code=code, detail=detail)
        case StageTimes(turn_id=turn_id):
            stages = {name: round(1_000 * value) for name, value in asdict(news).items() if name != "turn_id"}
            return SignalFrame(signal="timing", turn_id=turn_id, stages={**stages, "total": round(1_000 * news.total)})
        case NotHeard() | BargeIn() | FalseAlarm():
            return None
        case _:
            assert_never(news)
