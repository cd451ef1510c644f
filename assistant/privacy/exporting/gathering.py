"""Gathering: everything that is kept of one customer, or of one conversation of nobody known, as plain values.

Only what was said while it was theirs: of a conversation that somebody else has signed in to since, their own stretch. Above:
packing, `aisle privacy export`, the customer's own page. Below: the log, the shop, memories, `rows`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final

import msgspec
from sqlalchemy import Engine

from assistant.conversation import Conversation
from assistant.desk.callbacks import CallBack
from assistant.desk.tables import stamp
from assistant.errors import AccessDenied, AssistantError, ConversationNotFound
from assistant.events import ConversationId, CustomerIdentified, CustomerSignedOut, Event, event_to_wire
from assistant.identity import access_customer, access_orders
from assistant.memories import Memories
from assistant.ports import EventStore, Shop
from assistant.privacy.consents import Consents
from assistant.privacy.erasure_requests import ErasureRequests
from assistant.privacy.exporting.rows import rows_of
from assistant.privacy.holds import LegalHolds
from assistant.privacy.privacy_rules import KINDS, PrivacyRules
from assistant.privacy.purposes import Permits
from assistant.shops.records import Customer, CustomerId

FORMAT: Final = "aisle-export/1"
InThread = Callable[[Callable[[], Any]], Awaitable[Any]]
Export = dict[str, Any]


class NothingToExport(AssistantError):
    """Nobody of that name, or no such conversation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """Where what is kept of people lies."""

    log: EventStore
    shop: Shop
    memories: Memories
    tables: Engine
    consents: Consents
    holds: LegalHolds
    erasures: ErasureRequests
    rules: PrivacyRules
    in_thread: InThread
    conversations_of: Callable[[str], Awaitable[Sequence[str]]]
    """A customer's, as erasing finds them."""
    callbacks_of: Callable[[str], Sequence[CallBack]]
    """A conversation's. Blocking."""
    changes_of: Callable[[str], Sequence[dict[str, Any]]]
    """What was changed of a customer's orders, under which confirmation. Blocking."""
    looks_at: Callable[[str], Sequence[dict[str, Any]]] = lambda customer_id: ()
    """Who looked at that customer's data, as the audit log has it. Blocking."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """One of the two. `officer`: for whoever answers for the shop's data: with legal holds and why."""

    customer_id: str = ""
    conversation_id: str = ""
    officer: bool = False
    language: str = "en"


async def gather(sources: Sources, wanted: Wanted, now: datetime) -> Export:
    """Raises NothingToExport, StoreUnavailable, ShopUnavailable."""
    customer = await _customer(sources, wanted.customer_id)
    names = await sources.conversations_of(wanted.customer_id) if wanted.customer_id else (wanted.conversation_id,)
    conversations = [one for name in names if (one := await _conversation(sources, name, wanted.customer_id))]
    if customer is None and not conversations:
        raise NothingToExport(
            "nothing is kept under that name: `aisle privacy export --customer` takes the shop's customer id, --conversation"
            " a conversation's"
        )
    theirs = [str(one["id"]) for one in conversations]
    kept = await sources.in_thread(lambda: _kept(sources, wanted, theirs))
    permits = await _permits(sources, customer, wanted)
    return {
        "format": FORMAT,
        "made_at": stamp(now),
        "shop": (await sources.shop.info()).name,
        "of": {"customer_id": wanted.customer_id, "conversation_id": wanted.conversation_id},
        "language": wanted.language,
        "profile": msgspec.to_builtins(customer) if customer else {},
        "orders": await _orders(sources, wanted.customer_id) if customer else [],
        "consents": _consents(permits),
        "conversations": conversations,
        "kept_for": {kind: dict(sources.rules.retention.kinds.get(kind, {"any": "forever"})) for kind in KINDS},
        **kept,
    }


async def _customer(sources: Sources, customer_id: str) -> Customer | None:
    if not customer_id:
        return None
    try:
        return await access_customer(sources.shop, customer_id)
    except AccessDenied:  # gone from the shop's records; what was said is still here
        return None


async def _orders(sources: Sources, customer_id: str) -> list[Any]:
    found: list[Any] = msgspec.to_builtins(await access_orders(sources.shop, customer_id))
    return found


async def _permits(sources: Sources, customer: Customer | None, wanted: Wanted) -> Permits:
    if customer is not None:
        return await sources.consents.of_customer(customer.id, record=customer)
    events = await sources.log.read(ConversationId(wanted.conversation_id)) if wanted.conversation_id else ()
    return await sources.consents.of(Conversation.replay(events) if events else Conversation(id=ConversationId("")))


def _consents(permits: Permits) -> list[dict[str, Any]]:
    return [{"purpose": name, "given": given, "decided_by": by} for name, (given, by) in permits.decided.items()]


async def _conversation(sources: Sources, name: str, customer_id: str) -> dict[str, Any] | None:
    try:
        events = await sources.log.read(ConversationId(name))
    except ConversationNotFound:
        return None
    theirs = list(_stretch_of(events, customer_id)) if customer_id else list(events)
    if not theirs:
        return None
    return {
        "id": name,
        "started_at": stamp(theirs[0].at),
        "last_at": stamp(theirs[-1].at),
        "channels": sorted({event.channel for event in theirs}),
        "events": [_told(event) for event in theirs],
    }


def _stretch_of(events: Sequence[Event], customer_id: str) -> Iterable[Event]:
    """From the start, or since the last one signed out, until this customer signs out."""
    stretch: list[Event] = []
    theirs = False
    for event in events:
        if isinstance(event.fact, CustomerIdentified):
            if event.fact.customer_id != customer_id and theirs:
                yield from stretch
                stretch = []
            theirs = event.fact.customer_id == customer_id
        stretch.append(event)
        if isinstance(event.fact, CustomerSignedOut):
            yield from stretch if theirs else ()
            stretch, theirs = [], False
    yield from stretch if theirs else ()


def _told(event: Event) -> dict[str, Any]:
    """As on the wire; of an agent no more than that it was one, and the name that the customer was told."""
    wire = event_to_wire(event)
    return {"seq": wire["seq"], "at": wire["at"], "by": wire["actor"]["kind"], **_content(wire)}


def _content(wire: dict[str, Any]) -> dict[str, Any]:
    data = {key: value for key, value in wire["data"].items() if key != "agent_id"}
    return {"channel": wire["channel"], "type": wire["type"], "data": data}


def _kept(sources: Sources, wanted: Wanted, conversations: Sequence[str]) -> dict[str, Any]:
    """What lies beside the log. Blocking."""
    customer = wanted.customer_id
    rows = rows_of(sources.tables, customer, conversations)
    memories = sources.memories.of(CustomerId(customer)) if customer else ()
    callbacks = [one for name in conversations for one in sources.callbacks_of(name)]
    requests = sources.erasures.of(customer_id=customer, conversation_id=wanted.conversation_id)
    return {
        "memories": [_memory(one) for one in memories],
        "choices": [{"purpose": key, **asdict(one)} for key, one in sources.consents.choices.of(customer).items()],
        "callbacks": [{key: value for key, value in asdict(one).items() if key != "agent_id"} for one in callbacks],
        "erasures": [asdict(one) for one in requests],
        "desk": [_without_agents(row) for row in rows.get("desk", [])],
        "sign_ins": rows.get("sign_ins", []),
        "devices": rows.get("devices", []),
        "changes": list(sources.changes_of(customer)) if customer else [],
        "looks": list(sources.looks_at(customer)) if customer else [],
        **({"holds": _holds(sources, customer, conversations)} if wanted.officer else {}),
    }


def _memory(memory: Any) -> dict[str, Any]:
    return {**asdict(memory), "at": stamp(memory.at)}


def _without_agents(row: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in row.items() if key not in ("agents", "agent_id")}


def _holds(sources: Sources, customer_id: str, conversations: Sequence[str]) -> list[dict[str, Any]]:
    standing = sources.holds.standing(customer_id=customer_id, conversations=conversations)
    return [asdict(hold) for hold in standing]
