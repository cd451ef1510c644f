"""Erasing: keys destroyed in all copies, derived rows deleted, everybody told, and the register that says so.

Each step may be done twice; what was cut off is ended by `resume`, or by asking again. The order: the conversations are closed
(no turn says anything more), their keys are destroyed, what is derived goes, what a turn had still written goes too.
Above: privacy's routes, retention, `aisle privacy erase`, bootstrap. Below: `register`, `small_rows`, sealing, the log.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

from sqlalchemy import Engine

from assistant.erasing.key_copies import renew_copies
from assistant.erasing.ports import Erased, Holds, Reason, Subject, Told
from assistant.erasing.register import Register
from assistant.erasing.small_rows import conversations_named, delete_rows
from assistant.errors import ConversationNotFound
from assistant.events import SYSTEM, ConversationId, DataErased, Draft, Event
from assistant.memories import Memories
from assistant.sealing.destroying import conversations_of, destroy, destroyed_conversations
from assistant.sealing.sealer import KeySealer
from assistant.shops.records import CustomerId

log = logging.getLogger(__name__)

T = TypeVar("T")


class InThread(Protocol):
    async def __call__(self, function: Callable[..., T], *arguments: Any) -> T: ...


class Log(Protocol):
    async def read(self, conversation: ConversationId) -> Sequence[Event]: ...

    async def blank(self, conversations: Sequence[str]) -> None:
        """What lies in clear of them, from before there were keys, is overwritten."""
        ...

    async def in_clear(self, customer_id: str) -> Sequence[str]:
        """Conversations with that customer from before there were keys."""
        ...


Append = Callable[[ConversationId, Draft], Awaitable[object]]


@dataclass(slots=True, kw_only=True)
class Erasing:
    """Satisfies `ports.Eraser`."""

    sealing: KeySealer
    register: Register
    tables: Engine
    log: Log
    memories: Memories
    append: Append
    holds: Holds
    in_thread: InThread
    told: list[Told] = field(default_factory=list)

    async def erase(self, subject: Subject, *, reason: Reason = "asked") -> Erased:
        names = await self.conversations(subject)
        await self.in_thread(self.holds, subject.customer_id, names)
        if subject.conversation_id:
            await self.log.read(ConversationId(subject.conversation_id))  # raises ConversationNotFound
        erased = await self.in_thread(self.register.begin, subject, reason)
        return await self._carry_out(subject, erased, names)

    async def resume(self) -> tuple[Erased, ...]:
        """What was cut off, ended. It was allowed when it began: a hold that came since finds nothing to keep."""
        found = []
        for subject, reason in await self.in_thread(self.register.cut_off):
            erased = await self.in_thread(self.register.begin, subject, reason)
            found.append(await self._carry_out(subject, erased, await self.conversations(subject)))
            log.info("erasure %s, which was cut off, is done", erased.request_id)
        return tuple(found)

    async def replay(self) -> int:
        """Into what was restored from a backup: its conversations whose keys were destroyed since are closed again, and what
        is derived of them goes. How many."""
        found = []
        for name in await self.in_thread(destroyed_conversations, self.sealing.store):
            try:
                events = await self.log.read(ConversationId(name))
            except ConversationNotFound:
                continue
            if not any(isinstance(event.fact, DataErased) for event in events):
                fact = DataErased(request_id="restored", scope="conversation", reason="asked")
                await self.append(ConversationId(name), Draft(fact=fact, actor=SYSTEM, channel="api"))
                found.append(name)
        await self.log.blank(found)
        await self.in_thread(delete_rows, self.tables, "", found)
        return len(found)

    async def conversations(self, subject: Subject) -> tuple[str, ...]:
        if subject.conversation_id:
            return (subject.conversation_id,)
        store = self.sealing.store
        sealed = await self.in_thread(conversations_of, store, subject.customer_id)
        named = await self.in_thread(conversations_named, self.tables, subject.customer_id)
        return tuple(dict.fromkeys((*sealed, *named, *await self.log.in_clear(subject.customer_id))))

    async def _carry_out(self, subject: Subject, erased: Erased, names: Sequence[str]) -> Erased:
        for name in names:
            await self._close(ConversationId(name), subject, erased)
        keys = await self._destroy(subject, names)
        # Of a night's retention they are made anew once, by `watching`.
        left = () if erased.reason == "retention" else await self.in_thread(renew_copies, self.sealing.store)
        await self.log.blank(names)
        rows = await self._forget(subject, names)
        for tell in self.told:
            await tell(subject, names)
        keys += await self._destroy(subject, names)  # what a turn that was being cut had still to say
        rows += await self._forget(subject, names)
        return await self.in_thread(self._end, erased.request_id, len(names), keys, rows, left)

    async def _forget(self, subject: Subject, names: Sequence[str]) -> int:
        rows = await self.in_thread(delete_rows, self.tables, subject.customer_id, names)
        if subject.customer_id:
            rows += await self.in_thread(self.memories.forget, CustomerId(subject.customer_id))
        return rows

    def _end(self, request_id: str, conversations: int, keys: int, rows: int, left: Sequence[str]) -> Erased:
        return self.register.end(request_id, conversations=conversations, keys=keys, rows=rows, left=left)

    async def _close(self, name: ConversationId, subject: Subject, erased: Erased) -> None:
        try:
            events = await self.log.read(name)
        except ConversationNotFound:
            return
        if any(isinstance(event.fact, DataErased) and event.fact.request_id == erased.request_id for event in events):
            return
        scope = "customer" if subject.customer_id else "conversation"
        fact = DataErased(request_id=erased.request_id, scope=scope, reason=erased.reason)  # type: ignore[arg-type]
        await self.append(name, Draft(fact=fact, actor=SYSTEM, channel="api"))

    async def _destroy(self, subject: Subject, names: Sequence[str]) -> int:
        store = self.sealing.store
        gone = await self.in_thread(_destroyed, store, subject.customer_id, names)
        self.sealing.forget(names, store.owner_of(subject.customer_id) if subject.customer_id else "")
        return gone


def _destroyed(store: Any, customer_id: str, names: Sequence[str]) -> int:
    return destroy(store, customer_id=customer_id, conversations=names)
