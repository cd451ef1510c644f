"""Heartbeats of kiosks: each screen says that it is alive; when one was last seen shows in /metrics.

Of this process: behind a balancer each replica tells of those that it saw. Above: `app`. Below: Prometheus.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

MOST = 1_000
"""Kiosks that are remembered; the one unseen for longest makes room."""


class Heartbeats(Collector):
    """Not thread-safe: beats come on the event loop, and reading takes a copy."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._seen: dict[tuple[str, str], tuple[float, str, int]] = {}

    def beat(self, name: str, store: str, state: str, reloads: int) -> None:
        self._seen.pop((name, store), None)
        self._seen[(name, store)] = (self._now(), state, reloads)
        while len(self._seen) > MOST:
            del self._seen[next(iter(self._seen))]

    def collect(self) -> Iterator[Metric]:
        seen = GaugeMetricFamily(
            "aisle_kiosk_seen_seconds", "Since a kiosk's last heartbeat.", labels=("kiosk", "store")
        )
        working = GaugeMetricFamily(
            "aisle_kiosk_working", "1 when its last heartbeat said that all is well.", labels=("kiosk", "store")
        )
        reloads = GaugeMetricFamily(
            "aisle_kiosk_reloads",
            "How often it has reloaded itself since its browser began.",
            labels=("kiosk", "store"),
        )
        for (name, store), (at, state, count) in dict(self._seen).items():
            seen.add_metric((name, store), max(0.0, self._now() - at))
            working.add_metric((name, store), float(state == "ok"))
            reloads.add_metric((name, store), float(count))
        yield from (seen, working, reloads)
