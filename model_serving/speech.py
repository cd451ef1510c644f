"""Speech: the ears and the mouth that the settings ask for, off the event loop and behind a fair, bounded queue.

The assistant's bootstrap opens it, voice channels use it; below are `speech_engines`, `fair_queue` and `transcripts`.
Nothing is loaded before it is needed unless the settings say so.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any, TypeVar

import anyio

from model_serving.audio import Audio, checked, decoded, level
from model_serving.errors import ModelUnavailable
from model_serving.fair_queue import FairQueue
from model_serving.measured import Work, watched_work
from model_serving.ports import SpeechDetector, Transcript
from model_serving.speech_detectors.silero import SileroDetector, speech_in
from model_serving.speech_engines import Engines, load_engines
from model_serving.speech_settings import SpeechSettings
from model_serving.transcripts import named, sounds, written

logger = logging.getLogger(__name__)

Found = TypeVar("Found")


class Speech:
    """Hears recordings and lines, and speaks replies. One event loop; the work is done in threads."""

    def __init__(self, settings: SpeechSettings, executor: ThreadPoolExecutor, load: Callable[[], Engines]) -> None:
        self._executor, self._load, self._faintest = executor, load, settings.faintest
        self._engines: Engines | None = None
        self._trouble = ""
        self._loading = threading.Lock()
        self._names: Mapping[str, str] = {}
        self.on_call: Callable[[Work], None] = lambda work: None
        """Told of each call, ended; quick, and raises nothing."""
        self.on_loaded: Callable[[Engines], None] = lambda engines: None
        """Told once, in a worker thread, when the engines are there; raises nothing."""
        self.queue = FairQueue(slots=settings.at_once, waiting=settings.waiting, longest_wait=settings.longest_wait)

    def learn(self, names: Iterable[str]) -> None:
        """Names of the shop (brands, models; single words): a word heard that sounds like one of them is put right."""
        self._names = sounds(names)

    async def hear(self, recording: bytes, *, language: str = "", caller: str = "") -> Transcript:
        """What is said in a recorded file; text is "" where nobody speaks.

        Raises UnsupportedAudio, Overloaded, ModelUnavailable.
        """
        return await self._run(lambda: self._heard(decoded(recording), language, ""), caller, kind="hear")

    async def listen(
        self, audio: Audio, *, language: str = "", final: bool = True, expecting: str = "", caller: str = ""
    ) -> Transcript:
        """What is said in the sound of one utterance, of any rate; text is "" where nobody speaks.

        final: whether it is the whole utterance: then its figures are written as figures and names of the shop put right; else
        a partial, by the quick model, in the engine's own words, refused with Overloaded when the engines are busy: the next
        partial makes up for it. expecting: names that may be said. caller: whose turn it is when several want the engines
        (any id of the line). `words` are as the engine heard them. Raises UnsupportedAudio, Overloaded, ModelUnavailable.
        """
        if final:
            return await self._run(lambda: self._heard(audio, language, expecting), caller, kind="listen")
        return await self._run(lambda: self._glimpsed(audio, language), caller, kind="partial")

    async def detector(self) -> SpeechDetector:
        """Of one stream; its network is loaded here, with the other engines. A frame takes 0.1 ms: it may run on the event loop.

        Raises Overloaded, ModelUnavailable.
        """
        engines = self._engines if self._engines is not None else await self._run(self._ready)
        return SileroDetector(engines.network)

    async def say(self, text: str, *, language: str = "en", pace: float = 1.0, caller: str = "") -> Audio:
        """One clause or more, as sound at the voice's rate. Raises Overloaded, ModelUnavailable."""
        return await self._run(
            lambda: self._ready().voice_for(language).speak(text, language=language, pace=pace), caller, kind="say"
        )

    async def warm(self) -> None:
        """Loads everything, and hears and says a word: the first use of a network is its slowest. Never raises."""

        def once() -> None:
            said = self._ready().voice_for("en").speak("ready")
            self._heard(said, "en", "")
            self._glimpsed(said, "en")

        try:
            await self._run(once)
        except ModelUnavailable as trouble:
            logger.warning("speech cannot be loaded: %s", trouble)

    def health(self) -> Mapping[str, Any]:
        if self._trouble:
            return {"state": "off", "detail": self._trouble}
        if self._engines is None:
            return {"state": "off", "detail": "loaded at its first use"}
        voices = ", ".join(voice.name for voice in self._engines.voices)
        ears = self._engines.ears
        return {
            "state": "ready",
            "transcriber": ears.final.name,
            "quick_transcriber": ears.quick.name,
            "voices": voices,
            "working": self.queue.working,
            "waiting": self.queue.waiting,
        }

    def _heard(self, audio: Audio, language: str, expecting: str) -> Transcript:
        """A whole utterance: somebody must speak, near enough, and only then the ears are asked."""
        engines = self._ready()
        ears = engines.ears.for_language(language or "en", final=True)
        far = level(checked(audio)) < self._faintest
        if far or not speech_in(SileroDetector(engines.network), audio):
            return Transcript(text="", language=language or ears.languages[0], confidence=0.0)
        found = ears.transcribe(audio, language=language, expecting=expecting)
        return replace(found, text=named(written(found.text, language=found.language), self._names))

    def _glimpsed(self, audio: Audio, language: str) -> Transcript:
        ears = self._ready().ears.for_language(language, final=False)
        return ears.transcribe(checked(audio), language=language, quick=True)

    def _ready(self) -> Engines:
        with self._loading:
            if self._engines is None:
                try:
                    self._engines = self._load()
                    self._trouble = ""
                    self.on_loaded(self._engines)
                except ModelUnavailable as trouble:
                    self._trouble = str(trouble)
                    raise
            return self._engines

    async def _run(self, work: Callable[[], Found], caller: str = "", *, kind: str = "load") -> Found:
        with watched_work("speech", kind, self.on_call):
            return await self._admitted(work, caller, partial=kind == "partial")

    async def _admitted(self, work: Callable[[], Found], caller: str, *, partial: bool) -> Found:
        async with self.queue.place(caller, partial=partial):
            running = asyncio.get_running_loop().run_in_executor(self._executor, work)
            try:
                return await asyncio.shield(running)
            except asyncio.CancelledError:
                await asyncio.wait([running])  # the thread cannot be stopped: its place is free when it ends
                raise


@asynccontextmanager
async def open_speech(
    settings: SpeechSettings, *, load: Callable[[SpeechSettings], Engines] = load_engines
) -> AsyncIterator[Speech | None]:
    """None where the settings switch it off."""
    if not settings.enabled:
        yield None
        return
    with ThreadPoolExecutor(settings.at_once, thread_name_prefix="speech") as executor:
        speech = Speech(settings, executor, lambda: load(settings))
        if settings.load == "start":
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(speech.warm)
                yield speech
                tasks.cancel_scope.cancel()
        else:
            yield speech
