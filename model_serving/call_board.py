"""What runs models tells the board, and the board tells Prometheus: calls, queues, breakers, engines, switches, encoders, speech.

One board a product, none global. `serving` and the assistant's bootstrap hang it up, `channels.health` reads it at /metrics;
docs/models.md lists every name. Counters are told as things happen, gauges are read off what is open at the scrape.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Protocol, get_args

from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from model_serving.admission import Admission, Entry
from model_serving.circuit_breaker import CircuitBreaker
from model_serving.circuit_breaker import State as BreakerState
from model_serving.engines.child import EngineProcess
from model_serving.engines.child import State as EngineState
from model_serving.errors import ModelError
from model_serving.measured import Call, Work, result_of

events = logging.getLogger("model_serving.switches")
"""A line a switch; the command line shows them from INFO on whatever AISLE_LOG says."""

TTFT = (0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1, 1.5, 2, 3, 5, 10, 30)
CALL = (0.05, 0.1, 0.25, 0.5, 1, 2, 3, 5, 10, 20, 30, 60)
WAIT = (0.001, 0.01, 0.05, 0.1, 0.25, 0.5, 1, 2, 3, 5, 10)
EMBEDDING = (0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 1, 5, 30)
"""Bounds of the histograms, in seconds."""
QUIET = ("pinned", "unpinned", "promoted", "took_over", "canary_begun", "canary_ended")
"""Kinds of switches that somebody wanted; the rest is a warning."""
TEMPLATE = "template"

Trying = Callable[[], tuple[str, float]]
"""The canary's name and share; ("", 0) while there is none."""


class Queue(Protocol):
    """What stands before an engine: an Admission, or the fair queue of speech."""

    on_entry: Callable[[Entry], None]

    @property
    def waiting(self) -> int: ...

    @property
    def working(self) -> int: ...

    @property
    def slots(self) -> int: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One model that is open."""

    model: str
    queue: Admission
    breaker: CircuitBreaker
    engines: Sequence[EngineProcess] = ()
    """As many as run now: a live view."""


@dataclass(slots=True, eq=False)
class CallBoard:
    registry: CollectorRegistry = field(default_factory=CollectorRegistry)
    trying: Trying = lambda: ("", 0.0)
    also: Callable[[Call], None] = lambda call: None
    """Is told each call, too, in the task that made it."""
    _shown: dict[str, Shown] = field(default_factory=dict)
    _queues: dict[str, Queue] = field(default_factory=dict)
    _counts: _Counts = field(init=False)

    def __post_init__(self) -> None:
        self._counts = _Counts(self.registry)
        self.registry.register(_Live(self))

    @contextmanager
    def showing(self, shown: Shown) -> Iterator[None]:
        """Its queue, breaker and engines are on the board while it is open; of two of one name the newer."""
        self._shown[shown.model] = shown
        try:
            with self.queueing(f"model {shown.model}", shown.queue):
                yield
        finally:
            if self._shown.get(shown.model) is shown:
                del self._shown[shown.model]

    @contextmanager
    def queueing(self, name: str, queue: Queue) -> Iterator[None]:
        self._queues[name] = queue
        queue.on_entry = lambda entry: self._entered(name, entry)
        try:
            yield
        finally:
            if self._queues.get(name) is queue:
                del self._queues[name]

    def called(self, call: Call) -> None:
        counts, usage = self._counts, call.usage
        counts.calls.labels(call.model, call.priority, call.result).inc()
        counts.seconds.labels(call.model, call.priority).observe(call.seconds)
        if call.ttft is not None:
            counts.ttft.labels(call.model, call.priority).observe(call.ttft)
        if usage is not None:
            counts.prompt.labels(call.model).inc(usage.prompt_tokens)
            counts.cached.labels(call.model).inc(usage.cached_tokens)
            counts.completion.labels(call.model).inc(usage.completion_tokens)
        self.also(call)

    def fell_back(self, left: str, taken: str, why: ModelError) -> None:
        """A call that one model failed before its first word goes on to the next; "" for the template."""
        reason = result_of(why)
        self._counts.fallbacks.labels(left, taken or TEMPLATE, reason).inc()
        busy = reason in ("loading", "overloaded")
        level = logging.INFO if busy else logging.WARNING
        events.log(level, "switch kind=fell_back version=%s next=%s reason=%s", left, taken or TEMPLATE, why)
        self._counts.switches.labels("fell_back").inc()

    def switched(self, kind: str, version: str, *, by: str, reason: str) -> None:
        """Something of the registry changed, or what it says took effect (`took_over`)."""
        self._counts.switches.labels(kind).inc()
        level = logging.INFO if kind in QUIET else logging.WARNING
        events.log(level, "switch kind=%s version=%s by=%s reason=%s", kind, version or "settings", by, reason)

    def judged(self, model: str, *, grounded: bool | None, valid: bool | None) -> None:
        for check, passed in (("grounded", grounded), ("valid", valid)):
            if passed is not None:
                self._counts.judged.labels(model, check, "passed" if passed else "failed").inc()

    def embedded(self, work: Work) -> None:
        self._counts.embeddings.labels(work.engine, work.kind, work.result).inc()
        self._counts.embedding_seconds.labels(work.engine, work.kind).observe(work.seconds)
        self._counts.embedded_texts.labels(work.engine).inc(work.texts)

    def spoke(self, work: Work) -> None:
        self._counts.speech.labels(work.kind, work.result).inc()
        self._counts.speech_seconds.labels(work.kind).observe(work.seconds)

    def mirrored(self, result: str) -> None:
        """The registry was copied elsewhere, or could not be."""
        self._counts.mirrored.labels(result).inc()

    def shown(self) -> tuple[Shown, ...]:
        return tuple(self._shown.values())

    def queues(self) -> tuple[tuple[str, Queue], ...]:
        return tuple(self._queues.items())

    def _entered(self, queue: str, entry: Entry) -> None:
        if entry.refused:
            self._counts.refusals.labels(queue, entry.priority, entry.refused).inc()
        else:
            self._counts.waited.labels(queue, entry.priority).observe(entry.waited)


class _Counts:
    def __init__(self, registry: CollectorRegistry) -> None:
        def counter(name: str, told: str, *labels: str) -> Counter:
            return Counter(f"aisle_{name}", told, labels, registry=registry)

        def histogram(name: str, told: str, buckets: Sequence[float], *labels: str) -> Histogram:
            return Histogram(f"aisle_{name}", told, labels, buckets=buckets, registry=registry)

        self.calls = counter("model_calls", "Calls of language models, ended.", "model", "priority", "result")
        first = "Until the first word, waiting included."
        self.ttft = histogram("model_time_to_first_token_seconds", first, TTFT, "model", "priority")
        self.seconds = histogram("model_call_seconds", "Until a call ended.", CALL, "model", "priority")
        self.prompt = counter("model_prompt_tokens", "As the engines count.", "model")
        self.cached = counter("model_cached_prompt_tokens", "Of the prompts, found in a prefix cache.", "model")
        self.completion = counter("model_completion_tokens", "As the engines count.", "model")
        hops = "Calls that went on to the next model or to the template before the first word."
        self.fallbacks = counter("model_fallbacks", hops, "model", "next", "reason")
        self.switches = counter("model_switches", "What changed which model writes.", "kind")
        self.judged = counter("model_judged", "Replies that were checked.", "model", "check", "outcome")
        self.mirrored = counter("registry_mirror_pushes", "Copies of the registry to MLflow.", "result")
        self.waited = histogram("queue_wait_seconds", "Until a place was free.", WAIT, "queue", "priority")
        self.refusals = counter("queue_refusals", "Calls that got no place.", "queue", "priority", "reason")
        self.embeddings = counter("embedding_calls", "Calls of encoders, ended.", "encoder", "size", "result")
        self.embedding_seconds = histogram("embedding_seconds", "Of one call.", EMBEDDING, "encoder", "size")
        self.embedded_texts = counter("embedded_texts", "Texts that were made vectors.", "encoder")
        self.speech = counter("speech_calls", "Calls of speech engines, ended.", "work", "result")
        self.speech_seconds = histogram("speech_seconds", "Of one call, waiting included.", CALL, "work")


class _Live(Collector):
    """Read off what is open, at each scrape."""

    def __init__(self, board: CallBoard) -> None:
        self._board = board

    def collect(self) -> Iterator[Metric]:
        yield from self._queues()
        yield self._breakers()
        yield from self._engines()
        share = GaugeMetricFamily("aisle_model_canary_share_ratio", "Of the conversations.", labels=("model",))
        name, part = self._board.trying()
        if name:
            share.add_metric((name,), part)
        yield share

    def _queues(self) -> Iterator[Metric]:
        waiting = GaugeMetricFamily("aisle_queue_waiting", "Calls that wait for a place.", labels=("queue",))
        working = GaugeMetricFamily("aisle_queue_working", "Calls that have one.", labels=("queue",))
        slots = GaugeMetricFamily("aisle_queue_slots", "Places.", labels=("queue",))
        for name, queue in self._board.queues():
            waiting.add_metric((name,), queue.waiting)
            working.add_metric((name,), queue.working)
            slots.add_metric((name,), queue.slots)
        yield from (waiting, working, slots)

    def _breakers(self) -> Metric:
        told = GaugeMetricFamily("aisle_model_breaker_state", "1 for the present one.", labels=("model", "state"))
        for shown in self._board.shown():
            for state in get_args(BreakerState):
                told.add_metric((shown.model, state), shown.breaker.state == state)
        return told

    def _engines(self) -> Iterator[Metric]:
        labels = ("model", "engine")
        told = GaugeMetricFamily("aisle_engine_state", "1 for the present one.", labels=(*labels, "state"))
        restarts = CounterMetricFamily("aisle_engine_restarts", "Starts after the first.", labels=labels)
        for shown in self._board.shown():
            for engine in shown.engines:
                names = (shown.model, engine.launch.engine)
                restarts.add_metric(names, max(0, engine.starts - 1))
                for state in get_args(EngineState):
                    told.add_metric((*names, state), engine.state == state)
        yield from (told, restarts)
