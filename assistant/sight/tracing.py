"""Traces by OpenTelemetry, over OTLP/HTTP: a sampled turn becomes a span with its stages below it. Optional: `aisle[otel]`.

Nothing here is imported where AISLE_TRACES_URL is not set. Spans are made after the turn, with the times that were taken, and
sent on the exporter's own thread. Attributes are figures and words of ours; texts are masked and kept short all the same.
Above: bootstrap. Below: spans.
"""

from __future__ import annotations

import importlib.util
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, Final

from assistant.errors import AssistantError
from assistant.privacy.masking.masked import masked
from assistant.sight.callers import parts
from assistant.sight.sight_settings import SightSettings
from assistant.sight.spans import ROOT, Recording, Told, root_of, trace_of

if TYPE_CHECKING:
    from opentelemetry.sdk.trace.export import SpanExporter
    from opentelemetry.trace import Link
    from opentelemetry.util.types import Attributes

LONGEST: Final = 120
"""Characters of an attribute."""


class TracesUnavailable(AssistantError):
    """AISLE_TRACES_URL is set and OpenTelemetry is not installed."""


class TurnTraces:
    """Traces. Of one exporter, which it closes."""

    def __init__(self, exporter: SpanExporter, *, service: str = "aisle", replica: str = "") -> None:
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
        from opentelemetry.sdk.trace.sampling import ALWAYS_ON

        told = {"service.name": service, "service.version": version("aisle"), "service.instance.id": replica}
        self._ids = _ids()
        self._provider = TracerProvider(
            resource=Resource(told), sampler=ALWAYS_ON, id_generator=self._ids, shutdown_on_exit=False
        )
        self._provider.add_span_processor(BatchSpanProcessor(exporter))
        self._tracer = self._provider.get_tracer("aisle.turns")
        self._epoch = time.time_ns() - time.perf_counter_ns()

    def turn(self, recording: Recording, ended: float, told: Mapping[str, Told], *, caller: str, failed: str) -> None:
        from opentelemetry.context import Context
        from opentelemetry.trace import SpanKind, Status, StatusCode, set_span_in_context

        trace, root = int(trace_of(recording.turn_id), 16), int(root_of(recording.turn_id), 16)
        began = min((recording.began, *(span.began for span in recording.spans)))
        attributes = _plain(
            {"aisle.turn": recording.turn_id, **{f"aisle.{name}": value for name, value in told.items()}}
        )
        with self._ids.next_are(trace, root):
            span = self._tracer.start_span(
                "turn",
                Context(),
                kind=SpanKind.SERVER,
                attributes=attributes,
                links=self._links(caller),
                start_time=self._at(began),
            )
        if failed:
            span.set_status(Status(StatusCode.ERROR, failed))
        here = {ROOT: set_span_in_context(span, Context())}
        for number, one in enumerate(recording.spans):
            child = self._tracer.start_span(
                one.name, here[one.parent], attributes=_of_stage(one.name, one.told), start_time=self._at(one.began)
            )
            if one.failed:
                child.set_status(Status(StatusCode.ERROR, one.failed))
            here[number] = set_span_in_context(child, Context())
            child.end(self._at(one.ended or ended))
        span.end(self._at(ended))

    def later(self, turn_id: str, name: str, began: float, ended: float, told: Mapping[str, Told]) -> None:
        from opentelemetry.context import Context
        from opentelemetry.trace import NonRecordingSpan, SpanContext, TraceFlags, set_span_in_context

        of = SpanContext(
            int(trace_of(turn_id), 16), int(root_of(turn_id), 16), is_remote=False, trace_flags=TraceFlags(1)
        )
        parent = set_span_in_context(NonRecordingSpan(of), Context())
        span = self._tracer.start_span(name, parent, attributes=_of_stage(name, told), start_time=self._at(began))
        span.end(self._at(ended))

    def close(self) -> None:
        """Blocking: what waits is sent, for some seconds at most."""
        self._provider.force_flush(2_000)
        self._provider.shutdown()

    def _at(self, seconds: float) -> int:
        return self._epoch + int(seconds * 1e9)

    @staticmethod
    def _links(caller: str) -> list[Link]:
        from opentelemetry.trace import Link, SpanContext, TraceFlags

        if not caller:
            return []
        trace, span = parts(caller)
        return [Link(SpanContext(trace, span, is_remote=True, trace_flags=TraceFlags(1)), {"aisle.link": "caller"})]


def _ids() -> Any:
    from opentelemetry.sdk.trace.id_generator import RandomIdGenerator

    class TurnIds(RandomIdGenerator):
        """Random ones, but for a turn's own span."""

        _trace = _span = 0

        @contextmanager
        def next_are(self, trace: int, span: int) -> Iterator[None]:
            self._trace, self._span = trace, span
            try:
                yield
            finally:
                self._trace = self._span = 0

        def generate_trace_id(self) -> int:
            return self._trace or super().generate_trace_id()

        def generate_span_id(self) -> int:
            return self._span or super().generate_span_id()

    return TurnIds()


_NAMES: Final = {
    "model": "gen_ai.request.model",
    "prompt_tokens": "gen_ai.usage.input_tokens",
    "completion_tokens": "gen_ai.usage.output_tokens",
}
"""OpenTelemetry's own names, where it has some."""


def _of_stage(stage: str, told: Mapping[str, Told]) -> Attributes:
    return _plain({_NAMES.get(name, f"aisle.{stage}.{name}"): value for name, value in told.items()})


def _plain(told: Mapping[str, Told]) -> dict[str, Told]:
    return {name: masked(value)[:LONGEST] if isinstance(value, str) else value for name, value in told.items()}


def open_traces(settings: SightSettings, *, replica: str = "") -> TurnTraces | None:
    """None where traces are off. Raises TracesUnavailable."""
    if not settings.traces_url:
        return None
    if importlib.util.find_spec("opentelemetry.exporter.otlp.proto.http") is None:
        raise TracesUnavailable("AISLE_TRACES_URL is set and OpenTelemetry is not installed: pip install 'aisle[otel]'")
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

    pairs = (pair.partition("=") for pair in settings.traces_headers.get_secret_value().split(",") if pair)
    url = settings.traces_url if settings.traces_url.endswith("/v1/traces") else f"{settings.traces_url}/v1/traces"
    exporter = OTLPSpanExporter(endpoint=url, headers={name.strip(): value for name, _, value in pairs}, timeout=5)
    return TurnTraces(exporter, replica=replica)
