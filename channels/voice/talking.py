"""Talking: one call on one line, from its first sound to its last. The thin shell: it moves sound, text and time.

Above: the transports (`socket_line`, `call_center`, `realtime`), which give a line. Below: the speech engines and the assistant.
"""

from __future__ import annotations

import asyncio
import itertools
import re
import secrets
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from typing import Any

from assistant.errors import AssistantError
from assistant.events import AgentSaid, AssistantSaid, CustomerSaid, Fact, TurnFailed
from assistant.signals import Committed
from channels.auth import Grant
from channels.errors import SpeechNotInstalled
from channels.front_door import FrontDoor
from channels.voice.hearing import FRAME_SECONDS, Frame, Hearing
from channels.voice.line import CallTransport, CutIn, HungUp, Played, Sound, TurnEnded
from channels.voice.news import News, NotHeard, State, StateChanged, Transcript, Trouble
from channels.voice.spoken import spoken
from model_serving.audio import Audio
from model_serving.errors import ModelError
from model_serving.speech import Speech

SILENCE_SECONDS = 0.7
SPEECH = 0.5
_SENTENCE = re.compile(r"[^.!?]+[.!?]*\s*")


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

    Raises SpeechNotInstalled, and ModelError where the ears cannot be loaded.
    """
    if door.product.speech is None:
        raise SpeechNotInstalled
    state = await door.assistant.state(grant.conversation)
    spoken_language = language or state.locale.split("-")[0].lower()
    hearing = Hearing(await door.product.speech.detector(), line.rate)
    call = _Call(line, door, grant, door.product.speech, spoken_language, on_news, hearing)
    with _attending(door, grant):
        await call.run()


def _attending(door: FrontDoor, grant: Grant) -> AbstractContextManager[Any]:
    attend = getattr(door.assistant, "attend", None)
    return attend(grant.conversation) if attend else nullcontext()


@dataclass(slots=True)
class _Call:
    line: CallTransport
    door: FrontDoor
    grant: Grant
    speech: Speech
    language: str
    on_news: Callable[[News], None]
    hearing: Hearing
    heard: int = 0
    """Frames so far."""
    began: int | None = None
    silent: int = 0
    utterance: int = 0
    answered: set[str] = field(default_factory=set)
    speaking: asyncio.Task[None] | None = None
    turn: str = ""
    unplayed: set[str] = field(default_factory=set)
    marks: Any = field(default_factory=lambda: itertools.count(1))

    async def run(self) -> None:
        following = asyncio.create_task(self._follow())
        try:
            async for event in self.line.events():
                match event:
                    case Sound(pcm=pcm):
                        for frame in await asyncio.to_thread(self.hearing.take, pcm):
                            await self._frame(frame)
                    case TurnEnded():
                        await self._end()
                    case Played(mark=mark):
                        await self._played(mark)
                    case CutIn():
                        await self._cut()
                    case HungUp():
                        return
        finally:
            tasks = [task for task in (following, self.speaking) if task is not None]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _frame(self, frame: Frame) -> None:
        self.heard += 1
        if frame.speech >= SPEECH:
            self.silent = 0
            if self.began is None:
                self.began = self.heard
                self._tell("hearing")
                await self._cut()
        elif self.began is not None:
            self.silent += 1
            if self.silent * FRAME_SECONDS >= SILENCE_SECONDS:
                await self._end()
        else:
            self.hearing.forget(self.heard - 16)

    async def _end(self) -> None:
        if self.began is None:
            return
        audio = self.hearing.audio(self.began - 16, self.heard)
        self.began, self.silent = None, 0
        self.utterance += 1
        self._tell("thinking")
        try:
            found = await self.speech.listen(audio, language=self.language)
        except ModelError as error:
            self.on_news(Trouble(code="not_heard", detail=str(error)))
            return
        if not found.text:
            self.on_news(NotHeard(utterance=self.utterance, why="nothing_heard"))
            self._tell("listening")
            return
        self.on_news(Transcript(utterance=self.utterance, text=found.text, final=True))
        try:
            await self.door.assistant.receive(
                self.grant.conversation,
                found.text,
                client_id=f"voice-{secrets.token_hex(12)}",
                channel=self.grant.channel,
                audio=True,
                transcript_confidence=found.confidence,
            )
        except AssistantError as error:
            self.on_news(Trouble(code="not_taken", detail=str(error)))

    async def _follow(self) -> None:
        async with self.door.assistant.subscribe(self.grant.conversation) as messages:
            async for message in messages:
                if isinstance(message, Committed):
                    for event in message.events:
                        await self._committed(event.fact)

    async def _committed(self, fact: Fact) -> None:
        turn = getattr(fact, "turn_id", "")
        match fact:
            case CustomerSaid(audio=False):
                await self._cut()
            case AgentSaid(text=text):
                await self._speak("agent", text, self.language)
            case AssistantSaid() | TurnFailed() if turn in self.answered:
                self.answered.discard(turn)
            case TurnFailed(text=text) if text:
                await self._speak(turn, text, self.language)
            case AssistantSaid(text=text, language=language):
                await self._speak(turn, text, language)
            case _ if type(fact).__name__ == "ReplyReady":
                self.answered.add(turn)
                await self._speak(turn, fact.text, fact.language)  # type: ignore[union-attr]

    async def _speak(self, turn: str, text: str, language: str) -> None:
        await self._cut()
        self.turn = turn
        self.speaking = asyncio.create_task(self._said(turn, text, language))

    async def _said(self, turn: str, text: str, language: str) -> None:
        await self.line.begin(turn)
        self._tell("speaking")
        marks = []
        for sentence in _SENTENCE.findall(spoken(text, language=language, screen=self.line.screen)):
            try:
                audio = await self.speech.say(sentence, language=language)
            except ModelError as error:
                self.on_news(Trouble(code="not_spoken", detail=str(error)))
                break
            marks.append(f"{turn}:{next(self.marks)}")
            self.unplayed.add(marks[-1])
            pcm = await asyncio.to_thread(_pcm, audio, self.line.rate)
            await self.line.play(pcm, mark=marks[-1])
        await self.line.end(turn)

    async def _played(self, mark: str) -> None:
        self.unplayed.discard(mark)
        if not self.unplayed and self.speaking is not None and self.speaking.done():
            turn, self.turn = self.turn, ""
            if heard := getattr(self.door.assistant, "heard", None):
                await heard(self.grant.conversation, turn)
            self._tell("listening")

    async def _cut(self) -> None:
        turn, self.turn = self.turn, ""
        if not turn:
            return
        if self.speaking is not None:
            self.speaking.cancel()
        self.unplayed.clear()
        await self.line.clear(turn)
        await self.door.assistant.interrupt(self.grant.conversation, turn, heard="")

    def _tell(self, state: State) -> None:
        self.on_news(StateChanged(state=state))


def _pcm(audio: Audio, rate: int) -> bytes:
    return audio.at(rate).pcm16()
