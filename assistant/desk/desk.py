"""Desk: what agents do with conversations. Queue, claim, say, note, release, close: each is a fact in the customer's own log.

Whoever calls has proved to be an agent (channels/desk). An agent speaks only where they have claimed; a claim is taken by one,
and told to the other. Above: channels/desk. Below: sessions, the log.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Literal, TypeVar

from assistant.acts import Act
from assistant.authority import Decision, Thing, permit
from assistant.authority import Role as Asking
from assistant.clock import SystemClock
from assistant.conversation import Conversation
from assistant.desk.line import Waiting as Waiting
from assistant.desk.line import in_order, line_of, reserved_until
from assistant.desk.people import Agent as Agent
from assistant.desk.people import ClaimedByAnother as ClaimedByAnother
from assistant.desk.people import DeskError as DeskError
from assistant.desk.people import NotClaimed as NotClaimed
from assistant.desk.people import NotOpen as NotOpen
from assistant.desk.people import Reserved
from assistant.desk.people import Role as Role
from assistant.errors import ConcurrentTurn
from assistant.events import (
    ASSISTANT,
    SYSTEM,
    Actor,
    AgentJoined,
    AgentLeft,
    AgentSaid,
    AssistantSaid,
    ConversationId,
    Draft,
    Event,
    Fact,
    HandoffRequested,
    NoteAdded,
    WaitOffered,
)
from assistant.messages import checked_client_id, checked_text
from assistant.ports import Clock, EventBus, EventStore
from assistant.sessions import DESK, Sessions
from assistant.signals import AgentHere, DeskChanged, Hearing, Message, QueuePlace, Typing

T = TypeVar("T")
NoteKind = Literal["note", "whisper", "joined", "transfer", "call"]
_TRIES = 4
"""Of an append that must follow what was seen: customers write meanwhile."""
MOST_NOTE = 4_000


class Desk:
    """One per process, beside the assistant and over the same sessions."""

    def __init__(self, sessions: Sessions, store: EventStore, bus: EventBus, clock: Clock | None = None) -> None:
        self._sessions, self._store, self._bus = sessions, store, bus
        self.clock = clock or SystemClock()
        self.tells_place: Callable[[ConversationId], Awaitable[QueuePlace | None]] | None = None
        """The office's, which knows more of a wait than the position."""

    async def queue(self) -> tuple[Waiting, ...]:
        """Those that wait first, in the order in which they should be taken; then those that agents have."""
        sessions = await self._sessions.all_of(await self._store.with_people())
        return in_order(line for session in sessions if (line := _line(session.state)) is not None)

    async def line(self, conversation: ConversationId) -> Waiting | None:
        """None: no person is asked for there."""
        return _line((await self._sessions.of(conversation)).state)

    async def position(self, conversation: ConversationId) -> int:
        """From 1; 0 where it does not wait."""
        waiting = [line.conversation for line in await self.queue() if line.status == "waiting_for_agent"]
        return waiting.index(conversation) + 1 if conversation in waiting else 0

    async def place(self, conversation: ConversationId) -> QueuePlace | None:
        """What its customer is told while they wait; None: they do not."""
        if self.tells_place is not None:
            return await self.tells_place(conversation)
        position = await self.position(conversation)
        return QueuePlace(position=position, ahead=position - 1) if position else None

    def follow(self) -> AbstractAsyncContextManager[AsyncIterator[Message]]:
        """Every event of conversations in the queue or with an agent, and of those that leave it."""
        return self._bus.subscribe(DESK)

    async def claim(self, conversation: ConversationId, agent: Agent, *, take_over: bool = False) -> None:
        """Idempotent. Raises ClaimedByAnother, Reserved, NotOpen, ConversationNotFound. The assistant falls silent at once.
        take_over: whoever has it leaves for this one, who must be a supervisor."""

        async def once(state: Conversation) -> Sequence[Fact]:
            self.check(state, agent, Act.TAKE_OVER if take_over else Act.CLAIM)
            joined = AgentJoined(agent_id=agent.id, name=agent.name)
            if state.agent is None:
                self._check_reserved(state, agent)
                return [joined]
            if state.agent.agent_id == agent.id:
                return []
            return [AgentLeft(agent_id=state.agent.agent_id, name=state.agent.name), joined]

        if await self.change(conversation, agent, once):
            session = await self._sessions.of(conversation)
            if session.live is not None:
                session.cut(turn_id=session.live.id)

    async def release(self, conversation: ConversationId, agent: Agent, *, to: Literal["assistant", "queue"]) -> None:
        """Raises NotClaimed, ClaimedByAnother, NotOpen. A supervisor releases for others, too."""

        async def once(state: Conversation) -> Sequence[Fact]:
            left = self.left(state, agent, Act.RELEASE)
            return [left] if to == "assistant" else [left, asked_again(state, reason="returned to the queue")]

        await self.change(conversation, agent, once)

    async def say(self, conversation: ConversationId, agent: Agent, text: str, *, client_id: str) -> int:
        """The seq; the same client_id again gives the same. Raises NotClaimed, ClaimedByAnother, MessageRefused."""
        said = AgentSaid(agent_id=agent.id, text=checked_text(text), client_id=checked_client_id(client_id))
        self._mine((await self._sessions.of(conversation)).state, agent, Act.SAY_AS_AGENT)
        draft = Draft(fact=said, actor=agent.actor, channel="desk")
        return (await self._sessions.append(conversation, [draft])).events[0].seq

    async def note(self, conversation: ConversationId, agent: Agent, text: str, *, kind: NoteKind = "note") -> int:
        """For agents only; anybody of the desk may, whoever has the conversation."""
        fact = NoteAdded(agent_id=agent.id, text=checked_text(text)[:MOST_NOTE], kind=kind)
        return (await self.record(conversation, agent, [fact]))[-1].seq

    async def record(self, conversation: ConversationId, agent: Agent, facts: Sequence[Fact]) -> Sequence[Event]:
        """What an agent did, under their name; nothing for nothing."""
        await self._sessions.of(conversation)
        drafts = [Draft(fact=fact, actor=agent.actor, channel="desk") for fact in facts]
        if not drafts:
            return ()
        return (await self._sessions.append(conversation, drafts)).events

    async def state(self, conversation: ConversationId) -> Conversation:
        """Raises ConversationNotFound."""
        return (await self._sessions.of(conversation)).state

    async def log(self, conversation: ConversationId) -> Sequence[Event]:
        """Raises ConversationNotFound."""
        return await self._store.read(conversation)

    async def seqs(self) -> Sequence[tuple[ConversationId, int]]:
        """Every conversation with its last seq: for what is derived from the log."""
        return [(name, await self._store.last_seq(name)) for name in await self._store.conversations()]

    def take_touched(self, most: int) -> Sequence[ConversationId]:
        """Conversations that this process has appended to since they were taken the last time."""
        return self._sessions.take_touched(most)

    def tell(self, signal: DeskChanged) -> None:
        """All agents' screens."""
        self._bus.publish(DESK, signal)

    def tell_customer(self, conversation: ConversationId, place: QueuePlace) -> None:
        self._bus.publish(conversation, place)

    def tell_watching(self, conversation: ConversationId, signal: AgentHere | Hearing) -> None:
        """The agents who watch it; never the customer."""
        self._bus.publish(watched(conversation), signal)

    def watching(self, conversation: ConversationId) -> AbstractAsyncContextManager[AsyncIterator[Message]]:
        return self._bus.subscribe(watched(conversation))

    async def typing(self, conversation: ConversationId, agent: Agent, on: bool) -> None:
        """The customer sees it of the agent who has their conversation, and of nobody else. Raises ConversationNotFound."""
        state = (await self._sessions.of(conversation)).state
        if permit(Asking(agent.role), Act.TYPE_AS_AGENT, claim_of(state, agent)) is Decision.ALLOWED:
            self._bus.publish(conversation, Typing(who="agent", on=on))

    async def mine(
        self, conversation: ConversationId, agent: Agent, act: Act = Act.CHANGE_FOR_CUSTOMER
    ) -> Conversation:
        """Its state. Raises NotClaimed, ClaimedByAnother, NotOpen, ConversationNotFound."""
        state = (await self._sessions.of(conversation)).state
        self._mine(state, agent, act)
        return state

    def left(self, state: Conversation, agent: Agent, act: Act) -> AgentLeft:
        """The fact of their leaving it. Raises NotClaimed, ClaimedByAnother; a supervisor may for others, too."""
        self.check(state, agent, act)
        if state.agent is None:
            raise NotClaimed
        return AgentLeft(agent_id=state.agent.agent_id, name=state.agent.name)

    def _check_reserved(self, state: Conversation, agent: Agent) -> None:
        until = reserved_until(state)
        handoff = state.handoff
        if until is None or handoff is None or handoff.to_agent == agent.id or agent.role != "agent":
            return
        if self.clock.now() < until:
            raise Reserved(handoff.to_name or handoff.to_agent, f"{until:%H:%M:%S} UTC")

    def _mine(self, state: Conversation, agent: Agent, act: Act) -> None:
        if state.status == "closed":
            raise NotOpen
        self.check(state, agent, act)

    @staticmethod
    def check(state: Conversation, agent: Agent, act: Act) -> None:
        """By `authority`. Raises NotClaimed, ClaimedByAnother."""
        match permit(Asking(agent.role), act, claim_of(state, agent)):
            case Decision.ALLOWED:
                return
            case Decision.CLAIMED if state.agent is not None:
                raise ClaimedByAnother(state.agent.name)
            case _:
                raise NotClaimed

    async def change(
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


def claim_of(state: Conversation, agent: Agent) -> Thing:
    if state.agent is None:
        return Thing.FREE
    return Thing.OWN if state.agent.agent_id == agent.id else Thing.ANOTHERS


def watched(conversation: ConversationId) -> ConversationId:
    """Where the bus tells agents of a conversation what no customer may hear."""
    return ConversationId(f"desk/{conversation}")


def asked_again(state: Conversation, *, reason: str, summary: str = "", front: bool = True) -> HandoffRequested:
    """Back to the queue, as urgent as before: ahead of all that are no more urgent, for they have waited once."""
    before = state.handoff
    return HandoffRequested(
        reason=reason,
        summary=summary or (before.summary if before is not None else ""),
        rule=before.rule if before is not None else "",
        priority=before.priority if before is not None else 0,
        skills=before.skills if before is not None else (),
        front=front,
    )


def _by(fact: Fact, agent: Agent) -> Actor:
    if isinstance(fact, AssistantSaid):
        return ASSISTANT
    return SYSTEM if isinstance(fact, HandoffRequested | WaitOffered) else agent.actor


def _line(state: Conversation) -> Waiting | None:
    return line_of(state) if state.handoff is not None and state.status != "closed" else None
