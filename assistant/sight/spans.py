"""Spans of one turn, kept as it runs: a few tuples, made into metrics when it ends and into a trace where it is sampled.

    with stage("retrieval", of="products"):
        …

The trace's id follows from the turn's: logs, audit, lineage and /admin link to it without anything being stored, and of
replicas each draws alike. Above: turns, tools, knowledge. Below: nothing.
"""

from __future__ import annotations

import functools
import time
from collections.abc import Mapping
from contextvars import ContextVar, Token
from dataclasses import dataclass, field
from hashlib import blake2b
from types import TracebackType
from typing import Final

Told = str | int | float | bool
ROOT: Final = -1
MOST_SPANS: Final = 200
"""Of one turn: a planner that runs wild is not kept whole."""


@dataclass(slots=True)
class Span:
    name: str
    began: float
    """Of the monotonic clock, as all times here."""
    parent: int
    """Its place in the recording; ROOT: the turn itself."""
    ended: float = 0.0
    told: Mapping[str, Told] = field(default_factory=dict)
    failed: str = ""


@dataclass(slots=True)
class Recording:
    """One turn's."""

    turn_id: str
    began: float = field(default_factory=time.perf_counter)
    spans: list[Span] = field(default_factory=list)
    happened: set[str] = field(default_factory=set)
    """Marks that metrics count once a turn: "not_grounded", "fell_back"."""


_now: ContextVar[tuple[Recording, int] | None] = ContextVar("sight", default=None)


class stage:
    """A span of the turn that runs here; nothing outside one. Values are figures or words of ours, never a customer's."""

    __slots__ = ("_name", "_span", "_token", "_told")

    def __init__(self, name: str, **told: Told) -> None:
        self._name, self._told = name, told
        self._span: Span | None = None
        self._token: Token[tuple[Recording, int] | None] | None = None

    def __enter__(self) -> stage:
        now = _now.get()
        if now is not None and len(now[0].spans) < MOST_SPANS:
            recording, parent = now
            self._span = Span(self._name, time.perf_counter(), parent, told=self._told)
            self._token = _now.set((recording, len(recording.spans)))
            recording.spans.append(self._span)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: TracebackType | None) -> None:
        if self._span is not None and self._token is not None:
            self._span.ended = time.perf_counter()
            self._span.failed = kind.__name__ if kind is not None else ""
            _now.reset(self._token)


def add(name: str, seconds: float, **told: Told) -> None:
    """A span that has just ended, told by whoever measured it."""
    now = _now.get()
    if now is not None and len(now[0].spans) < MOST_SPANS:
        until = time.perf_counter()
        now[0].spans.append(Span(name, until - seconds, now[1], until, told))


def mark(what: str) -> None:
    now = _now.get()
    if now is not None:
        now[0].happened.add(what)


def recording_now() -> Recording | None:
    now = _now.get()
    return now[0] if now is not None else None


def begin(recording: Recording) -> Token[tuple[Recording, int] | None]:
    return _now.set((recording, ROOT))


def end(token: Token[tuple[Recording, int] | None]) -> None:
    _now.reset(token)


@functools.lru_cache(4_096)  # each turn's is asked for several times
def trace_of(turn_id: str) -> str:
    """32 hexadecimal digits, as W3C Trace Context has them."""
    return blake2b(turn_id.encode(), digest_size=16, person=b"aisle-trace").hexdigest()


def root_of(turn_id: str) -> str:
    """The turn's own span: 16 hexadecimal digits."""
    return blake2b(turn_id.encode(), digest_size=8, person=b"aisle-span").hexdigest()


def is_sampled(turn_id: str, share: float) -> bool:
    """As OpenTelemetry's TraceIdRatioBased draws: by the lower half of the trace's id, alike everywhere."""
    return share > 0 and int(trace_of(turn_id)[16:], 16) < share * 2**64


def parent_of(turn_id: str, share: float) -> str:
    """The header `traceparent` of what this turn asks of others."""
    return f"00-{trace_of(turn_id)}-{root_of(turn_id)}-{'01' if is_sampled(turn_id, share) else '00'}"
