"""Sessions: the conversations that this process has open, each folded from the log and kept in step with it.

Everything that is appended goes through here: the store gives it its place, the fold takes it in, the bus tells of it.
Above: `assistant`. Below: the log and the bus.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter, OrderedDict
from collections.abc import Callable, Coroutine, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from assistant.conversation import Conversation
from assistant.errors import AssistantError, ConcurrentTurn, ConversationNotFound, StoreUnavailable
from assistant.events import (
    Actor,
    AgentLeft,
    ChannelName,
    ConversationClosed,
    ConversationId,
    DataErased,
    Draft,
    Event,
    HandoffEnded,
)
from assistant.folds import EVERY, SHORT, Folds
from assistant.ports import Appended, EventBus, EventStore, Lease
from assistant.session import Session
from assistant.signals import Asked, Committed, Message

log = logging.getLogger(__name__)

LEASE_SECONDS = 15.0
RETRY_SECONDS = 2.0
"""After which a conversation that could not be served (disk full, held by another worker) is tried again."""
LINE_KEPT_SECONDS = 6.0
"""Without news, a line of another process has ended with it."""
SESSIONS_KEPT = 20_000
"""Folded conversations kept in memory; the least recently used is forgotten and read again when needed."""


DESK = ConversationId("desk")
"""Where the bus tells agents of every event of conversations that wait for a person or have one."""


class Sessions:
    def __init__(self, store: EventStore, bus: EventBus, *, owner: str, folds: Folds | None = None) -> None:
        """Without `folds` a conversation is always read from its start."""
        self._store, self._bus, self._owner, self._folds = store, bus, owner, folds
        self._kept: OrderedDict[ConversationId, Session] = OrderedDict()
        self._lines: Counter[ConversationId] = Counter()
        self._lines_elsewhere: dict[ConversationId, float] = {}
        """Until when, by the loop's clock."""
        self._letting_go: set[asyncio.Task[None]] = set()
        self._touched: OrderedDict[ConversationId, None] = OrderedDict()

    @property
    def shared(self) -> bool:
        """Others write to the same log: what was folded here may be behind it."""
        return self._store.shared

    def known(self, conversation: ConversationId) -> Session | None:
        """Without a look at the log."""
        return self._kept.get(conversation)

    async def of(self, conversation: ConversationId) -> Session:
        """As the log is now. Raises ConversationNotFound."""
        session = self._kept.get(conversation)
        if session is not None and self.shared:
            await self.catch_up(session)
        if session is None:
            opened = await self._opened(conversation)
            session = self._kept.get(conversation) or opened
        self.keep(conversation, session)
        return session

    async def _opened(self, conversation: ConversationId) -> Session:
        if self._folds is None:
            return _replayed(conversation, await self._store.read(conversation))
        first = await self._store.read(conversation, limit=SHORT)
        if len(first) < SHORT:
            return _replayed(conversation, first)
        if (session := await self._continued(conversation, self._folds)) is not None:
            return session
        return _replayed(conversation, (*first, *await self._store.read(conversation, after=SHORT)))

    async def _continued(self, conversation: ConversationId, folds: Folds) -> Session | None:
        """From a kept state on; None where there is none, or the log has another history by now."""
        try:
            kept = await folds.load(conversation)
        except AssistantError as error:
            log.warning("%s is read from its start: %s", conversation, error)
            return None
        if kept is None:
            return None
        state, last = kept
        events = await self._store.read(conversation, after=state.last_seq - 1)
        if not events or events[0].id != last:
            return None
        session = Session(state, kept_seq=state.last_seq)
        session.fold(events[1:])
        return session

    async def all_of(self, conversations: Sequence[ConversationId]) -> list[Session]:
        """Many at once, as the log is now: one question for all, and a look at those alone that are behind."""
        seqs = await self._store.last_seqs(conversations) if self.shared else {}
        found: list[Session] = []
        for conversation in conversations:
            session = self._kept.get(conversation)
            if session is None or session.state.last_seq < seqs.get(conversation, 0):
                session = await self.of(conversation)
            found.append(session)
        return found

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
        self._bus.ask(Asked(wish="line", conversation=conversation))
        try:
            yield
        finally:
            self._lines[conversation] -= 1
            if not self._lines[conversation]:
                del self._lines[conversation]
                self._bus.ask(Asked(wish="line", conversation=conversation, stop=True))
                session = self._kept.get(conversation)
                if session is not None and session.speaking is not None:
                    session.speaking.cut()

    def speaks(self, conversation: ConversationId) -> bool:
        if conversation in self._lines:
            return True
        until = self._lines_elsewhere.get(conversation, 0.0)
        return until > 0.0 and until > asyncio.get_running_loop().time()

    def lines(self) -> tuple[ConversationId, ...]:
        return tuple(self._lines)

    def line_elsewhere(self, conversation: ConversationId, *, ends: bool) -> None:
        """Another process has a line to that conversation; it says so again and again until it ends."""
        self._lines_elsewhere.pop(conversation, None)
        session = self._kept.get(conversation)
        if not ends:
            self._lines_elsewhere[conversation] = asyncio.get_running_loop().time() + LINE_KEPT_SECONDS
            if len(self._lines_elsewhere) > SESSIONS_KEPT:
                del self._lines_elsewhere[next(iter(self._lines_elsewhere))]
        elif session is not None and session.speaking is not None and conversation not in self._lines:
            session.speaking.cut()

    # -- the log ---------------------------------------------------------------------------------------------------

    async def hold(self, session: Session) -> None:
        """The lease, taken anew when a third of it is left. Raises ConcurrentTurn, StoreUnavailable."""
        now = asyncio.get_running_loop().time()
        if session.lease is not None and now < session.lease_until:
            return
        before = session.lease
        session.lease = await self._store.take_lease(session.state.id, owner=self._owner, seconds=LEASE_SECONDS)
        if session.lease is None:
            raise ConcurrentTurn(f"conversation {session.state.id} is held by another worker")
        session.lease_until = now + LEASE_SECONDS * 2 / 3
        held_on = before is not None and session.lease.epoch == before.epoch + 1
        if self.shared and not held_on and session.lease.last_seq != session.state.last_seq:
            await self.catch_up(session)  # whoever held it in between has written

    def let_go(self, session: Session) -> None:
        """Frees the lease beside, so that another process need not wait for its end. Of a log of one's own nobody does."""
        if not self.shared or session.lease is None:
            return
        self._beside(self._free(session.lease))
        session.lease = None

    async def let_all_go(self) -> tuple[Session, ...]:
        """At the end of this process. Returns the sessions it knows."""
        for session in self._kept.values():
            self.let_go(session)
        await asyncio.gather(*self._letting_go)
        return tuple(self._kept.values())

    async def _free(self, lease: Lease) -> None:
        try:
            await self._store.release_lease(lease)
        except StoreUnavailable as error:
            log.debug("a lease runs out by itself: %s", error)

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

    async def catch_up(self, session: Session) -> tuple[Event, ...]:
        """Folds what others wrote, or what was committed for a caller that had gone. Returns what was new here."""
        events = await self._store.read(session.state.id, after=session.state.last_seq)
        return self._tell(session.state.id, session.fold(events), self._bus.publish_here)

    def take_in(self, session: Session, events: Sequence[Event]) -> tuple[Event, ...]:
        """Folds what another process has told of; it has told the desk, too. Returns what was new here."""
        return self._tell(session.state.id, session.fold(events), self._bus.publish_here, desk=False)

    def _absorb(self, conversation: ConversationId, events: Sequence[Event]) -> None:
        """Folds and publishes in the order of seq, whatever the order in which commits were seen."""
        session = self._kept.get(conversation)
        folded = tuple(events) if session is None else session.fold(events)
        self._tell(conversation, folded, self._bus.publish)
        if session is not None and folded and session.state.last_seq - session.kept_seq >= EVERY:
            self._keep_fold(session, folded[-1])

    def _keep_fold(self, session: Session, last: Event) -> None:
        session.kept_seq = session.state.last_seq
        if self._folds is not None and session.state.status != "closed":
            self._beside(self._folds.save(session.state, last))

    def _beside(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(_unless_it_fails(work))
        self._letting_go.add(task)
        task.add_done_callback(self._letting_go.discard)

    def _tell(
        self,
        conversation: ConversationId,
        folded: tuple[Event, ...],
        publish: Callable[[ConversationId, Message], None],
        *,
        desk: bool = True,
    ) -> tuple[Event, ...]:
        if not folded:
            return ()
        if self._folds is not None and any(isinstance(event.fact, DataErased) for event in folded):
            self._beside(self._folds.forget(conversation))
        self._touched[conversation] = None
        if len(self._touched) > SESSIONS_KEPT:
            self._touched.popitem(last=False)  # what is derived of it is made when the server starts again
        told = Committed(events=folded)
        publish(conversation, told)
        session = self._kept.get(conversation)
        if desk and session is not None and (session.state.handoff is not None or _leaves(folded)):
            publish(DESK, told)
        return folded


async def _unless_it_fails(work: Coroutine[Any, Any, None]) -> None:
    try:
        await work
    except AssistantError as error:
        log.warning("left undone: %s", error)


def _replayed(conversation: ConversationId, events: Sequence[Event]) -> Session:
    if not events:
        raise ConversationNotFound(conversation)
    return Session(Conversation.replay(events))


def _leaves(events: Sequence[Event]) -> bool:
    return any(isinstance(event.fact, AgentLeft | ConversationClosed | HandoffEnded) for event in events)
