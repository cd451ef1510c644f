"""What `aisle eval voice` adds up, and its thresholds."""

from __future__ import annotations

from typing import Any

import pytest

from eval.gates import VOICE, failed
from eval.voice.corpus import MANNERS, Condition, Split, Utterance, heard_as, spoken
from eval.voice.quality import Tally, _by_line, _steps, _told
from eval.voice.sounds import RATE
from model_serving.audio import Audio, level, silence
from model_serving.partials import STEP
from model_serving.ports import Transcript
from model_serving.synthesizers.espeak import EspeakVoice

ORDER = Utterance(said="It is W one zero zero four.", split="practice", values=(("order", "W1004"),))


def heard(text: str) -> Transcript:
    return Transcript(text=text, language="en", confidence=0.9)


def test_words_and_values_are_counted_and_what_was_missed_is_told() -> None:
    tally = Tally()
    assert _told(tally, ORDER, heard("It's W1004.")) == ""
    assert "order W1004" in _told(tally, ORDER, heard("It's W104."))
    found = tally.report()
    assert (found["words"], found["entities"], found["entities_right"]) == (14, {"order": "1/2"}, 0.5)
    assert found["word_error_rate"] == pytest.approx(1 / 14, abs=0.001)


def test_noise_is_white_noise_and_babble_together_and_halves_are_kept_apart() -> None:
    tallies: dict[tuple[Condition, Split], Tally] = {
        ("phone_white", "practice"): Tally(wrong=1, words=10),
        ("phone_white", "heldout"): Tally(wrong=2, words=10),
        ("phone_babble", "practice"): Tally(wrong=3, words=10),
        ("phone_babble", "heldout"): Tally(wrong=0, words=10),
    }
    found = _by_line(tallies)
    assert found["phone_noise"]["practice"]["word_error_rate"] == 0.2
    assert found["phone_noise"]["all"]["word_error_rate"] == 0.15
    assert found["phone_white"]["heldout"]["word_error_rate"] == 0.2


def test_every_manner_is_as_loud_and_each_line_is_of_its_rate() -> None:
    voice = EspeakVoice()
    clips = [spoken(voice, "Where is my order?", manner) for manner in MANNERS]
    assert len({round(level(clip)) for clip in clips}) == 1
    assert clips[1].seconds < clips[0].seconds < clips[2].seconds
    rates = {line: heard_as(clips[0], line, clips, 7).rate for line in ("clean", "phone", "phone_white")}  # type: ignore[arg-type]
    assert rates == {"clean": RATE, "phone": 8_000, "phone_white": 8_000}


def test_partials_come_every_step_while_somebody_speaks() -> None:
    audio: Audio = silence(1.0 + 2.2, RATE)
    assert [round(end / RATE - 0.4, 2) for end in _steps(audio)] == [STEP * n for n in (1, 2, 3, 4)]


def test_a_figure_that_is_missed_or_not_measured_is_named() -> None:
    lines = {line: {"all": {"word_error_rate": 0.05}} for line in ("clean", "phone", "phone_noise")}
    cost = {"total": 0.4}
    report: dict[str, Any] = {
        "lines": lines,
        "not_speech": {"transcripts": 0},
        "cpu_seconds_per_second_of_speech": cost,
    }
    (told,) = failed(VOICE, report)
    assert "0.4" in told and "0.35" in told
    assert len(failed(VOICE, {})) == len(VOICE)
