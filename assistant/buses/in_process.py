"""InProcessBus: the bus of a single process. Above: the assistant and every channel's delivery."""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from collections.abc import AsyncIterator, Callable, Collection, Iterator
from contextlib import asynccontextmanager, contextmanager

from assistant.events import ConversationId
from assistant.signals import Asked, Committed, Lagged, Message

QUEUE = 256
"""Messages a subscriber may be behind; a reply of 200 tokens streamed word by word fits."""


class InProcessBus:
    """Called from the event loop's thread only: `publish` is a loop over the subscribers, without a lock or a task."""

    def __init__(self, *, queue: int = QUEUE) -> None:
        self._queue = queue
        self._mailboxes: dict[ConversationId, dict[_Mailbox, None]] = {}
        """Of a conversation in the order they subscribed: the same in every run."""
        self._heard: Counter[ConversationId] = Counter()

    def publish(self, conversation: ConversationId, message: Message) -> None:
        for mailbox in self._mailboxes.get(conversation, ()):
            mailbox.put(message)

    publish_here = publish

    def ask(self, asked: Asked) -> None:
        """There is nobody else."""

    def listen(self, listener: Callable[[ConversationId, Message | Asked], None]) -> None:
        """There is nobody else."""

    @contextmanager
    def hearing(self, conversation: ConversationId) -> Iterator[None]:
        self._heard[conversation] += 1
        try:
            yield
        finally:
            self._heard[conversation] -= 1
            if not self._heard[conversation]:
                del self._heard[conversation]

    def followed(self) -> Collection[ConversationId]:
        return self._mailboxes.keys() | self._heard.keys()

    def lag(self) -> None:
        """All subscribers may have missed something: they look at the log."""
        for mailboxes in self._mailboxes.values():
            for mailbox in mailboxes:
                mailbox.lag()

    @asynccontextmanager
    async def subscribe(self, conversation: ConversationId) -> AsyncIterator[AsyncIterator[Message]]:
        mailbox = _Mailbox(self._queue)
        self._mailboxes.setdefault(conversation, {})[mailbox] = None
        try:
            yield mailbox
        finally:
            self._leave(conversation, mailbox)

    def _leave(self, conversation: ConversationId, mailbox: _Mailbox) -> None:
        mailboxes = self._mailboxes[conversation]
        mailboxes.pop(mailbox, None)
        if not mailboxes:
            del self._mailboxes[conversation]
        mailbox.close()


class _Mailbox(AsyncIterator[Message]):
    """One subscriber's bounded queue. When full it forgets its signals first, and says so with Lagged before the rest."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._messages: deque[Message] = deque()
        self._lagged = False
        self._closed = False
        self._arrived = asyncio.Event()

    def put(self, message: Message) -> None:
        if len(self._messages) >= self._limit:
            self._make_room()
        self._messages.append(message)
        self._arrived.set()

    def _make_room(self) -> None:
        """All signals at once: a reader that lost one must look at the log again anyway, and this keeps `put` cheap."""
        self._lagged = True
        kept = [message for message in self._messages if isinstance(message, Committed)]
        self._messages = deque(kept if len(kept) < self._limit else kept[len(kept) // 2 + 1 :])

    def lag(self) -> None:
        self._lagged = True
        self._arrived.set()

    def close(self) -> None:
        self._closed = True
        self._arrived.set()

    async def __anext__(self) -> Message:
        """Cancelling the wait loses nothing: a message is taken only when there is one to return."""
        while not self._messages and not self._lagged:
            if self._closed:
                raise StopAsyncIteration
            self._arrived.clear()
            await self._arrived.wait()
        if self._lagged:
            self._lagged = False
            return Lagged()
        return self._messages.popleft()
