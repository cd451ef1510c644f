"""StageTimes: what stages take, as one histogram for Prometheus. Observing costs 0.3 µs; a turn has a dozen of them.

Above: `turn_measures`. Below: nothing.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence

from prometheus_client.core import HistogramMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

NAME = "aisle_turn_stage_seconds"
TOLD = "What a stage of a turn took; what it calls is in it."


class StageTimes(Collector):
    """Every stage is there from the beginning, so that a rate of it is known from its first turn."""

    def __init__(self, stages: Sequence[str], bounds: Sequence[float]) -> None:
        self._bounds = tuple(bounds)
        self._counts = {name: [0] * (len(self._bounds) + 1) for name in stages}
        self._sums = dict.fromkeys(stages, 0.0)

    def observe(self, stage: str, seconds: float) -> None:
        """Of a stage that is not among them: nothing."""
        counts = self._counts.get(stage)
        if counts is not None:
            counts[bisect_left(self._bounds, seconds)] += 1
            self._sums[stage] += seconds

    def collect(self) -> Iterator[Metric]:
        """Collector."""
        family = HistogramMetricFamily(NAME, TOLD, labels=("stage",))
        for stage, counts in self._counts.items():
            so_far, buckets = 0, []
            for bound, count in zip((*map(_plain, self._bounds), "+Inf"), counts, strict=True):
                so_far += count
                buckets.append((bound, so_far))
            family.add_metric((stage,), buckets, self._sums[stage])
        yield family


def _plain(bound: float) -> str:
    return str(float(bound))
