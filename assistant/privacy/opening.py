"""Opens the privacy office over the parts of a running product, or of one at rest. Above: bootstrap, `aisle privacy`.

Below: erasing, stores, the shop's tables.
"""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Any

from sqlalchemy import Engine, select

from assistant.audit.reading import Sought, newest
from assistant.clock import SystemClock
from assistant.desk.callbacks import CallBack, CallBacks
from assistant.erasing.erasing import Erasing
from assistant.erasing.ports import Subject
from assistant.ids import RandomIds
from assistant.memories import Memories
from assistant.ports import EventStore, Shop
from assistant.privacy.choices import Choices
from assistant.privacy.consents import Consents
from assistant.privacy.erasure_requests import ErasureRequests
from assistant.privacy.exporting.gathering import Sources
from assistant.privacy.holds import LegalHolds
from assistant.privacy.nightly import Nightly
from assistant.privacy.office import PrivacyOffice
from assistant.privacy.privacy_rules import PrivacyRules, read_rules
from assistant.privacy.retention import Retention
from assistant.privacy.runs import Runs
from assistant.running import Aisle
from assistant.settings import AisleSettings
from assistant.shops import schema
from assistant.stores.database import for_tables
from assistant.stores.inspection import open_inspected

InThread = Callable[[Callable[[], Any]], Awaitable[Any]]
MOST_LOOKS = 500


def open_office(
    settings: AisleSettings,
    *,
    store: EventStore,
    shop: Shop,
    memories: Memories,
    tables: Engine,
    erasing: Erasing,
    callbacks_of: Callable[[str], Sequence[CallBack]],
    in_thread: InThread,
    forget: Callable[[str], Awaitable[int]],
    consents: Consents | None = None,
) -> PrivacyOffice:
    """Blocking. Raises InvalidPrivacyRules, StoreUnavailable."""
    clock, rules = SystemClock(), read_rules(settings.home)
    chosen = consents or Consents(rules=rules.consent, choices=Choices(tables, clock), shop=shop, in_thread=in_thread)
    holds, erasures = LegalHolds(tables, clock), ErasureRequests(tables, clock)

    async def conversations_of(customer_id: str) -> Sequence[str]:
        return await erasing.conversations(Subject(customer_id=customer_id))

    sources = Sources(
        log=store,
        shop=shop,
        memories=memories,
        tables=tables,
        consents=chosen,
        holds=holds,
        erasures=erasures,
        rules=rules,
        in_thread=in_thread,
        conversations_of=conversations_of,
        callbacks_of=callbacks_of,
        changes_of=partial(changes_of, settings),
        looks_at=partial(looks_at, tables),
    )
    return PrivacyOffice(
        rules=rules,
        consents=chosen,
        holds=holds,
        erasures=erasures,
        sources=sources,
        home=settings.home,
        clock=clock,
        in_thread=in_thread,
        forget=forget,
        export_key=os.environ.get("AISLE_EXPORT_KEY", ""),
    )


def open_retention(
    settings: AisleSettings,
    rules: PrivacyRules,
    *,
    store: EventStore,
    tables: Engine,
    erasing: Erasing,
    in_thread: InThread,
) -> Retention:
    """Blocking. Raises StoreUnavailable."""
    engine, _ = open_inspected(settings.database_url.get_secret_value(), settings.log_file)
    return Retention(
        rules=rules.retention,
        log=store,
        log_engine=engine,
        tables=tables,
        eraser=erasing,
        holds=LegalHolds(tables, SystemClock()),
        requests=ErasureRequests(tables, SystemClock()),
        in_thread=in_thread,
        home=settings.home,
        owner_of=lambda customer: f"#{erasing.sealing.store.owner_of(customer)}",
    )


def open_nightly(retention: Retention, tables: Engine, *, owner: str) -> Nightly:
    """Blocking. Raises StoreUnavailable."""
    return Nightly(retention=retention, runs=Runs(tables, owner=owner), clock=SystemClock())


def changes_of(settings: AisleSettings, customer_id: str) -> Sequence[dict[str, Any]]:
    """What the shop's tables have of changes made for a customer. Blocking; opened for this, for it is asked seldom."""
    url = settings.database_url.get_secret_value()
    engine = schema.open_engine(for_tables(url) if url else schema.sqlite_url(settings.shop_file), connections=1)
    try:
        with engine.connect() as db:
            asked = select(schema.service_actions.c.record).where(schema.service_actions.c.customer_id == customer_id)
            return [dict(record) for record in db.execute(asked).scalars()]
    finally:
        engine.dispose()


def looks_at(tables: Engine, customer_id: str) -> Sequence[dict[str, Any]]:
    """Who looked at a customer's data or changed it, without the names of staff. Blocking."""
    found = newest(tables, Sought(whose=customer_id), limit=MOST_LOOKS)
    return [{"at": one.at, "by": one.who_kind, "act": one.act, "what": one.what, "why": one.why} for _, one in found]


async def begin_privacy(aisle: Aisle, store: EventStore) -> Nightly:
    """The running product gets its office. The nightly work is the caller's to run."""

    async def in_thread(call: Callable[[], Any]) -> Any:
        return await aisle.in_thread(call)

    callbacks = CallBacks(aisle.tables, SystemClock(), aisle.sealing)
    opened = partial(
        open_office,
        aisle.settings,
        store=store,
        shop=aisle.shop,
        memories=aisle.customers.memories,
        tables=aisle.tables,
        erasing=aisle.erasing,
        callbacks_of=callbacks.of,
        in_thread=in_thread,
        forget=aisle.customers.forget,
        consents=aisle.customers.consents,
    )
    aisle.privacy = office = await in_thread(opened)
    retention = await in_thread(
        partial(
            open_retention,
            aisle.settings,
            office.rules,
            store=store,
            tables=aisle.tables,
            erasing=aisle.erasing,
            in_thread=in_thread,
        )
    )
    nightly: Nightly = await in_thread(partial(open_nightly, retention, aisle.tables, owner=RandomIds().owner()))
    return nightly
