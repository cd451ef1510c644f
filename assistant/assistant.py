"""Assistant: receive, act, interrupt. Appends to the log first, publishes after, and runs one turn at a time a conversation.

Channels lie above and call this; below are the log, the bus and `turn`. A turn commits everything it did (tool results,
cart, reply) in one transaction, so a crash leaves a conversation either before it or after it, never in the middle.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Coroutine, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, contextmanager, suppress
from dataclasses import dataclass
from typing import Any, Literal

from assistant.conversation import Conversation, Unanswered, served_at, taken_before
from assistant.desk import Desk
from assistant.errors import AssistantError, ConcurrentTurn, MessageRefused, StoreUnavailable
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
from assistant.identities import Identities
from assistant.ids import Ids
from assistant.live_turn import LiveTurn, Partial, TurnRunner
from assistant.messages import MAX_TEXT, check_is_reply, checked_action, checked_client_id, checked_text
from assistant.moves import Moves
from assistant.ports import Appended, EventBus, EventStore
from assistant.session import Session
from assistant.sessions import RETRY_SECONDS, Sessions
from assistant.signals import Committed, Lagged, Message, Signal, Typing
from assistant.speaking import SILENT_SECONDS, Speaking, as_heard, ready

log = logging.getLogger(__name__)

SORRY = "Sorry, something went wrong on our side. Please try again, or ask for a person."
LEASE_CHECK_SECONDS = 4.0
"""While a reply is spoken: how often the lease is looked after."""


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
        self._sessions = Sessions(store, bus, owner=ids.owner())
        self.desk = Desk(self._sessions, store, bus)
        """The agents' side of the same conversations."""
        self.identities = Identities(self._sessions, bus)
        self.moves = Moves(self._sessions)
        self._runners: set[asyncio.Task[None]] = set()

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

    async def state(self, conversation: ConversationId) -> Conversation:
        """Raises ConversationNotFound."""
        return (await self._sessions.of(conversation)).state

    async def events(
        self, conversation: ConversationId, *, after: int = 0, limit: int | None = None
    ) -> tuple[Event, ...]:
        return await self._store.read(conversation, after=after, limit=limit)

    def subscribe(self, conversation: ConversationId) -> AbstractAsyncContextManager[AsyncIterator[Message]]:
        return self._bus.subscribe(conversation)

    def partial(self, conversation: ConversationId) -> Partial | None:
        session = self._sessions.known(conversation)
        if session is None or session.live is None or not session.live.spoken:
            return None
        return Partial(turn_id=session.live.id, text=session.live.spoken)

    async def join(self, conversation: ConversationId, channel: ChannelName) -> None:
        """Idempotent: a channel that has joined already appends nothing."""
        session = await self._sessions.of(conversation)
        if channel not in session.state.channels:
            await self._sessions.append(
                conversation, [Draft(fact=ChannelJoined(channel=channel), actor=CUSTOMER, channel=channel)]
            )

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
        heard: the start of the reply's text, as far as it was played on a line.

        Stopped before its first word, the turn ends as turn_failed with the code "interrupted", and is not run again.
        """
        session = await self._sessions.of(conversation)
        return session.cut(turn_id=turn_id, heard=heard, stop=True)

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
            return False
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
        return len(self._runners)

    async def resume_unanswered(self) -> int:
        """After a crash: serves what was acknowledged and never answered. Returns how many conversations."""
        conversations = await self._store.unanswered()
        for conversation in conversations:
            self._wake(await self._sessions.of(conversation))
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
        session = await self._sessions.of(conversation)
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
            session.cut_for(appended.events[0].seq, button=said.action is not None)
            self._wake(session)
        return Received(seq=appended.events[0].seq, duplicate=appended.duplicate)

    async def _finish_saying(self, session: Session, draft: Draft) -> None:
        """For a caller that went away in the middle. Its message may be on its way to the disk: appended again, its
        client_id makes it one, and when this is through, so is the first."""
        with suppress(AssistantError):
            await self._sessions.append(session.state.id, [draft])
            await self._sessions.catch_up(session)
            self._wake(session)

    async def _append_said(self, session: Session, draft: Draft) -> Appended:
        """When nothing runs, the turn starts in the same commit: one wait for the disk instead of two."""
        state = session.state
        if session.runner is None and state.status == "assistant" and not state.unanswered and state.turn is None:
            started = TurnStarted(turn_id=self._ids.turn(), answers=(state.last_seq + 1,))
            drafts = [draft, Draft(fact=started, actor=ASSISTANT, channel=draft.channel)]
            try:
                return await self._sessions.append(state.id, drafts, expected_seq=state.last_seq)
            except ConcurrentTurn:
                pass  # somebody wrote in between: the runner starts the turn itself
        return await self._sessions.append(state.id, [draft])

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
                    await self._sessions.hold(session)
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
            await self._sessions.catch_up(session)

    async def _one_turn(self, session: Session) -> None:
        if session.state.ready is not None:  # its server ended while it was spoken: what it did is done
            ending: AssistantSaid | TurnFailed = as_heard(session.state.ready, "", whole=True)
            return await self._sessions.write(session, [(ASSISTANT, ending)], session.state.answered_on)
        said = session.state.answering
        if session.state.turn is None:
            said = session.state.unanswered
            started = TurnStarted(turn_id=self._ids.turn(), answers=tuple(waiting.seq for waiting in said))
            await self._sessions.write(session, [(ASSISTANT, started)], said[-1].channel)
        assert session.state.turn is not None
        live = LiveTurn(id=session.state.turn, emit=lambda signal: self._bus.publish(session.state.id, signal))
        ending = await self._run(session, said, live)
        try:
            await self._end(session, live, ending)
        except TypeError:  # a fact that cannot be written down: nothing of the turn was stored
            log.exception("turn %s of %s cannot be stored", live.id, session.state.id)
            failed = TurnFailed(turn_id=live.id, code="internal", text=live.apology or SORRY)
            await self._sessions.write(session, [(ASSISTANT, failed)], session.state.answered_on)

    async def _end(self, session: Session, live: LiveTurn, ending: AssistantSaid | TurnFailed) -> None:
        channel = session.state.answered_on
        aloud = self._sessions.speaks(session.state.id)
        if not aloud or not isinstance(ending, AssistantSaid) or ending.interrupted:
            return await self._sessions.write(session, [*live.facts, (ASSISTANT, ending)], channel)
        session.speaking = Speaking(ready(ending), heard=live.heard or "")
        try:
            await self._sessions.write(session, [*live.facts, (ASSISTANT, session.speaking.reply)], channel)
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
            try:
                await self._sessions.hold(session)
            except StoreUnavailable as error:
                log.warning("the lease of %s cannot be kept now: %s", session.state.id, error)

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

    async def _left_to_people(self, conversation: ConversationId, seq: int) -> bool:
        state = await self.state(conversation)
        waits = any(said.seq == seq for said in (*state.unanswered, *state.answering))
        return state.status in ("agent", "closed") and not waits


__all__ = ["MAX_TEXT", "Assistant", "AssistantError", "Partial", "Received", "Signal", "TurnRunner"]
