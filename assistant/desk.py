"""Desk: what agents do with conversations. Queue, claim, say, note, release, close: each is a fact in the customer's own log.

Whoever calls has proved to be an agent (channels/desk). An agent speaks only where they have claimed; a claim is taken by one,
and told to the other. Above: channels/desk. Below: sessions, the log.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeVar

from assistant.conversation import Conversation, Status
from assistant.errors import AssistantError, ConcurrentTurn
from assistant.events import (
    SYSTEM,
    Actor,
    AgentJoined,
    AgentLeft,
    AgentSaid,
    ConversationClosed,
    ConversationId,
    Draft,
    Event,
    Fact,
    HandoffRequested,
    NoteAdded,
)
from assistant.messages import checked_client_id, checked_text
from assistant.mood import Mood, mood_of
from assistant.ports import EventBus, EventStore
from assistant.sessions import DESK, Sessions
from assistant.signals import Message, Typing

T = TypeVar("T")
Role = Literal["agent", "supervisor", "admin"]
_TRIES = 4
"""Of an append that must follow what was seen: customers write meanwhile."""
MOST_NOTE = 4_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Agent:
    id: str
    name: str
    role: Role = "agent"

    @property
    def actor(self) -> Actor:
        return Actor(kind="agent", id=self.id)


class DeskError(AssistantError):
    """An agent's wish that the state of the conversation does not allow. Nothing was written."""

    code = "desk_error"


class ClaimedByAnother(DeskError):
    code = "claimed"

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} has this conversation: ask them to release it")
        self.name = name


class NotClaimed(DeskError):
    code = "not_claimed"

    def __init__(self) -> None:
        super().__init__("claim this conversation first: its customer is told who answers")


class NotOpen(DeskError):
    code = "conversation_closed"

    def __init__(self) -> None:
        super().__init__("this conversation has ended")


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A line of the queue: a conversation that waits for a person, or has one."""

    conversation: ConversationId
    status: Status
    since: datetime
    reason: str
    summary: str
    language: str
    channel: str
    customer_id: str
    last_words: str
    mood: Mood
    agent: AgentJoined | None
    last_seq: int


class Desk:
    """One per process, beside the assistant and over the same sessions."""

    def __init__(self, sessions: Sessions, store: EventStore, bus: EventBus) -> None:
        self._sessions, self._store, self._bus = sessions, store, bus

    async def queue(self) -> tuple[Waiting, ...]:
        """Those that wait first, the longest wait ahead; then those that agents have."""
        found = [await self.line(conversation) for conversation in await self._store.with_people()]
        lines = [line for line in found if line is not None]
        return tuple(sorted(lines, key=lambda line: (line.status != "waiting_for_agent", line.since)))

    async def line(self, conversation: ConversationId) -> Waiting | None:
        """None: no person is asked for there."""
        state = (await self._sessions.of(conversation)).state
        return _line(state) if state.handoff is not None and state.status != "closed" else None

    async def position(self, conversation: ConversationId) -> int:
        """From 1; 0 where it does not wait."""
        waiting = [line.conversation for line in await self.queue() if line.status == "waiting_for_agent"]
        return waiting.index(conversation) + 1 if conversation in waiting else 0

    def follow(self) -> AbstractAsyncContextManager[AsyncIterator[Message]]:
        """Every event of conversations in the queue or with an agent, and of those that leave it."""
        return self._bus.subscribe(DESK)

    async def claim(self, conversation: ConversationId, agent: Agent) -> None:
        """Idempotent. Raises ClaimedByAnother, NotOpen, ConversationNotFound. The assistant falls silent at once."""

        async def once(state: Conversation) -> Sequence[Fact]:
            if state.agent is not None and state.agent.agent_id != agent.id:
                raise ClaimedByAnother(state.agent.name)
            return [] if state.agent is not None else [AgentJoined(agent_id=agent.id, name=agent.name)]

        if await self._change(conversation, agent, once):
            session = await self._sessions.of(conversation)
            if session.live is not None:
                session.cut(turn_id=session.live.id)

    async def release(self, conversation: ConversationId, agent: Agent, *, to: Literal["assistant", "queue"]) -> None:
        """Raises NotClaimed, ClaimedByAnother, NotOpen. A supervisor releases for others, too."""

        async def once(state: Conversation) -> Sequence[Fact]:
            left = self._left(state, agent)
            if to == "assistant":
                return [left]
            summary = state.handoff.summary if state.handoff is not None else ""
            return [left, HandoffRequested(reason="returned to the queue", summary=summary)]

        await self._change(conversation, agent, once)

    async def close(self, conversation: ConversationId, agent: Agent, *, outcome: str) -> None:
        """Raises NotClaimed, ClaimedByAnother, NotOpen."""

        async def once(state: Conversation) -> Sequence[Fact]:
            return [self._left(state, agent), ConversationClosed(reason=outcome)]

        await self._change(conversation, agent, once)

    async def say(self, conversation: ConversationId, agent: Agent, text: str, *, client_id: str) -> int:
        """The seq; the same client_id again gives the same. Raises NotClaimed, ClaimedByAnother, MessageRefused."""
        said = AgentSaid(agent_id=agent.id, text=checked_text(text), client_id=checked_client_id(client_id))
        self._mine((await self._sessions.of(conversation)).state, agent)
        draft = Draft(fact=said, actor=agent.actor, channel="desk")
        return (await self._sessions.append(conversation, [draft])).events[0].seq

    async def note(self, conversation: ConversationId, agent: Agent, text: str) -> int:
        """For agents only; anybody of the desk may, whoever has the conversation."""
        fact = NoteAdded(agent_id=agent.id, text=checked_text(text)[:MOST_NOTE])
        return (await self.record(conversation, agent, [fact]))[-1].seq

    async def record(self, conversation: ConversationId, agent: Agent, facts: Sequence[Fact]) -> Sequence[Event]:
        """What an agent did, under their name; nothing for nothing."""
        await self._sessions.of(conversation)
        drafts = [Draft(fact=fact, actor=agent.actor, channel="desk") for fact in facts]
        if not drafts:
            return ()
        return (await self._sessions.append(conversation, drafts)).events

    def typing(self, conversation: ConversationId, on: bool) -> None:
        self._bus.publish(conversation, Typing(who="agent", on=on))

    async def mine(self, conversation: ConversationId, agent: Agent) -> Conversation:
        """Its state. Raises NotClaimed, ClaimedByAnother, NotOpen, ConversationNotFound."""
        state = (await self._sessions.of(conversation)).state
        self._mine(state, agent)
        return state

    def _left(self, state: Conversation, agent: Agent) -> AgentLeft:
        if agent.role == "agent":
            self._mine(state, agent)
        if state.agent is None:
            raise NotClaimed
        return AgentLeft(agent_id=state.agent.agent_id, name=state.agent.name)

    def _mine(self, state: Conversation, agent: Agent) -> None:
        if state.status == "closed":
            raise NotOpen
        if state.agent is None:
            raise NotClaimed
        if state.agent.agent_id != agent.id:
            raise ClaimedByAnother(state.agent.name)

    async def _change(
        self,
        conversation: ConversationId,
        agent: Agent,
        decide: Callable[[Conversation], Awaitable[Sequence[Fact]]],
    ) -> bool:
        """Whether something was written. Decided anew as long as somebody else writes in between."""
        for _ in range(_TRIES):
            session = await self._sessions.of(conversation)
            if session.state.status == "closed":
                raise NotOpen
            facts = await decide(session.state)
            if not facts:
                return False
            drafts = [Draft(fact=fact, actor=_by(fact, agent), channel="desk") for fact in facts]
            try:
                await self._sessions.append(conversation, drafts, expected_seq=session.state.last_seq)
            except ConcurrentTurn:
                await self._sessions.catch_up(session)
            else:
                return True
        raise ConcurrentTurn(f"conversation {conversation} changes faster than it can be taken: try again")


def _by(fact: Fact, agent: Agent) -> Actor:
    return SYSTEM if isinstance(fact, HandoffRequested) else agent.actor


def _line(state: Conversation) -> Waiting:
    assert state.handoff is not None
    said = [line.text for line in state.transcript if line.who == "customer"]
    return Waiting(
        conversation=state.id,
        status=state.status,
        since=state.handoff.since,
        reason=state.handoff.reason,
        summary=state.handoff.summary,
        language=state.language or state.locale.split("-")[0],
        channel=state.channels[-1] if state.channels else "",
        customer_id=state.customer_id,
        last_words=said[-1][:280] if said else "",
        mood=mood_of(said[-3:]),
        agent=state.agent,
        last_seq=state.last_seq,
    )
