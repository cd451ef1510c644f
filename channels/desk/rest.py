"""The desk's calls, as protocol.md's table has them: the queue, one conversation, what an agent does in it, the copilot.

Above: `app`. Below: the assistant's desk and copilot; every call has an agent's token first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Path, Request

from assistant.answering.formats import language_of
from assistant.conversation import Conversation
from assistant.customers import Known
from assistant.desk.desk import Waiting
from assistant.desk.tables import stamp
from assistant.events import AgentJoined, ConversationId, Event, OutcomeRecorded, SuggestionMade, event_to_wire
from assistant.shops.records import Order
from assistant.signals import QueuePlace
from channels.call_center.calls import call_center_of
from channels.desk.callbacks_documents import callback_document
from channels.desk.documents import (
    Act,
    AgentThere,
    ChangeDone,
    Consent,
    ConversationAtDesk,
    KeptOfThem,
    Note,
    OutcomeTold,
    Queue,
    QueueLine,
    Release,
    SayAsAgent,
    SeqDone,
    Stands,
    Suggestion,
    Suggestions,
    Summary,
)
from channels.desk.door import AsAgent, AtDesk, DeskDoor
from channels.rest import problems_of
from channels.shopfront.product_documents import money

desk = APIRouter(prefix="/v1/desk", tags=["desk"])
At = Annotated[str, Path(max_length=128, pattern=r"^[A-Za-z0-9_-]+$")]
_PROBLEMS = problems_of(401, 403, 404, 409, 422, 429, 503)


@desk.get("/queue", responses=problems_of(401, 403, 503))
async def queue(agent: AsAgent, door: AtDesk) -> Queue:
    """Who waits, the longest wait first; then who is with an agent."""
    now = datetime.now(UTC)
    return Queue(conversations=[queue_line(line, now, door.office.places) for line in await door.desk.queue()])


@desk.get("/conversations/{conversation_id}", responses=_PROBLEMS)
async def conversation(request: Request, conversation_id: At, agent: AsAgent, door: AtDesk) -> ConversationAtDesk:
    """All that an agent needs beside it: the transcript, the customer, their orders, the cart."""
    name = ConversationId(conversation_id)
    state = await door.product.assistant.state(name)
    known = await door.copilot.known(name)
    waits = await door.desk.line(name)
    line = queue_line(waits, datetime.now(UTC), door.office.places) if waits is not None else None
    events = await door.product.assistant.events(name)
    return ConversationAtDesk(
        conversation_id=name,
        status=state.status,
        last_seq=state.last_seq,
        locale=state.locale,
        language=state.language or language_of(state.locale),
        channels=list(state.channels),
        handoff=msgspec.to_builtins(state.handoff) if state.handoff else None,
        for_agent=line.for_agent if line is not None else None,
        snoozed_until=line.snoozed_until if line is not None else None,
        on_call=call_center_of(request).now.caller(name) is not None,
        dials=_dials(request, name),
        translates=door.product.copilot is not None and door.copilot.translator is not None,
        consent=_consent(known),
        callbacks=[callback_document(one) for one in await door.product.in_thread(door.office.callbacks.of, name)],
        outcome=_outcome(events),
        agent=_there(state.agent),
        summary=await door.copilot.summary(name),
        customer=_customer(state, known),
        orders=[_order(order) for order in known.orders[:20]] if known else [],
        past=_past(known, name) if known else [],
        cart=msgspec.to_builtins(state.cart),
        pending_confirmation=msgspec.to_builtins(state.confirmation) if state.confirmation else None,
        events=[event_to_wire(event) for event in events],
    )


@desk.post("/conversations/{conversation_id}/release", responses=_PROBLEMS)
async def release(conversation_id: At, agent: AsAgent, door: AtDesk, body: Release | None = None) -> Stands:
    """Back to the assistant, or to the queue."""
    await door.desk.release(ConversationId(conversation_id), agent, to=body.to if body else "assistant")
    return await stands(door, conversation_id)


@desk.post("/conversations/{conversation_id}/messages", status_code=202, responses=_PROBLEMS)
async def say(conversation_id: At, body: SayAsAgent, agent: AsAgent, door: AtDesk) -> SeqDone:
    """To the customer, on every channel. Idempotent by client_id."""
    name = ConversationId(conversation_id)
    seq = await door.desk.say(name, agent, body.text, client_id=body.client_id)
    if body.suggestion_id:
        await door.copilot.used(name, agent, body.suggestion_id, edited=body.edited, sent=body.text)
    return SeqDone(seq=seq)


@desk.post("/conversations/{conversation_id}/notes", status_code=201, responses=_PROBLEMS)
async def note(conversation_id: At, body: Note, agent: AsAgent, door: AtDesk) -> SeqDone:
    """For agents only."""
    return SeqDone(seq=await door.desk.note(ConversationId(conversation_id), agent, body.text))


@desk.post("/conversations/{conversation_id}/suggestions", responses=_PROBLEMS)
async def suggestions(conversation_id: At, agent: AsAgent, door: AtDesk) -> Suggestions:
    """Drafts of the next reply with what they rest on. None is sent without an agent."""
    made = await door.copilot.suggest(ConversationId(conversation_id), agent)
    return Suggestions(suggestions=[suggestion_document(made)])


@desk.post("/conversations/{conversation_id}/summary", responses=_PROBLEMS)
async def summary(conversation_id: At, agent: AsAgent, door: AtDesk) -> Summary:
    return Summary(summary=await door.copilot.summary(ConversationId(conversation_id)))


@desk.post("/conversations/{conversation_id}/actions", responses=_PROBLEMS)
async def act(conversation_id: At, body: Act, agent: AsAgent, door: AtDesk) -> ChangeDone:
    """A change of the cart at once; one of orders is proposed first, and carried out when `sealed` comes back."""
    name = ConversationId(conversation_id)
    if body.sealed is not None:
        change = await door.copilot.carry_out(name, agent, body.sealed)
    else:
        change = await door.copilot.act(name, agent, body.action, body.arguments)
    return ChangeDone(title=change.title, lines=list(change.lines), done=change.done, sealed=dict(change.sealed))


def _dials(request: Request, conversation: ConversationId) -> bool:
    center = call_center_of(request)
    caller = center.now.caller(conversation)
    return caller is not None and center.dialer.can(caller)


def _consent(known: Known | None) -> Consent:
    """What is kept of them beyond conversations, each with its source; nothing of somebody who is not known."""
    kept = [
        KeptOfThem(what=one.trait, value=one.value, said_at=one.at.isoformat())
        for one in (known.preferences if known is not None else ())
    ]
    return Consent(remembers=known is not None, kept=kept)


def _outcome(events: Sequence[Event]) -> OutcomeTold | None:
    found = next((event.fact for event in reversed(events) if isinstance(event.fact, OutcomeRecorded)), None)
    return OutcomeTold(outcome=found.outcome, note=found.note, agent_id=found.agent_id) if found is not None else None


def queue_line(line: Waiting, now: datetime, places: Mapping[ConversationId, QueuePlace] | None = None) -> QueueLine:
    place = (places or {}).get(line.conversation)
    return QueueLine(
        conversation_id=line.conversation,
        status=line.status,
        waiting_since=line.since.isoformat(timespec="seconds").replace("+00:00", "Z"),
        waiting_seconds=max(0.0, round((now - line.since).total_seconds(), 1)),
        reason=line.reason,
        summary=line.summary,
        language=line.language,
        channel=line.channel,
        customer_id=line.customer_id,
        last_words=line.last_words,
        sentiment=line.mood,
        agent=_there(line.agent),
        last_seq=line.last_seq,
        rule=line.rule,
        priority=line.priority,
        skills=list(line.skills),
        for_agent=AgentThere(agent_id=line.for_agent[0], name=line.for_agent[1]) if line.for_agent else None,
        reserved_until=stamp(line.reserved_until) or None,
        snoozed_until=stamp(line.snoozed_until) or None,
        snooze_note=line.snooze_note,
        position=place.position if place is not None and line.status == "waiting_for_agent" else 0,
        offered=line.offered,
    )


async def stands(door: DeskDoor, conversation_id: str) -> Stands:
    state = await door.product.assistant.state(ConversationId(conversation_id))
    return Stands(conversation_id=state.id, status=state.status, last_seq=state.last_seq)


def _there(agent: AgentJoined | None) -> AgentThere | None:
    return AgentThere(agent_id=agent.agent_id, name=agent.name) if agent is not None else None


def suggestion_document(made: SuggestionMade) -> Suggestion:
    return Suggestion(
        suggestion_id=made.suggestion_id, text=made.text, citations=[msgspec.to_builtins(one) for one in made.citations]
    )


def _customer(state: Conversation, known: Known | None) -> dict[str, Any] | None:
    if not state.customer_id:
        return None
    profile: dict[str, Any] = {"customer_id": state.customer_id, "method": state.identified_by}
    if known is not None:
        person = known.customer
        profile |= {
            "name": f"{person.first_name} {person.last_name}".strip(),
            "email": person.email,
            "phone": person.phone,
            "loyalty_tier": person.loyalty_tier,
            "address": msgspec.to_builtins(person.address),
            "payment_methods": [
                {"id": one.id, "source": one.source, "brand": one.brand, "last_four": one.last_four}
                for one in person.payment_methods
            ],
            "preferences": [{"trait": one.trait, "value": one.value} for one in known.preferences],
        }
    return profile


def _past(known: Known, here: ConversationId) -> list[dict[str, Any]]:
    """What earlier conversations were about; not this one."""
    return [
        {"conversation_id": one.conversation, "words": one.words, "at": one.at.isoformat()}
        for one in known.conversations
        if one.conversation != here
    ][:10]


def _order(order: Order) -> dict[str, Any]:
    return {
        "order_id": order.id,
        "status": order.status,
        "placed_at": order.placed_at.isoformat() if order.placed_at else None,
        "total": money(order.total, order.currency),
        "address": msgspec.to_builtins(order.address),
        "payment_method_id": next((one.payment_method_id for one in order.payments if one.kind == "payment"), ""),
        "lines": [
            {
                "product_id": line.product_id,
                "variant_id": line.variant_id,
                "title": line.title,
                "options": dict(line.options),
                "quantity": line.quantity,
                "price": money(line.price, order.currency),
            }
            for line in order.lines
        ],
    }
