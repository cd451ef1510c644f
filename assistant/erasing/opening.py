"""Puts erasing together over a log, its keys and its tables. Above: bootstrap, `aisle privacy`. Below: this package's parts."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine

from assistant.clock import SystemClock
from assistant.erasing.erasing import Append, Erasing, InThread
from assistant.erasing.old_rows import OldRows
from assistant.erasing.ports import Holds, Subject
from assistant.erasing.register import Register
from assistant.erasing.watching import Watching
from assistant.events import ConversationId, Event
from assistant.memories import Memories
from assistant.ports import EventStore
from assistant.privacy.holds import LegalHolds
from assistant.running import Aisle
from assistant.sealing.sealer import KeySealer
from assistant.settings import AisleSettings
from assistant.stores.inspection import open_inspected


@dataclass(frozen=True, slots=True)
class ErasedLog:
    """Satisfies `erasing.Log`."""

    store: EventStore
    old: OldRows

    async def read(self, conversation: ConversationId) -> Sequence[Event]:
        return await self.store.read(conversation)

    async def blank(self, conversations: Sequence[str]) -> None:
        await asyncio.to_thread(self.old.blank, conversations)

    async def in_clear(self, customer_id: str) -> Sequence[str]:
        return await asyncio.to_thread(self.old.in_clear, customer_id)


def open_erasing(
    settings: AisleSettings,
    *,
    store: EventStore,
    sealing: KeySealer,
    tables: Engine,
    memories: Memories,
    append: Append,
    holds: Holds,
    in_thread: InThread,
) -> Erasing:
    engine, _ = open_inspected(settings.database_url.get_secret_value(), settings.log_file)
    return Erasing(
        sealing=sealing,
        register=Register(sealing.store, SystemClock()),
        tables=tables,
        log=ErasedLog(store, OldRows(engine)),
        memories=memories,
        append=append,
        holds=holds,
        in_thread=in_thread,
    )


async def begin_erasing(aisle: Aisle, store: EventStore) -> Watching:
    """What was cut off is ended first. The watching is the caller's to run."""

    async def forget(conversations: Sequence[str]) -> None:
        aisle.customers.drop()
        for name in conversations:
            await aisle.assistant.replicas.look_at(ConversationId(name))

    async def told(_: Subject, conversations: Sequence[str]) -> None:
        await forget(conversations)

    holds = LegalHolds(aisle.tables, SystemClock())
    aisle.erasing = open_erasing(
        aisle.settings,
        store=store,
        sealing=aisle.sealing,
        tables=aisle.tables,
        memories=aisle.customers.memories,
        append=aisle.assistant.close_erased,
        holds=lambda customer, names: holds.check(customer_id=customer, conversations=names),
        in_thread=aisle.in_thread,
    )
    aisle.erasing.told.append(told)
    await aisle.erasing.resume()
    return Watching(sealing=aisle.sealing, forget=forget)


async def in_any_thread(function: Any, *arguments: Any) -> Any:
    return await asyncio.to_thread(function, *arguments)
