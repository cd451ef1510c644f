"""A line's sound as the engines want it: 16,000 samples a second, in frames of 32 ms, each with its probability of speech.

Blocking but cheap (0.2 ms a frame): the shell (`talking`) calls it in a thread. Below: the speech detector's port.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from model_serving.audio import FULL_SCALE, Audio, Samples
from model_serving.ports import SpeechDetector

RATE = 16_000
FRAME_SECONDS = 512 / RATE
QUIET_FRAMES = 125
"""After four seconds without speech the detector starts afresh: long music or silence deafens it (voice.md)."""
QUIET = 0.3


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """32 ms of a line."""

    speech: float
    """Probability that somebody speaks."""
    level: float
    """Root mean square, 0 to 1."""


class Hearing:
    """One line's ear. Used by one thread at a time; keeps what is not forgotten."""

    def __init__(self, detector: SpeechDetector, rate: int) -> None:
        self._detector = detector
        self._resample = _resampler(rate)
        self._rest: Samples = np.zeros(0, dtype=np.float32)
        self._kept: deque[Samples] = deque()
        self._first = 0
        self._quiet = 0

    def take(self, pcm: bytes) -> Sequence[Frame]:
        """The whole frames that this sound completes. pcm: whole 16-bit samples."""
        arrived = self._resample(np.frombuffer(pcm, dtype="<i2"))
        samples = np.concatenate([self._rest, arrived])
        size = self._detector.frame
        whole = len(samples) - len(samples) % size
        self._rest = samples[whole:]
        return [self._frame(samples[start : start + size]) for start in range(0, whole, size)]

    def audio(self, first: int, last: int) -> Audio:
        """Frames `first` up to, not with, `last`, as far as they are kept."""
        frames = list(self._kept)[max(0, first - self._first) : max(0, last - self._first)]
        return Audio(samples=np.concatenate(frames) if frames else np.zeros(0, dtype=np.float32), rate=RATE)

    def forget(self, before: int) -> None:
        while self._kept and self._first < before:
            self._kept.popleft()
            self._first += 1

    def _frame(self, samples: Samples) -> Frame:
        self._kept.append(samples)
        speech = self._detector.heard(Audio(samples=samples, rate=RATE))
        self._quiet = self._quiet + 1 if speech < QUIET else 0
        if self._quiet >= QUIET_FRAMES:
            self._detector.reset()
            self._quiet = 0
        return Frame(speech=speech, level=float(np.sqrt(np.mean(samples * samples))))


def _resampler(rate: int) -> Any:
    """Samples in, samples out, remembering what lies between two calls."""
    if rate == RATE:
        return lambda levels: levels.astype(np.float32) / FULL_SCALE
    import av

    resampler = av.AudioResampler(format="flt", layout="mono", rate=RATE)

    def resampled(levels: Any) -> Samples:
        if not len(levels):
            return np.zeros(0, dtype=np.float32)
        frame: Any = av.AudioFrame.from_ndarray(
            np.ascontiguousarray(levels.reshape(1, -1)), format="s16", layout="mono"
        )
        frame.sample_rate = rate
        parts = [part.to_ndarray().reshape(-1) for part in resampler.resample(frame)]
        return np.concatenate(parts).astype(np.float32) if parts else np.zeros(0, dtype=np.float32)

    return resampled
