"""A line's sound in frames of 32 ms at 16,000 a second, whatever its own rate."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from channels.voice.hearing import FRAME_SECONDS, QUIET_FRAMES, Hearing
from model_serving.audio import Audio
from tests.channels.voice.voice_house import ToneDetector, tone


@pytest.mark.parametrize("rate", [8_000, 11_025, 16_000, 24_000, 44_100, 48_000])
def test_every_rate_gives_as_many_frames_of_the_same_pitch(rate: int) -> None:
    hearing, sound = Hearing(ToneDetector(), rate), tone(700.0, 2.0, rate=rate).pcm16()
    step = rate // 50 * 2
    frames = [frame for at in range(0, len(sound), step) for frame in hearing.take(sound[at : at + step])]
    assert abs(len(frames) - 2.0 / FRAME_SECONDS) <= 3
    assert all(frame.speech > 0.5 for frame in frames[2:])
    assert frames[10].level == pytest.approx(0.2 / np.sqrt(2), rel=0.05)
    heard = hearing.audio(0, len(frames)).samples
    assert np.argmax(np.abs(np.fft.rfft(heard[:16_000]))) == pytest.approx(700, abs=2)


@settings(deadline=None, max_examples=30)
@given(st.lists(st.integers(1, 2_000), max_size=20))
def test_how_the_sound_is_cut_up_changes_nothing(sizes: list[int]) -> None:
    levels = np.random.default_rng(1).integers(-8_000, 8_000, sum(sizes)).astype("<i2")
    whole, parts = Hearing(ToneDetector(), 16_000), Hearing(ToneDetector(), 16_000)
    once = whole.take(levels.tobytes())
    cuts = np.cumsum([0, *sizes])
    several = [frame for a, b in itertools.pairwise(cuts) for frame in parts.take(levels[a:b].tobytes())]
    assert list(once) == several
    assert np.array_equal(whole.audio(0, 99).samples, parts.audio(0, 99).samples)


def test_what_is_forgotten_is_gone_and_the_rest_keeps_its_place() -> None:
    hearing = Hearing(ToneDetector(), 16_000)
    hearing.take(np.arange(512 * 10, dtype="<i2").tobytes())
    hearing.forget(4)
    assert len(hearing.audio(0, 10).samples) == 512 * 6
    assert hearing.audio(5, 6).samples[0] == pytest.approx(512 * 5 / 32_768)


def test_a_detector_that_hears_nothing_for_long_starts_afresh() -> None:
    class Counted(ToneDetector):
        resets = 0

        def reset(self) -> None:
            self.resets += 1

    detector = Counted()
    Hearing(detector, 16_000).take(Audio(samples=np.zeros(512 * QUIET_FRAMES, dtype=np.float32), rate=16_000).pcm16())
    assert detector.resets == 1
