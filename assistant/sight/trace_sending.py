"""Sending: what waits goes out every few seconds from a thread of its own; what a collector does not take in time is dropped
and counted, never waited for. Above: `tracing`. Below: a function that posts.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable, Sequence
from typing import Final, Generic, TypeVar

import httpx

log = logging.getLogger(__name__)

T = TypeVar("T")
MOST_WAITING: Final = 8_192
MOST_AT_ONCE: Final = 512
EVERY_SECONDS: Final = 2.0
TRIES: Final = 4
LONGEST_PAUSE: Final = 30.0
LATER: Final = frozenset({429, 502, 503, 504})
"""What a collector answers when the same may be sent again: the specification's list."""


class Unsent(Exception):
    """again: whether it may be tried again; after: not before so many seconds, where it said so."""

    def __init__(self, why: str, *, again: bool, after: float = 0.0) -> None:
        super().__init__(why)
        self.again, self.after = again, after


Post = Callable[[bytes], None]
"""Blocking. Raises Unsent."""


class Sending(Generic[T]):
    """add() is for any thread and never waits."""

    def __init__(
        self,
        encode: Callable[[Sequence[T]], bytes],
        post: Post,
        *,
        on_lost: Callable[[int], None] = lambda count: None,
        every: float = EVERY_SECONDS,
    ) -> None:
        self._encode, self._post, self._lost, self._every = encode, post, on_lost, every
        self._waiting: deque[T] = deque()
        self._ending, self._full = threading.Event(), threading.Event()
        self._one = threading.Lock()
        self._well = True
        self._thread = threading.Thread(target=self._run, name="aisle-traces", daemon=True)
        self._thread.start()

    def add(self, item: T) -> None:
        if len(self._waiting) >= MOST_WAITING:
            self._lost(1)
            return
        self._waiting.append(item)
        if len(self._waiting) == MOST_AT_ONCE:
            self._full.set()

    def flush(self) -> None:
        """Blocking: what waits now is sent, or lost."""
        while self._send():
            """Until nothing waits, also what the thread has just taken."""

    def close(self, *, seconds: float = 3.0) -> None:
        """Blocking: what waits is tried once more, for some seconds at most."""
        self._ending.set()
        self._full.set()
        self._thread.join(seconds)

    def _run(self) -> None:
        while not self._ending.is_set():
            self._full.wait(self._every)
            self._full.clear()
            self.flush()
        self.flush()

    def _send(self) -> bool:
        """Whether there was something."""
        with self._one:
            batch = [self._waiting.popleft() for _ in range(min(len(self._waiting), MOST_AT_ONCE))]
            if not batch:
                return False
            try:
                self._tried(self._encode(batch))
            except Unsent as error:
                self._lost(len(batch))
                if self._well:
                    log.warning("traces are lost, turns go on: %s", error)
                self._well = False
            else:
                if not self._well:
                    log.warning("traces are taken again")
                self._well = True
            return True

    def _tried(self, body: bytes) -> None:
        """Raises Unsent."""
        pause = 1.0
        for left in range(TRIES - 1, -1, -1):
            try:
                self._post(body)
            except Unsent as error:
                if not error.again or not left or self._ending.wait(min(LONGEST_PAUSE, error.after or pause)):
                    raise
                pause *= 2
            else:
                return


def posting(url: str, headers: dict[str, str], *, seconds: float = 5.0) -> Post:
    """By OTLP over HTTP. Proxies and certificates as the environment says; the connection stays open."""
    client = httpx.Client(timeout=seconds, headers={**headers, "content-type": "application/x-protobuf"})

    def post(body: bytes) -> None:
        try:
            answer = client.post(url, content=body)
        except httpx.HTTPError as error:
            raise Unsent(f"{type(error).__name__} from the collector", again=True) from error
        if answer.status_code >= 300:
            after = answer.headers.get("retry-after", "")
            why = f"the collector answers {answer.status_code}"
            raise Unsent(why, again=answer.status_code in LATER, after=float(after) if after.isdigit() else 0.0)

    return post
