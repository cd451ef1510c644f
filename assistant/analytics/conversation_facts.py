"""What one conversation's log says of how it went: counts, times and names of closed sets, no words (pure).

Words of failed searches stand beside, for `searches` alone, which keeps them only where enough people asked. Above: `folding`.
Below: events.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from assistant.desk.tables import stamp
from assistant.events import (
    AgentJoined,
    AssistantSaid,
    CartChanged,
    ConfirmationAnswered,
    ConversationClosed,
    ConversationStarted,
    CustomerIdentified,
    CustomerSaid,
    DataErased,
    Event,
    FeedbackGiven,
    HandoffRequested,
    OutcomeRecorded,
    ToolCalled,
    ToolReturned,
    TurnFailed,
    TurnStarted,
)
from assistant.tools.policy import WRITES

SEARCH = "find_products"
NOT_UNDERSTOOD = frozenset({"unclear"})
OPENING = frozenset({"show_product", "choose", "check_stock", "show_on_map"})
"""Buttons by which a customer looks at one of the products shown."""
ASKING = frozenset({"product_question", "check_stock", "where_in_store", "compare", "choose"})
"""… and what they ask of it in words."""
CHECKING_OUT = "check_out"
BY_TOOL: Mapping[str, str] = {"find_policies": "policy", "get_order": "track_order", "find_customer": "identify"}
"""Intents of replies from before they told them."""


@dataclass(slots=True, kw_only=True)
class ConversationFacts:
    conversation_id: str
    last_seq: int = 0
    started_at: str = ""
    last_at: str = ""
    customer_id: str = ""
    customers: list[str] = field(default_factory=list)
    """All who were known in it: each of them must let it be analysed."""
    channels: list[str] = field(default_factory=list)
    """Those that the customer wrote or spoke on, in order; of a conversation without words, none."""
    language: str = ""
    store: str = ""
    customer_turns: int = 0
    replies: int = 0
    latencies: list[float] = field(default_factory=list)
    """Seconds from a turn's start to its reply."""
    not_understood: int = 0
    failed_turns: int = 0
    intents: list[str] = field(default_factory=list)
    handoff: str = ""
    """The rule that asked for a person, the first time; "agent": one came unasked."""
    asked_for_person: bool = False
    agent_joined: bool = False
    outcome: str = ""
    thumbs_up: int = 0
    thumbs_down: int = 0
    last_thumb: str = ""
    changes_done: int = 0
    """Changes of orders or records that were confirmed and carried out."""
    searches: int = 0
    not_found: list[str] = field(default_factory=list)
    """Words of searches that found nothing, as they were searched for."""
    opened: bool = False
    carted: bool = False
    checked_out: bool = False
    closed: bool = False
    erased: bool = False

    @property
    def latency_p50(self) -> float | None:
        return round(median(self.latencies), 3) if self.latencies else None


@dataclass(slots=True, kw_only=True)
class _Turn:
    """What is open while the log is read."""

    started: Mapping[str, Any] = field(default_factory=dict)
    times: dict[str, Any] = field(default_factory=dict)
    tools: list[str] = field(default_factory=list)
    wanted: str = ""
    missed: str = ""
    searched: bool = False
    confirmed: bool = False


def facts_of(events: Sequence[Event]) -> ConversationFacts:
    """Of a whole log, which has at least one event."""
    facts = ConversationFacts(conversation_id=events[0].conversation, started_at=stamp(events[0].at))
    turn = _Turn()
    for event in events:
        facts.last_seq, facts.last_at = event.seq, stamp(event.at)
        _take(facts, turn, event)
    return facts


def _take(facts: ConversationFacts, turn: _Turn, event: Event) -> None:
    match event.fact:
        case ConversationStarted(locale=locale, store=store):
            facts.language, facts.store = locale.split("-")[0], store
        case CustomerSaid():
            _said(facts, event, event.fact)
        case CustomerIdentified(customer_id=customer_id):
            facts.customer_id = customer_id
            _add(facts.customers, customer_id)
        case TurnStarted(turn_id=turn_id):
            turn.times[turn_id] = event.at
        case ToolCalled(name=name, arguments=arguments):
            _called(turn, name, arguments)
        case ToolReturned():
            _returned(facts, turn, event.fact)
        case AssistantSaid():
            _replied(facts, turn, event, event.fact)
        case TurnFailed(code=code) if code != "interrupted":
            facts.failed_turns += 1
        case CartChanged(cart=cart):
            facts.carted |= bool(cart.items)
        case ConfirmationAnswered(answer=answer):
            turn.confirmed = answer == "yes"
        case FeedbackGiven(rating=rating):
            facts.thumbs_up += rating == "up"
            facts.thumbs_down += rating == "down"
            facts.last_thumb = rating
        case _:
            _hands(facts, event)


def _said(facts: ConversationFacts, event: Event, said: CustomerSaid) -> None:
    facts.customer_turns += 1
    _add(facts.channels, event.channel)
    if said.action is not None:
        facts.opened |= said.action.name in OPENING
        facts.checked_out |= said.action.name == CHECKING_OUT


def _called(turn: _Turn, name: str, arguments: Mapping[str, Any]) -> None:
    turn.tools.append(name)
    need = arguments.get("need") if name == SEARCH else None
    if isinstance(need, Mapping):
        turn.wanted = str(need.get("text", ""))


def _returned(facts: ConversationFacts, turn: _Turn, fact: ToolReturned) -> None:
    if fact.name == SEARCH and fact.error is None and isinstance(fact.result, Mapping):
        turn.searched = True
        missing = fact.result.get("missing") or ()
        turn.missed = " ".join(map(str, missing)) or ("" if fact.result.get("products") else turn.wanted)
    elif turn.confirmed and fact.error is None and fact.name in WRITES:
        facts.changes_done += 1
        turn.confirmed = False


def _replied(facts: ConversationFacts, turn: _Turn, event: Event, reply: AssistantSaid) -> None:
    facts.replies += 1
    facts.language = reply.language or facts.language
    if (began := turn.times.pop(reply.turn_id, None)) is not None:
        facts.latencies.append((event.at - began).total_seconds())
    intents = reply.intents or tuple(BY_TOOL.get(name, name) for name in turn.tools)
    for intent in intents:
        _add(facts.intents, intent)
    facts.not_understood += bool(NOT_UNDERSTOOD & set(intents))
    facts.opened |= bool(ASKING & set(intents))
    facts.checked_out |= CHECKING_OUT in intents
    facts.searches += turn.searched
    if turn.searched and turn.missed:
        facts.not_found.append(turn.missed)
    turn.tools, turn.searched, turn.missed, turn.wanted, turn.confirmed = [], False, "", "", False


def _hands(facts: ConversationFacts, event: Event) -> None:
    match event.fact:
        case HandoffRequested(rule=rule, reason=reason):
            facts.asked_for_person = True
            facts.handoff = facts.handoff or rule or ("asked" if "ask" in reason else "other")
        case AgentJoined():
            facts.agent_joined = True
            facts.handoff = facts.handoff or "agent"
        case OutcomeRecorded(outcome=outcome):
            facts.outcome = outcome
        case ConversationClosed():
            facts.closed = True
        case DataErased():
            facts.erased = True
        case _:
            pass


def _add(names: list[str], name: str) -> None:
    if name and name not in names:
        names.append(name)
