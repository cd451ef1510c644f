"""The bench of spoken turns: its caller against a server of tones, and its report."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from eval.bench.voice import VoiceBench, report_of
from eval.bench.voice_caller import RATE, Recording, Turn, calling
from tests.channels.house import Served, build_house, serving
from tests.channels.voice.voice_house import ToneSpeech

pytestmark = pytest.mark.anyio

TENTS, STOP = "Which tents do you have?", "No, show me lamps."


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def speech() -> ToneSpeech:
    return ToneSpeech([TENTS, STOP])


@pytest.fixture
async def served(tmp_path: Path, speech: ToneSpeech) -> AsyncIterator[Served]:
    async with serving(build_house(tmp_path, speech=speech)) as opened:
        yield opened


def recording(speech: ToneSpeech, text: str) -> Recording:
    return Recording.of(text, speech.recording(0.2, text, 0.1).at(RATE).pcm16())


async def test_a_caller_measures_from_its_last_sound_to_our_first_and_from_its_onset_to_silence(
    served: Served, speech: ToneSpeech
) -> None:
    async with calling(served.url, lambda: 0.0) as caller:
        turn = await caller.say(recording(speech, TENTS))
        assert await caller.until(lambda: bool(turn.first_audio and turn.stages), seconds=8)
        assert turn.heard == TENTS
        assert turn.onset < turn.ended < turn.understood < turn.first_audio
        await caller.into_reply(0.3)
        cut = await caller.say(recording(speech, STOP))
        assert await caller.until(lambda: bool(cut.first_audio), seconds=8)
        assert cut.onset < cut.silenced < cut.first_audio


def test_where_a_recording_begins_and_ends_is_found(speech: ToneSpeech) -> None:
    found = recording(speech, TENTS)
    assert found.onset == pytest.approx(0.2, abs=0.01)
    assert found.end == pytest.approx(1.0, abs=0.01)


def turn(wait: float, **stages: float) -> Turn:
    told = dict.fromkeys(("endpoint", "decode", "understanding", "writing", "synthesis", "transport", "own"), 0.0)
    told |= stages
    total = sum(value for name, value in told.items() if name != "own")
    return Turn(
        "hi",
        onset=1.0,
        ended=3.0,
        understood=3.2,
        faded=3.1,
        first_audio=3.1 + wait,
        stages={**told, "total": total},
        cpu=0.5,
    )


def test_the_report_tells_the_spread_the_stages_and_what_lies_outside_them() -> None:
    turns = [turn(0.5, endpoint=300, decode=190), turn(0.7, endpoint=300, decode=390), Turn("unanswered", ended=1.0)]
    cut = Turn("stop", onset=1.0, ended=2.0, silenced=1.25)
    late = turn(1.0)
    late.gaps = [0.02, 0.09]
    report = report_of(turns, [cut, Turn("stop")], [late], VoiceBench())
    assert report["first_audio_ms"] == {"n": 2, "p50": 700.0, "p95": 800.0, "max": 800.0}
    assert report["stages_ms"]["total"]["p50"] == 590
    assert report["outside_the_stages_ms"]["max"] == 10
    assert report["fading_ms"]["p50"] == 100
    assert report["unanswered"] == 1
    assert report["barge_in_ms"]["p95"] == 250 and report["barge_in_ms"]["unnoticed"] == 1
    assert report["at_once"]["gaps_over_60_ms"] == 1
    assert report["listening_cpu_per_second_of_speech"] == 0.25


def test_nothing_measured_is_no_figure() -> None:
    report = report_of([], [], [], VoiceBench())
    assert report["first_audio_ms"] == {"n": 0}
    assert report["listening_cpu_per_second_of_speech"] is None
