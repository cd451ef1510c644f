"""Turn taking: one turn at a time a conversation, run under its lease until nothing is left to answer.

Above: `assistant`. Below: sessions (log, lease), `turn` through the port. A process that cannot serve a conversation tries
again; when another one holds it, it leaves it to that one after a few tries: what is dropped there, a sweep finds.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Coroutine, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any

from assistant.conversation import Unanswered
from assistant.errors import ConcurrentTurn, StoreUnavailable
from assistant.events import ASSISTANT, AssistantSaid, Draft, TurnFailed, TurnStarted
from assistant.ids import Ids
from assistant.live_turn import LiveTurn, TurnRunner
from assistant.ports import EventBus
from assistant.session import Session
from assistant.sessions import RETRY_SECONDS, Sessions
from assistant.sight.sight import Sight
from assistant.speaking import SILENT_SECONDS, Speaking, as_heard, ready

log = logging.getLogger(__name__)

SORRY = "Sorry, something went wrong on our side. Please try again, or ask for a person."
LEASE_CHECK_SECONDS = 4.0
"""While a turn runs or its reply is spoken: how often the lease is looked after."""
FIRST_RETRY_SECONDS = 0.1
TRIES = 6
"""Of a conversation that another process holds: some 6 seconds, each pause twice the one before, up to RETRY_SECONDS."""
MOST_SERVED = 20
"""Messages that one turn takes up, the oldest first; the others are the next turn's. Bounds what a turn reads, does and says."""
_BEGINNINGS = 4
"""Times that a turn's beginning may be overtaken by what is said meanwhile."""


class TurnTaking:
    def __init__(self, sessions: Sessions, bus: EventBus, run_turn: TurnRunner, ids: Ids, sight: Sight) -> None:
        self._sessions, self._bus, self._ids, self._sight = sessions, bus, ids, sight
        self._run_turn = sight.watching(run_turn)
        self._runners: set[asyncio.Task[None]] = set()

    @property
    def running(self) -> int:
        return len(self._runners)

    def wake(self, session: Session) -> None:
        if session.runner is None:
            session.runner = self.keep_running(self._serve(session))

    def keep_running(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._runners.add(task)
        task.add_done_callback(self._runners.discard)
        return task

    async def drain(self, *, seconds: float) -> None:
        if self._runners:
            await asyncio.wait(set(self._runners), timeout=seconds)
        left = set(self._runners)
        for runner in left:
            runner.cancel()
        await asyncio.gather(*left, return_exceptions=True)

    async def _serve(self, session: Session) -> None:
        """Runs turns until nothing is left to answer. What cannot be served now is tried again, never dropped."""
        tries = 0
        try:
            with self._bus.hearing(session.state.id):
                while session.has_work and (tries < TRIES or not self._sessions.shared):
                    try:
                        await self._sessions.hold(session)
                        tries = 0
                        if session.has_work:  # taking the lease may have shown what others did
                            await self._one_turn(session)
                    except (ConcurrentTurn, StoreUnavailable) as error:
                        tries = tries + 1 if isinstance(error, ConcurrentTurn) else 0
                        level = logging.DEBUG if tries and self._sessions.shared else logging.WARNING
                        log.log(level, "conversation %s cannot be served now: %s", session.state.id, error)
                        await self._try_again(session, tries)
        finally:
            session.runner = None
            self._sessions.let_go(session)

    async def _try_again(self, session: Session, tries: int) -> None:
        session.lease = None
        shared = tries and self._sessions.shared
        await asyncio.sleep(min(FIRST_RETRY_SECONDS * 2**tries, RETRY_SECONDS) if shared else RETRY_SECONDS)
        with suppress(StoreUnavailable):
            await self._sessions.catch_up(session)

    async def _one_turn(self, session: Session) -> None:
        if session.state.ready is not None:  # its server ended while it was spoken: what it did is done
            ending: AssistantSaid | TurnFailed = as_heard(session.state.ready, "", whole=True)
            return await self._sessions.write(session, [(ASSISTANT, ending)], session.state.answered_on)
        if session.state.turn is None:
            await self._begin(session)
        if session.state.turn is None:
            return None  # what waited was taken up by a person, or by another process
        said = session.state.answering
        live = LiveTurn(id=session.state.turn, emit=lambda signal: self._bus.publish(session.state.id, signal))
        async with self._lease_kept(session):
            ending = await self._run(session, said, live)
        try:
            await self._end(session, live, ending)
        except TypeError:  # a fact that cannot be written down: nothing of the turn was stored
            log.exception("turn %s of %s cannot be stored", live.id, session.state.id)
            failed = TurnFailed(turn_id=live.id, code="internal", text=live.apology or SORRY)
            await self._sessions.write(session, [(ASSISTANT, failed)], session.state.answered_on)

    async def _begin(self, session: Session) -> None:
        """Takes up what waits now. A message, or another process's turn, that comes at the same time is looked at first."""
        for tries in range(_BEGINNINGS):
            said = session.state.unanswered[:MOST_SERVED]
            started = TurnStarted(turn_id=self._ids.turn(), answers=tuple(waiting.seq for waiting in said))
            draft = Draft(fact=started, actor=ASSISTANT, channel=said[-1].channel)
            last_seq = session.state.last_seq
            try:
                await self._sessions.append(session.state.id, [draft], expected_seq=last_seq, lease=session.lease)
                return
            except ConcurrentTurn:
                await self._sessions.catch_up(session)
                if tries + 1 == _BEGINNINGS or session.state.last_seq == last_seq:
                    raise  # what is outdated is the lease
            if session.state.turn is not None or not session.state.unanswered:
                return

    @asynccontextmanager
    async def _lease_kept(self, session: Session) -> AsyncIterator[None]:
        """A model may take longer than a lease lasts. Where one process serves alone, nobody would take it."""
        if not self._sessions.shared:
            yield
            return
        keeping = asyncio.create_task(self._keep_lease(session))
        try:
            yield
        finally:
            keeping.cancel()
            await asyncio.gather(keeping, return_exceptions=True)

    async def _keep_lease(self, session: Session) -> None:
        while True:
            await asyncio.sleep(LEASE_CHECK_SECONDS)
            await self._look_after_lease(session)

    async def _look_after_lease(self, session: Session) -> None:
        """One that is lost shows when the turn's facts are refused: nothing of them was written."""
        try:
            await self._sessions.hold(session)
        except (StoreUnavailable, ConcurrentTurn) as error:
            log.warning("the lease of %s cannot be kept now: %s", session.state.id, error)

    async def _end(self, session: Session, live: LiveTurn, ending: AssistantSaid | TurnFailed) -> None:
        channel, began = session.state.answered_on, time.perf_counter()
        aloud = self._sessions.speaks(session.state.id)
        if not aloud or not isinstance(ending, AssistantSaid) or ending.interrupted:
            await self._sessions.write(session, [*live.facts, (ASSISTANT, ending)], channel)
            return self._sight.stored(live.id, began)
        session.speaking = Speaking(ready(ending), heard=live.heard or "")
        try:
            await self._sessions.write(session, [*live.facts, (ASSISTANT, session.speaking.reply)], channel)
            self._sight.stored(live.id, began)
            await self._spoken(session, session.speaking)
            return await self._sessions.write(session, [(ASSISTANT, session.speaking.ending())], channel)
        finally:
            session.speaking = None

    async def _spoken(self, session: Session, speaking: Speaking) -> None:
        """Until the line says how much was heard, falls silent or ends; the lease is kept meanwhile."""
        last_news = now = asyncio.get_running_loop().time()
        while not speaking.over and self._sessions.speaks(session.state.id) and now - last_news < SILENT_SECONDS:
            news = await speaking.wait(seconds=LEASE_CHECK_SECONDS)
            now = asyncio.get_running_loop().time()
            last_news = now if news else last_news
            await self._look_after_lease(session)

    async def _run(self, session: Session, said: Sequence[Unanswered], live: LiveTurn) -> AssistantSaid | TurnFailed:
        session.live = live
        session.turn = asyncio.create_task(self._run_turn(session.state, said, live))
        try:
            return await session.turn
        except asyncio.CancelledError:
            runner = asyncio.current_task()
            if not live.interrupted or (runner is not None and runner.cancelling()):
                session.turn.cancel()
                raise
            reply = live.cut_off(spoken=self._sessions.speaks(session.state.id))
            return TurnFailed(turn_id=live.id, code="interrupted") if live.stopped and not reply.text else reply
        except Exception:  # the last line of defence: whatever breaks a turn, the customer gets a sentence
            log.exception("turn %s of %s failed", live.id, session.state.id)
            return TurnFailed(turn_id=live.id, code="internal", text=live.apology or SORRY)
        finally:
            session.live, session.turn = None, None
