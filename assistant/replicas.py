"""Replicas: what other processes do to the same conversations, and what is asked of them.

What they publish is folded here before anybody is told of it; what the bus loses, a sweep of last seqs finds, and so it does
turns that nobody runs any more. Above: `assistant`. Below: sessions, the log, the bus.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Callable, Coroutine, Iterable, Mapping, Sequence
from typing import Any

from assistant.errors import AssistantError, StoreUnavailable
from assistant.events import AgentJoined, ConversationId, CustomerSaid, DataErased, Event
from assistant.ports import EventBus, EventStore
from assistant.session import Session
from assistant.sessions import DESK, Sessions
from assistant.signals import Asked, Committed, Delta, Lagged, Message

log = logging.getLogger(__name__)

SWEEP_SECONDS = 1.2
"""On average; each pause is drawn between half and one and a half of it, so that replicas do not look in step. A hint that
was lost costs at most 1.8 seconds and the look itself."""
QUIET_SECONDS = 2.0
"""A turn is not orphaned before: its lease is taken only after its first events are written."""
LINE_SECONDS = 2.0
"""How often a line tells the other processes that it speaks; forgotten after `sessions.LINE_KEPT_SECONDS`."""


class Replicas:
    def __init__(
        self,
        sessions: Sessions,
        store: EventStore,
        bus: EventBus,
        *,
        wake: Callable[[Session], None],
        chance: random.Random | None = None,
    ) -> None:
        self._sessions, self._store, self._bus, self._wake = sessions, store, bus, wake
        self._chance = chance or random.Random()
        self._at_work: set[asyncio.Task[None]] = set()
        self._people: set[ConversationId] = set()
        """Of the last sweep: those that wait for a person or have one."""
        self.on_spent: Callable[[str, Mapping[str, int]], None] | None = None
        """Takes what others let through of a limit, by its name and key."""
        bus.listen(self.hear)

    # -- what is asked of others -----------------------------------------------------------------------------------

    def cut(self, session: Session, turn_id: str, *, heard: str | None = None, stop: bool = False) -> bool:
        """Interrupts that turn, wherever it runs. False: it runs no more."""
        if session.cut(turn_id=turn_id, heard=heard, stop=stop):
            return True
        if not self._runs_elsewhere(session, turn_id):
            return False
        name = session.state.id
        self._bus.ask(Asked(wish="cut", conversation=name, turn_id=turn_id, heard=heard, stop=stop))
        return True

    def progress(self, session: Session, turn_id: str, so_far: str | None) -> bool:
        """How far a reply that another process speaks was played."""
        if not self._runs_elsewhere(session, turn_id):
            return False
        self._bus.ask(Asked(wish="progress", conversation=session.state.id, turn_id=turn_id, heard=so_far))
        return True

    def ask_for_words(self, session: Session | None) -> None:
        """Of a reply that another process writes: they come as one delta from its start."""
        if session is not None and session.state.turn and self._runs_elsewhere(session, session.state.turn):
            self._bus.ask(Asked(wish="words", conversation=session.state.id, turn_id=session.state.turn))

    def _runs_elsewhere(self, session: Session, turn_id: str) -> bool:
        return self._sessions.shared and session.state.turn == turn_id and session.live is None

    @property
    def others(self) -> bool:
        """There may be other processes."""
        return self._sessions.shared

    def tell_spent(self, limit: str, counts: Mapping[str, int]) -> None:
        """What was let through here counts for all, as soon as they hear of it."""
        self._bus.ask(Asked(wish="spent", conversation=DESK, limit=limit, counts=counts))

    async def hand_over(self) -> None:
        """At the end of this process: the others resume what it could not end, and do not wait for its leases."""
        for session in await self._sessions.let_all_go():
            if session.has_work:
                self._bus.ask(Asked(wish="resume", conversation=session.state.id))

    # -- what others tell --------------------------------------------------------------------------------------------

    def hear(self, conversation: ConversationId, message: Message | Asked) -> None:
        match message:
            case Asked():
                self._obey(message)
            case Committed(events=events) if conversation != DESK:
                self._take_in(conversation, events)
            case Lagged():
                self._bus.publish_here(conversation, message)
                self._work(self.look_at(conversation))
            case _:
                self._bus.publish_here(conversation, message)

    def _take_in(self, conversation: ConversationId, events: Sequence[Event]) -> None:
        session = self._sessions.known(conversation)
        if session is None:
            self._bus.publish_here(conversation, Committed(events=tuple(events)))
            return
        self._react(session, self._sessions.take_in(session, events))
        if session.ahead:
            self._work(self.look_at(conversation))

    def _react(self, session: Session, events: Iterable[Event]) -> None:
        """What was said or done elsewhere does to the turn that runs here what it would have done here."""
        for event in events:
            if isinstance(event.fact, CustomerSaid):
                session.cut_for(event.seq, button=event.fact.action is not None)
            elif isinstance(event.fact, AgentJoined | DataErased) and session.live is not None:
                session.cut(turn_id=session.live.id)

    def _obey(self, asked: Asked) -> None:
        session = self._sessions.known(asked.conversation)
        if asked.wish == "resume":
            self._work(self._resume([asked.conversation]))
        elif asked.wish == "line":
            self._sessions.line_elsewhere(asked.conversation, ends=asked.stop)
        elif asked.wish == "spent":
            if self.on_spent is not None:
                self.on_spent(asked.limit, asked.counts)
        elif session is not None:
            self._obey_for(session, asked)

    def _obey_for(self, session: Session, asked: Asked) -> None:
        live = session.live
        if asked.wish == "cut":
            session.cut(turn_id=asked.turn_id, heard=asked.heard, stop=asked.stop)
        elif asked.wish == "words" and live is not None and live.id == asked.turn_id and live.spoken:
            self._bus.publish(asked.conversation, Delta(turn_id=live.id, offset=0, text=live.spoken))
        elif asked.wish == "progress" and live is not None and live.id == asked.turn_id:
            live.heard = asked.heard
        elif asked.wish == "progress" and session.speaking is not None and session.speaking.of(asked.turn_id):
            session.speaking.progress(asked.heard)

    async def look_at(self, conversation: ConversationId) -> None:
        """Takes in what another process wrote, where it is open here."""
        session = self._sessions.known(conversation)
        if session is not None:
            self._react(session, await self._sessions.catch_up(session))

    def _work(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(self._told(work))
        self._at_work.add(task)
        task.add_done_callback(self._at_work.discard)

    async def _told(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except AssistantError as error:
            log.warning("what another replica told cannot be looked at now: %s", error)

    # -- the sweep -----------------------------------------------------------------------------------------------------

    async def run(self) -> None:
        """Until cancelled. Of a log that is this process's own there is nothing to look for."""
        if not self._store.shared:
            return
        since_lines = 0.0
        while True:
            pause = self._chance.uniform(0.5, 1.5) * SWEEP_SECONDS
            await asyncio.sleep(pause)
            since_lines += pause
            try:
                await self.sweep()
            except StoreUnavailable as error:
                log.warning("the log cannot be looked at now: %s", error)
            except Exception:  # the sweep must outlive any failure: it is what finds everything that was lost
                log.exception("a sweep failed")
            if since_lines >= LINE_SECONDS:
                since_lines = 0.0
                self.tell_of_lines()

    async def sweep(self) -> None:
        """One look at all that is followed here, and at what is left over."""
        followed = set(self._bus.followed())
        if DESK in followed:
            people = set(await self._store.with_people())
            followed |= people | self._people
            self._people = people
        for conversation, seq in (await self._store.last_seqs(sorted(followed))).items():
            session = self._sessions.known(conversation)
            if session is None:
                await self._meet(conversation)
            elif session.state.last_seq < seq:
                self._react(session, await self._sessions.catch_up(session))
        await self._resume(await self._store.orphaned(quiet_seconds=QUIET_SECONDS))

    async def _meet(self, conversation: ConversationId) -> None:
        """One that only others have had so far: who follows it or the desk looks at it."""
        session = await self._sessions.of(conversation)
        self._bus.publish_here(conversation, Lagged())
        if session.state.handoff is not None or session.state.agent is not None:
            self._bus.publish_here(DESK, Lagged())

    async def _resume(self, conversations: Sequence[ConversationId]) -> None:
        for conversation in conversations:
            session = await self._sessions.of(conversation)
            if session.has_work and session.runner is None:
                log.info("conversation %s is resumed here", conversation)
                self._wake(session)

    def tell_of_lines(self) -> None:
        for conversation in self._sessions.lines():
            self._bus.ask(Asked(wish="line", conversation=conversation))
