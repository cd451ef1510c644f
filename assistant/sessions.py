"""Sessions: the conversations that this process has open, each folded from the log and kept in step with it.

Everything that is appended goes through here: the store gives it its place, the fold takes it in, the bus tells of it.
Above: `assistant`. Below: the log and the bus.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter, OrderedDict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from assistant.conversation import Conversation
from assistant.errors import ConcurrentTurn, ConversationNotFound, StoreUnavailable
from assistant.events import (
    Actor,
    AgentLeft,
    ChannelName,
    ConversationClosed,
    ConversationId,
    Draft,
    Event,
    HandoffEnded,
)
from assistant.ports import Appended, EventBus, EventStore, Lease
from assistant.session import Session
from assistant.signals import Committed

log = logging.getLogger(__name__)

LEASE_SECONDS = 15.0
RETRY_SECONDS = 2.0
"""After which a conversation that could not be served (disk full, held by another worker) is tried again."""
SESSIONS_KEPT = 20_000
"""Folded conversations kept in memory; the least recently used is forgotten and read again when needed."""


DESK = ConversationId("desk")
"""Where the bus tells agents of every event of conversations that wait for a person or have one."""


class Sessions:
    def __init__(self, store: EventStore, bus: EventBus, *, owner: str) -> None:
        self._store, self._bus, self._owner = store, bus, owner
        self._kept: OrderedDict[ConversationId, Session] = OrderedDict()
        self._lines: Counter[ConversationId] = Counter()
        self._touched: OrderedDict[ConversationId, None] = OrderedDict()

    def known(self, conversation: ConversationId) -> Session | None:
        """Without a look at the log."""
        return self._kept.get(conversation)

    async def of(self, conversation: ConversationId) -> Session:
        """Raises ConversationNotFound."""
        session = self._kept.get(conversation)
        if session is None:
            events = await self._store.read(conversation)
            if not events:
                raise ConversationNotFound(conversation)
            session = self._kept.get(conversation) or Session(Conversation.replay(events))
        self.keep(conversation, session)
        return session

    def keep(self, conversation: ConversationId, session: Session) -> None:
        self._kept[conversation] = session
        self._kept.move_to_end(conversation)
        if len(self._kept) > SESSIONS_KEPT:
            oldest = next(iter(self._kept))
            if self._kept[oldest].runner is None:
                del self._kept[oldest]

    def forget(self) -> None:
        """Folded states only: each is read from the log again when it is needed."""
        self._kept.clear()

    def take_touched(self, most: int) -> list[ConversationId]:
        """Those appended to since they were taken the last time, the oldest first."""
        return [self._touched.popitem(last=False)[0] for _ in range(min(most, len(self._touched)))]

    # -- lines that speak ------------------------------------------------------------------------------------------

    @contextmanager
    def attended(self, conversation: ConversationId) -> Iterator[None]:
        """While open, somebody speaks the replies aloud and tells what was heard of them."""
        self._lines[conversation] += 1
        try:
            yield
        finally:
            self._lines[conversation] -= 1
            if not self._lines[conversation]:
                del self._lines[conversation]
                session = self._kept.get(conversation)
                if session is not None and session.speaking is not None:
                    session.speaking.cut()

    def speaks(self, conversation: ConversationId) -> bool:
        return conversation in self._lines

    # -- the log ---------------------------------------------------------------------------------------------------

    async def hold(self, session: Session) -> None:
        """The lease, taken anew when a third of it is left. Raises ConcurrentTurn, StoreUnavailable."""
        now = asyncio.get_running_loop().time()
        if session.lease is not None and now < session.lease_until:
            return
        session.lease = await self._store.take_lease(session.state.id, owner=self._owner, seconds=LEASE_SECONDS)
        if session.lease is None:
            raise ConcurrentTurn(f"conversation {session.state.id} is held by another worker")
        session.lease_until = now + LEASE_SECONDS * 2 / 3

    async def write(self, session: Session, facts: Sequence[tuple[Actor, Any]], channel: ChannelName) -> None:
        """What a turn did is done: it is written again and again until the store takes it, never done twice."""
        drafts = [Draft(fact=fact, actor=actor, channel=channel) for actor, fact in facts]
        while True:
            try:
                await self.append(session.state.id, drafts, lease=session.lease)
                return
            except StoreUnavailable as error:
                log.error("turn of %s not stored yet: %s", session.state.id, error)
                await asyncio.sleep(RETRY_SECONDS)

    async def append(
        self,
        conversation: ConversationId,
        drafts: Sequence[Draft],
        *,
        expected_seq: int | None = None,
        lease: Lease | None = None,
    ) -> Appended:
        appended = await self._store.append(conversation, drafts, expected_seq=expected_seq, lease=lease)
        if not appended.duplicate:
            self._absorb(conversation, appended.events)
            session = self._kept.get(conversation)
            if session is not None and session.ahead:
                await self.catch_up(session)
        return appended

    async def catch_up(self, session: Session) -> None:
        """Folds what others wrote, or what was committed for a caller that had gone."""
        self._absorb(session.state.id, await self._store.read(session.state.id, after=session.state.last_seq))

    def _absorb(self, conversation: ConversationId, events: Sequence[Event]) -> None:
        """Folds and publishes in the order of seq, whatever the order in which commits were seen."""
        session = self._kept.get(conversation)
        folded = tuple(events) if session is None else session.fold(events)
        if not folded:
            return
        self._touched[conversation] = None
        if len(self._touched) > SESSIONS_KEPT:
            self._touched.popitem(last=False)  # what is derived of it is made when the server starts again
        told = Committed(events=folded)
        self._bus.publish(conversation, told)
        if session is not None and (session.state.handoff is not None or _leaves(folded)):
            self._bus.publish(DESK, told)


def _leaves(events: Sequence[Event]) -> bool:
    return any(isinstance(event.fact, AgentLeft | ConversationClosed | HandoffEnded) for event in events)
