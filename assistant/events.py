"""Event and the Fact union: all that can happen in a conversation, as protocol.md names it.

A fact's wire `type` is its class name in snake_case; its `data` are its fields. Stores keep the data as JSON, so a fact
only ever gains fields that have defaults. Below: the catalogue's words. Above: everything in `assistant`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, get_args

import msgspec

from assistant.desk.events import AgentJoined as AgentJoined
from assistant.desk.events import AgentLeft as AgentLeft
from assistant.desk.events import AgentSaid as AgentSaid
from assistant.desk.events import CallbackRequested as CallbackRequested
from assistant.desk.events import ConversationSnoozed as ConversationSnoozed
from assistant.desk.events import HandoffEnded as HandoffEnded
from assistant.desk.events import HandoffRequested as HandoffRequested
from assistant.desk.events import MessageLeft as MessageLeft
from assistant.desk.events import NoteAdded as NoteAdded
from assistant.desk.events import OutcomeRecorded as OutcomeRecorded
from assistant.desk.events import SuggestionMade as SuggestionMade
from assistant.desk.events import SuggestionUsed as SuggestionUsed
from assistant.desk.events import WaitOffered as WaitOffered
from assistant.ids_of_conversations import ClientId as ClientId
from assistant.ids_of_conversations import ConversationId as ConversationId
from assistant.ids_of_conversations import TurnId as TurnId
from assistant.privacy_events import PURPOSES as PURPOSES
from assistant.privacy_events import ConsentChanged as ConsentChanged
from assistant.privacy_events import DataErased as DataErased
from assistant.privacy_events import FactErased as FactErased
from assistant.privacy_events import FactUnknown as FactUnknown
from assistant.privacy_events import Purpose as Purpose
from assistant.shown import ActionTaken as ActionTaken
from assistant.shown import Card as Card
from assistant.shown import CardAction as CardAction
from assistant.shown import Cart as Cart
from assistant.shown import CartItem as CartItem
from assistant.shown import Citation as Citation
from assistant.shown import QuickReply as QuickReply
from assistant.shown import empty_cart as empty_cart

ChannelName = Literal["web", "mobile", "kiosk", "call", "text", "desk", "api"]
CHANNELS: tuple[ChannelName, ...] = get_args(ChannelName)


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    kind: Literal["customer", "assistant", "agent", "system"]
    id: str = ""


ASSISTANT = Actor(kind="assistant")
SYSTEM = Actor(kind="system")
CUSTOMER = Actor(kind="customer")


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationStarted:
    locale: str
    currency: str = "USD"
    store: str = ""
    """The id of the shop's store that it is had in: at a kiosk, or where the page knows it. Empty: none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelJoined:
    channel: ChannelName


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelLeft:
    channel: ChannelName
    device: str = ""
    """Whose token opens the conversation no more; empty: none was taken back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DisplayAllowed:
    """A device in the customer's hand says whether the public screen beside it may show what is theirs."""

    allow: bool
    client_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerSaid:
    client_id: ClientId
    text: str
    audio: bool = False
    transcript_confidence: float | None = None
    action: ActionTaken | None = None
    """Set when it was a button; `text` then says in words what the button does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerIdentified:
    customer_id: str
    method: Literal["token", "email", "phone", "name_and_zip", "agent"]
    proven: bool = False
    """By a one-time code sent to that address or number; without it "email" says only that they know one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerSignedOut:
    """Nobody is known from here on, and nothing of who was is gone on with. Ours beyond the protocol's table."""

    reason: Literal["asked", "another"] = "asked"
    """another: somebody else signs in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnStarted:
    turn_id: TurnId
    answers: tuple[int, ...] = ()
    """The seqs of the customer_said events that this turn serves."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnFailed:
    turn_id: TurnId
    code: str
    text: str = ""
    """What the customer is told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolCalled:
    turn_id: TurnId
    call_id: str
    name: str
    arguments: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolReturned:
    turn_id: TurnId
    call_id: str
    name: str
    result: Any = None
    error: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmationAsked:
    confirmation_id: str
    action: str
    summary: str
    arguments: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmationAnswered:
    confirmation_id: str
    answer: Literal["yes", "no"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CartChanged:
    cart: Cart


@dataclass(frozen=True, slots=True, kw_only=True)
class ContextChanged:
    """What the conversation is about now. Ours beyond the protocol's table: others skip an unknown type."""

    turn_id: TurnId
    context: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class AssistantSaid:
    turn_id: TurnId
    text: str
    language: str
    cards: tuple[Card, ...] = ()
    citations: tuple[Citation, ...] = ()
    quick_replies: tuple[QuickReply, ...] = ()
    written_by: str = "template"
    interrupted: bool = False
    versions: Mapping[str, str] = field(default_factory=dict)
    """What made the reply, by kind (model, prompt, index …): name@hash."""
    documents: Mapping[str, str] = field(default_factory=dict)
    """What it stands on, "kind:id", and the version of each (`assistant.sources`)."""
    intents: tuple[str, ...] = ()
    """What was asked for, as `understanding.intents` names it; never words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyReady:
    """A reply that is being spoken: shown at once, said when it was heard. Its `assistant_said` follows. Ours beyond the
    protocol's table."""

    turn_id: TurnId
    text: str
    language: str
    cards: tuple[Card, ...] = ()
    citations: tuple[Citation, ...] = ()
    quick_replies: tuple[QuickReply, ...] = ()
    written_by: str = "template"
    versions: Mapping[str, str] = field(default_factory=dict)
    documents: Mapping[str, str] = field(default_factory=dict)
    intents: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedbackGiven:
    about_seq: int
    rating: Literal["up", "down"]
    comment: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationClosed:
    reason: str


Fact = (
    ConversationStarted
    | ChannelJoined
    | ChannelLeft
    | DisplayAllowed
    | CustomerSaid
    | CustomerIdentified
    | CustomerSignedOut
    | TurnStarted
    | TurnFailed
    | ToolCalled
    | ToolReturned
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
    | NoteAdded
    | ConversationSnoozed
    | OutcomeRecorded
    | SuggestionMade
    | SuggestionUsed
    | FeedbackGiven
    | ConsentChanged
    | DataErased
    | FactErased
    | FactUnknown
    | ConversationClosed
)

AGENTS_ONLY: tuple[type, ...] = (
    NoteAdded,
    ConversationSnoozed,
    OutcomeRecorded,
    SuggestionMade,
    SuggestionUsed,
    FactUnknown,
    FactErased,
)
"""Never sent to a customer: nor is what this release does not know or what was erased, for it may be such a one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A fact about to be appended: the store gives it its seq, id and time."""

    fact: Fact
    actor: Actor
    channel: ChannelName


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    seq: int
    """From 1, without gaps within a conversation."""
    id: str
    conversation: ConversationId
    at: datetime
    actor: Actor
    channel: ChannelName
    fact: Fact


def _snake(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


FACTS_BY_TYPE: dict[str, type] = {_snake(fact.__name__): fact for fact in get_args(Fact)}
_TYPE_BY_FACT: dict[type, str] = {fact: name for name, fact in FACTS_BY_TYPE.items()}


def fact_type(fact: Fact) -> str:
    """The wire's `type`: "customer_said"."""
    return _TYPE_BY_FACT[type(fact)]


def encode_fact(fact: Fact) -> bytes:
    """The wire's `data` as JSON; decimals become strings."""
    return msgspec.json.encode(fact)


def decode_fact(type_name: str, data: bytes) -> Fact:
    """The inverse of `encode_fact`; FactUnknown for a type that a newer release wrote beside this one, in a rolling upgrade.
    Raises msgspec.ValidationError for wrong data."""
    kind = FACTS_BY_TYPE.get(type_name)
    if kind is None:
        return FactUnknown(was=type_name)
    fact: Fact = msgspec.json.decode(data, type=kind)
    return fact


def event_to_wire(event: Event) -> dict[str, Any]:
    """The event as protocol.md shows it, of plain values."""
    return {
        "seq": event.seq,
        "id": event.id,
        "conversation_id": event.conversation,
        "at": event.at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "actor": {"kind": event.actor.kind, "id": event.actor.id},
        "channel": event.channel,
        "type": fact_type(event.fact),
        "data": msgspec.to_builtins(event.fact),
    }
