"""Sounds made by code: lines that speech goes through, noise it is heard in, and ten things that are not speech (pure).

Above: `voice_quality`. Below: model_serving's audio. Everything is drawn from a seed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from model_serving.audio import Audio, Samples, at_level, level, mulaw, of_mulaw

RATE = 16_000
PHONE = 8_000
LEVEL = -20.0
"""dBFS of speech as its active frames have it: what a microphone's or a line's level control aims at."""
FAR = -42.0
"""dBFS of people who talk in the background of a shop: 22 dB below who speaks into the microphone."""
SNR = 15.0
CLIP = 4.0
"""Seconds of a clip without speech."""


def loudly(audio: Audio, wanted: float = LEVEL) -> Audio:
    return at_level(audio, wanted)


def in_noise(speech: Audio, noise: Samples, snr: float = SNR) -> Audio:
    """The noise starts with the clip and ends with it, `snr` dB below the speech."""
    wanted = level(speech) - snr
    rms = 10 * np.log10(float(np.mean(noise.astype(np.float64) ** 2)) + 1e-12)
    added = np.resize(noise, len(speech.samples)) * 10 ** ((wanted - rms) / 20)
    return Audio(samples=np.clip(speech.samples + added, -1, 1).astype(np.float32), rate=speech.rate)


def by_phone(audio: Audio) -> Audio:
    """Through a telephone: 8 kHz and mu-law."""
    return of_mulaw(mulaw(audio.at(PHONE)), PHONE)


def white(count: int, draw: np.random.Generator) -> Samples:
    return draw.standard_normal(count).astype(np.float32)


def babble(voices: Sequence[Audio], count: int, draw: np.random.Generator, *, talkers: int = 6) -> Samples:
    """Several people at once, each with another sentence, from another place in it."""
    sum_of = np.zeros(count, dtype=np.float32)
    for at in draw.permutation(len(voices))[:talkers]:
        samples = loudly(voices[at].at(RATE)).samples
        sum_of += np.resize(np.roll(samples, int(draw.integers(len(samples)))), count)
    return sum_of


def _shaped(samples: NDArray[np.float64], low: float, high: float) -> NDArray[np.float64]:
    spectrum = np.fft.rfft(samples)
    hertz = np.fft.rfftfreq(len(samples), 1 / RATE)
    spectrum[(hertz < low) | (hertz > high)] = 0
    shaped: NDArray[np.float64] = np.fft.irfft(spectrum, len(samples))
    return shaped


def _times() -> NDArray[np.float64]:
    return np.arange(round(CLIP * RATE)) / RATE


def _sum(parts: Iterable[NDArray[np.float64]]) -> NDArray[np.float64]:
    return np.asarray(np.sum(list(parts), axis=0), dtype=np.float64)


def _hum(draw: np.random.Generator) -> NDArray[np.float64]:
    return _sum(np.sin(2 * np.pi * 60 * n * _times()) / n for n in (1, 2, 3, 5)) * 0.05


def _hiss(draw: np.random.Generator) -> NDArray[np.float64]:
    return draw.standard_normal(len(_times())) * 0.05


def _tones(draw: np.random.Generator) -> NDArray[np.float64]:
    """A line that rings, and keys that are pressed."""
    times = _times()
    ring = (np.sin(2 * np.pi * 440 * times) + np.sin(2 * np.pi * 480 * times)) * (times < 2)
    keys = (np.sin(2 * np.pi * 770 * times) + np.sin(2 * np.pi * 1336 * times)) * ((times > 2.5) & (times % 0.4 < 0.2))
    return np.asarray((ring + keys) * 0.1, dtype=np.float64)


def _music(draw: np.random.Generator) -> NDArray[np.float64]:
    """A chord a half second, plucked, with overtones."""
    times = _times()
    found = np.zeros(len(times))
    for at, root in enumerate((220.0, 174.6, 261.6, 196.0) * 2):
        since = times - at * 0.5
        for ratio in (1, 1.26, 1.5, 2):
            for overtone in (1, 2, 3):
                found += (
                    np.where(since >= 0, np.sin(2 * np.pi * root * ratio * overtone * since) / overtone, 0)
                    * np.exp(-3 * np.clip(since, 0, None))
                    * (since < 1.5)
                )
    return found * 0.04


def _bursts(
    draw: np.random.Generator, starts: Sequence[float], *, fade: float, low: float, high: float, level: float
) -> NDArray[np.float64]:
    times = _times()
    noise = _shaped(draw.standard_normal(len(times)), low, high)
    shape = _sum(np.where(times >= at, np.exp(-(times - at) / fade), 0) for at in starts)
    return np.asarray(noise / np.abs(noise).max() * shape * level, dtype=np.float64)


def _cough(draw: np.random.Generator) -> NDArray[np.float64]:
    """Two bursts of air with something of a voice in the second."""
    times = _times()
    voiced = np.sign(np.sin(2 * np.pi * 140 * times)) * np.where(times >= 1.35, np.exp(-(times - 1.35) / 0.06), 0)
    return _bursts(draw, (1.0, 1.35), fade=0.09, low=200, high=5000, level=0.7) + _shaped(voiced, 150, 2500) * 0.15


def _typing(draw: np.random.Generator) -> NDArray[np.float64]:
    return _bursts(draw, np.sort(draw.uniform(0.2, 3.8, 24)).tolist(), fade=0.008, low=1000, high=7500, level=0.3)


def _door(draw: np.random.Generator) -> NDArray[np.float64]:
    return _bursts(draw, (1.0, 1.08), fade=0.15, low=30, high=500, level=0.8) + _bursts(
        draw, (2.6,), fade=0.03, low=500, high=4000, level=0.3
    )


def _breathing(draw: np.random.Generator) -> NDArray[np.float64]:
    times = _times()
    air = _shaped(draw.standard_normal(len(times)), 300, 3500)
    breath = np.clip(np.sin(2 * np.pi * times / 1.6), 0, None) ** 2
    return np.asarray(air / np.abs(air).max() * breath * 0.15, dtype=np.float64)


_MADE: Mapping[str, Callable[[np.random.Generator], NDArray[np.float64]]] = {
    "silence": lambda draw: draw.standard_normal(len(_times())) * 1e-4,
    "hum": _hum, "white noise": _hiss, "tones": _tones, "music": _music, "cough": _cough, "typing": _typing,
    "door": _door, "breathing": _breathing,
}  # fmt: skip


def without_speech(voices: Sequence[Audio], seed: int) -> Mapping[str, Audio]:
    """Ten clips of four seconds. voices: sentences that the babble is mixed of."""
    draw = np.random.default_rng(seed)
    made = {
        name: Audio(samples=np.clip(make(draw), -1, 1).astype(np.float32), rate=RATE) for name, make in _MADE.items()
    }
    far = Audio(samples=babble(voices, round(CLIP * RATE), draw), rate=RATE)
    return {**made, "babble": at_level(far, FAR)}
