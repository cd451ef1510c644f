"""Writes docs/metrics.md from the metrics that the code registers: `python scripts/write_metrics.py [--check]`."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from prometheus_client import Counter, Gauge, Histogram
from prometheus_client.metrics import MetricWrapperBase

from assistant.sight.sight import Sight
from channels.health import Metrics
from channels.kiosk.heartbeats import Heartbeats
from channels.sight.product_metrics import ProductMetrics
from channels.voice.measures import VoiceMeasures
from model_serving.call_board import CallBoard

TARGET = Path(__file__).parent.parent / "docs" / "metrics.md"
LEAD = """# Metrics

At `/metrics` of each replica, in Prometheus' text format. Names are stable: nothing is renamed within version 1. Labels are closed
words, names of models, routes and kiosks: never a customer's, a conversation's or an order's. This page is written by
`scripts/write_metrics.py` from the code. Dashboards and alert rules lie in `deploy/observability`; a test holds what they ask for
against this list. What the models' figures mean: [models.md](models.md); calls': [voice.md](voice.md); traces and `/admin`:
[sight.md](sight.md).
"""
KINDS: dict[type[MetricWrapperBase], str] = {Counter: "counter", Gauge: "gauge", Histogram: "histogram"}


@dataclass(frozen=True, slots=True, order=True)
class Found:
    name: str
    kind: str
    labels: tuple[str, ...]
    told: str

    @property
    def exposed(self) -> tuple[str, ...]:
        """The names of its series."""
        return (
            tuple(f"{self.name}{end}" for end in ("_bucket", "_sum", "_count"))
            if self.kind == "histogram"
            else (self.name,)
        )


def found() -> list[Found]:
    parts = (
        ("Turns and conversations", Sight().registry),
        ("HTTP, sockets, dependencies", Metrics().registry),
        ("Models, queues, encoders, speech", CallBoard().registry),
    )
    collectors: list[Any] = [one for _, registry in parts for one in registry._collector_to_names]
    return sorted(
        {
            one
            for collector in (*collectors, VoiceMeasures(), Heartbeats(), ProductMetrics(_door()))
            for one in _of(collector)
        }
    )


def page() -> str:
    rows = [f"| `{one.name}` | {one.kind} | {', '.join(one.labels)} | {one.told} |" for one in found()]
    return "\n".join((LEAD, "| name | kind | labels | what it says |", "|---|---|---|---|", *rows, ""))


def _of(collector: Any) -> Iterator[Found]:
    if isinstance(collector, MetricWrapperBase):
        yield _wrapped(collector)
        return
    wrapped = [one for one in vars(collector).values() if isinstance(one, MetricWrapperBase)]
    if wrapped:
        yield from map(_wrapped, wrapped)
        return
    for family in collector.collect():
        name = f"{family.name}_total" if family.type == "counter" else family.name
        yield Found(name, family.type, tuple(getattr(family, "_labelnames", ())), family.documentation)


def _wrapped(metric: MetricWrapperBase) -> Found:
    kind = KINDS[type(metric)]
    name = f"{metric._name}_total" if kind == "counter" else metric._name
    return Found(name, kind, tuple(metric._labelnames), metric._documentation)


def _door() -> Any:
    """As much of a door as its figures' names need."""
    limit = SimpleNamespace(refused=0)
    return SimpleNamespace(
        leaving=asyncio.Event(),
        stopping=asyncio.Event(),
        settings=SimpleNamespace(turns_at_once=0, connections=0),
        product=SimpleNamespace(retriever=None, control=None),
        **dict.fromkeys(("messages", "conversations", "opens", "admission"), limit),
    )


def main() -> int:
    if "--check" in sys.argv:
        return 0 if TARGET.read_text(encoding="utf-8") == page() else 1
    TARGET.write_text(page(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
