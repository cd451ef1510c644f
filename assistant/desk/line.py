"""A line of the queue: a conversation that waits for a person, or has one (pure). Above: `desk`. Below: the fold, mood."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from assistant.conversation import Conversation, Status
from assistant.events import AgentJoined, ConversationId
from assistant.mood import Mood, mood_of

RESERVED_SECONDS = 60
"""How long a conversation that was given to an agent waits for them alone."""


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
    rule: str = ""
    priority: int = 0
    skills: tuple[str, ...] = ()
    front: bool = False
    for_agent: tuple[str, str] | None = None
    """Id and name of whom it was given to."""
    reserved_until: datetime | None = None
    snoozed_until: datetime | None = None
    snooze_note: str = ""
    offered: bool = False


def line_of(state: Conversation) -> Waiting:
    """Of a conversation with a handoff."""
    handoff = state.handoff
    assert handoff is not None
    said = [line.text for line in state.transcript if line.who == "customer"]
    given = (handoff.to_agent, handoff.to_name) if handoff.to_agent else None
    return Waiting(
        conversation=state.id,
        status=state.status,
        since=handoff.since,
        reason=handoff.reason,
        summary=handoff.summary,
        language=state.language or state.locale.split("-")[0],
        channel=state.channels[-1] if state.channels else "",
        customer_id=state.customer_id,
        last_words=said[-1][:280] if said else "",
        mood=mood_of(said[-3:]),
        agent=state.agent,
        last_seq=state.last_seq,
        rule=handoff.rule,
        priority=handoff.priority,
        skills=handoff.skills,
        front=handoff.front,
        for_agent=given,
        reserved_until=reserved_until(state),
        snoozed_until=state.snoozed.until if state.snoozed else None,
        snooze_note=state.snoozed.note if state.snoozed else "",
        offered=handoff.offered,
    )


def reserved_until(state: Conversation) -> datetime | None:
    if state.handoff is None or not state.handoff.to_agent or state.agent is not None:
        return None
    return state.handoff.since + timedelta(seconds=RESERVED_SECONDS)


def in_order(lines: Iterable[Waiting]) -> tuple[Waiting, ...]:
    """Those that wait first: urgent ones, then those that came back, then the longest wait; then those that agents have."""
    return tuple(
        sorted(lines, key=lambda one: (one.status != "waiting_for_agent", -one.priority, not one.front, one.since))
    )
