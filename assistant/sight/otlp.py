"""OTLP: sampled turns as the bytes that a collector takes. Pure. Written straight into OpenTelemetry's own messages.

The SDK's way from a span to these bytes took 50 µs of CPU a span; turns are over when they come here, so nothing of it is needed.
Specification: https://opentelemetry.io/docs/specs/otlp/. Needs `aisle[otel]`. Above: `tracing`. Below: spans.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span as Message
from opentelemetry.proto.trace.v1.trace_pb2 import Status

from assistant.sight.callers import parts
from assistant.sight.spans import ROOT, Span, Told, root_of, trace_of

SCOPE: Final = "aisle.turns"
CLIENTS: Final = ("model",)
"""Stages that call somebody else's server."""
_STEP: Final = 0x9E3779B97F4A7C15
"""Odd, so that multiples of it meet after 2^64 of them: one random number names all spans of a turn."""
_NAMES: Final = {
    ("model", "model"): "gen_ai.request.model",
    ("model", "prompt_tokens"): "gen_ai.usage.input_tokens",
    ("model", "completion_tokens"): "gen_ai.usage.output_tokens",
}
"""OpenTelemetry's own names, where it has some."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EndedTurn:
    turn_id: str
    began: float
    """Of the monotonic clock, as all times here."""
    ended: float
    spans: Sequence[Span]
    told: Mapping[str, Told]
    caller: str = ""
    failed: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LateSpan:
    """Of a turn whose run is over."""

    turn_id: str
    name: str
    began: float
    ended: float
    told: Mapping[str, Told]


Item = EndedTurn | LateSpan


def encoded(items: Iterable[Item], *, resource: Mapping[str, str], epoch: int) -> bytes:
    """One ExportTraceServiceRequest. epoch: nanoseconds since 1970 at the monotonic clock's zero."""
    request = ExportTraceServiceRequest()
    of_all = request.resource_spans.add()
    for name, value in resource.items():
        of_all.resource.attributes.add(key=name).value.string_value = value
    scope = of_all.scope_spans.add()
    scope.scope.name = SCOPE
    for item in items:
        if isinstance(item, EndedTurn):
            _turn(scope.spans, item, epoch)
        else:
            _late(scope.spans, item, epoch)
    body: bytes = request.SerializeToString()
    return body


def _turn(into: Any, item: EndedTurn, epoch: int) -> None:
    trace, root = bytes.fromhex(trace_of(item.turn_id)), bytes.fromhex(root_of(item.turn_id))
    began = min((item.began, *(span.began for span in item.spans)))
    turn = into.add(
        name="turn",
        trace_id=trace,
        span_id=root,
        kind=Message.SPAN_KIND_SERVER,
        start_time_unix_nano=epoch + int(began * 1e9),
        end_time_unix_nano=epoch + int(item.ended * 1e9),
    )
    _attributes(turn, "", {"turn": item.turn_id, **item.told})
    _failed(turn, item.failed)
    if item.caller:
        _link(turn, item.caller)
    first = int.from_bytes(os.urandom(8))
    names = [_numbered(first, number) for number in range(len(item.spans))]
    for number, span in enumerate(item.spans):
        child = into.add(
            name=span.name,
            trace_id=trace,
            span_id=names[number],
            parent_span_id=root if span.parent == ROOT else names[span.parent],
            kind=Message.SPAN_KIND_CLIENT if span.name in CLIENTS else Message.SPAN_KIND_INTERNAL,
            start_time_unix_nano=epoch + int(span.began * 1e9),
            end_time_unix_nano=epoch + int((span.ended or item.ended) * 1e9),
        )
        _attributes(child, span.name, span.told)
        _failed(child, span.failed)


def _late(into: Any, item: LateSpan, epoch: int) -> None:
    child = into.add(
        name=item.name,
        trace_id=bytes.fromhex(trace_of(item.turn_id)),
        span_id=_numbered(int.from_bytes(os.urandom(8)), 0),
        parent_span_id=bytes.fromhex(root_of(item.turn_id)),
        kind=Message.SPAN_KIND_INTERNAL,
        start_time_unix_nano=epoch + int(item.began * 1e9),
        end_time_unix_nano=epoch + int(item.ended * 1e9),
    )
    _attributes(child, item.name, item.told)


def _numbered(first: int, number: int) -> bytes:
    return ((first + number * _STEP) % 2**64 or 1).to_bytes(8)


def _attributes(span: Any, stage: str, told: Mapping[str, Told]) -> None:
    for name, value in told.items():
        key = _NAMES.get((stage, name)) or (f"aisle.{stage}.{name}" if stage else f"aisle.{name}")
        into = span.attributes.add(key=key).value
        if isinstance(value, str):
            into.string_value = value
        elif isinstance(value, bool):  # which is an int, too
            into.bool_value = value
        elif isinstance(value, int):
            into.int_value = value
        else:
            into.double_value = value


def _failed(span: Any, kind: str) -> None:
    if kind:
        span.status.code = Status.STATUS_CODE_ERROR
        span.status.message = kind


def _link(span: Any, caller: str) -> None:
    trace, parent = parts(caller)
    link = span.links.add(trace_id=trace.to_bytes(16), span_id=parent.to_bytes(8))
    link.attributes.add(key="aisle.link").value.string_value = "caller"
