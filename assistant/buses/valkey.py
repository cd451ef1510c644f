"""ValkeyBus: what replicas tell each other at once, over pub/sub. It holds no truth: whatever is lost here, a sweep finds.

Above: the assistant, through the port. Below: the bus of this process (local subscribers never wait for a server), wire,
valkey_link. Publishing puts a message into a bounded list; a task sends what came together in one round trip. While the
server is away the list is emptied and nobody waits.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections import Counter
from collections.abc import AsyncIterator, Callable, Collection, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Self

from assistant.buses.in_process import QUEUE, InProcessBus
from assistant.buses.valkey_link import ValkeyLink
from assistant.buses.wire import decode, encode
from assistant.events import ConversationId
from assistant.signals import Asked, Committed, Message

log = logging.getLogger(__name__)

FLUSH_SECONDS = 0.004
"""What comes within it goes in one round trip; words of a reply come every 20 to 50 ms."""
MOST_WAITING = 4_096
HEARD_SECONDS = 1.0
"""How long a subscriber waits for the server to take its subscription, before the sweep alone must do."""


EVERYBODY = ConversationId("all")
"""Every replica follows it."""


class ValkeyBus:
    """Open it with `open`; close it when done."""

    def __init__(self, url: str, *, queue: int = QUEUE, prefix: str = "aisle:") -> None:
        self._local = InProcessBus(queue=queue)
        self._sender = secrets.token_hex(6)
        self._prefix = prefix
        self._waiting: list[tuple[ConversationId, Message | Asked]] = []
        self._came = asyncio.Event()
        self._wanted: Counter[ConversationId] = Counter()
        self._listener: Callable[[ConversationId, Message | Asked], None] = self._hear
        always = self._channel(EVERYBODY)
        self._link = ValkeyLink(url, always=always, on_payload=self._received, on_gap=self._local.lag)
        self._flushing = asyncio.create_task(self._flush_again_and_again())

    @classmethod
    async def open(cls, url: str, *, queue: int = QUEUE, prefix: str = "aisle:", wait_seconds: float = 2.0) -> Self:
        """Waits a little for the server; without it all works by sweep until it is there."""
        bus = cls(url, queue=queue, prefix=prefix)
        if not await bus._link.wait_connected(wait_seconds):
            log.warning("the bus does not answer: replicas see each other's events by looking, every second or two")
        return bus

    @property
    def connected(self) -> bool:
        return self._link.connected

    def publish(self, conversation: ConversationId, message: Message) -> None:
        self._local.publish(conversation, message)
        self._tell(conversation, message)

    def ask(self, asked: Asked) -> None:
        self._tell(EVERYBODY, asked)

    def _tell(self, conversation: ConversationId, message: Message | Asked) -> None:
        if len(self._waiting) >= MOST_WAITING:
            self._waiting = [kept for kept in self._waiting if isinstance(kept[1], Committed)][: MOST_WAITING // 2]
        self._waiting.append((conversation, message))
        self._came.set()

    def publish_here(self, conversation: ConversationId, message: Message) -> None:
        self._local.publish(conversation, message)

    def listen(self, listener: Callable[[ConversationId, Message | Asked], None]) -> None:
        self._listener = listener

    def _hear(self, conversation: ConversationId, message: Message | Asked) -> None:
        if not isinstance(message, Asked):
            self._local.publish(conversation, message)

    @contextmanager
    def hearing(self, conversation: ConversationId) -> Iterator[None]:
        self._want(conversation)
        try:
            with self._local.hearing(conversation):
                yield
        finally:
            self._want_no_more(conversation)

    def followed(self) -> Collection[ConversationId]:
        return self._local.followed()

    @asynccontextmanager
    async def subscribe(self, conversation: ConversationId) -> AsyncIterator[AsyncIterator[Message]]:
        self._want(conversation)
        try:
            async with self._local.subscribe(conversation) as messages:
                await self._link.wait_heard(self._channel(conversation), HEARD_SECONDS)
                yield messages
        finally:
            self._want_no_more(conversation)

    async def close(self) -> None:
        """What waits is still sent."""
        self._flushing.cancel()
        await asyncio.gather(self._flushing, return_exceptions=True)
        await self._flush()
        await self._link.close()

    def _channel(self, conversation: ConversationId) -> str:
        return f"{self._prefix}{conversation}"

    def _want(self, conversation: ConversationId) -> None:
        self._wanted[conversation] += 1
        if self._wanted[conversation] == 1:
            self._link.want(self._channel(conversation))

    def _want_no_more(self, conversation: ConversationId) -> None:
        self._wanted[conversation] -= 1
        if not self._wanted[conversation]:
            del self._wanted[conversation]
            self._link.want_no_more(self._channel(conversation))

    def _received(self, payload: bytes) -> None:
        try:
            _, conversation, messages = decode(payload, own=self._sender)
        except ValueError as error:
            log.warning("the bus brought %s", error)
            return
        for message in messages:
            self._listener(conversation, message)

    async def _flush_again_and_again(self) -> None:
        while True:
            await self._came.wait()
            await asyncio.sleep(FLUSH_SECONDS)
            await self._flush()

    async def _flush(self) -> None:
        self._came.clear()
        waiting, self._waiting = self._waiting, []
        if not waiting or not self._link.connected:
            return
        by_conversation: dict[ConversationId, list[Message | Asked]] = {}
        for conversation, message in waiting:
            by_conversation.setdefault(conversation, []).append(message)
        await self._link.send(
            [
                (self._channel(conversation), encode(self._sender, conversation, messages))
                for conversation, messages in by_conversation.items()
            ]
        )
