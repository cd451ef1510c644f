"""Read off the product at each scrape: index, versions of what runs, limits, who waits, this replica's life.

Above: `health`. Below: the product, the door.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib.metadata import version

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from assistant.errors import AssistantError
from channels.front_door import FrontDoor
from channels.sight.learning_metrics import learning_metrics

RELEASE = version("aisle")


class ProductMetrics(Collector):
    def __init__(self, door: FrontDoor) -> None:
        self._door = door
        self.waiting = 0
        """Conversations that wait for a person; asked before each scrape (`refresh`)."""

    async def refresh(self) -> None:
        try:
            lines = await self._door.product.assistant.desk.queue()
        except AssistantError:
            return  # the store's own state is told beside
        self.waiting = sum(line.status == "waiting_for_agent" for line in lines)

    def collect(self) -> Iterator[Metric]:
        """Collector."""
        yield self._one("aisle_handoffs_waiting", "Conversations that wait for a person.", self.waiting)
        leaving = self._door.leaving.is_set() or self._door.stopping.is_set()
        yield self._one("aisle_replica_leaving", "1 once this replica has been told to end.", leaving)
        release = GaugeMetricFamily("aisle_replica_info", "1, with the release that runs.", labels=("release",))
        release.add_metric((RELEASE,), 1)
        yield release
        yield from self._index()
        yield self._versions()
        yield self._limits()
        yield self._one(
            "aisle_turns_most", "Turns at once, from which on messages wait.", self._door.settings.turns_at_once
        )
        yield self._one("aisle_connections_most", "Open sockets and streams, at most.", self._door.settings.connections)
        yield from learning_metrics(self._door.product)

    @staticmethod
    def _one(name: str, told: str, value: float) -> Metric:
        return GaugeMetricFamily(name, told, value=value)

    def _index(self) -> Iterator[Metric]:
        retriever = self._door.product.retriever
        info = GaugeMetricFamily("aisle_index_info", "1, with the generation that is served.", labels=("generation",))
        count = GaugeMetricFamily("aisle_index_products", "Products that can be found.")
        if retriever is not None:
            info.add_metric((str(retriever.generation),), 1)
            count.add_metric((), len(retriever))
        yield from (info, count)

    def _versions(self) -> Metric:
        told = GaugeMetricFamily("aisle_version_info", "1, with what makes replies now.", labels=("part", "version"))
        control = self._door.product.control
        for part, label in sorted(control.lineage.snapshot("").items()) if control is not None else ():
            told.add_metric((part, label), 1)
        return told

    def _limits(self) -> Metric:
        told = CounterMetricFamily("aisle_limit_refusals", "What was refused as too much.", labels=("limit",))
        door = self._door
        for name, limit in (("messages", door.messages), ("conversations", door.conversations), ("opens", door.opens)):
            told.add_metric((name,), limit.refused)
        told.add_metric(("overload",), door.admission.refused)
        return told
