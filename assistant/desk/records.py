"""What search and figures keep of a conversation: derived from its log, never the truth (pure).

One row a conversation with the words that are searched, one row each time a person was asked for. Above: `desk_archive`,
which keeps them; `desk_figures`. Below: events.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from assistant.desk.tables import stamp
from assistant.events import (
    AgentJoined,
    AgentLeft,
    AgentSaid,
    AssistantSaid,
    CallbackRequested,
    ChannelJoined,
    ConversationClosed,
    ConversationStarted,
    CustomerIdentified,
    CustomerSaid,
    DataErased,
    Event,
    HandoffEnded,
    HandoffRequested,
    MessageLeft,
    OutcomeRecorded,
    SuggestionMade,
    SuggestionUsed,
    ToolCalled,
)

MOST_WORDS = 8_000
"""Characters of a conversation that are searched, the last ones."""
_ORDER = re.compile(r"#?[A-Za-z]{0,4}\d[\w-]{2,20}")


@dataclass(slots=True, kw_only=True)
class HandoffRecord:
    conversation_id: str
    asked_seq: int
    asked_at: str
    reason: str
    rule: str
    priority: int
    channel: str
    language: str
    customer_id: str
    claimed_at: str = ""
    agent_id: str = ""
    first_reply_at: str = ""
    ended_at: str = ""
    ended_by: str = ""
    """agent, queue, customer, callback, message, closed; empty while it lasts."""
    outcome: str = ""
    callback: int = 0

    @property
    def over(self) -> bool:
        return bool(self.ended_at)


@dataclass(slots=True, kw_only=True)
class ConversationRecord:
    conversation_id: str
    last_seq: int = 0
    status: str = "assistant"
    started_at: str = ""
    last_at: str = ""
    customer_id: str = ""
    language: str = ""
    outcome: str = ""
    agents: list[str] = field(default_factory=list)
    orders: list[str] = field(default_factory=list)
    channels: list[str] = field(default_factory=list)
    drafts_made: int = 0
    drafts_used: int = 0
    drafts_unedited: int = 0
    edit_distances: list[int] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    handoffs: list[HandoffRecord] = field(default_factory=list)

    def row(self) -> dict[str, Any]:
        """As it stands in the table; lists between spaces, so that a word of them is found whole."""
        kept = asdict(self)
        lists = {name: _listed(kept.pop(name)) for name in ("agents", "orders", "channels", "edit_distances")}
        words = "\n".join(kept.pop("said"))[-MOST_WORDS:]
        del kept["handoffs"]
        return {**kept, **lists, "words": words}


def record_of(events: Sequence[Event]) -> ConversationRecord:
    """Of a whole log, which has at least one event."""
    record = ConversationRecord(conversation_id=events[0].conversation, started_at=stamp(events[0].at))
    for event in events:
        record.last_seq, record.last_at = event.seq, stamp(event.at)
        _take(record, event)
    return record


def _take(record: ConversationRecord, event: Event) -> None:
    at = stamp(event.at)
    match event.fact:
        case ConversationStarted(locale=locale):
            record.language = locale.split("-")[0]
        case ChannelJoined(channel=channel):
            _add(record.channels, channel)
        case CustomerIdentified(customer_id=customer_id):
            record.customer_id = customer_id
        case CustomerSaid(text=text):
            record.said.append(text)
        case AssistantSaid():
            _replied(record, event.fact)
        case AgentSaid(text=text):
            record.said.append(text)
            _answered(record, at)
        case ToolCalled(arguments=arguments):
            _note_orders(record, [str(arguments.get("order_id", ""))])
        case SuggestionMade():
            record.drafts_made += 1
        case SuggestionUsed(edit_distance=distance, edited=edited):
            record.drafts_used += 1
            record.drafts_unedited += distance == 0 if distance is not None else not edited
            record.edit_distances += [distance] if distance is not None else []
        case _:
            _hands(record, event, at)


def _hands(record: ConversationRecord, event: Event, at: str) -> None:
    """What changes whose the conversation is."""
    match event.fact:
        case HandoffRequested():
            _end(record, at, "queue")
            record.handoffs.append(_asked(record, event, event.fact))
            record.status = "waiting_for_agent"
        case AgentJoined(agent_id=agent_id):
            _claimed(record, event, agent_id)
            record.status = "agent"
        case AgentLeft():
            _end(record, at, "agent")
            record.status = "assistant"
        case CallbackRequested() | MessageLeft():
            for handoff in record.handoffs[-1:]:
                handoff.callback = 1
        case HandoffEnded(reason=reason):
            _end(record, at, "customer" if reason == "back_to_assistant" else reason)
            record.status = "assistant"
        case OutcomeRecorded(outcome=outcome):
            record.outcome = outcome
            for handoff in record.handoffs[-1:]:
                handoff.outcome = outcome
        case ConversationClosed() | DataErased():
            _end(record, at, "closed")
            record.status = "closed"
        case _:
            pass


def _asked(record: ConversationRecord, event: Event, fact: HandoffRequested) -> HandoffRecord:
    return HandoffRecord(
        conversation_id=record.conversation_id,
        asked_seq=event.seq,
        asked_at=stamp(event.at),
        reason=fact.reason[:200],
        rule=fact.rule,
        priority=fact.priority,
        channel=event.channel if event.channel != "desk" else (record.channels or [""])[-1],
        language=record.language,
        customer_id=record.customer_id,
    )


def _claimed(record: ConversationRecord, event: Event, agent_id: str) -> None:
    _add(record.agents, agent_id)
    if not record.handoffs or record.handoffs[-1].over:  # taken without being asked for, or from a colleague
        taken = HandoffRequested(reason="taken by an agent", summary="")
        record.handoffs.append(_asked(record, event, taken))
    record.handoffs[-1].claimed_at = stamp(event.at)
    record.handoffs[-1].agent_id = agent_id


def _answered(record: ConversationRecord, at: str) -> None:
    for handoff in record.handoffs[-1:]:
        handoff.first_reply_at = handoff.first_reply_at or at


def _replied(record: ConversationRecord, reply: AssistantSaid) -> None:
    record.language = reply.language or record.language
    if reply.text:
        record.said.append(reply.text)
    _note_orders(record, [card.id for card in reply.cards if card.kind == "order"])


def _note_orders(record: ConversationRecord, orders: Iterable[str]) -> None:
    for order in orders:
        if _ORDER.fullmatch(order):
            _add(record.orders, order)


def _end(record: ConversationRecord, at: str, by: str) -> None:
    for handoff in record.handoffs[-1:]:
        if not handoff.over:
            handoff.ended_at, handoff.ended_by = at, by


def _add(names: list[str], name: str) -> None:
    if name and name not in names:
        names.append(name)


def _listed(values: Iterable[object]) -> str:
    return f" {' '.join(map(str, values))} "
