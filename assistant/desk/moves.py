"""What an agent does with a whole conversation: give it on, lay it aside, end it. Each is one commit of facts in its log.

Above: channels/desk, the waiting room. Below: `desk`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Literal, get_args

from assistant.acts import Act
from assistant.conversation import Conversation
from assistant.desk.desk import MOST_NOTE, Agent, Desk, asked_again
from assistant.desk.people import InvalidWish
from assistant.desk.waiting_room import told
from assistant.events import (
    AgentLeft,
    ConversationClosed,
    ConversationId,
    ConversationSnoozed,
    Fact,
    HandoffRequested,
    NoteAdded,
    OutcomeRecorded,
    TurnId,
)

Outcome = Literal["solved", "not_solved", "call_back", "spam", "other"]
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)
LONGEST_SNOOZE = timedelta(days=30)
SHOP = Agent(id="desk", name="")
"""In whose name conversations come back by themselves."""


async def transfer(
    desk: Desk,
    conversation: ConversationId,
    agent: Agent,
    *,
    to: Agent | None,
    reason: str,
    summary: str,
    skills: Sequence[str] = (),
) -> None:
    """To an agent, or (None) to the queue. Raises InvalidWish, NotClaimed, ClaimedByAnother, NotOpen."""

    async def once(state: Conversation) -> Sequence[Fact]:
        left = desk.left(state, agent, Act.GIVE_ON)
        if to is not None and to.id == left.agent_id:
            raise InvalidWish("same_agent", f"{to.name} has this conversation already")
        return [left, _note(agent, to, reason, summary), _asked(state, to, skills)]

    await desk.change(conversation, agent, once)


async def snooze(desk: Desk, conversation: ConversationId, agent: Agent, *, until: datetime, note: str = "") -> None:
    """Raises InvalidWish, NotClaimed, ClaimedByAnother, NotOpen."""
    now = desk.clock.now()
    until = until if until.tzinfo else until.replace(tzinfo=UTC)
    if not now < until <= now + LONGEST_SNOOZE:
        raise InvalidWish(
            "bad_time", f"until lies in the coming {LONGEST_SNOOZE.days} days: now it is {now:%Y-%m-%dT%H:%MZ}"
        )

    async def once(state: Conversation) -> Sequence[Fact]:
        desk.left(state, agent, Act.SNOOZE)
        return [ConversationSnoozed(agent_id=agent.id, until=until, note=note[:MOST_NOTE])]

    await desk.change(conversation, agent, once)


async def wake(
    desk: Desk, conversation: ConversationId, *, reason: str = "laid aside until now", by: Agent | None = None
) -> bool:
    """Back to the front of the queue, for its agent first. False: it is not laid aside. `by`: who asked; None: its time came.

    Raises NotOpen, ClaimedByAnother.
    """

    async def once(state: Conversation) -> Sequence[Fact]:
        if state.snoozed is None or state.agent is None:
            return []
        if by is not None:
            desk.check(state, by, Act.WAKE)
        asked = replace(asked_again(state, reason=reason), to_agent=state.agent.agent_id, to_name=state.agent.name)
        return [AgentLeft(agent_id=state.agent.agent_id, name=state.agent.name), asked]

    return await desk.change(conversation, SHOP, once)


async def dropped(desk: Desk, conversation: ConversationId, agent: Agent) -> bool:
    """Its agent has lost the connection: to the front of the queue, and the customer is told. What was laid aside stays so.
    False: it is not theirs any more. Raises NotOpen."""

    async def once(state: Conversation) -> Sequence[Fact]:
        if state.agent is None or state.agent.agent_id != agent.id or state.snoozed is not None:
            return []
        left = AgentLeft(agent_id=agent.id, name=state.agent.name)
        facts: list[Fact] = [left, asked_again(state, reason="its agent lost the connection")]
        if state.turn is None:
            turn = TurnId(f"dropped_{state.id}_{state.last_seq}")
            facts.append(told(state, "agent_dropped", turn, name=state.agent.name))
        return facts

    return await desk.change(conversation, SHOP, once)


async def close(desk: Desk, conversation: ConversationId, agent: Agent, *, outcome: Outcome, note: str = "") -> None:
    """Raises InvalidWish, NotClaimed, ClaimedByAnother, NotOpen. The customer is not told that they are taken for spam."""
    if outcome == "other" and not note.strip():
        raise InvalidWish("note_needed", "an outcome that is none of the others needs a note that says what it was")

    async def once(state: Conversation) -> Sequence[Fact]:
        told = "closed" if outcome == "spam" else outcome
        recorded = OutcomeRecorded(agent_id=agent.id, outcome=outcome, note=note[:MOST_NOTE])
        return [desk.left(state, agent, Act.CLOSE), recorded, ConversationClosed(reason=told)]

    await desk.change(conversation, agent, once)


def _note(agent: Agent, to: Agent | None, reason: str, summary: str) -> NoteAdded:
    whom = f"to {to.name}" if to is not None else "to the queue"
    return NoteAdded(agent_id=agent.id, text=f"Given on {whom}: {reason}\n{summary}"[:MOST_NOTE], kind="transfer")


def _asked(state: Conversation, to: Agent | None, skills: Sequence[str]) -> HandoffRequested:
    """Customers can read the event: an agent's own words are in the note instead."""
    asked = asked_again(state, reason="given on")
    asked = replace(asked, skills=tuple(skills) or asked.skills)
    return replace(asked, to_agent=to.id, to_name=to.name) if to is not None else asked
