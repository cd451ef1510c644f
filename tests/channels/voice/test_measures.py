"""What calls tell of themselves."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, generate_latest

from channels.voice.measures import VoiceMeasures
from channels.voice.news import BargeIn, NotHeard, StageTimes, StateChanged, Trouble


def test_a_spoken_turn_is_told_stage_by_stage() -> None:
    measures, registry = VoiceMeasures(), CollectorRegistry()
    registry.register(measures)
    measures.count(
        StageTimes(
            turn_id="t",
            endpoint=0.25,
            decode=0.1,
            understanding=0.03,
            writing=0.0,
            synthesis=0.1,
            transport=0.01,
            own=0.004,
        )
    )
    for news in (
        BargeIn(turn_id="t", heard="", seconds=0.2),
        NotHeard(utterance=1, why="echo"),
        Trouble(code="busy", detail=""),
        StateChanged(state="listening"),
    ):
        measures.count(news)
    text = generate_latest(registry).decode()
    assert 'aisle_voice_stage_seconds_sum{stage="endpoint"} 0.25' in text
    assert 'aisle_voice_utterances_total{became="echo"} 1.0' in text
    assert "aisle_voice_first_sound_seconds_count 1.0" in text


def test_two_apps_do_not_count_together() -> None:
    one, other = VoiceMeasures(), VoiceMeasures()
    one.count(NotHeard(utterance=1, why="echo"))
    assert not [sample for metric in other.collect() for sample in metric.samples if sample.labels.get("became")]
