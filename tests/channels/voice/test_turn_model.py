"""The turn model: what it may change, and that it is asked where it is set."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from channels.voice.cues import Judged
from channels.voice.turn_model import SmartTurn, TurnModels
from model_serving.audio import silence
from tests.channels.voice.call_world import World


def ended_after(world: World) -> float:
    """Seconds of silence until the utterance was taken."""
    world.speak(1.0)
    began = world.now
    while not world.taken:
        world.quiet(0.032)
        for job, command in list(world.transcribing.items()):
            if command.final:
                world.give(Judged(job=job, finished=0.1))
                world.hear(job)
    return world.now - began


def test_a_whole_sentence_that_does_not_sound_like_an_end_gets_a_little_longer() -> None:
    assert 0.6 < ended_after(World(quick_ears=False, answers=["Where is my order?"])) < 0.8


def test_what_was_asked_for_is_all_of_it_however_it_sounds() -> None:
    world = World(quick_ears=False, answers=["441792."])
    world.ask("order", least=5)
    assert ended_after(world) < 0.3


def test_without_one_or_with_a_broken_one_words_decide(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    assert TurnModels().get() is None
    (tmp_path / "no.onnx").write_bytes(b"this is no model")
    models = TurnModels(tmp_path / "no.onnx")
    assert models.get() is None
    assert "AISLE_VOICE_TURN_MODEL" in caplog.text
    assert models.get() is None
    assert len(caplog.records) == 1


@pytest.mark.skipif(
    "AISLE_VOICE_TURN_MODEL" not in os.environ, reason="needs Smart Turn's file in AISLE_VOICE_TURN_MODEL"
)
def test_smart_turn_tells_a_probability_of_any_length() -> None:
    model = SmartTurn(Path(os.environ["AISLE_VOICE_TURN_MODEL"]))
    for seconds in (0.2, 3.0, 12.0):
        assert 0 <= model.finished(silence(seconds, 16_000)) <= 1
