"""Speech with engines of wood: what is asked of which, what is kept from them, what is refused."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from model_serving import speech_weights
from model_serving.audio import Audio, at_level, checked, level, silence
from model_serving.errors import ModelUnavailable, UnsupportedAudio
from model_serving.ports import HeardWord, Transcript
from model_serving.speech import Speech, open_speech
from model_serving.speech_engines import Ears, Engines, load_engines
from model_serving.speech_settings import SpeechSettings

RATE = 16_000


@dataclass
class Ear:
    name: str
    languages: Sequence[str] = ("en",)
    text: str = "my number is w one two three four, a Scarvik tent"
    asked: list[tuple[str, bool, str]] = field(default_factory=list)

    def transcribe(self, audio: Audio, *, language: str = "", quick: bool = False, expecting: str = "") -> Transcript:
        self.asked.append((language, quick, expecting))
        words = tuple(HeardWord(text=word, probability=0.9) for word in self.text.split())
        return Transcript(text=self.text, language=language or "en", confidence=0.9, words=words)


@dataclass
class Loud:
    """A detector's network that hears speech in whatever is not silent."""

    def run(self, window: Any, state: Any) -> tuple[float, Any]:
        return float(np.abs(window).max() > 0.001), state


@dataclass
class Mouth:
    name: str = "wood"
    languages: Sequence[str] = ("en",)

    def speak(self, text: str, *, language: str = "en", pace: float = 1.0) -> Audio:
        return silence(0.1 / pace, RATE)


def sound(dbfs: float = -20.0) -> Audio:
    drawn = np.random.default_rng(7).standard_normal(RATE)
    return at_level(Audio(samples=drawn.astype(np.float32) * 0.01, rate=RATE), dbfs)


@pytest.fixture
def ears() -> Ears:
    return Ears(final=Ear("final", ("en", "es")), quick=Ear("quick"), english=Ear("english"))


@pytest.fixture
async def speech(ears: Ears) -> AsyncIterator[Speech]:
    engines = Engines(ears=ears, voices=(Mouth(),), network=Loud())  # type: ignore[arg-type]
    async with open_speech(SpeechSettings(), load=lambda settings: engines) as opened:
        assert opened is not None
        yield opened


@pytest.mark.anyio
async def test_a_whole_utterance_is_written_as_a_shop_writes_it_and_its_words_stay_as_heard(
    speech: Speech, ears: Ears
) -> None:
    speech.learn(["Skarvik"])
    heard = await speech.listen(sound(), language="en", expecting="tents", caller="line-1")
    assert heard.text == "my number is W1234, a Skarvik tent"
    assert heard.words[-2].text == "Scarvik"
    assert ears.english.asked == [("en", False, "tents")]  # type: ignore[attr-defined]


@pytest.mark.anyio
async def test_each_language_and_kind_goes_to_the_ears_that_know_it(speech: Speech, ears: Ears) -> None:
    await speech.listen(sound(), language="es")
    await speech.listen(sound(), language="es", final=False)
    await speech.listen(sound(), language="en", final=False)
    assert [asked[:2] for asked in ears.final.asked] == [("es", False), ("es", True)]  # type: ignore[attr-defined]
    assert [asked[:2] for asked in ears.quick.asked] == [("en", True)]  # type: ignore[attr-defined]


@pytest.mark.anyio
@pytest.mark.parametrize("quiet", [silence(1, RATE), sound(-45), silence(0, RATE)])
async def test_where_nobody_speaks_to_us_the_ears_are_not_asked(speech: Speech, ears: Ears, quiet: Audio) -> None:
    heard = await speech.listen(quiet, language="en")
    assert (heard.text, heard.confidence, heard.language) == ("", 0.0, "en")
    assert ears.english.asked == []  # type: ignore[attr-defined]


@pytest.mark.anyio
async def test_what_is_no_sound_is_refused_before_it_costs_anything(speech: Speech) -> None:
    with pytest.raises(UnsupportedAudio, match="numbers from -1 to 1"):
        await speech.listen(Audio(samples=np.full(100, np.nan, dtype=np.float32), rate=RATE), final=False)
    with pytest.raises(UnsupportedAudio, match="at most 600 seconds"):
        await speech.listen(silence(3 * 3600, 4_000))
    with pytest.raises(UnsupportedAudio, match="WAV, Ogg or WebM"):
        await speech.hear(b"\x00\x01\x02")
    assert speech.queue.working == 0


@pytest.mark.anyio
async def test_each_stream_has_a_detector_of_its_own(speech: Speech) -> None:
    one, other = await speech.detector(), await speech.detector()
    assert one is not other and one.frame == 512


def test_level_is_of_the_loud_parts_and_can_be_set() -> None:
    assert level(silence(1, RATE)) == -120
    quiet = at_level(sound(), -33)
    assert level(quiet) == pytest.approx(-33, abs=0.1)
    both = Audio(samples=np.concatenate([quiet.samples, np.zeros(5 * RATE, dtype=np.float32)]), rate=RATE)
    assert level(both) == pytest.approx(-33, abs=0.1)
    assert np.abs(at_level(sound(), 10).samples).max() <= 1
    assert at_level(silence(1, RATE), -20).samples.max() == 0
    assert checked(quiet) is quiet


@pytest.fixture
def parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two packages with half a model each."""
    import hashlib

    for at, (package, name) in enumerate(speech_weights.PARTS):
        folder = tmp_path / package / "data"
        folder.mkdir(parents=True)
        (folder.parent / "__init__.py").write_text("raise AssertionError('its code is never imported')")
        (folder / name).write_bytes(b"half %d" % at)
        for beside in speech_weights.BESIDE:
            (folder / beside).write_text("{}")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(speech_weights, "SIZE", 12)
    monkeypatch.setattr(speech_weights, "SHA256", hashlib.sha256(b"half 0half 1").hexdigest())
    return tmp_path


def test_the_halves_are_joined_once_and_again_where_bytes_are_missing(
    parts: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(speech_weights, "in_package", lambda package, folder: parts / package / folder)
    home = parts / "home"
    assert (speech_weights.joined_base(home) / "model.bin").read_bytes() == b"half 0half 1"
    written = (home / "model.bin").stat().st_mtime_ns
    speech_weights.joined_base(home)
    assert (home / "model.bin").stat().st_mtime_ns == written
    (home / "model.bin").write_bytes(b"half")
    assert (speech_weights.joined_base(home) / "model.bin").read_bytes() == b"half 0half 1"
    assert not list(home.glob(".model*"))


def test_halves_that_are_not_what_they_should_be_leave_nothing_behind(
    parts: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(speech_weights, "in_package", lambda package, folder: parts / package / folder)
    monkeypatch.setattr(speech_weights, "SHA256", "0" * 64)
    with pytest.raises(ModelUnavailable, match="not what they should be"):
        speech_weights.joined_base(parts / "home")
    assert sorted(path.name for path in (parts / "home").iterdir()) == sorted(speech_weights.BESIDE)


def test_a_package_that_is_missing_is_named_with_the_command_that_brings_it() -> None:
    with pytest.raises(ModelUnavailable, match="aisle weights install"):
        speech_weights.in_package("no_such_weights", "data")


def test_a_model_that_the_settings_name_and_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable, match=r"it needs model\.bin"):
        load_engines(SpeechSettings(whisper_path=tmp_path))


def test_where_the_larger_model_cannot_be_joined_english_is_heard_all_the_same(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full(folder: Path) -> Path:
        raise ModelUnavailable("Whisper base cannot be joined", way_out="it takes 150 MB")

    monkeypatch.setattr(speech_weights, "joined_base", full)
    monkeypatch.setattr(speech_weights, "installed", lambda package: True)
    ears = load_engines(SpeechSettings()).ears
    assert ears.final is ears.quick and "150 MB" in caplog.text
