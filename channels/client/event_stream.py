"""The events of one open conversation as an async iterator: in order of seq, without gaps or doubles, however the line goes.

Each iterator has a bounded buffer of its own; one that is too slow lets it go and reads the log by HTTP where it stopped, so
that nothing waits for a slow reader and nothing grows. Below: `values`. Above: `conversation`.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

from .errors import AisleError, HistoryChanged
from .values import Event

BUFFERED = 256
Item = TypeVar("Item")
Pages = Callable[[int], Awaitable[tuple[list[Event], int]]]


class Feed(Generic[Item]):
    """What may be dropped: the oldest goes when the buffer is full."""

    def __init__(self, leave: Callable[[Feed[Item]], None]) -> None:
        self._items: deque[Item] = deque(maxlen=BUFFERED)
        self._changed = asyncio.Event()
        self._over: AisleError | None = None
        self._leave = leave

    def put(self, item: Item) -> None:
        self._items.append(item)
        self._changed.set()

    def end(self, error: AisleError) -> None:
        self._over = error
        self._changed.set()

    def close(self) -> None:
        self._leave(self)

    def __aiter__(self) -> Feed[Item]:
        return self

    async def __anext__(self) -> Item:
        while not self._items:
            if self._over is not None:
                raise self._over
            self._changed.clear()
            await self._changed.wait()
        return self._items.popleft()


class EventStream:
    """`last_seq` is the last event that it gave. Raises Closed, TokenRefused, Replaced, HistoryChanged when it ends."""

    def __init__(self, after: int, newest: int, pages: Pages, leave: Callable[[EventStream], None]) -> None:
        self.last_seq = after
        self._buffer: deque[Event] = deque()
        self._behind = newest > after
        self._changed = asyncio.Event()
        self._over: AisleError | None = None
        self._pages, self._leave = pages, leave

    def put(self, event: Event) -> None:
        if len(self._buffer) >= BUFFERED:
            self._buffer.clear()
            self._behind = True
        if not self._behind:
            self._buffer.append(event)
        self._changed.set()

    def end(self, error: AisleError) -> None:
        """What was received is still given; where this reader was behind, only the log has the rest."""
        self._over = error
        if isinstance(error, HistoryChanged):
            self._buffer.clear()
        self._changed.set()

    def close(self) -> None:
        """Costs nothing more from here on; `async with` does it too."""
        self._leave(self)

    async def __aenter__(self) -> EventStream:
        return self

    async def __aexit__(self, *_: object) -> None:
        self.close()

    def __aiter__(self) -> EventStream:
        return self

    async def __anext__(self) -> Event:
        while True:
            while self._buffer:
                event = self._buffer.popleft()
                if event.seq == self.last_seq + 1:
                    self.last_seq = event.seq
                    return event
            if self._over is not None:
                raise self._over
            if self._behind:
                await self._read_on()
            else:
                self._changed.clear()
                await self._changed.wait()

    async def _read_on(self) -> None:
        """Events that come while the log is read are in it, or come after: `put` buffers again before the call is made."""
        self._behind = False
        events, newest = await self._pages(self.last_seq)
        came, self._buffer = self._buffer, deque(events)
        last = events[-1].seq if events else self.last_seq
        for event in came:
            if event.seq == last + 1:
                self._buffer.append(event)
                last = event.seq
        self._behind = self._behind or newest > last or any(event.seq > last for event in came)
