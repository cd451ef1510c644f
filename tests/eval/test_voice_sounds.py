"""Sounds made by code: as loud as they are said to be, and the same again from the same seed."""

from __future__ import annotations

import numpy as np
import pytest

from eval.voice.sounds import FAR, RATE, by_phone, in_noise, loudly, white, without_speech
from model_serving.audio import Audio, level


def voice(hertz: float) -> Audio:
    times = np.arange(2 * RATE) / RATE
    return Audio(samples=(0.2 * np.sin(2 * np.pi * hertz * times)).astype(np.float32), rate=RATE)


VOICES = [voice(100 + 20 * number) for number in range(8)]


def test_there_are_ten_clips_without_speech_and_they_are_the_same_again() -> None:
    made, again = without_speech(VOICES, 7), without_speech(VOICES, 7)
    assert len(made) == 10
    for name, clip in made.items():
        assert clip.seconds == pytest.approx(4)
        assert np.isfinite(clip.samples).all() and np.abs(clip.samples).max() <= 1
        assert np.array_equal(clip.samples, again[name].samples)
    assert level(made["babble"]) == pytest.approx(FAR, abs=0.5)


def test_noise_is_as_far_below_the_speech_as_it_should_be() -> None:
    speech = loudly(VOICES[0])
    noisy = in_noise(speech, white(len(speech.samples), np.random.default_rng(7)), snr=15)
    noise = noisy.samples - speech.samples
    assert level(speech) - 10 * np.log10(np.mean(noise**2)) == pytest.approx(15, abs=0.3)


def test_a_phone_takes_away_what_is_above_four_kilohertz() -> None:
    assert by_phone(voice(440)).rate == 8_000
    assert level(by_phone(voice(6_000))) < level(voice(6_000)) - 25
