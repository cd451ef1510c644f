"""Ports of model serving: language models, and the engines of speech."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

from model_serving.audio import Audio
from model_serving.chat import ChatMessage, ModelDelta, Priority, Sampling, ToolSpec


class LanguageModel(Protocol):
    """Streams a reply. Safe for concurrent calls."""

    @property
    def name(self) -> str:
        """As recorded in `written_by`."""
        ...

    def stream(
        self,
        messages: Sequence[ChatMessage],
        *,
        tools: Sequence[ToolSpec] = (),
        schema: Mapping[str, Any] | None = None,
        sampling: Sampling = Sampling(),
        priority: Priority = "live",
        deadline: float = 30.0,
    ) -> AbstractAsyncContextManager[AsyncIterator[ModelDelta]]:
        """Deltas in order. Leaving the context before the end cancels the work in the engine.

        deadline: seconds from the call to the last delta. Raises Overloaded, ModelTimeout, ModelUnavailable,
        ContextOverflow or InvalidModelOutput, from entering or from iterating.
        """
        ...

    async def ready(self) -> bool:
        """Whether a call now would be answered. Cheap; never raises."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class HeardWord:
    """One word of a transcript, with its marks ("Yes,")."""

    text: str
    probability: float
    """0 to 1: the least certain of its pieces."""


@runtime_checkable
class Judges(Protocol):
    """A LanguageModel that wants to know what became of its replies, as a canary does."""

    def judged(self, model: str, *, grounded: bool | None = None, valid: bool | None = None) -> None:
        """What the reader of a finished reply found; `model` is the name that the last delta bore. Never raises."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Transcript:
    """What was said. text is "" where nobody spoke."""

    text: str
    language: str
    """ISO 639-1."""
    confidence: float
    """0 to 1: the mean probability of the words' pieces."""
    words: Sequence[HeardWord] = ()
    """In order; empty where the engine does not tell. Joined by spaces they are the text."""


class Transcriber(Protocol):
    """Speech to text. Blocking; safe to call from several threads, which then wait for each other."""

    @property
    def name(self) -> str: ...

    @property
    def languages(self) -> Sequence[str]:
        """ISO 639-1; the first is the default."""
        ...

    def transcribe(self, audio: Audio, *, language: str = "", quick: bool = False, expecting: str = "") -> Transcript:
        """Of any rate and length. language: what is spoken, where it is known. quick: less search, for a partial that the
        next one replaces. expecting: words that may well be said (names of the shop), a hint and no more.

        Raises ModelError, UnsupportedAudio among them for what is no sound (no rate, not a number).
        """
        ...


class Synthesizer(Protocol):
    """Text to speech. Blocking; safe to call from several threads."""

    @property
    def name(self) -> str: ...

    @property
    def languages(self) -> Sequence[str]: ...

    def speak(self, text: str, *, language: str = "en", pace: float = 1.0) -> Audio:
        """pace: 1 is the voice's own, 0.8 slower. Text without letters or digits gives silence. Raises ModelError."""
        ...


class SpeechDetector(Protocol):
    """Whether somebody speaks, frame by frame. One object a stream; not safe for threads."""

    @property
    def frame(self) -> int:
        """Samples of one frame at 16,000 a second."""
        ...

    def heard(self, frame: Audio) -> float:
        """The probability of speech, 0 to 1. Remembers the frames before."""
        ...

    def reset(self) -> None: ...
