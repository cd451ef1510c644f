"""Sound as speech engines speak it: mono samples and a rate, and the ways in from files and lines. Pure but for PyAV.

WAV, Ogg and WebM come in through PyAV; a telephone's mu-law by a table. Everything inside is float32 from -1 to 1.
"""

from __future__ import annotations

import io
import wave
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model_serving.errors import UnsupportedAudio

Samples = NDArray[np.float32]

LONGEST = 120.0
"""Seconds of one message; a longer one is refused before it costs anything."""
FORMATS = "WAV, Ogg or WebM, at most 120 seconds"
FULL_SCALE = 32768.0
RATES = range(4_000, 192_001)
LONGEST_HEARD = 600.0
"""Seconds that engines take in one go: ten minutes cost a minute of a core."""
LOUDEST = 4.0
"""Peaks that resampling or mixing may leave; beyond that somebody sent 16-bit numbers as they are."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Audio:
    """samples: shape (n,), float32, -1 to 1. rate: samples a second."""

    samples: Samples
    rate: int

    @property
    def seconds(self) -> float:
        return len(self.samples) / self.rate

    def at(self, rate: int) -> Audio:
        """The same sound at another rate, band-limited."""
        return self if rate == self.rate else Audio(samples=_resampled(self.samples, self.rate, rate), rate=rate)

    def pcm16(self) -> bytes:
        """Little-endian 16-bit samples."""
        levels = np.clip(np.rint(self.samples * (FULL_SCALE - 1)), -FULL_SCALE, FULL_SCALE - 1)
        return bytes(levels.astype("<i2").tobytes())

    def wav(self) -> bytes:
        written = io.BytesIO()
        with wave.open(written, "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(self.rate)
            file.writeframes(self.pcm16())
        return written.getvalue()


def checked(audio: Audio, *, longest: float = LONGEST_HEARD) -> Audio:
    """The same. Raises UnsupportedAudio for what is no sound: no rate, several channels, not a number, endless."""
    samples = audio.samples
    if audio.rate not in RATES:
        raise UnsupportedAudio(f"{audio.rate} samples a second", supported=f"{RATES[0]} to {RATES[-1]} a second")
    if samples.ndim != 1:
        raise UnsupportedAudio(f"samples of the shape {samples.shape}", supported="one channel, one number a sample")
    if audio.seconds > longest:
        raise UnsupportedAudio(f"{audio.seconds:.0f} seconds of sound", supported=f"at most {longest:.0f} seconds")
    if not np.isfinite(samples).all():
        raise UnsupportedAudio("samples that are no numbers", supported="numbers from -1 to 1")
    if samples.dtype != np.float32 or (len(samples) and np.abs(samples).max() > LOUDEST):
        raise UnsupportedAudio(f"samples of {samples.dtype} beyond full scale", supported="float32 from -1 to 1")
    return audio


def level(audio: Audio) -> float:
    """dBFS of its louder frames of 20 ms, those within 30 dB of the loudest: pauses do not count. -120 for silence."""
    width = max(audio.rate // 50, 1)
    whole = audio.samples[: len(audio.samples) // width * width].astype(np.float64).reshape(-1, width)
    power = np.mean(whole**2, axis=1) if len(whole) else np.zeros(1)
    loudest = float(power.max())
    return float(10 * np.log10(power[power >= loudest / 1000].mean())) if loudest > 1e-12 else -120.0


def at_level(audio: Audio, wanted: float) -> Audio:
    """The same, as loud as `wanted` (dBFS, as `level` gives it), and never beyond full scale. Silence stays silence."""
    found = level(audio)
    if found <= -120:
        return audio
    peak = float(np.abs(audio.samples).max())
    gain = min(10 ** ((wanted - found) / 20), 0.99 / peak)
    return Audio(samples=(audio.samples * np.float32(gain)).astype(np.float32), rate=audio.rate)


def of_pcm16(data: bytes, rate: int) -> Audio:
    """From little-endian 16-bit samples. Raises UnsupportedAudio for half a sample."""
    if len(data) % 2:
        raise UnsupportedAudio("half a 16-bit sample", supported="whole samples")
    return Audio(samples=np.frombuffer(data, dtype="<i2").astype(np.float32) / FULL_SCALE, rate=rate)


def joined(pieces: Sequence[Audio]) -> Audio:
    """One after the other; all of one rate. Raises ValueError for none or for several rates."""
    rates = {piece.rate for piece in pieces}
    if len(rates) != 1:
        raise ValueError(f"pieces of {sorted(rates)} samples a second cannot be joined")
    return Audio(samples=np.concatenate([piece.samples for piece in pieces]), rate=rates.pop())


def silence(seconds: float, rate: int) -> Audio:
    return Audio(samples=np.zeros(round(seconds * rate), dtype=np.float32), rate=rate)


def decoded(data: bytes, *, rate: int = 16_000, longest: float = LONGEST) -> Audio:
    """A recorded file, mono at `rate`. Blocking.

    Raises UnsupportedAudio for what is no audio file, holds nothing, or is longer than `longest` seconds.
    """
    import av

    most = int(longest * rate)
    pieces: list[Samples] = []
    count = 0
    try:
        with av.open(io.BytesIO(data), mode="r") as file:
            if not file.streams.audio:
                raise UnsupportedAudio("a file without sound", supported=FORMATS)
            resampler = av.AudioResampler(format="flt", layout="mono", rate=rate)
            for frame in file.decode(audio=0):
                for part in resampler.resample(frame):
                    pieces.append(part.to_ndarray().reshape(-1).astype(np.float32))
                    count += len(pieces[-1])
                if count > most:
                    raise UnsupportedAudio(f"more than {longest:.0f} seconds", supported=FORMATS)
            pieces += [part.to_ndarray().reshape(-1).astype(np.float32) for part in resampler.resample(None)]
    except (av.FFmpegError, ValueError, IndexError, EOFError) as error:
        raise UnsupportedAudio("what was sent", supported=FORMATS) from error
    samples = np.concatenate(pieces) if pieces else np.zeros(0, dtype=np.float32)
    if not len(samples):
        raise UnsupportedAudio("a recording of no length", supported=FORMATS)
    return Audio(samples=np.nan_to_num(np.clip(samples, -1.0, 1.0)), rate=rate)


def _resampled(samples: Samples, rate: int, wanted: int) -> Samples:
    import av

    if not len(samples):
        return samples
    frame: Any = av.AudioFrame.from_ndarray(np.ascontiguousarray(samples.reshape(1, -1)), format="flt", layout="mono")
    frame.sample_rate = rate
    resampler = av.AudioResampler(format="flt", layout="mono", rate=wanted)
    parts = [*resampler.resample(frame), *resampler.resample(None)]
    return np.concatenate([part.to_ndarray().reshape(-1) for part in parts]).astype(np.float32)


def _mulaw_table() -> Samples:
    """ITU-T G.711: 8 bits to linear, inverted bits, bias 132."""
    codes = ~np.arange(256, dtype=np.uint8)
    sign, exponent, mantissa = codes & 0x80, (codes >> 4) & 0x07, codes & 0x0F
    size = (((mantissa.astype(np.int32) << 3) + 132) << exponent.astype(np.int32)) - 132
    return (np.where(sign, -size, size) / FULL_SCALE).astype(np.float32)


_MULAW = _mulaw_table()
_LEVELS = np.argsort(_MULAW, kind="stable")
_SORTED = _MULAW[_LEVELS]
_BETWEEN = (_SORTED[1:] + _SORTED[:-1]) / 2


def of_mulaw(data: bytes, rate: int = 8_000) -> Audio:
    return Audio(samples=_MULAW[np.frombuffer(data, dtype=np.uint8)], rate=rate)


def mulaw(audio: Audio) -> bytes:
    """Each sample as the nearest of G.711's 256 levels."""
    return bytes(_LEVELS[np.searchsorted(_BETWEEN, audio.samples)].astype(np.uint8).tobytes())
