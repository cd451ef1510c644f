"""Places at the engines of speech, given out fairly: what somebody waits for before what is only shown, each line in its turn.

Several calls share two cores. Who was served longest ago is next, so that a talkative line does not starve a quiet one; a
partial transcript never takes the last place and is refused when the engines are busy, for the next one makes up for it.
Above: `speech`. Below: nothing.
"""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import anyio

from model_serving.admission import Entry, Refusal
from model_serving.errors import Overloaded

REMEMBERED = 1024
"""Callers whose last turn is known; who was forgotten counts as new."""
SMOOTHING = 0.2
PARTIAL_PATIENCE = 0.2
"""Seconds a partial may wait: after that there is more to be heard anyway."""


@dataclass(slots=True, eq=False)
class _Ticket:
    caller: str
    partial: bool
    number: int
    called: anyio.Event = field(default_factory=anyio.Event)
    admitted: bool = False


class FairQueue:
    """`slots` at work, `waiting` in the queue, each for `longest_wait` seconds at most. One event loop."""

    def __init__(self, *, slots: int, waiting: int = 16, longest_wait: float = 10.0) -> None:
        self._slots = self._free = slots
        self._reserved = min(1, slots - 1)
        """Places that partials leave free."""
        self._most_waiting, self._longest_wait = waiting, longest_wait
        self._queue: list[_Ticket] = []
        self._served: dict[str, int] = {}
        self._numbers = itertools.count()
        self._service_time = 0.5
        self.on_entry: Callable[[Entry], None] = lambda entry: None
        """Told of each caller who came to a place or was refused; a partial counts as a draft. Quick, and raises nothing."""

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
    async def place(self, caller: str = "", *, partial: bool = False) -> AsyncIterator[None]:
        """A place at the engines. Raises Overloaded: at once when the queue is full, or after the longest wait."""
        ticket = _Ticket(caller, partial, next(self._numbers))
        await self._enter(ticket)
        began = anyio.current_time()
        try:
            yield
        finally:
            self._service_time += SMOOTHING * (anyio.current_time() - began - self._service_time)
            self._free += 1
            self._call_next()

    async def _enter(self, ticket: _Ticket) -> None:
        began = anyio.current_time()
        joined = self._join(ticket)
        self._call_next()
        try:
            if joined:
                with anyio.move_on_after(PARTIAL_PATIENCE if ticket.partial else self._longest_wait):
                    await ticket.called.wait()
        except BaseException:
            self._abandon(ticket)
            raise
        refused: Refusal = "" if ticket.admitted else "full" if not joined else "late"
        if refused == "late" and ticket.called.is_set():
            refused = "displaced"
        waited = anyio.current_time() - began
        self.on_entry(Entry(priority="draft" if ticket.partial else "live", waited=waited, refused=refused))
        if refused:
            self._leave(ticket)
            raise Overloaded(retry_after=self.retry_after())

    def _join(self, ticket: _Ticket) -> bool:
        """Whether there was room. A full queue gives up a partial for what somebody waits for, and nothing else."""
        self._queue.append(ticket)
        if self._admissible(ticket) or len(self._queue) <= self._most_waiting:
            return True
        given_up = next((one for one in reversed(self._queue) if one.partial), ticket)
        self._queue.remove(given_up)
        given_up.called.set()
        return given_up is not ticket

    def _admissible(self, ticket: _Ticket) -> bool:
        return self._free > (self._reserved if ticket.partial else 0)

    def _leave(self, ticket: _Ticket) -> None:
        if ticket in self._queue:
            self._queue.remove(ticket)

    def _abandon(self, ticket: _Ticket) -> None:
        self._leave(ticket)
        if ticket.admitted:  # called and cancelled in the same instant: the place goes on to the next
            self._free += 1
            self._call_next()

    def _call_next(self) -> None:
        while ready := [ticket for ticket in self._queue if self._admissible(ticket)]:
            ticket = min(ready, key=self._rank)
            self._queue.remove(ticket)
            self._free -= 1
            self._note(ticket.caller)
            ticket.admitted = True
            ticket.called.set()

    def _rank(self, ticket: _Ticket) -> tuple[bool, int, int]:
        return ticket.partial, self._served.get(ticket.caller, -1), ticket.number

    def _note(self, caller: str) -> None:
        if not caller:
            return
        self._served.pop(caller, None)
        self._served[caller] = next(self._numbers)
        if len(self._served) > REMEMBERED:
            del self._served[next(iter(self._served))]
