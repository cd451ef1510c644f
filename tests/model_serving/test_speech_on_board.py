"""Speech engines under the board: each call, the queue before them, the versions that were loaded."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import anyio
import anyio.lowlevel
import numpy as np
import pytest

from model_serving.audio import Audio
from model_serving.control import ModelControl, speech_on
from model_serving.errors import ModelUnavailable, Overloaded
from model_serving.registry import Registry
from model_serving.speech import Speech, open_speech
from model_serving.speech_engines import Ears, Engines
from model_serving.speech_settings import SpeechSettings

pytestmark = pytest.mark.anyio


@dataclass
class Voice:
    """Says nothing, when it is let."""

    weights: Path
    name: str = "quiet"
    languages: tuple[str, ...] = ("en",)
    free: threading.Event = field(default_factory=threading.Event)
    begun: threading.Event = field(default_factory=threading.Event)

    def speak(self, text: str, *, language: str = "en", pace: float = 1.0) -> Audio:
        self.begun.set()
        assert self.free.wait(10)
        if text == "torn":
            raise ModelUnavailable("the voice is torn")
        return Audio(samples=np.zeros(160, dtype=np.float32), rate=16_000)


@pytest.fixture
def voice(tmp_path: Path) -> Voice:
    (tmp_path / "quiet.onnx").write_bytes(b"weights")
    made = Voice(tmp_path / "quiet.onnx")
    made.free.set()
    return made


@pytest.fixture
async def spoken(tmp_path: Path, voice: Voice) -> AsyncIterator[tuple[Speech, ModelControl]]:
    registry = Registry(tmp_path / "registry.db")
    control = ModelControl(registry)
    transcriber: Any = Voice(tmp_path / "nowhere", name="whisper-small")

    def load(settings: SpeechSettings) -> Engines:
        ears = Ears(final=transcriber, quick=transcriber, english=transcriber)
        return Engines(ears=ears, voices=(voice,), network=None)  # type: ignore[arg-type]

    async with open_speech(SpeechSettings(at_once=1, waiting=1, longest_wait=5), load=load) as speech:
        assert speech is not None
        with speech_on(control, speech):
            yield speech, control
    registry.close()


def sample(control: ModelControl, name: str, **labels: str) -> float:
    return control.board.registry.get_sample_value(name, labels) or 0.0


async def test_each_call_is_counted_by_work_and_result(spoken: tuple[Speech, ModelControl]) -> None:
    speech, control = spoken
    await speech.say("hello")
    with pytest.raises(ModelUnavailable):
        await speech.say("torn")
    assert sample(control, "aisle_speech_calls_total", work="say", result="done") == 1
    assert sample(control, "aisle_speech_calls_total", work="say", result="failed") == 1
    assert sample(control, "aisle_speech_seconds_count", work="say") == 2


async def test_the_queue_is_seen_and_who_is_refused_is_counted(
    spoken: tuple[Speech, ModelControl], voice: Voice
) -> None:
    speech, control = spoken
    voice.free.clear()
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(speech.say, "first")
        await anyio.to_thread.run_sync(voice.begun.wait, 10)
        tasks.start_soon(speech.say, "second")
        with anyio.fail_after(5):
            while sample(control, "aisle_queue_waiting", queue="speech") < 1:
                await anyio.lowlevel.checkpoint()
        with pytest.raises(Overloaded):
            await speech.say("third")
        voice.free.set()
    assert sample(control, "aisle_queue_refusals_total", queue="speech", priority="live", reason="full") == 1
    assert sample(control, "aisle_speech_calls_total", work="say", result="overloaded") == 1
    assert sample(control, "aisle_queue_wait_seconds_count", queue="speech", priority="live") == 2


async def test_what_was_loaded_is_in_the_lineage_with_its_content(spoken: tuple[Speech, ModelControl]) -> None:
    speech, control = spoken
    assert control.lineage.snapshot() == {}
    await speech.say("hello")
    told = control.lineage.snapshot()
    assert told["transcriber"] == "whisper-small@elsewhere"
    version = control.registry.version("synthesizer", told["voice"])
    assert version is not None and version.digest and told["voice"].startswith("quiet@")


async def test_speech_that_is_switched_off_leaves_the_board_as_it_is(tmp_path: Path) -> None:
    registry = Registry(tmp_path / "registry.db")
    control = ModelControl(registry)
    with speech_on(control, None):
        assert sample(control, "aisle_queue_slots", queue="speech") == 0
    registry.close()
