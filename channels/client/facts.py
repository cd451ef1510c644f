"""What happened, typed: the table of protocol.md as dataclasses. Below: `values`. Above: `log`, and whoever reads events.

`fact_of(event)` gives one of these, or None for a type that this version does not know: skip it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, get_args

from .values import Card, Cart, Citation, Event, QuickReply, many, one, read


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationStarted:
    locale: str
    currency: str = "USD"
    store: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelJoined:
    channel: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelLeft:
    channel: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionTaken:
    name: str
    arguments: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class DisplayAllowed:
    """Whether the public screen beside it may show what is the customer's."""

    allow: bool
    client_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerSaid:
    client_id: str
    text: str
    audio: bool = False
    transcript_confidence: float | None = None
    action: ActionTaken | None = field(default=None, metadata=one(ActionTaken))


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerIdentified:
    customer_id: str
    method: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerSignedOut:
    customer_id: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentChanged:
    purpose: str
    given: bool
    source: str = "customer"
    notice: str = ""
    client_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DataErased:
    """What was said before it can no longer be read by anybody."""

    request_id: str = ""
    scope: str = "conversation"
    reason: str = "asked"


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnStarted:
    turn_id: str
    answers: tuple[int, ...] = ()
    """The seqs of the customer_said events that it serves."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnFailed:
    turn_id: str
    code: str
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmationAsked:
    confirmation_id: str
    action: str = ""
    summary: str = ""
    arguments: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmationAnswered:
    confirmation_id: str
    answer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CartChanged:
    cart: Cart = field(default=Cart(), metadata=one(Cart))


@dataclass(frozen=True, slots=True, kw_only=True)
class ContextChanged:
    context: Mapping[str, Any]
    turn_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What `assistant_said` and `reply_ready` share."""

    turn_id: str
    text: str
    language: str = ""
    cards: tuple[Card, ...] = field(default=(), metadata=many(Card))
    citations: tuple[Citation, ...] = field(default=(), metadata=many(Citation))
    quick_replies: tuple[QuickReply, ...] = field(default=(), metadata=many(QuickReply))
    written_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyReady(Reply):
    """A reply that is being spoken: shown at once; its assistant_said follows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AssistantSaid(Reply):
    interrupted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoffRequested:
    reason: str = ""
    summary: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitOffered:
    """Nobody came in time: a call-back or a message is offered."""

    turn_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallbackRequested:
    callback_id: str
    phone: str = ""
    when: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageLeft:
    message_id: str
    text: str = ""
    contact: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoffEnded:
    """The customer waits no more."""

    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentJoined:
    agent_id: str
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentLeft:
    agent_id: str
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentSaid:
    agent_id: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedbackGiven:
    about_seq: int
    rating: str
    comment: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationClosed:
    reason: str = ""


Fact = (
    ConversationStarted
    | ChannelJoined
    | ChannelLeft
    | DisplayAllowed
    | CustomerSaid
    | CustomerIdentified
    | CustomerSignedOut
    | ConsentChanged
    | DataErased
    | TurnStarted
    | TurnFailed
    | ConfirmationAsked
    | ConfirmationAnswered
    | CartChanged
    | ContextChanged
    | ReplyReady
    | AssistantSaid
    | HandoffRequested
    | WaitOffered
    | CallbackRequested
    | MessageLeft
    | HandoffEnded
    | AgentJoined
    | AgentLeft
    | AgentSaid
    | FeedbackGiven
    | ConversationClosed
)
BY_TYPE: dict[str, type[Fact]] = {
    re.sub(r"(?<!^)(?=[A-Z])", "_", kind.__name__).lower(): kind for kind in get_args(Fact)
}


def fact_of(event: Event) -> Fact | None:
    """Of the event's data; None: a type unknown to this version, which is to be skipped."""
    kind = BY_TYPE.get(event.type)
    return None if kind is None else read(kind, event.data)
