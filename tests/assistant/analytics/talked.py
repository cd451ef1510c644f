"""Logs to analyse: conversations written fact by fact into a real log, with the times that a test says."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from assistant.analytics.fact_rows import FactRows
from assistant.analytics.folding import Folding
from assistant.analytics.folding_lease import FoldingLease
from assistant.analytics.marks import Marks
from assistant.conversation import Conversation
from assistant.events import (
    ASSISTANT,
    CUSTOMER,
    SYSTEM,
    Actor,
    AssistantSaid,
    ChannelName,
    ClientId,
    ConversationId,
    ConversationStarted,
    CustomerSaid,
    Draft,
    Event,
    Fact,
    ToolCalled,
    ToolReturned,
    TurnId,
    TurnStarted,
)
from assistant.ids import RandomIds
from assistant.privacy.purposes import ConsentRules, Permits, permits
from assistant.stores.inspection import open_inspected
from assistant.stores.small_tables import open_engine
from assistant.stores.sqlite import SqliteEventStore

NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)


class Clock:
    def __init__(self) -> None:
        self.at = NOON

    def now(self) -> datetime:
        return self.at


def by(fact: Fact) -> Actor:
    if isinstance(fact, CustomerSaid):
        return CUSTOMER
    return ASSISTANT if isinstance(fact, AssistantSaid) else SYSTEM


def said(text: str = "a tent", **fields: Any) -> CustomerSaid:
    said.number += 1  # type: ignore[attr-defined]
    return CustomerSaid(client_id=ClientId(f"m{said.number}"), text=text, **fields)  # type: ignore[attr-defined]


said.number = 0  # type: ignore[attr-defined]


def turn(*intents: str, facts: Sequence[Fact] = (), language: str = "en") -> list[Fact]:
    said.number += 1  # type: ignore[attr-defined]
    name = TurnId(f"t{said.number}")  # type: ignore[attr-defined]
    reply = AssistantSaid(turn_id=name, text="Here.", language=language, intents=intents)
    return [TurnStarted(turn_id=name), *facts, reply]


def search(words: str, *, found: bool = True, missing: Sequence[str] = ()) -> list[Fact]:
    arguments = {"need": {"text": words}}
    result: dict[str, Any] = {"products": ["p1"] if found else [], "total": int(found)}
    result |= {"missing": list(missing)} if missing else {}
    return [
        ToolCalled(turn_id=TurnId("t"), call_id="k", name="find_products", arguments=arguments),
        ToolReturned(turn_id=TurnId("t"), call_id="k", name="find_products", result=result),
    ]


def log_of(*facts: Fact, seconds: float = 1.0, channel: ChannelName = "web") -> list[Event]:
    every = (ConversationStarted(locale="en-US"), *facts)
    return [
        Event(
            seq=seq,
            id=f"e{seq}",
            conversation=ConversationId("c"),
            at=NOON + timedelta(seconds=seconds * (seq - 1)),
            actor=by(fact),
            channel=channel,
            fact=fact,
        )
        for seq, fact in enumerate(every, 1)
    ]


@dataclass
class Shop:
    """A log, its tables and what folds it."""

    store: SqliteEventStore
    tables: Engine
    folding: Folding
    clock: Clock
    rules: ConsentRules = field(default_factory=ConsentRules)
    refused: set[str] = field(default_factory=set)

    @property
    def rows(self) -> FactRows:
        return self.folding.rows

    async def talk(self, name: str, *facts: Fact, channel: ChannelName = "web", after: timedelta | None = None) -> None:
        self.clock.at += after or timedelta(0)
        started: Fact = ConversationStarted(locale="en-US")
        drafts = [Draft(fact=fact, actor=by(fact), channel=channel) for fact in (started, *facts)]
        await self.store.create(ConversationId(name), drafts)

    async def more(self, name: str, *facts: Fact) -> None:
        drafts = [Draft(fact=fact, actor=by(fact), channel="web") for fact in facts]
        await self.store.append(ConversationId(name), drafts)

    def names(self) -> list[str]:
        return [row.conversation_id for row in self.rows.between(NOON - timedelta(days=1), NOON + timedelta(days=90))]

    def not_found(self) -> list[tuple[str, int]]:
        return self.rows.not_found(NOON - timedelta(days=1), NOON + timedelta(days=90))


async def open_shop(home: Path, *, tables: Engine | None = None) -> Shop:
    clock, kept = Clock(), tables or open_engine(home)
    store = await SqliteEventStore.open(home / "log.db", clock=clock, ids=RandomIds())
    engine, _ = open_inspected("", home / "log.db")
    rows = FactRows(kept, Marks(b"k" * 32))
    rows.make_tables()
    shop: list[Shop] = []

    async def permitted(state: Conversation) -> Permits:
        return permits(shop[0].rules, here=state.consents)

    async def refused() -> Collection[str]:
        return shop[0].refused

    async def here(work: Any) -> Any:
        return work()

    folding = Folding(
        store=store,
        log_engine=engine,
        rows=rows,
        lease=FoldingLease(kept, "me"),
        clock=clock,
        permits=permitted,
        refused=refused,
        in_thread=here,
    )
    shop.append(Shop(store=store, tables=kept, folding=folding, clock=clock))
    return shop[0]
