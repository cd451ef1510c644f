"""Ears and a mouth that need no model: each phrase is a tone of its own pitch, so that what is heard is what was sent."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from model_serving.audio import Audio, joined, silence
from model_serving.ports import SpeechDetector, Transcript

RATE = 16_000
LOWEST, STEP = 400.0, 100.0
VOICE = 250.0
"""Our own pitch."""
SECONDS_A_CHARACTER = 0.05


def tone(pitch: float, seconds: float, *, rate: int = RATE, level: float = 0.2) -> Audio:
    times = np.arange(round(seconds * rate)) / rate
    return Audio(samples=(level * np.sin(2 * np.pi * pitch * times)).astype(np.float32), rate=rate)


class ToneDetector:
    """SpeechDetector: whatever is loud enough."""

    frame = 512

    def heard(self, frame: Audio) -> float:
        return 0.95 if float(np.sqrt(np.mean(frame.samples**2))) > 0.01 else 0.02

    def reset(self) -> None:
        pass


@dataclass
class ToneSpeech:
    """model_serving.speech.Speech as channels use it."""

    phrases: Sequence[str]
    trouble: Exception | None = None
    """Raised by the ears."""
    absent: Exception | None = None
    """Raised where the ears are loaded."""
    mute: Exception | None = None
    """Raised by the mouth."""
    said: list[str] = field(default_factory=list)
    held: asyncio.Event = field(default_factory=asyncio.Event)
    """Cleared, transcripts wait for it."""
    listening: int = 0

    def __post_init__(self) -> None:
        self.held.set()

    async def detector(self) -> SpeechDetector:
        if self.absent is not None:
            raise self.absent
        return ToneDetector()

    async def listen(
        self, audio: Audio, *, language: str = "", final: bool = True, expecting: str = "", caller: str = ""
    ) -> Transcript:
        self.listening += 1
        try:
            await self.held.wait()
            if self.trouble is not None:
                raise self.trouble
            return Transcript(text=self._words(audio), language=language or "en", confidence=0.9)
        finally:
            self.listening -= 1

    async def say(self, text: str, *, language: str = "en", pace: float = 1.0, caller: str = "") -> Audio:
        if self.mute is not None:
            raise self.mute
        self.said.append(text)
        return tone(VOICE, SECONDS_A_CHARACTER * len(text), rate=22_050, level=0.5)

    def health(self) -> dict[str, Any]:
        return {"state": "ready"}

    def phrase(self, text: str, *, seconds: float = 0.8, rate: int = RATE, level: float = 0.2) -> Audio:
        """A customer says it."""
        return tone(LOWEST + STEP * self.phrases.index(text), seconds, rate=rate, level=level)

    def recording(self, *parts: str | float, rate: int = RATE) -> Audio:
        """Phrases, and seconds of silence between them."""
        return joined(
            [self.phrase(part, rate=rate) if isinstance(part, str) else silence(part, rate) for part in parts]
        )

    def _words(self, audio: Audio) -> str:
        """The phrases of a sound, in order; silence divides them."""
        size = audio.rate // 50
        blocks = audio.samples[: len(audio.samples) - len(audio.samples) % size].reshape(-1, size)
        loud = np.sqrt((blocks**2).mean(axis=1)) > 0.01
        found, start = [], None
        for at, on in enumerate([*loud, False]):
            if on and start is None:
                start = at
            elif not on and start is not None:
                found.append(self._phrase(blocks[start:at].reshape(-1), audio.rate))
                start = None
        return " ".join(text for text in found if text)

    def _phrase(self, samples: Any, rate: int) -> str:
        if len(samples) < rate * 0.08:
            return ""
        spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples)), n=rate))
        at = round((float(np.argmax(spectrum)) - LOWEST) / STEP)
        return self.phrases[at] if 0 <= at < len(self.phrases) else ""
