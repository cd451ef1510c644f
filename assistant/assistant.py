"""Assistant: receive, act, interrupt. Appends to the log first, publishes after, and runs one turn at a time a conversation.

Channels lie above and call this; below are the log, the bus and `turn`. A turn commits everything it did (tool results,
cart, reply) in one transaction, so a crash leaves a conversation either before it or after it, never in the middle.
"""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import AsyncIterator, Coroutine, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, suppress
from dataclasses import dataclass
from typing import Any, Literal

from assistant.conversation import Conversation, Unanswered, served_at, taken_before
from assistant.errors import AssistantError, ConcurrentTurn, ConversationNotFound, MessageRefused, StoreUnavailable
from assistant.events import (
    ASSISTANT,
    CUSTOMER,
    SYSTEM,
    Actor,
    AssistantSaid,
    ChannelJoined,
    ChannelLeft,
    ChannelName,
    ConversationId,
    ConversationStarted,
    CustomerIdentified,
    CustomerSaid,
    Draft,
    Event,
    FeedbackGiven,
    TurnFailed,
    TurnStarted,
)
from assistant.ids import Ids
from assistant.live_turn import LiveTurn, Partial, TurnRunner
from assistant.messages import MAX_TEXT, check_is_reply, checked_action, checked_client_id, checked_text
from assistant.ports import Appended, EventBus, EventStore, Lease
from assistant.session import Session
from assistant.signals import Committed, Lagged, Message, Signal, Typing

log = logging.getLogger(__name__)

LEASE_SECONDS = 15.0
RETRY_SECONDS = 2.0
"""After which a conversation that could not be served (disk full, held by another worker) is tried again."""
SORRY = "Sorry, something went wrong on our side. Please try again, or ask for a person."
SESSIONS_KEPT = 20_000
"""Folded conversations kept in memory; the least recently used is forgotten and read again when needed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    seq: int
    duplicate: bool = False


class Assistant:
    """One per process. `resume_unanswered` after opening it, `drain` before its store is closed."""

    def __init__(
        self, *, store: EventStore, bus: EventBus, run_turn: TurnRunner, ids: Ids, currency: str = "USD"
    ) -> None:
        self._store = store
        self._bus = bus
        self._run_turn = run_turn
        self._ids = ids
        self._currency = currency
        self._owner = ids.owner()
        self._sessions: OrderedDict[ConversationId, Session] = OrderedDict()
        self._runners: set[asyncio.Task[None]] = set()

    # -- conversations -------------------------------------------------------------------------------------------

    async def start(
        self, *, channel: ChannelName, locale: str = "en", customer_id: str = ""
    ) -> tuple[ConversationId, int]:
        """A new conversation, joined from `channel`. `customer_id` only from a token that the shop signed."""
        conversation = self._ids.conversation()
        started = ConversationStarted(locale=locale, currency=self._currency)
        drafts = [
            Draft(fact=started, actor=SYSTEM, channel=channel),
            Draft(fact=ChannelJoined(channel=channel), actor=CUSTOMER, channel=channel),
        ]
        if customer_id:
            identified = CustomerIdentified(customer_id=customer_id, method="token")
            drafts.append(Draft(fact=identified, actor=Actor(kind="customer", id=customer_id), channel=channel))
        events = await self._store.create(conversation, drafts)
        self._keep(conversation, Session(Conversation.replay(events)))
        return conversation, events[-1].seq

    async def state(self, conversation: ConversationId) -> Conversation:
        """Raises ConversationNotFound."""
        return (await self._session(conversation)).state

    async def events(
        self, conversation: ConversationId, *, after: int = 0, limit: int | None = None
    ) -> tuple[Event, ...]:
        return await self._store.read(conversation, after=after, limit=limit)

    def subscribe(self, conversation: ConversationId) -> AbstractAsyncContextManager[AsyncIterator[Message]]:
        return self._bus.subscribe(conversation)

    def partial(self, conversation: ConversationId) -> Partial | None:
        session = self._sessions.get(conversation)
        if session is None or session.live is None or not session.live.spoken:
            return None
        return Partial(turn_id=session.live.id, text=session.live.spoken)

    async def join(self, conversation: ConversationId, channel: ChannelName) -> None:
        """Idempotent: a channel that has joined already appends nothing."""
        session = await self._session(conversation)
        if channel not in session.state.channels:
            await self._append(
                conversation, [Draft(fact=ChannelJoined(channel=channel), actor=CUSTOMER, channel=channel)]
            )

    async def leave(self, conversation: ConversationId, channel: ChannelName) -> None:
        session = await self._session(conversation)
        if channel in session.state.channels:
            await self._append(
                conversation, [Draft(fact=ChannelLeft(channel=channel), actor=CUSTOMER, channel=channel)]
            )

    # -- what a customer does --------------------------------------------------------------------------------------

    async def receive(
        self,
        conversation: ConversationId,
        text: str,
        *,
        client_id: str,
        channel: ChannelName,
        audio: bool = False,
        transcript_confidence: float | None = None,
    ) -> Received:
        """Appends what the customer said; when this returns it is durable. A turn follows by itself.

        Raises MessageRefused (empty, too_long), ClientIdReused, ConversationNotFound, StoreUnavailable.
        """
        said = CustomerSaid(
            client_id=checked_client_id(client_id),
            text=checked_text(text),
            audio=audio,
            transcript_confidence=transcript_confidence,
        )
        return await self._said(conversation, said, channel)

    async def act(
        self,
        conversation: ConversationId,
        action: str,
        arguments: Mapping[str, Any],
        *,
        client_id: str,
        channel: ChannelName,
    ) -> Received:
        """A button. Same guarantees as `receive`; it does not interrupt a running turn but waits for it."""
        words, taken = checked_action(action, arguments)
        said = CustomerSaid(client_id=checked_client_id(client_id), text=words, action=taken)
        return await self._said(conversation, said, channel)

    async def interrupt(self, conversation: ConversationId, turn_id: str, *, heard: str | None = None) -> bool:
        """Stops that turn if it is still running; what was said so far stays, marked interrupted. False: it had ended.

        Stopped before its first word, the turn ends as turn_failed with the code "interrupted", and is not run again.
        """
        session = await self._session(conversation)
        return session.cut(turn_id=turn_id, heard=heard, stop=True)

    async def feedback(
        self,
        conversation: ConversationId,
        *,
        about_seq: int,
        rating: Literal["up", "down"],
        comment: str = "",
        channel: ChannelName,
    ) -> int:
        """Raises MessageRefused when there is no such reply."""
        session = await self._session(conversation)
        if not 1 <= about_seq <= session.state.last_seq:
            raise MessageRefused("unknown_seq", f"there is no event {about_seq} in this conversation")
        (about,) = await self._store.read(conversation, after=about_seq - 1, limit=1)
        check_is_reply(about)
        fact = FeedbackGiven(about_seq=about_seq, rating=rating, comment=comment[:MAX_TEXT])
        appended = await self._append(conversation, [Draft(fact=fact, actor=CUSTOMER, channel=channel)])
        return appended.events[-1].seq

    async def typing(self, conversation: ConversationId, on: bool) -> None:
        self._bus.publish(conversation, Typing(who="customer", on=on))

    async def wait_for_reply(self, conversation: ConversationId, seq: int, *, timeout: float) -> tuple[Event, ...]:
        """Every event from `seq` to the end of the turn that serves it. Raises TimeoutError.

        When nobody will answer (an agent has taken over, the conversation is closed): what there is.
        """
        async with asyncio.timeout(timeout), self._bus.subscribe(conversation) as messages:
            events = list(await self._store.read(conversation, after=seq - 1))
            while not served_at(events, seq) and not await self._left_to_people(conversation, seq):
                while not isinstance(await anext(messages), Committed | Lagged):
                    pass  # words and stages change nothing in the log
                last = events[-1].seq if events else seq - 1
                events.extend(await self._store.read(conversation, after=last))
        end = served_at(events, seq)
        return tuple(event for event in events if not end or event.seq <= end)

    # -- life --------------------------------------------------------------------------------------------------------

    async def resume_unanswered(self) -> int:
        """After a crash: serves what was acknowledged and never answered. Returns how many conversations."""
        conversations = await self._store.unanswered()
        for conversation in conversations:
            self._wake(await self._session(conversation))
        return len(conversations)

    async def drain(self, *, seconds: float = 10.0) -> None:
        """Waits for the running turns, at most that long; what is left is resumed at the next start."""
        if self._runners:
            await asyncio.wait(set(self._runners), timeout=seconds)
        left = set(self._runners)
        for runner in left:
            runner.cancel()
        await asyncio.gather(*left, return_exceptions=True)

    # -- inside --------------------------------------------------------------------------------------------------------

    async def _said(self, conversation: ConversationId, said: CustomerSaid, channel: ChannelName) -> Received:
        session = await self._session(conversation)
        if session.state.status == "closed":
            return Received(seq=taken_before(await self._store.read(conversation), said), duplicate=True)
        actor = Actor(kind="customer", id=session.state.customer_id)
        draft = Draft(fact=said, actor=actor, channel=channel)
        try:
            appended = await self._append_said(session, draft)
        except asyncio.CancelledError:
            self._keep_running(self._finish_saying(session, draft))
            raise
        if not appended.duplicate:
            if said.action is None:
                session.cut_for(appended.events[0].seq)
            self._wake(session)
        return Received(seq=appended.events[0].seq, duplicate=appended.duplicate)

    async def _finish_saying(self, session: Session, draft: Draft) -> None:
        """For a caller that went away in the middle. Its message may be on its way to the disk: appended again, its
        client_id makes it one, and when this is through, so is the first."""
        with suppress(AssistantError):
            await self._append(session.state.id, [draft])
            await self._catch_up(session)
            self._wake(session)

    async def _append_said(self, session: Session, draft: Draft) -> Appended:
        """When nothing runs, the turn starts in the same commit: one wait for the disk instead of two."""
        state = session.state
        if session.runner is None and state.status == "assistant" and not state.unanswered and state.turn is None:
            started = TurnStarted(turn_id=self._ids.turn(), answers=(state.last_seq + 1,))
            drafts = [draft, Draft(fact=started, actor=ASSISTANT, channel=draft.channel)]
            try:
                return await self._append(state.id, drafts, expected_seq=state.last_seq)
            except ConcurrentTurn:
                pass  # somebody wrote in between: the runner starts the turn itself
        return await self._append(state.id, [draft])

    def _wake(self, session: Session) -> None:
        if session.runner is None:
            session.runner = self._keep_running(self._serve(session))

    def _keep_running(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._runners.add(task)
        task.add_done_callback(self._runners.discard)
        return task

    async def _serve(self, session: Session) -> None:
        """Runs turns until nothing is left to answer. What cannot be served now is tried again, never dropped."""
        try:
            while session.has_work:
                try:
                    await self._hold(session)
                    await self._one_turn(session)
                except (ConcurrentTurn, StoreUnavailable) as error:
                    log.warning("conversation %s cannot be served now: %s", session.state.id, error)
                    await self._try_again(session)
        finally:
            session.runner = None

    async def _try_again(self, session: Session) -> None:
        session.lease = None
        await asyncio.sleep(RETRY_SECONDS)
        with suppress(StoreUnavailable):
            await self._catch_up(session)

    async def _one_turn(self, session: Session) -> None:
        said = session.state.answering
        if session.state.turn is None:
            said = session.state.unanswered
            started = TurnStarted(turn_id=self._ids.turn(), answers=tuple(waiting.seq for waiting in said))
            await self._write(session, [(ASSISTANT, started)], said[-1].channel)
        assert session.state.turn is not None
        channel = said[-1].channel if said else "api"
        live = LiveTurn(id=session.state.turn, emit=lambda signal: self._bus.publish(session.state.id, signal))
        ending = await self._run(session, said, live)
        await self._write(session, [*live.facts, (ASSISTANT, ending)], channel)

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
            reply = live.cut_off()
            return TurnFailed(turn_id=live.id, code="interrupted") if live.stopped and not reply.text else reply
        except Exception:  # the last line of defence: whatever breaks a turn, the customer gets a sentence
            log.exception("turn %s of %s failed", live.id, session.state.id)
            return TurnFailed(turn_id=live.id, code="internal", text=live.apology or SORRY)
        finally:
            session.live, session.turn = None, None

    async def _hold(self, session: Session) -> None:
        """The lease, taken anew when a third of it is left."""
        now = asyncio.get_running_loop().time()
        if session.lease is not None and now < session.lease_until:
            return
        session.lease = await self._store.take_lease(session.state.id, owner=self._owner, seconds=LEASE_SECONDS)
        if session.lease is None:
            raise ConcurrentTurn(f"conversation {session.state.id} is held by another worker")
        session.lease_until = now + LEASE_SECONDS * 2 / 3

    async def _write(self, session: Session, facts: Sequence[tuple[Actor, Any]], channel: ChannelName) -> None:
        """What a turn did is done: it is written again and again until the store takes it, never done twice."""
        drafts = [Draft(fact=fact, actor=actor, channel=channel) for actor, fact in facts]
        while True:
            try:
                await self._append(session.state.id, drafts, lease=session.lease)
                return
            except StoreUnavailable as error:
                log.error("turn of %s not stored yet: %s", session.state.id, error)
                await asyncio.sleep(RETRY_SECONDS)

    async def _append(
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
            session = self._sessions.get(conversation)
            if session is not None and session.ahead:
                await self._catch_up(session)
        return appended

    async def _catch_up(self, session: Session) -> None:
        """Folds what others wrote, or what was committed for a caller that had gone."""
        self._absorb(session.state.id, await self._store.read(session.state.id, after=session.state.last_seq))

    def _absorb(self, conversation: ConversationId, events: Sequence[Event]) -> None:
        """Folds and publishes in the order of seq, whatever the order in which commits were seen."""
        session = self._sessions.get(conversation)
        folded = tuple(events) if session is None else session.fold(events)
        if folded:
            self._bus.publish(conversation, Committed(events=folded))

    async def _session(self, conversation: ConversationId) -> Session:
        session = self._sessions.get(conversation)
        if session is None:
            events = await self._store.read(conversation)
            if not events:
                raise ConversationNotFound(conversation)
            session = self._sessions.get(conversation) or Session(Conversation.replay(events))
        self._keep(conversation, session)
        return session

    def _keep(self, conversation: ConversationId, session: Session) -> None:
        self._sessions[conversation] = session
        self._sessions.move_to_end(conversation)
        if len(self._sessions) > SESSIONS_KEPT:
            oldest = next(iter(self._sessions))
            if self._sessions[oldest].runner is None:
                del self._sessions[oldest]

    async def _left_to_people(self, conversation: ConversationId, seq: int) -> bool:
        state = await self.state(conversation)
        waits = any(said.seq == seq for said in (*state.unanswered, *state.answering))
        return state.status in ("agent", "closed") and not waits


__all__ = ["MAX_TEXT", "Assistant", "AssistantError", "Partial", "Received", "Signal", "TurnRunner"]
