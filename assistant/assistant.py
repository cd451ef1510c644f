"""Assistant: receive, act, interrupt. Appends to the log first, publishes after, and runs one turn at a time a conversation.

Channels lie above and call this; below are the log, the bus and `turn`. A turn commits everything it did (tool results,
cart, reply) in one transaction, so a crash leaves a conversation either before it or after it, never in the middle.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncIterator, Awaitable, Iterator, Mapping
from contextlib import AbstractAsyncContextManager, contextmanager, suppress
from dataclasses import dataclass
from typing import Any, Final, Literal

from assistant.conversation import Conversation, served_at, taken_before
from assistant.desk.desk import Desk
from assistant.errors import AssistantError, ConcurrentTurn, MessageRefused, StoreUnavailable
from assistant.events import (
    ASSISTANT,
    CUSTOMER,
    SYSTEM,
    Actor,
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
    TurnStarted,
)
from assistant.folds import Folds
from assistant.identities import Identities
from assistant.ids import Ids
from assistant.live_turn import Partial, TurnRunner
from assistant.messages import MAX_TEXT, check_is_reply, checked_action, checked_client_id, checked_text
from assistant.moves import Moves
from assistant.ports import Appended, EventBus, EventStore
from assistant.privacy.masking.known_words import note_words
from assistant.replicas import Replicas
from assistant.session import Session
from assistant.sessions import Sessions
from assistant.sight.callers import caller
from assistant.sight.sight import Sight
from assistant.signals import Committed, Lagged, Message, Signal, Typing
from assistant.turn_taking import TurnTaking

ACKNOWLEDGED_SECONDS: Final = 8.0
"""In which a message is durable, or refused."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    seq: int
    duplicate: bool = False


class Assistant:
    """One per process. `resume_unanswered` after opening it, `drain` before its store is closed."""

    def __init__(
        self,
        *,
        store: EventStore,
        bus: EventBus,
        run_turn: TurnRunner,
        ids: Ids,
        currency: str = "USD",
        chance: random.Random | None = None,
        folds: Folds | None = None,
        sight: Sight | None = None,
    ) -> None:
        self._store = store
        self._bus = bus
        self._ids = ids
        self._currency = currency
        self._sessions = Sessions(store, bus, owner=ids.owner(), folds=folds)
        self.desk = Desk(self._sessions, store, bus)
        """The agents' side of the same conversations."""
        self.identities = Identities(self._sessions, bus)
        self.moves = Moves(self._sessions)
        self.sight = sight or Sight()
        """What turns take, for metrics, traces and the operator."""
        self._turns = TurnTaking(self._sessions, bus, run_turn, ids, self.sight)
        self.replicas = Replicas(self._sessions, store, bus, wake=self._turns.wake, chance=chance)
        """What other processes do to the same conversations; to be run beside, where the log is shared."""

    # -- conversations -------------------------------------------------------------------------------------------

    async def start(
        self, *, channel: ChannelName, locale: str = "en", customer_id: str = "", store: str = ""
    ) -> tuple[ConversationId, int]:
        """A new conversation, joined from `channel`. `customer_id` only from a token that the shop signed; `store`, one of
        the shop's, where it is had in one."""
        conversation = self._ids.conversation()
        started = ConversationStarted(locale=locale, currency=self._currency, store=store)
        drafts = [
            Draft(fact=started, actor=SYSTEM, channel=channel),
            Draft(fact=ChannelJoined(channel=channel), actor=CUSTOMER, channel=channel),
        ]
        if customer_id:
            identified = CustomerIdentified(customer_id=customer_id, method="token")
            drafts.append(Draft(fact=identified, actor=Actor(kind="customer", id=customer_id), channel=channel))
        events = await self._store.create(conversation, drafts)
        self._sessions.keep(conversation, Session(Conversation.replay(events)))
        return conversation, events[-1].seq

    async def state(self, conversation: ConversationId, *, at_least: int = 0) -> Conversation:
        """at_least: a seq that somebody has seen already, so that the state is not behind it. Raises ConversationNotFound."""
        session = await self._sessions.of(conversation)
        if session.state.last_seq < at_least:
            await self._sessions.catch_up(session)
        return session.state

    async def events(
        self, conversation: ConversationId, *, after: int = 0, limit: int | None = None
    ) -> tuple[Event, ...]:
        return await self._store.read(conversation, after=after, limit=limit)

    def subscribe(self, conversation: ConversationId) -> AbstractAsyncContextManager[AsyncIterator[Message]]:
        return self._bus.subscribe(conversation)

    def partial(self, conversation: ConversationId) -> Partial | None:
        session = self._sessions.known(conversation)
        if session is None or session.live is None or not session.live.spoken:
            self.replicas.ask_for_words(session)
            return None
        return Partial(turn_id=session.live.id, text=session.live.spoken)

    async def join(self, conversation: ConversationId, channel: ChannelName) -> None:
        """Idempotent: a channel that has joined already appends nothing."""
        session = await self._sessions.of(conversation)
        if channel not in session.state.channels:
            await self._sessions.append(
                conversation, [Draft(fact=ChannelJoined(channel=channel), actor=CUSTOMER, channel=channel)]
            )

    async def close_erased(self, conversation: ConversationId, draft: Draft) -> None:
        """What was said so far is nobody's any more: it is forgotten here, and a turn that runs is cut."""
        session = await self._sessions.of(conversation)
        await self._sessions.append(conversation, [draft])
        if session.live is not None:
            session.cut(turn_id=session.live.id)

    async def leave(self, conversation: ConversationId, channel: ChannelName) -> None:
        session = await self._sessions.of(conversation)
        if channel in session.state.channels:
            await self._sessions.append(
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
        return await self._in_time(self._said(conversation, said, channel))

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
        return await self._in_time(self._said(conversation, said, channel))

    async def interrupt(self, conversation: ConversationId, turn_id: str, *, heard: str | None = None) -> bool:
        """Stops that turn if it is still running; what was said so far stays, marked interrupted. False: it had ended.
        heard: the start of the reply's text, as far as it was played on a line.

        Stopped before its first word, the turn ends as turn_failed with the code "interrupted", and is not run again.
        """
        return self.replicas.cut(await self._sessions.of(conversation), turn_id, heard=heard, stop=True)

    @contextmanager
    def attend(self, conversation: ConversationId) -> Iterator[None]:
        """While open, a line speaks the replies: each is stored as `reply_ready` at once, and as `assistant_said` once
        it is known what was heard of it: all of it (`heard`), or less (`interrupt`, a new message, the end of the line)."""
        with self._sessions.attended(conversation):
            yield

    async def heard(self, conversation: ConversationId, turn_id: str, *, so_far: str | None = None) -> bool:
        """How far a reply was played: so_far, the start of its text; None: to its end. False: it is spoken no more."""
        session = await self._sessions.of(conversation)
        if session.live is not None and session.live.id == turn_id:
            session.live.heard = so_far
            return True
        if session.speaking is None or session.speaking.reply.turn_id != turn_id:
            return self.replicas.progress(session, turn_id, so_far)
        session.speaking.progress(so_far)
        return True

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
        session = await self._sessions.of(conversation)
        if not 1 <= about_seq <= session.state.last_seq:
            raise MessageRefused("unknown_seq", f"there is no event {about_seq} in this conversation")
        (about,) = await self._store.read(conversation, after=about_seq - 1, limit=1)
        check_is_reply(about)
        fact = FeedbackGiven(about_seq=about_seq, rating=rating, comment=comment[:MAX_TEXT])
        appended = await self._sessions.append(conversation, [Draft(fact=fact, actor=CUSTOMER, channel=channel)])
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

    @property
    def turns_running(self) -> int:
        """Conversations that this process is answering now."""
        return self._turns.running

    def is_answering(self, conversation: ConversationId) -> bool:
        """Whether this process answers that conversation now; a further message may cut that turn off."""
        session = self._sessions.known(conversation)
        return session is not None and session.runner is not None

    @property
    def generation(self) -> str:
        """The log's history; another one means that the same seqs stand for other events."""
        return self._store.generation

    @property
    def log_reachable(self) -> bool:
        """Without a look: what was found a moment ago. A file is always there."""
        return bool(getattr(self._store, "reachable", True))

    async def resume_unanswered(self) -> int:
        """After a crash: serves what was acknowledged and never answered. Returns how many conversations. Of a shared log
        only what nobody holds: the others are at work."""
        shared = self._store.shared
        conversations = await (self._store.orphaned(quiet_seconds=0) if shared else self._store.unanswered())
        for conversation in conversations:
            self._turns.wake(await self._sessions.of(conversation))
        return len(conversations)

    async def drain(self, *, seconds: float = 10.0) -> None:
        """Waits for the running turns, at most that long; what is left is resumed at the next start, or by another process."""
        await self._turns.drain(seconds=seconds)
        await self.replicas.hand_over()

    # -- inside --------------------------------------------------------------------------------------------------------

    @staticmethod
    async def _in_time(saying: Awaitable[Received]) -> Received:
        """Every wait on a store has its own limit; this one is for all of them together."""
        try:
            async with asyncio.timeout(ACKNOWLEDGED_SECONDS):
                return await saying
        except TimeoutError as error:
            told = f"not acknowledged within {ACKNOWLEDGED_SECONDS:.0f} s: try again in 2 s, with the same client_id"
            raise StoreUnavailable(told) from error

    async def _said(self, conversation: ConversationId, said: CustomerSaid, channel: ChannelName) -> Received:
        note_words(said.text)
        began, session = time.perf_counter(), self._sessions.known(conversation)
        if session is None or not session.rests:
            session = await self._sessions.of(conversation)
        try:
            appended = await self._append_said(session, said, channel)
        except asyncio.CancelledError:
            self._turns.keep_running(self._finish_saying(session, _draft(session, said, channel)))
            raise
        if appended is None:
            return Received(seq=taken_before(await self._store.read(conversation), said), duplicate=True)
        if appended.duplicate:
            await self._sessions.catch_up(session)  # the first answer may have been lost, and with it the turn
        else:
            session.cut_for(appended.events[0].seq, button=said.action is not None)
            self.sight.received(conversation, appended.events[0].seq, began, caller.get())
        if session.has_work:
            self._turns.wake(session)
        return Received(seq=appended.events[0].seq, duplicate=appended.duplicate)

    async def _finish_saying(self, session: Session, draft: Draft) -> None:
        """For a caller that went away in the middle. Its message may be on its way to the disk: appended again, its
        client_id makes it one, and when this is through, so is the first."""
        with suppress(AssistantError):
            await self._sessions.append(session.state.id, [draft])
            await self._sessions.catch_up(session)
            self._turns.wake(session)

    async def _append_said(self, session: Session, said: CustomerSaid, channel: ChannelName) -> Appended | None:
        """When nothing runs, the turn starts in the same commit: one wait for the disk instead of two. What is known here may
        be behind a shared log: then it is refused, and looked at. None: the conversation is closed."""
        state = session.state
        if session.rests:
            self._sessions.keep(state.id, session)
            started = TurnStarted(turn_id=self._ids.turn(), answers=(state.last_seq + 1,))
            drafts = [_draft(session, said, channel), Draft(fact=started, actor=ASSISTANT, channel=channel)]
            try:
                return await self._sessions.append(state.id, drafts, expected_seq=state.last_seq)
            except ConcurrentTurn:  # somebody wrote in between: the runner starts the turn itself
                await self._sessions.catch_up(session)
        if session.state.status == "closed":
            return None
        return await self._sessions.append(state.id, [_draft(session, said, channel)])

    async def _left_to_people(self, conversation: ConversationId, seq: int) -> bool:
        state = await self.state(conversation)
        waits = any(said.seq == seq for said in (*state.unanswered, *state.answering))
        return state.status in ("agent", "closed") and not waits


def _draft(session: Session, said: CustomerSaid, channel: ChannelName) -> Draft:
    return Draft(fact=said, actor=Actor(kind="customer", id=session.state.customer_id), channel=channel)


__all__ = ["MAX_TEXT", "Assistant", "AssistantError", "Partial", "Received", "Signal", "TurnRunner"]
