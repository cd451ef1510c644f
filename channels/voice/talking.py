"""Talking: one call on one line, from its first sound to its last. The thin shell: it moves sound, text and time.

`session` decides; this carries out what it commands, in order, and tells it what happened. Above: the transports
(`socket_line`, `call_center`, `realtime`), which give a line. Below: `mouthing`, `taking`, the speech engines, the assistant.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any, assert_never

from assistant.signals import Hearing as HeardNow
from assistant.signals import Message
from channels.edge.auth import Grant
from channels.errors import SpeechNotInstalled
from channels.front_door import FrontDoor
from channels.voice.commands import (
    Abandon,
    Begin,
    CallPerson,
    Clear,
    Command,
    Discard,
    Drop,
    End,
    Forget,
    HangUp,
    Interrupt,
    Play,
    Progress,
    Synthesise,
    Take,
    Tell,
    Transcribe,
)
from channels.voice.conversing import Conversing, following
from channels.voice.cues import Cue, Heard, Judged, NotTranscribed, Tick, Transcribed
from channels.voice.hearing import FRAME_SECONDS, Hearing
from channels.voice.line import CallTransport, HungUp, Sound
from channels.voice.mouthing import Mouthing
from channels.voice.news import News, StageTimes, StateChanged, Transcript
from channels.voice.session import VoiceSession
from channels.voice.turn_model import TurnModel
from model_serving.audio import Audio
from model_serving.errors import ModelError, Overloaded
from model_serving.speech import Speech

TICK = 0.2
BURST = 0.3
"""Seconds that a line may be ahead of time before its sound waits for what words decide."""
LAST_WORDS = 10.0
"""Seconds that an utterance has to become a message after the line has gone."""


async def talk(
    line: CallTransport,
    *,
    door: FrontDoor,
    grant: Grant,
    language: str = "",
    greet: bool = False,
    on_news: Callable[[News], None] = lambda news: None,
) -> None:
    """Runs until the line hangs up. language: what is spoken, "" for the conversation's. greet: says the first word.

    Raises SpeechNotInstalled, and Overloaded or ModelUnavailable where the ears cannot be had now.
    """
    if door.product.speech is None:
        raise SpeechNotInstalled
    # Attended before anything is waited for: what is said to the conversation from now on is answered on this line.
    with door.calls.calls.track_inprogress(), door.assistant.attend(grant.conversation):
        async with door.assistant.subscribe(grant.conversation) as messages:
            state = await door.assistant.state(grant.conversation)
            session = VoiceSession(
                language=language or state.language or state.locale.split("-")[0].lower(),
                phone=grant.channel == "call",
                screen=line.screen,
                partials=door.voice.partials,
                pace=door.voice.pace,
            )
            hearing = Hearing(await door.product.speech.detector(), line.rate)
            turn_model = await asyncio.to_thread(door.turn_models.get) if door.voice.turn_model else None
            call = _Call(line, door, grant, door.product.speech, session, hearing, on_news, turn_model)
            await call.run(messages, after=state.last_seq, greet=greet)


@dataclass(slots=True)
class _Call:
    line: CallTransport
    door: FrontDoor
    grant: Grant
    speech: Speech
    session: VoiceSession
    hearing: Hearing
    on_news: Callable[[News], None]
    turn_model: TurnModel | None = None
    id: str = field(default_factory=lambda: secrets.token_hex(8))
    mouth: Mouthing = field(init=False)
    conversing: Conversing = field(init=False)
    transcripts: dict[int, asyncio.Task[None]] = field(default_factory=dict)
    settled: asyncio.Event = field(default_factory=asyncio.Event)
    """Set whenever a transcript came or failed."""
    ahead_until: float = 0.0
    """When the sound that came would have been over, had it come in its own time."""
    tasks: set[asyncio.Task[None]] = field(default_factory=set)
    failed: asyncio.Future[None] = field(default_factory=lambda: asyncio.get_running_loop().create_future())

    def __post_init__(self) -> None:
        self.mouth = Mouthing(self.line, self.speech, self.give, self.start, caller=self.id)
        self.conversing = Conversing(self.door, self.grant, self.give)

    async def run(self, messages: AsyncIterator[Message], *, after: int, greet: bool) -> None:
        """after: the last seq of the conversation that the call does not tell of."""
        self._tell(StateChanged(state=self.session.state))
        for work in (
            self.mouth.run(),
            self.conversing.run(),
            following(messages, self.door.assistant, self.grant.conversation, after, self.conversing, self.give),
            self._tick(),
        ):
            self.start(work)
        listening = self.start(self._listen(greet))
        try:
            await asyncio.wait({listening, self.failed}, return_when=asyncio.FIRST_COMPLETED)
            if self.failed.done():
                self.failed.result()
        finally:
            left = set(self.tasks)
            for task in left:
                task.cancel()
            await asyncio.gather(*left, return_exceptions=True)
            if not self.failed.cancel() and not self.failed.cancelled():
                self.failed.exception()  # one that is raised already, or came while it ended

    def start(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """A task of this call. What breaks one of them ends the call."""
        task = asyncio.create_task(work)
        self.tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    def give(self, cue: Cue) -> None:
        """Tells the machine and begins what it commands. Of the event loop's thread only."""
        now = asyncio.get_running_loop().time()
        for command in self.session.receive(cue, now):
            self._obey(command)

    def _tell(self, news: News) -> None:
        self.door.calls.count(news)
        if isinstance(news, StageTimes):
            self.door.assistant.sight.spoken(
                news.turn_id, hearing=news.endpoint + news.decode, speaking=news.synthesis + news.transport
            )
        if isinstance(news, Transcript):
            heard = HeardNow(text=news.text, final=news.final)
            self.door.assistant.desk.tell_watching(self.grant.conversation, heard)
        self.on_news(news)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self.tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None and not self.failed.done():
            self.failed.set_exception(error)

    # -- ears ------------------------------------------------------------------------------------------------------

    async def _listen(self, greet: bool) -> None:
        await self.conversing.look()
        if greet:
            for command in self.session.greet(asyncio.get_running_loop().time()):
                self._obey(command)
        async for event in self.line.events():
            if isinstance(event, Sound):
                await self._sound(event.pcm)
            else:
                self.give(event)
                if isinstance(event, HungUp):
                    break
        await self._finish()

    async def _sound(self, pcm: bytes) -> None:
        loop = asyncio.get_running_loop()
        for frame in await asyncio.to_thread(self.hearing.take, pcm):
            self.give(Heard(frames=(frame,)))
            self.ahead_until = max(self.ahead_until, loop.time()) + FRAME_SECONDS
            if self.session.deciding and self.ahead_until - loop.time() > BURST:
                await self._decided()

    async def _decided(self) -> None:
        while self.session.deciding:
            self.settled.clear()
            await self.settled.wait()

    async def _finish(self) -> None:
        """What was said to its end before the line went is a message all the same."""
        if not self.session.over:
            self.give(HungUp())
        try:
            async with asyncio.timeout(LAST_WORDS):
                while not self.session.finished:
                    self.settled.clear()
                    await self.settled.wait()
                await self.conversing.emptied()
        except TimeoutError:
            return

    def _hear(self, command: Transcribe) -> None:
        audio = self.hearing.audio(command.first, command.last)
        self.transcripts[command.job] = self.start(self._transcribe(command, audio))
        if command.final and self.turn_model is not None:
            self.start(self._judge(command.job, audio, self.turn_model))

    async def _judge(self, job: int, audio: Audio, model: TurnModel) -> None:
        self.give(Judged(job=job, finished=await asyncio.to_thread(model.finished, audio)))

    async def _transcribe(self, command: Transcribe, audio: Audio) -> None:
        try:
            found = await self.speech.listen(
                audio,
                language=command.language,
                final=command.final,
                expecting=command.expecting,
                caller=self.id,
            )
        except Overloaded:
            self.give(NotTranscribed(job=command.job, busy=True))
        except ModelError:
            self.give(NotTranscribed(job=command.job))
        else:
            self.give(Transcribed(job=command.job, text=found.text, confidence=found.confidence))
        finally:
            self.transcripts.pop(command.job, None)
            self.settled.set()

    # -- time and commands -----------------------------------------------------------------------------------------

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(TICK)
            self.give(Tick())

    def _obey(self, command: Command) -> None:
        match command:
            case Transcribe():
                self._hear(command)
            case Abandon(job=job):
                if task := self.transcripts.pop(job, None):
                    task.cancel()
            case Forget(before=before):
                self.hearing.forget(before)
            case Take() | Interrupt() | Progress() | CallPerson():
                self.conversing.put(command)
            case Synthesise() | Drop() | Begin() | Play() | End() | Clear() | HangUp():
                self.mouth.put(command)
            case Tell(news=news):
                self._tell(news)
            case Discard():
                pass  # its news tells of it
            case _:
                assert_never(command)
