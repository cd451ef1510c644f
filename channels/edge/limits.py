"""How much is too much: bodies, messages a minute, connections. Buckets are pure; `BodyLimit` is the ASGI edge of it."""

from __future__ import annotations

import logging
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from channels.errors import TooLarge, TooMany
from channels.problems import answer

log = logging.getLogger(__name__)

MOST_BODY_BYTES = 64 * 1024
MOST_SOUND_BYTES = 1024 * 1024
"""Of one binary frame on a socket: half a minute of a page's microphone."""
MOST_AUDIO_BYTES = 8 * 1024 * 1024
BUCKETS_KEPT = 20_000


@dataclass(slots=True)
class Bucket:
    """A token bucket: `capacity` at once, then `per_second`."""

    capacity: float
    per_second: float
    level: float
    at: float

    def take(self, now: float) -> float:
        """0.0 when one was taken, else the seconds until one is there."""
        self._fill(now)
        if self.level >= 1:
            self.level -= 1
            return 0.0
        return (1 - self.level) / self.per_second

    def owe(self, count: int, now: float) -> None:
        self._fill(now)
        self.level = max(self.level - count, -self.capacity)

    def _fill(self, now: float) -> None:
        self.level = min(self.capacity, self.level + max(0.0, now - self.at) * self.per_second)
        self.at = now


class RateLimit:
    """A bucket a key; the least recently used are forgotten. `on_taken` is told the key of all that was let through."""

    def __init__(self, what: str, *, per_minute: int, at_once: int) -> None:
        self._what = what
        self.on_taken: Callable[[str], None] | None = None
        self.refused = 0
        self._per_minute, self._at_once = per_minute, at_once
        self._buckets: OrderedDict[str, Bucket] = OrderedDict()

    def take(self, key: str, now: float) -> None:
        """Raises TooMany."""
        wait = self._bucket(key, now).take(now)
        if wait:
            self.refused += 1
            raise TooMany(self._what, retry_after=wait)
        if self.on_taken is not None:
            self.on_taken(key)

    def taken_elsewhere(self, counts: Mapping[str, int], now: float) -> None:
        """What other replicas let through; at most what a full bucket holds is owed for it."""
        for key, count in counts.items():
            self._bucket(key, now).owe(count, now)

    def _bucket(self, key: str, now: float) -> Bucket:
        bucket = self._buckets.get(key)
        if bucket is None:
            bucket = Bucket(self._at_once, self._per_minute / 60, self._at_once, now)
            self._buckets[key] = bucket
            if len(self._buckets) > BUCKETS_KEPT:
                self._buckets.popitem(last=False)
        self._buckets.move_to_end(key)
        return bucket


class Connections:
    """Open sockets and streams, in all and by conversation."""

    def __init__(self, *, most: int, most_of_one: int) -> None:
        self._most, self._most_of_one = most, most_of_one
        self._open: Counter[str] = Counter()
        self.total = 0

    @contextmanager
    def one(self, conversation: str) -> Iterator[None]:
        """Raises TooMany."""
        if self.total >= self._most or self._open[conversation] >= self._most_of_one:
            raise TooMany("connections", retry_after=5)
        self.total += 1
        self._open[conversation] += 1
        try:
            yield
        finally:
            self.total -= 1
            self._open[conversation] -= 1
            if not self._open[conversation]:
                del self._open[conversation]


class BodyLimit:
    """Refuses a body as soon as it is known to be too large; it is never held in memory whole."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit = MOST_AUDIO_BYTES if scope["path"].endswith("/audio") else MOST_BODY_BYTES
        if _declared(scope) > limit:
            await answer(TooLarge(limit))(scope, receive, send)
            return
        taken = 0

        async def counted() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > limit:
                raise TooLarge(limit)
            return message

        async def unless_over(message: Message) -> None:
            if taken <= limit:
                await send(message)

        try:
            await self._app(scope, counted, unless_over)
        except TooLarge:
            log.debug("body over %d bytes", limit)
        if taken > limit:
            await answer(TooLarge(limit))(scope, receive, send)


def _declared(scope: Scope) -> int:
    for name, value in scope["headers"]:
        if name == b"content-length":
            return int(value) if value.isdigit() else 0
    return 0
