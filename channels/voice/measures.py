"""Measures: what calls tell of themselves, for Prometheus. One VoiceMeasures an app, which registers it.

Above: `talking`, which counts; `channels.app`, which registers. Below: `news`.
"""

from __future__ import annotations

from collections.abc import Iterable

from prometheus_client import Counter, Gauge, Histogram
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from channels.voice.news import BargeIn, FalseAlarm, News, NotHeard, StageTimes, Transcript, Trouble

STAGES = ("endpoint", "decode", "understanding", "writing", "synthesis", "transport")
SECONDS = (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.45, 0.7, 0.85, 1.2, 1.5, 2.5, 5.0, 10.0)


class VoiceMeasures(Collector):
    def __init__(self) -> None:
        self.stages = Histogram(
            "aisle_voice_stage_seconds",
            "Of each spoken turn, the stages from the customer's last sound to our first; they add up to the whole.",
            ("stage",),
            buckets=SECONDS,
            registry=None,
        )
        self.first_sound = Histogram(
            "aisle_voice_first_sound_seconds",
            "From the customer's last sound to our first.",
            buckets=SECONDS,
            registry=None,
        )
        self.own = Histogram(
            "aisle_voice_own_seconds",
            "Of that, what no engine, no assistant and no line took.",
            buckets=SECONDS,
            registry=None,
        )
        self.barge_in = Histogram(
            "aisle_voice_barge_in_seconds",
            "From the customer's first sound over a reply to our silence.",
            buckets=SECONDS,
            registry=None,
        )
        self.utterances = Counter(
            "aisle_voice_utterances",
            "Utterances by what became of them: a message, or why not.",
            ("became",),
            registry=None,
        )
        self.false_alarms = Counter(
            "aisle_voice_false_alarms", "Replies that stood still for a sound and went on.", ("why",), registry=None
        )
        self.troubles = Counter("aisle_voice_troubles", "What could not be heard or spoken.", ("code",), registry=None)
        self.calls = Gauge("aisle_voice_calls", "Lines that are open.", registry=None)

    def collect(self) -> Iterable[Metric]:
        """Collector."""
        for part in (
            self.stages,
            self.first_sound,
            self.own,
            self.barge_in,
            self.utterances,
            self.false_alarms,
            self.troubles,
            self.calls,
        ):
            yield from part.collect()

    def count(self, news: News) -> None:
        match news:
            case StageTimes():
                for stage in STAGES:
                    self.stages.labels(stage).observe(getattr(news, stage))
                self.first_sound.observe(news.total)
                self.own.observe(news.own)
            case BargeIn(seconds=seconds):
                self.barge_in.observe(seconds)
            case Transcript(final=True):
                self.utterances.labels("message").inc()
            case NotHeard(why=why):
                self.utterances.labels(why).inc()
            case FalseAlarm(why=why):
                self.false_alarms.labels(why).inc()
            case Trouble(code=code):
                self.troubles.labels(code).inc()
            case _:
                pass  # words and states are for displays
