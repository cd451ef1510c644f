"""Opens customer context over the shop, the log and the folder of an installation. Above: `bootstrap`. Below: the adapters."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from concurrent.futures import Executor
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from assistant.bought_together import BoughtTogether
from assistant.clock import SystemClock
from assistant.customers import Customers, InThread, ReadableLog, open_customers
from assistant.ports import Shop
from assistant.privacy.choices import Choices
from assistant.privacy.consents import Consents
from assistant.privacy.counting import may_be_counted
from assistant.privacy.erasure_requests import ErasureRequests
from assistant.privacy.privacy_rules import read_rules
from assistant.sealing.sealed_memories import SealedMemories
from assistant.sealing.sealer import KeySealer
from assistant.shops.records import Order
from assistant.shops.sql import SqlShop
from assistant.stores.shared_memories import SharedMemories
from assistant.stores.sqlite_memories import SqliteMemories
from retrieval.ports import Embedder
from retrieval.private import PrivateNotes

MEMORIES_FILE = "customers.db"


async def open_customer_context(
    home: Path,
    shop: Shop,
    log: ReadableLog,
    embedder: Embedder,
    executor: Executor,
    *,
    tables: Engine | None = None,
    house: Engine | None = None,
    sealing: KeySealer | None = None,
) -> Customers:
    """Made anew from the log where the file is not there. `tables`: where all replicas keep them, in the file's place. `house`:
    where what customers chose lies; None: the defaults hold for everybody. `sealing`: memories lie sealed.

    Raises StoreUnavailable, StoreUnreadable, InvalidPrivacyRules.
    """
    loop = asyncio.get_running_loop()
    memories = await loop.run_in_executor(executor, partial(open_memories, home, tables=tables, sealing=sealing))

    async def in_thread(call: Any) -> Any:
        return await loop.run_in_executor(executor, call)

    consents = await in_thread(partial(open_consents, home, shop, house, in_thread)) if house is not None else None
    erasures = await in_thread(partial(ErasureRequests, house, SystemClock())) if house is not None else None
    notes = partial(PrivateNotes, embedder=embedder)
    customers = open_customers(shop, memories, notes, in_thread, consents, erasures)
    if memories.fresh:
        await customers.make_anew(log)
    return customers


def open_memories(
    home: Path, *, tables: Engine | None, sealing: KeySealer | None
) -> SqliteMemories | SharedMemories | SealedMemories:
    """Blocking. What lies there in clear is sealed first."""
    kept = SqliteMemories.open(home / MEMORIES_FILE) if tables is None else SharedMemories.open(tables)
    if sealing is None:
        return kept
    sealed = SealedMemories(kept, sealing, fresh=kept.fresh)
    sealed.seal_old()
    return sealed


def open_consents(home: Path, shop: Shop, house: Engine, in_thread: InThread) -> Consents:
    """Blocking. Raises StoreUnavailable, InvalidPrivacyRules."""
    rules = read_rules(home).consent
    return Consents(rules=rules, choices=Choices(house, SystemClock()), shop=shop, in_thread=in_thread)


def bought_together(shop: SqlShop, consents: Consents | None = None) -> BoughtTogether:
    """Counted from the orders of those who let it be."""
    if consents is None:
        return BoughtTogether(shop.all_orders, shop.find_products, time.monotonic)
    return BoughtTogether(partial(_orders_to_count, shop, consents), shop.find_products, time.monotonic)


def _orders_to_count(shop: SqlShop, consents: Consents) -> Iterator[Order]:
    lets = may_be_counted(consents.rules, consents.choices, shop.all_customers())
    return (order for order in shop.all_orders() if lets(order))
