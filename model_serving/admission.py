"""A bounded queue before an engine: live turns first, then agents' drafts, then batch work; the rest is refused.

Stands between `router` and a model. An engine that takes everything answers nobody in time; a refusal at once lets the
assistant answer from a template.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Literal

import anyio

from model_serving.chat import ChatMessage, ModelDelta, Priority, Sampling, ToolSpec
from model_serving.errors import ModelTimeout, Overloaded
from model_serving.ports import LanguageModel

ORDER: Mapping[Priority, int] = {"live": 0, "draft": 1, "batch": 2}
SMOOTHING = 0.2
"""Weight of the newest service time in their moving average."""

Refusal = Literal["", "full", "displaced", "late"]
"""full: no room in the queue; displaced: somebody more urgent took the place in it; late: no place came free in time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One caller who came to a place, or was refused."""

    priority: Priority
    waited: float
    """Seconds."""
    refused: Refusal = ""


@dataclass(slots=True, eq=False)
class _Ticket:
    rank: tuple[int, int]
    called: anyio.Event = field(default_factory=anyio.Event)
    admitted: bool = False


class Admission:
    """`slots` at work, `waiting` in the queue, each for `longest_wait` seconds at most. One event loop."""

    def __init__(self, *, slots: int, waiting: int = 16, longest_wait: float = 3.0) -> None:
        self._free, self._slots = slots, slots
        self._most_waiting, self._longest_wait = waiting, longest_wait
        self._queue: list[_Ticket] = []
        self._numbers = itertools.count()
        self._service_time = 1.0
        self.on_entry: Callable[[Entry], None] = lambda entry: None
        """Told of each caller who entered or was refused; quick, and raises nothing."""

    @property
    def slots(self) -> int:
        return self._slots

    @property
    def waiting(self) -> int:
        return len(self._queue)

    @property
    def working(self) -> int:
        return self._slots - self._free

    def retry_after(self) -> float:
        """Seconds until a new caller could be served, from how long the last ones took."""
        return self._service_time * (len(self._queue) + 1) / self._slots

    @asynccontextmanager
    async def place(self, priority: Priority, *, patience: float = math.inf) -> AsyncIterator[None]:
        """A slot of the engine. Raises Overloaded: at once when the queue is full, or after the longest wait, or when
        the caller's own `patience` (seconds) ends before that."""
        await self._enter(priority, min(self._longest_wait, patience))
        began = anyio.current_time()
        try:
            yield
        finally:
            self._service_time += SMOOTHING * (anyio.current_time() - began - self._service_time)
            self._free += 1
            self._call_next()

    async def _enter(self, priority: Priority, patience: float) -> None:
        if self._free and not self._queue:
            self._free -= 1
            self.on_entry(Entry(priority=priority, waited=0.0))
            return
        ticket = _Ticket((ORDER[priority], next(self._numbers)))
        began = anyio.current_time()
        refusal = self._join(ticket)
        try:
            if not refusal:
                with anyio.move_on_after(patience):
                    await ticket.called.wait()
        except BaseException:
            self._abandon(ticket)
            raise
        waited = anyio.current_time() - began
        if ticket.admitted:
            self.on_entry(Entry(priority=priority, waited=waited))
            return
        refusal = refusal or ("displaced" if ticket.called.is_set() else "late")
        self._leave(ticket)
        self.on_entry(Entry(priority=priority, waited=waited, refused=refusal))
        raise Overloaded(retry_after=self.retry_after())

    def _join(self, ticket: _Ticket) -> Refusal:
        """A full queue gives up its last place to somebody more urgent, and to nobody else."""
        if len(self._queue) >= self._most_waiting:
            last = max(self._queue, key=lambda waiting: waiting.rank, default=None)
            if last is None or last.rank[0] <= ticket.rank[0]:
                return "full"
            self._queue.remove(last)
            last.called.set()
        self._queue.append(ticket)
        return ""

    def _leave(self, ticket: _Ticket) -> None:
        if ticket in self._queue:
            self._queue.remove(ticket)

    def _abandon(self, ticket: _Ticket) -> None:
        self._leave(ticket)
        if ticket.admitted:  # called and cancelled in the same instant: the slot goes on to the next
            self._free += 1
            self._call_next()

    def _call_next(self) -> None:
        while self._free and self._queue:
            ticket = min(self._queue, key=lambda waiting: waiting.rank)
            self._queue.remove(ticket)
            self._free -= 1
            ticket.admitted = True
            ticket.called.set()


class AdmittedModel:
    """A LanguageModel behind an Admission. Waiting counts against the deadline."""

    def __init__(self, model: LanguageModel, admission: Admission) -> None:
        self._model, self.admission = model, admission

    @property
    def name(self) -> str:
        return self._model.name

    @asynccontextmanager
    async def stream(
        self,
        messages: Sequence[ChatMessage],
        *,
        tools: Sequence[ToolSpec] = (),
        schema: Mapping[str, Any] | None = None,
        sampling: Sampling = Sampling(),
        priority: Priority = "live",
        deadline: float = 30.0,
    ) -> AsyncIterator[AsyncIterator[ModelDelta]]:
        due = anyio.current_time() + deadline
        async with self.admission.place(priority, patience=deadline):
            left = due - anyio.current_time()
            if left <= 0:
                raise ModelTimeout(seconds=deadline)
            async with self._model.stream(
                messages, tools=tools, schema=schema, sampling=sampling, priority=priority, deadline=left
            ) as deltas:
                yield deltas

    async def ready(self) -> bool:
        return await self._model.ready()
