"""Conversation: the pure fold of a log. State is this and nothing else."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, assert_never

from msgspec import Struct, field
from msgspec.structs import replace

from assistant.errors import ClientIdReused, MessageRefused
from assistant.events import (
    AgentJoined,
    AgentLeft,
    AgentSaid,
    AssistantSaid,
    CallbackRequested,
    Card,
    Cart,
    CartChanged,
    ChannelJoined,
    ChannelLeft,
    ChannelName,
    ConfirmationAnswered,
    ConfirmationAsked,
    ConsentChanged,
    ContextChanged,
    ConversationClosed,
    ConversationId,
    ConversationSnoozed,
    ConversationStarted,
    CustomerIdentified,
    CustomerSaid,
    CustomerSignedOut,
    DataErased,
    DisplayAllowed,
    Event,
    FactErased,
    FactUnknown,
    FeedbackGiven,
    HandoffEnded,
    HandoffRequested,
    MessageLeft,
    NoteAdded,
    OutcomeRecorded,
    ReplyReady,
    SuggestionMade,
    SuggestionUsed,
    ToolCalled,
    ToolReturned,
    TurnFailed,
    TurnId,
    TurnStarted,
    WaitOffered,
    empty_cart,
)

Status = Literal["assistant", "waiting_for_agent", "agent", "closed"]
REMEMBERED_MESSAGES = 24
"""What a writer or an agent's summary needs; the log has the rest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """A line of the transcript."""

    seq: int
    who: Literal["customer", "assistant", "agent"]
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unanswered:
    """A customer_said that no turn has served yet."""

    seq: int
    said: CustomerSaid
    channel: ChannelName


@dataclass(frozen=True, slots=True, kw_only=True)
class Handoff:
    """A person was asked for."""

    reason: str
    summary: str
    since: datetime
    rule: str = ""
    priority: int = 0
    skills: tuple[str, ...] = ()
    front: bool = False
    to_agent: str = ""
    to_name: str = ""
    patient_since: datetime
    """The wait that a call-back is offered after is counted from here: a customer may choose to go on waiting."""
    offered: bool = False
    """A call-back or a message was offered, and no answer has come yet."""


class Conversation(Struct, frozen=True, kw_only=True):
    """A struct, because a fold copies it with each event: a hundredth of what a dataclass's copy costs."""

    id: ConversationId
    last_seq: int = 0
    status: Status = "assistant"
    locale: str = "en"
    store: str = ""
    """The store that it is had in; what "here" means. Empty: none."""
    language: str = ""
    """The language of the last reply; empty before the first."""
    channels: tuple[ChannelName, ...] = ()
    customer_id: str = ""
    identified_by: str = ""
    proven: bool = False
    """They showed who they are: by the shop's token, or a code that was sent to them."""
    epoch: int = 0
    """How often it has changed who speaks here or who serves them: a yes holds only in the epoch in which it was asked for."""
    cart: Cart = field(default_factory=lambda: empty_cart("USD"))
    confirmation: ConfirmationAsked | None = None
    shown: tuple[Card, ...] = ()
    """The cards of the last reply that had any: what "the second one" refers to."""
    listed: tuple[str, ...] = ()
    """The products of the last reply that showed some and told nothing of the customer's own, in order."""
    context: Mapping[str, Any] = field(default_factory=dict)
    transcript: tuple[Spoken, ...] = ()
    unanswered: tuple[Unanswered, ...] = ()
    turn: TurnId | None = None
    """The running turn."""
    answering: tuple[Unanswered, ...] = ()
    """What the running turn serves."""
    ready: ReplyReady | None = None
    """The running turn's reply while it is spoken."""
    unheard: str = ""
    """The rest of the last reply that was spoken and not heard."""

    handoff: Handoff | None = None
    """While a person is waited for, or is there."""
    agent: AgentJoined | None = None
    snoozed: ConversationSnoozed | None = None
    """While its agent has laid it aside."""
    failed: int = 0
    """Turns that broke since the last reply."""
    consents: Mapping[str, bool] = field(default_factory=dict)
    """By purpose, what was chosen last; a purpose that was never spoken of is missing."""

    @property
    def answered_on(self) -> ChannelName:
        """The channel of the message that the running turn serves."""
        return self.answering[-1].channel if self.answering else "api"

    @classmethod
    def replay(cls, events: Iterable[Event]) -> Conversation:
        """The state after these events. Raises ValueError when there are none, or a seq is missing."""
        iterator = iter(events)
        first = next(iterator, None)
        if first is None:
            raise ValueError("a conversation has at least one event")
        state: Conversation = cls(id=first.conversation).applying(first)
        for event in iterator:
            state = state.applying(event)
        return state

    def applying(self, event: Event) -> Conversation:
        if event.seq != self.last_seq + 1:
            raise ValueError(f"event {event.seq} cannot follow {self.last_seq}")
        return replace(_fold(self, event), last_seq=event.seq)

    def saying(self, event: Event, who: Literal["customer", "assistant", "agent"], text: str) -> Conversation:
        lines = (*self.transcript, Spoken(seq=event.seq, who=who, text=text))[-REMEMBERED_MESSAGES:]
        return replace(self, transcript=lines)


def _fold(state: Conversation, event: Event) -> Conversation:
    fact = event.fact
    match fact:
        case ConversationStarted(locale=locale, currency=currency, store=store):
            return replace(state, locale=locale, store=store, cart=empty_cart(currency))
        case ChannelJoined(channel=channel):
            return replace(state, channels=tuple(dict.fromkeys((*state.channels, channel))))
        case ChannelLeft(channel=channel):
            return replace(state, channels=tuple(name for name in state.channels if name != channel))
        case CustomerSaid():
            waiting = Unanswered(seq=event.seq, said=fact, channel=event.channel)
            asks_assistant = state.status in ("assistant", "waiting_for_agent")
            spoken = _patient(state.saying(event, "customer", fact.text), event, fact)
            if state.snoozed is not None:  # who writes is not to wait until then
                spoken = replace(spoken, snoozed=dataclasses.replace(state.snoozed, until=event.at))
            return replace(spoken, unanswered=(*state.unanswered, waiting)) if asks_assistant else spoken
        case CustomerIdentified(customer_id=customer_id, method=method, proven=proven):
            epoch = state.epoch + (customer_id != state.customer_id)
            proven = proven or method == "token"
            return replace(state, customer_id=customer_id, identified_by=method, proven=proven, epoch=epoch)
        case CustomerSignedOut():
            return _signed_out(state)
        case TurnStarted(turn_id=turn_id) if turn_id == state.turn:
            return state  # written again: the answer to the first writing was lost
        case TurnStarted(turn_id=turn_id, answers=answers):
            served = frozenset(answers)
            taken = tuple(said for said in state.unanswered if said.seq in served)
            left = tuple(said for said in state.unanswered if said.seq not in served)
            return replace(state, turn=turn_id, answering=taken, unanswered=left)
        case ReplyReady():
            return replace(
                state, ready=fact, shown=fact.cards or state.shown, listed=products_listed(fact) or state.listed
            )
        case AssistantSaid():
            return _replied(state, event, fact)
        case TurnFailed(text=text):
            missed = state.ready.text if state.ready is not None else ""
            failed = state.failed + (fact.code != "interrupted")
            ended = replace(state, turn=None, answering=(), ready=None, unheard=missed, failed=failed)
            return ended.saying(event, "assistant", text) if text else ended
        case CartChanged(cart=cart):
            return replace(state, cart=cart)
        case ContextChanged(context=context):
            return replace(state, context=context)
        case ConfirmationAsked():
            return replace(state, confirmation=fact)
        case ConfirmationAnswered():
            return replace(state, confirmation=None)
        case HandoffRequested():
            return replace(
                state, status="waiting_for_agent", handoff=_handoff(fact, event.at), agent=None, snoozed=None
            )
        case WaitOffered():
            waits = dataclasses.replace(state.handoff, offered=True) if state.handoff is not None else None
            return replace(state, handoff=waits)
        case HandoffEnded():
            return replace(state, status="assistant", handoff=None)
        case AgentJoined():
            return replace(state, status="agent", agent=fact, unanswered=(), snoozed=None, epoch=state.epoch + 1)
        case ConversationSnoozed():
            return replace(state, snoozed=fact)
        case AgentLeft():
            return replace(state, status="assistant", handoff=None, agent=None, snoozed=None, epoch=state.epoch + 1)
        case AgentSaid(text=text):
            return state.saying(event, "agent", text)
        case ConversationClosed():
            return replace(state, status="closed", agent=None, unanswered=(), snoozed=None)
        case ConsentChanged(purpose=purpose, given=given):
            return replace(state, consents={**state.consents, purpose: given})
        case DataErased():
            return Conversation(id=state.id, status="closed", consents=state.consents, channels=state.channels)
        case FactErased() | FactUnknown():
            return state
        case CallbackRequested() | MessageLeft() | OutcomeRecorded() | NoteAdded() | FeedbackGiven() | DisplayAllowed():
            return state
        case ToolCalled() | ToolReturned() | SuggestionMade() | SuggestionUsed():
            return state
        case _:
            assert_never(fact)


def _handoff(asked: HandoffRequested, at: datetime) -> Handoff:
    return Handoff(
        reason=asked.reason,
        summary=asked.summary,
        since=at,
        rule=asked.rule,
        priority=asked.priority,
        skills=asked.skills,
        front=asked.front,
        to_agent=asked.to_agent,
        to_name=asked.to_name,
        patient_since=at,
    )


def _patient(state: Conversation, event: Event, said: CustomerSaid) -> Conversation:
    """Whoever chooses to go on waiting is offered something else only after as long a wait again."""
    if state.handoff is None or said.action is None or said.action.name != "keep_waiting":
        return state
    return replace(state, handoff=dataclasses.replace(state.handoff, patient_since=event.at, offered=False))


def _replied(state: Conversation, event: Event, reply: AssistantSaid) -> Conversation:
    """A reply that was cut off before its first word leaves its questions open: the next turn serves them too, unless a
    person has taken over."""
    unheard = reply.interrupted and not reply.text and state.status in ("assistant", "waiting_for_agent")
    ended = replace(
        state,
        turn=None,
        answering=(),
        unanswered=(*state.answering, *state.unanswered) if unheard else state.unanswered,
        ready=None,
        unheard=state.ready.text[len(reply.text) :] if state.ready is not None and reply.interrupted else "",
        language=reply.language or state.language,
        failed=0,
        shown=reply.cards or state.shown,
        listed=products_listed(reply) or state.listed,
    )
    return ended.saying(event, "assistant", reply.text) if reply.text else ended


def products_listed(reply: AssistantSaid | ReplyReady) -> tuple[str, ...]:
    """The products that it shows, in order; none where it tells of the customer's own."""
    own = any(card.kind == "order" for card in reply.cards) or any(
        citation.kind in ("order", "profile") for citation in reply.citations
    )
    return () if own else tuple(card.id for card in reply.cards if card.kind == "product")


def _signed_out(state: Conversation) -> Conversation:
    """The cart stays, and what was turned off; what was asked, shown and said belongs to who was here, and the log alone has it."""
    return replace(
        state,
        customer_id="",
        identified_by="",
        proven=False,
        epoch=state.epoch + 1,
        consents={purpose: False for purpose, given in state.consents.items() if not given},
        confirmation=None,
        shown=(),
        listed=(),
        context={},
        transcript=(),
        unheard="",
    )


def served_at(events: Sequence[Event], seq: int) -> int | None:
    """The seq at which the turn that serves `seq` ended; None while it has not."""
    turn: TurnId | None = None
    for event in events:
        match event.fact:
            case TurnStarted(turn_id=turn_id, answers=answers) if turn is None and seq in answers:
                turn = turn_id
            case AssistantSaid(turn_id=turn_id, text="", interrupted=True) if turn_id == turn:
                turn = None  # cut off before its first word: the next turn serves it
            case AssistantSaid(turn_id=turn_id) | TurnFailed(turn_id=turn_id) if turn_id == turn:
                return event.seq
    return None


def taken_before(events: Iterable[Event], said: CustomerSaid) -> int:
    """A closed conversation takes nothing new, and still knows the seq of what it took.

    Raises MessageRefused for what is new, ClientIdReused for a client_id that came with another body.
    """
    for event in events:
        known = event.fact
        if isinstance(known, CustomerSaid) and known.client_id == said.client_id:
            if (known.text, known.action) != (said.text, said.action):
                raise ClientIdReused(said.client_id)
            return event.seq
    raise MessageRefused("conversation_closed", "this conversation has ended: start a new one")
