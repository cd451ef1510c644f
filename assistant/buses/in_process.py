"""InProcessBus: the bus of a single process. Above: the assistant and every channel's delivery."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from assistant.events import ConversationId
from assistant.signals import Committed, Lagged, Message

QUEUE = 256
"""Messages a subscriber may be behind; a reply of 200 tokens streamed word by word fits."""


class InProcessBus:
    """Called from the event loop's thread only: `publish` is a loop over the subscribers, without a lock or a task."""

    def __init__(self, *, queue: int = QUEUE) -> None:
        self._queue = queue
        self._mailboxes: dict[ConversationId, set[_Mailbox]] = {}

    def publish(self, conversation: ConversationId, message: Message) -> None:
        for mailbox in self._mailboxes.get(conversation, ()):
            mailbox.put(message)

    @asynccontextmanager
    async def subscribe(self, conversation: ConversationId) -> AsyncIterator[AsyncIterator[Message]]:
        mailbox = _Mailbox(self._queue)
        self._mailboxes.setdefault(conversation, set()).add(mailbox)
        try:
            yield mailbox
        finally:
            self._leave(conversation, mailbox)

    def _leave(self, conversation: ConversationId, mailbox: _Mailbox) -> None:
        mailboxes = self._mailboxes[conversation]
        mailboxes.discard(mailbox)
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

    def close(self) -> None:
        self._closed = True
        self._arrived.set()

    async def __anext__(self) -> Message:
        """Cancelling the wait loses nothing: a message is taken only when there is one to return."""
        while not self._messages:
            if self._closed:
                raise StopAsyncIteration
            self._arrived.clear()
            await self._arrived.wait()
        if self._lagged:
            self._lagged = False
            return Lagged()
        return self._messages.popleft()
