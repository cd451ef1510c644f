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
STANDING = 1.0
"""Seconds. A burst has gone through a queue by then; where it has not been empty for so long, more comes than can be served."""
HOLD = 5.0
"""Seconds after the last refusal until a queue is trusted again: short waits empty it often, while as many come as before."""
SHARE_OF_FIRST_WORD = 0.25
"""How long a customer waits in a queue that stands, in times that the engine takes to its first word."""

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
    """`slots` at work, `waiting` in the queue, each for `longest_wait` seconds at most. One event loop.

    In a queue that has stood for `standing` seconds nobody gains by waiting, all are merely late. From then on customers
    wait a fraction of the engine's time to its first word, and of equals the newest is served first, so that who is served
    at all is served soon and the others get their template at once (K. Nichols and V. Jacobson, "Controlling Queue Delay",
    2012; B. Maurer, "Fail at Scale", 2015). Needs `spoke`; work that is not live waits as ever.
    """

    def __init__(self, *, slots: int, waiting: int = 16, longest_wait: float = 2.5, standing: float = STANDING) -> None:
        self._free, self._slots = slots, slots
        self._most_waiting, self._longest_wait = waiting, longest_wait
        self._queue: list[_Ticket] = []
        self._numbers = itertools.count()
        self._service_time = 1.0
        self._standing, self._occupied_since, self._refused_at = standing, math.inf, -math.inf
        self._first_word: float | None = None
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

    @property
    def overloaded(self) -> bool:
        """Whether more comes than can be served: the queue has stood for long, or somebody was refused of late."""
        now = anyio.current_time()
        stands = bool(self._queue) and now - self._occupied_since >= self._standing
        return stands or (now - self._refused_at < HOLD and self._standing < math.inf)

    def spoke(self, after: float) -> None:
        """The engine's first word came so many seconds after it was asked."""
        before = after if self._first_word is None else self._first_word
        self._first_word = before + SMOOTHING * (after - before)

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
                with anyio.move_on_after(self._patience(priority, patience)):
                    await ticket.called.wait()
        except BaseException:
            self._abandon(ticket)
            raise
        waited = anyio.current_time() - began
        if ticket.admitted:
            self.on_entry(Entry(priority=priority, waited=waited))
            return
        self._refused_at = anyio.current_time()
        refusal = refusal or ("displaced" if ticket.called.is_set() else "late")
        self._leave(ticket)
        self.on_entry(Entry(priority=priority, waited=waited, refused=refusal))
        raise Overloaded(retry_after=self.retry_after())

    def _patience(self, priority: Priority, patience: float) -> float:
        if priority != "live" or self._first_word is None or not self.overloaded:
            return patience
        return min(patience, SHARE_OF_FIRST_WORD * self._first_word)

    def _join(self, ticket: _Ticket) -> Refusal:
        """A full queue gives up its last place to somebody more urgent, and to nobody else."""
        if len(self._queue) >= self._most_waiting:
            last = max(self._queue, key=lambda waiting: waiting.rank, default=None)
            if last is None or last.rank[0] <= ticket.rank[0]:
                return "full"
            self._queue.remove(last)
            last.called.set()
        if not self._queue:
            self._occupied_since = anyio.current_time()
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
        newest_first = -1 if self.overloaded else 1
        while self._free and self._queue:
            ticket = min(self._queue, key=lambda waiting: (waiting.rank[0], newest_first * waiting.rank[1]))
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
            asked = anyio.current_time()
            async with self._model.stream(
                messages, tools=tools, schema=schema, sampling=sampling, priority=priority, deadline=left
            ) as deltas:
                yield _Spoken(deltas, self.admission, asked)

    async def ready(self) -> bool:
        return await self._model.ready()


class _Spoken:
    """The deltas as they come; the admission hears when the first was there."""

    def __init__(self, deltas: AsyncIterator[ModelDelta], admission: Admission, asked: float) -> None:
        self._deltas, self._admission = deltas, admission
        self._asked: float | None = asked

    def __aiter__(self) -> AsyncIterator[ModelDelta]:
        return self

    async def __anext__(self) -> ModelDelta:
        delta = await anext(self._deltas)
        if self._asked is not None:
            self._admission.spoke(anyio.current_time() - self._asked)
            self._asked = None
        return delta
