"""TurnMeasures: turns for Prometheus. Names are stable; labels are closed words, never a customer's or a conversation's.

docs/metrics.md lists every name, written by `scripts/write_metrics.py`. Above: `counting`. Below: `stage_times`.
"""

from __future__ import annotations

from typing import Final

from prometheus_client import CollectorRegistry, Counter

from assistant.events import CHANNELS
from assistant.sight.stage_times import StageTimes

STAGES: Final = (
    *("receive", "turn", "listening", "understanding", "flows", "retrieval", "tool", "drafting", "writing", "model"),
    *("grounding", "append", "delivery", "hearing", "speaking"),
)
"""What a turn passes; `turn` is the whole of it, and what a stage calls is counted in it, too."""
RESULTS: Final = ("replied", "interrupted", "failed")
SECONDS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)


class TurnMeasures:
    def __init__(self, registry: CollectorRegistry) -> None:
        self.turns = Counter(
            "aisle_turns", "Turns that ended, by how and where they began.", ("result", "channel"), registry=registry
        )
        self.stages = StageTimes(STAGES, SECONDS)
        registry.register(self.stages)
        self.written = Counter(
            "aisle_turn_replies", "Replies, by who wrote them: template or model.", ("written_by",), registry=registry
        )
        self.fallbacks = Counter(
            "aisle_turn_fallbacks",
            "Replies that a model was to write and the template wrote: it failed, was late, or said what is not so.",
            registry=registry,
        )
        self.not_grounded = Counter(
            "aisle_turn_grounding_failures",
            "Replies that said what no evidence holds, caught before anybody read them.",
            registry=registry,
        )
        self.tokens = Counter(
            "aisle_turn_tokens",
            "Of language models, in turns: read, found in a cache, written.",
            ("kind",),
            registry=registry,
        )
        self.cost = Counter(
            "aisle_turn_cost", "What models' tokens cost, in the shop's currency, by AISLE_COST_….", registry=registry
        )
        self.conversations = Counter(
            "aisle_conversations_begun", "Conversations that had their first turn here.", registry=registry
        )
        self.traced = Counter("aisle_traces", "Turns whose trace was given to the exporter.", registry=registry)
        self.untraced = Counter(
            "aisle_traces_lost", "Turns and late stages of traces that no collector took in time.", registry=registry
        )
        self._written = {kind: self.written.labels(kind) for kind in ("template", "model")}
        self._turns = {(result, "web"): self.turns.labels(result, "web") for result in RESULTS}

    def turn(self, result: str, channel: str) -> None:
        known = channel if channel in CHANNELS else "other"
        found = self._turns.get((result, known))
        if found is None:
            found = self._turns[result, known] = self.turns.labels(result, known)
        found.inc()

    def wrote(self, kind: str) -> None:
        self._written[kind].inc()
