"""The pure core: events folded into what a customer sees. `Log` plus an event is a `Log`; nothing else changes it.

Every device that has the same events has the same `state_hash` (docs/moving.md has the algorithm and its vectors).
Below: `facts`. Above: `conversation`, and apps that keep a log of their own.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any, Literal

from .facts import (
    AgentJoined,
    AgentLeft,
    AgentSaid,
    AssistantSaid,
    CartChanged,
    ConfirmationAnswered,
    ConfirmationAsked,
    ContextChanged,
    ConversationClosed,
    ConversationStarted,
    CustomerIdentified,
    CustomerSaid,
    CustomerSignedOut,
    DataErased,
    Fact,
    HandoffEnded,
    HandoffRequested,
    ReplyReady,
    TurnFailed,
    TurnStarted,
    fact_of,
)
from .values import Card, Cart, Event, Money, QuickReply

HASH_VERSION = 1
HASH_DIGITS = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of the transcript. `quick_replies` may be pressed while it is the last one."""

    seq: int
    who: Literal["customer", "assistant", "agent"]
    text: str
    name: str = ""
    cards: tuple[Card, ...] = ()
    quick_replies: tuple[QuickReply, ...] = ()
    interrupted: bool = False
    turn_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Log:
    """The state after the event `last_seq`."""

    last_seq: int = 0
    status: str = "assistant"
    """assistant, waiting_for_agent, agent, closed."""
    locale: str = ""
    transcript: tuple[Line, ...] = ()
    cart: Cart = field(default_factory=Cart)
    confirmation: ConfirmationAsked | None = None
    """The pending question whose answer is `confirm` or `decline`."""
    question: tuple[str, str] | None = None
    """The pending question of a flow: (flow, slot)."""
    shown: tuple[Card, ...] = ()
    """The cards of the last reply that had any."""
    listed: tuple[str, ...] = ()
    """The products of the last reply that showed some and told nothing of the customer's own: what "the second" means."""
    identified: bool = False
    agent: str = ""
    """The name of the person who is there."""
    turn_id: str | None = None
    """The running turn."""

    def applying(self, event: Event) -> Log:
        """Raises ValueError when the event is not the next one."""
        if event.seq != self.last_seq + 1:
            raise ValueError(
                f"event {event.seq} cannot follow {self.last_seq}: read the events after {self.last_seq} first"
            )
        fact = fact_of(event)
        changed = self if fact is None else _fold(self, event, fact)
        return replace(changed, last_seq=event.seq)

    @classmethod
    def replay(cls, events: Iterable[Event]) -> Log:
        log = cls()
        for event in events:
            log = log.applying(event)
        return log

    def saying(self, line: Line) -> Log:
        """A reply that was shown while it was spoken is one line, not two."""
        if line.turn_id and self.transcript and self.transcript[-1].turn_id == line.turn_id:
            return replace(self, transcript=(*self.transcript[:-1], line))
        return replace(self, transcript=(*self.transcript, line))


def _fold(log: Log, event: Event, fact: Fact) -> Log:
    match fact:
        case ConversationStarted(locale=locale, currency=currency):
            return replace(log, locale=locale, cart=Cart(total=Money(amount=Decimal("0.00"), currency=currency)))
        case CustomerSaid(text=text):
            return log.saying(Line(seq=event.seq, who="customer", text=text))
        case CustomerIdentified():
            return replace(log, identified=True)
        case CustomerSignedOut():
            return replace(log, identified=False, confirmation=None, question=None, shown=(), listed=())
        case DataErased():
            return Log(locale=log.locale, status="closed")
        case TurnStarted(turn_id=turn_id):
            return replace(log, turn_id=turn_id)
        case ReplyReady() | AssistantSaid():
            return _replied(log, event, fact)
        case TurnFailed(text=text):
            ended = replace(log, turn_id=None)
            return ended.saying(Line(seq=event.seq, who="assistant", text=text)) if text else ended
        case CartChanged(cart=cart):
            return replace(log, cart=cart)
        case ContextChanged(context=context):
            return replace(log, question=_question(context.get("asked")))
        case ConfirmationAsked():
            return replace(log, confirmation=fact)
        case ConfirmationAnswered():
            return replace(log, confirmation=None)
        case HandoffRequested():
            return replace(log, status="waiting_for_agent", agent="")
        case AgentJoined(name=name):
            return replace(log, status="agent", agent=name)
        case AgentLeft() | HandoffEnded():
            return replace(log, status="assistant", agent="")
        case AgentSaid(text=text):
            return log.saying(Line(seq=event.seq, who="agent", text=text, name=log.agent))
        case ConversationClosed():
            return replace(log, status="closed", agent="")
        case _:
            return log


def _replied(log: Log, event: Event, reply: ReplyReady | AssistantSaid) -> Log:
    told = replace(log, shown=reply.cards or log.shown, listed=_listed(log, reply))
    interrupted = False
    if isinstance(reply, AssistantSaid):
        told, interrupted = replace(told, turn_id=None), reply.interrupted
    if not reply.text:
        return told
    line = Line(
        seq=event.seq,
        who="assistant",
        text=reply.text,
        cards=reply.cards,
        quick_replies=reply.quick_replies,
        interrupted=interrupted,
        turn_id=reply.turn_id,
    )
    return told.saying(line)


def _listed(log: Log, reply: ReplyReady | AssistantSaid) -> tuple[str, ...]:
    own = any(card.kind == "order" for card in reply.cards)
    own = own or any(citation.kind in ("order", "profile") for citation in reply.citations)
    return log.listed if own else tuple(card.id for card in reply.cards if card.kind == "product") or log.listed


def _question(asked: Any) -> tuple[str, str] | None:
    return (str(asked.get("flow", "")), str(asked.get("slot", ""))) if isinstance(asked, dict) else None


def told_apart(log: Log) -> dict[str, Any]:
    """What is hashed: strings, whole numbers, booleans and null alone, which look the same in every language's JSON."""
    total = log.cart.total
    return {
        "cart": {
            "items": [{"quantity": item.quantity, "variant_id": item.variant_id} for item in log.cart.items],
            "total": {"amount": str(total.amount), "currency": total.currency},
        },
        "confirmation": log.confirmation.confirmation_id if log.confirmation else None,
        "identified": log.identified,
        "question": {"flow": log.question[0], "slot": log.question[1]} if log.question else None,
        "shown": list(log.listed),
        "status": log.status,
        "version": HASH_VERSION,
    }


def state_hash(log: Log) -> str:
    """Of a log that was folded from its first event: equal to the server's for the same `last_seq`."""
    canonical = json.dumps(told_apart(log), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()[:HASH_DIGITS]
