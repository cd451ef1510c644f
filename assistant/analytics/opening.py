"""Opens analytics over a running product. Above: bootstrap, channels/desk, `aisle analytics`. Below: this package's parts."""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable, Collection
from hashlib import sha256
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from assistant.analytics.drift_watch import DriftRows, DriftWatch
from assistant.analytics.fact_rows import FactRows
from assistant.analytics.folding import Folding
from assistant.analytics.folding_lease import FoldingLease
from assistant.analytics.marks import Marks
from assistant.clock import SystemClock
from assistant.ids import RandomIds
from assistant.ports import EventStore
from assistant.privacy.consents import Consents
from assistant.running import Aisle
from assistant.settings import AisleSettings
from assistant.stores.inspection import open_inspected
from assistant.tools.sealing_key import kept_key

InThread = Callable[[Callable[[], Any]], Awaitable[Any]]


def open_rows(tables: Engine, home: Path) -> FactRows:
    """Makes the tables where they are missing. Blocking. Raises StoreUnavailable, SealingKeyUnreadable."""
    key = hmac.new(kept_key(home), b"aisle:analytics", sha256).digest()
    rows = FactRows(tables, Marks(key))
    rows.make_tables()
    return rows


def open_folding(
    settings: AisleSettings, *, store: EventStore, tables: Engine, consents: Consents, in_thread: InThread
) -> Folding:
    """Blocking. Raises StoreUnavailable, SealingKeyUnreadable."""
    engine, _ = open_inspected(settings.database_url.get_secret_value(), settings.log_file)

    async def refused() -> Collection[str]:
        found: Collection[str] = await in_thread(lambda: consents.choices.refused("analytics"))
        return found

    return Folding(
        store=store,
        log_engine=engine,
        rows=open_rows(tables, settings.home),
        lease=FoldingLease(tables, RandomIds().owner()),
        clock=SystemClock(),
        permits=consents.of,
        refused=refused,
        in_thread=in_thread,
    )


async def begin_analytics(aisle: Aisle, store: EventStore) -> Folding | None:
    """The running is the caller's. None: this product keeps no consents, so nobody's may be taken for given."""
    consents = aisle.customers.consents
    if consents is None:
        return None

    async def in_thread(work: Callable[[], Any]) -> Any:
        return await aisle.in_thread(work)

    folding: Folding = await in_thread(
        lambda: open_folding(aisle.settings, store=store, tables=aisle.tables, consents=consents, in_thread=in_thread)
    )
    return folding


async def begin_drift_watch(aisle: Aisle) -> DriftWatch:
    """The running is the caller's."""

    async def in_thread(work: Callable[[], Any]) -> Any:
        return await aisle.in_thread(work)

    rows, kept = await in_thread(lambda: open_rows(aisle.tables, aisle.settings.home)), DriftRows(aisle.tables)
    await in_thread(kept.make_tables)
    aisle.drift = DriftWatch(rows=rows, kept=kept, in_thread=in_thread)
    return aisle.drift
