"""Why: what one reply of the assistant stands on, put together from the log, the texts as they were, and the versions' table.

Above: the desk. Below: facts, `sources`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from assistant.events import AssistantSaid, CustomerSaid, Event, ToolCalled, ToolReturned, TurnStarted


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    kind: str
    id: str
    title: str
    quote: str
    """As it was told."""
    version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Called:
    call_id: str
    name: str
    arguments: Mapping[str, Any]
    result: Any
    error: str
    at: datetime
    until: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    reply: Event
    said: AssistantSaid
    asked: tuple[int, ...]
    """The seqs of what it answers."""
    began: datetime | None
    sources: tuple[Source, ...]
    tools: tuple[Called, ...]


def why(events: Sequence[Event], seq: int) -> Why | None:
    """None: there is no reply of the assistant there."""
    reply = next((event for event in events if event.seq == seq), None)
    if reply is None or not isinstance(reply.fact, AssistantSaid):
        return None
    turn = [event for event in events if getattr(event.fact, "turn_id", None) == reply.fact.turn_id]
    started = next((event for event in turn if isinstance(event.fact, TurnStarted)), None)
    answered = started.fact.answers if started is not None and isinstance(started.fact, TurnStarted) else ()
    said = {event.seq for event in events if isinstance(event.fact, CustomerSaid)}
    return Why(
        reply=reply,
        said=reply.fact,
        asked=tuple(one for one in answered if one in said),
        began=started.at if started is not None else None,
        sources=_sources(reply.fact),
        tools=_tools(turn),
    )


def _sources(said: AssistantSaid) -> tuple[Source, ...]:
    """What is quoted, then what is shown; each once."""
    found: dict[str, Source] = {}
    for kind, key, title, quote in (
        *((one.kind, one.id, one.title, one.quote) for one in said.citations),
        *((one.kind, one.id, one.title, _shown(one)) for one in said.cards if one.kind != "confirmation"),
    ):
        name = f"{kind}:{key}"
        version = said.documents.get(name, "")
        found.setdefault(name, Source(kind=kind, id=key, title=title, quote=quote, version=version))
    return tuple(found.values())


def _shown(card: Any) -> str:
    price = f"{card.price.amount} {card.price.currency}" if card.price is not None else ""
    return " · ".join(filter(None, (card.subtitle, price, card.availability)))


def _tools(turn: Sequence[Event]) -> tuple[Called, ...]:
    returned = {event.fact.call_id: event for event in turn if isinstance(event.fact, ToolReturned)}
    return tuple(
        _called(event, event.fact, returned.get(event.fact.call_id))
        for event in turn
        if isinstance(event.fact, ToolCalled)
    )


def _called(event: Event, fact: ToolCalled, answer: Event | None) -> Called:
    given = answer.fact if answer is not None and isinstance(answer.fact, ToolReturned) else None
    return Called(
        call_id=fact.call_id,
        name=fact.name,
        arguments=fact.arguments,
        result=given.result if given is not None else None,
        error=(given.error or "") if given is not None else "",
        at=event.at,
        until=answer.at if answer is not None else None,
    )
