"""Opens customer context over the shop, the log and the folder of an installation. Above: `bootstrap`. Below: the adapters."""

from __future__ import annotations

import asyncio
import time
from concurrent.futures import Executor
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from assistant.bought_together import BoughtTogether
from assistant.customers import Customers, ReadableLog, open_customers
from assistant.ports import Shop
from assistant.shops.sql import SqlShop
from assistant.stores.shared_memories import SharedMemories
from assistant.stores.sqlite_memories import SqliteMemories
from retrieval.ports import Embedder
from retrieval.private import PrivateNotes

MEMORIES_FILE = "customers.db"


async def open_customer_context(
    home: Path, shop: Shop, log: ReadableLog, embedder: Embedder, executor: Executor, *, tables: Engine | None = None
) -> Customers:
    """Made anew from the log where the file is not there. `tables`: where all replicas keep them, in the file's place.

    Raises StoreUnavailable, StoreUnreadable.
    """
    loop = asyncio.get_running_loop()
    memories: SqliteMemories | SharedMemories
    if tables is None:
        memories = await loop.run_in_executor(executor, SqliteMemories.open, home / MEMORIES_FILE)
    else:
        memories = await loop.run_in_executor(executor, SharedMemories.open, tables)

    async def in_thread(call: Any) -> Any:
        return await loop.run_in_executor(executor, call)

    customers = open_customers(shop, memories, partial(PrivateNotes, embedder=embedder), in_thread)
    if memories.fresh:
        await customers.make_anew(log)
    return customers


def bought_together(shop: SqlShop) -> BoughtTogether:
    return BoughtTogether(shop.all_orders, shop.find_products, time.monotonic)
