"""Sound as Realtime clients send it: 24 kHz linear, or 8 kHz mu-law or A-law (ITU-T G.711). Above: `realtime_line`."""

from __future__ import annotations

from typing import Literal

import numpy as np

from model_serving.audio import Audio, mulaw, of_mulaw, of_pcm16

Format = Literal["audio/pcm", "audio/pcmu", "audio/pcma"]
FORMATS: tuple[Format, ...] = ("audio/pcm", "audio/pcmu", "audio/pcma")
PCM_RATE, G711_RATE = 24_000, 8_000


def rate_of(format: Format) -> int:
    return PCM_RATE if format == "audio/pcm" else G711_RATE


def _alaw_table() -> np.ndarray[tuple[int], np.dtype[np.int16]]:
    """ITU-T G.711, A-law: every other bit inverted, 13 bits of size."""
    codes = np.arange(256, dtype=np.uint8) ^ 0x55
    exponent, mantissa = (codes >> 4) & 0x07, (codes & 0x0F).astype(np.int32)
    size = np.where(
        exponent == 0, (mantissa << 4) + 8, ((mantissa << 4) + 264) << np.maximum(exponent.astype(np.int32) - 1, 0)
    )
    return np.where(codes & 0x80, size, -size).astype(np.int16)


_ALAW = _alaw_table()
_LEVELS = np.argsort(_ALAW, kind="stable")
_SORTED = _ALAW[_LEVELS].astype(np.float32)
_BETWEEN = (_SORTED[1:] + _SORTED[:-1]) / 2


def decoded(data: bytes, format: Format) -> bytes:
    """16-bit samples at the format's rate."""
    if format == "audio/pcm":
        return data
    if format == "audio/pcmu":
        return of_mulaw(data).pcm16()
    return _ALAW[np.frombuffer(data, dtype=np.uint8)].astype("<i2").tobytes()


def encoded(pcm: bytes, rate: int, format: Format) -> bytes:
    """From 16-bit samples at any rate. Blocking for as long as resampling takes."""
    audio: Audio = of_pcm16(pcm, rate).at(rate_of(format))
    if format == "audio/pcm":
        return pcm if rate == PCM_RATE else audio.pcm16()
    if format == "audio/pcmu":
        return mulaw(audio)
    return bytes(_LEVELS[np.searchsorted(_BETWEEN, audio.samples * 32768.0)].astype(np.uint8).tobytes())


def seconds_of(data: bytes, format: Format) -> float:
    return len(data) / (2 * PCM_RATE if format == "audio/pcm" else G711_RATE)
