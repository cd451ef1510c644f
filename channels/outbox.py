"""Outbox: the bounded queue between what happens and one client that reads. It never makes the rest of the house wait.

Above: `socket` and `stream`, each with one writer that takes from it. 256 frames or 1 MiB, whichever is reached first.
"""

from __future__ import annotations

import asyncio
from collections import deque

from channels.errors import SlowReader
from channels.frames import ServerFrame, encode

MOST_FRAMES = 256
MOST_BYTES = 1 << 20
PATIENCE_SECONDS = 10.0
"""How long a replay waits for a client that does not read."""


class Outbox:
    """One writer takes; any number of tasks of the same event loop put."""

    def __init__(self, *, frames: int = MOST_FRAMES, size: int = MOST_BYTES) -> None:
        self._most_frames, self._most_bytes = frames, size
        self._waiting: deque[tuple[ServerFrame, bytes]] = deque()
        self._bytes = 0
        self._changed = asyncio.Event()
        self._drained = asyncio.Event()

    def offer(self, frame: ServerFrame) -> None:
        """At once. Raises SlowReader when it does not fit any more: nothing is skipped silently."""
        encoded = encode(frame)
        if not self._fits(len(encoded)):
            raise SlowReader("this client reads slower than the conversation goes: connect again to resume")
        self._append(frame, encoded)

    async def put(self, frame: ServerFrame) -> None:
        """Waits for room, for replays. Raises SlowReader when the client does not read at all."""
        encoded = encode(frame)
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                while not self._fits(len(encoded)):
                    self._drained.clear()
                    await self._drained.wait()
        except TimeoutError as error:
            raise SlowReader("this client does not read: connect again to resume") from error
        self._append(frame, encoded)

    async def take(self) -> tuple[ServerFrame, bytes]:
        while not self._waiting:
            self._changed.clear()
            await self._changed.wait()
        frame, encoded = self._waiting.popleft()
        self._bytes -= len(encoded)
        self._drained.set()
        return frame, encoded

    def take_all(self) -> list[tuple[ServerFrame, bytes]]:
        """What waits now, for a last word before closing."""
        left = list(self._waiting)
        self._waiting.clear()
        self._bytes = 0
        return left

    def drop(self, kind: type[ServerFrame]) -> None:
        """Forgets waiting frames of that kind."""
        self._waiting = deque((frame, encoded) for frame, encoded in self._waiting if not isinstance(frame, kind))
        self._bytes = sum(len(encoded) for _, encoded in self._waiting)
        self._drained.set()

    def _fits(self, size: int) -> bool:
        if not self._waiting:
            return True
        return len(self._waiting) < self._most_frames and self._bytes + size <= self._most_bytes

    def _append(self, frame: ServerFrame, encoded: bytes) -> None:
        self._waiting.append((frame, encoded))
        self._bytes += len(encoded)
        self._changed.set()
