"""Read off the product at each scrape: whether conversations have drifted, which learnt set is in use, what waits for review.

Above: `product_metrics`. Below: the product, where it keeps analytics.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric

from assistant.desk.tables import moment


def learning_metrics(product: Any) -> Iterator[Metric]:
    """The families stand there always; what was not measured has no series."""
    yield from _drift(getattr(product, "drift", None))
    yield from _learnt(getattr(product, "feedback", None))


def _drift(watch: Any) -> Iterator[Metric]:
    psi = GaugeMetricFamily(
        "aisle_drift_psi",
        "Population stability index of the last 7 days against the 7 before; over 0.25 these are other conversations.",
        labels=("of",),
    )
    cases = GaugeMetricFamily("aisle_drift_conversations", "Conversations that were compared.", labels=("of", "side"))
    at = GaugeMetricFamily("aisle_drift_checked_timestamp_seconds", "When drift was measured last.")
    last = watch.last if watch is not None else None
    for one in last.found if last is not None else ():
        if one.psi is not None:
            psi.add_metric((one.of,), one.psi)
        cases.add_metric((one.of, "before"), one.before)
        cases.add_metric((one.of, "now"), one.now)
    if last is not None and (measured := moment(last.at) if last.at else None) is not None:
        at.add_metric((), measured.timestamp())
    yield from (psi, cases, at)


def _learnt(feedback: Any) -> Iterator[Metric]:
    waiting = GaugeMetricFamily(
        "aisle_feedback_candidates", "What conversations could teach, by what a person decided.", labels=("state",)
    )
    number = GaugeMetricFamily("aisle_learned_version", "The learnt set that is in use; 0: none.")
    if feedback is not None:
        number.add_metric((), feedback.current)
        for state, count in feedback.counts.items():
            waiting.add_metric((state,), count)
    yield from (waiting, number)
