"""PostgresEventStore: the durable log that many replicas share. Seqs by row lock, leases by the database's clock.

Above: the assistant, through the port. Below: postgres_lanes (writes), postgres_statements, postgres_life (who lives).
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from types import TracebackType
from typing import Any, Self, TypeVar

from sqlalchemy import TextClause
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from assistant.errors import ConversationNotFound, StoreUnavailable
from assistant.events import ConversationId, Draft, Event
from assistant.ids import Ids
from assistant.ports import Appended, Clock, Lease
from assistant.sealing.errors import KeysMissing
from assistant.sealing.sealer import KeySealer
from assistant.stores import postgres_statements as sql
from assistant.stores.database import DatabaseSettings, for_the_log, shown
from assistant.stores.entries import entries_of
from assistant.stores.postgres_lanes import PAUSE_SECONDS, Lanes
from assistant.stores.postgres_life import Life
from assistant.stores.postgres_page import Wish
from assistant.stores.postgres_trouble import TROUBLE, passes, unavailable
from assistant.stores.postgres_writing import LONGEST_ID, Commit, Job, event_of, microseconds
from assistant.stores.sealed_rows import Codec
from assistant.stores.upgrading import bring_up_to_date

T = TypeVar("T")


class PostgresEventStore:
    """Open it with `open`; leave it with `close` or as an async context manager."""

    shared = True
    """Other processes write to the same conversations."""

    def __init__(
        self,
        engine: AsyncEngine,
        settings: DatabaseSettings,
        ids: Ids,
        clock: Clock | None,
        life: Life,
        meta: Mapping[str, bytes],
        sealing: KeySealer | None = None,
    ) -> None:
        self._engine, self._ids, self._clock, self._life = engine, ids, clock, life
        self._reading = engine.execution_options(isolation_level="AUTOCOMMIT")
        self._codec = Codec(sealing, meta["digest_key"])
        self.generation = meta["generation"].decode()
        """Another one, another history: a restored backup has its own."""
        self._wait = settings.wait_seconds
        self._lanes = Lanes(engine, self._commit, count=settings.lanes, wait_seconds=settings.wait_seconds)
        self._closed = False

    @classmethod
    async def open(
        cls,
        url: str,
        *,
        ids: Ids,
        settings: DatabaseSettings | None = None,
        clock: Clock | None = None,
        sealing: KeySealer | None = None,
    ) -> Self:
        """Makes the tables when there are none. `clock`: in place of the database's own, for tests.

        Raises StoreUnavailable (no server there, wrong address), StoreUnreadable (tables of a newer release).
        """
        settings = settings or DatabaseSettings()
        engine = _engine(url, settings)
        try:
            await asyncio.to_thread(bring_up_to_date, url)
            async with engine.begin() as db:
                if sealing is not None:
                    await db.execute(sql.SETTLE_KEYS, {"keys": sealing.store.id.encode()})
                rows = await db.execute(sql.META_ALL)
                meta = {row.name: bytes(row.value) for row in rows}
            check_keys(meta, shown(url), sealing)
            life = await Life.begin(engine, key=secrets.randbits(31) or 1)
        except TROUBLE as error:
            await engine.dispose()
            raise unavailable(f"opened at {shown(url)}", error) from error
        except BaseException:
            await engine.dispose()
            raise
        return cls(engine, settings, ids, clock, life, meta, sealing)

    @property
    def reachable(self) -> bool:
        """The server answered a moment ago. Asks nothing."""
        return self._life.up

    async def create(self, conversation: ConversationId, drafts: Sequence[Draft]) -> tuple[Event, ...]:
        entries = entries_of(drafts, self._ids)
        key = await self._codec.key_for(conversation, entries)
        wish = Wish(conversation=conversation, entries=entries, key=key)
        return (await self._lanes.submit(Job(wish=wish, creates=True))).events

    async def append(
        self,
        conversation: ConversationId,
        drafts: Sequence[Draft],
        *,
        expected_seq: int | None = None,
        lease: Lease | None = None,
    ) -> Appended:
        entries = entries_of(drafts, self._ids)
        _check_name(conversation)
        key = await self._codec.key_for(conversation, entries)
        wish = Wish(conversation=conversation, entries=entries, key=key, expected_seq=expected_seq, lease=lease)
        appended = await self._lanes.submit(Job(wish=wish))
        await self._codec.wrote(conversation, entries)
        return appended

    async def read(
        self, conversation: ConversationId, *, after: int = 0, limit: int | None = None
    ) -> tuple[Event, ...]:
        _check_name(conversation)
        rows = await self._ask(partial(_read, conversation=conversation, after=after, limit=limit))
        await self._codec.ready(row.data for row in rows)
        return tuple(event_of(conversation, row, self._codec) for row in rows)

    async def last_seq(self, conversation: ConversationId) -> int:
        _check_name(conversation)
        return (await self._ask(partial(_found, conversation=conversation)))[1]

    async def last_seqs(self, conversations: Sequence[ConversationId]) -> Mapping[ConversationId, int]:
        async def ask(db: AsyncConnection) -> Mapping[ConversationId, int]:
            rows = await db.execute(sql.LAST_SEQS, {"names": list(conversations)})
            return {ConversationId(row.name): row.last_seq for row in rows}

        return await self._ask(ask) if conversations else {}

    async def take_lease(self, conversation: ConversationId, *, owner: str, seconds: float) -> Lease | None:
        _check_name(conversation)
        values = {
            "name": conversation,
            "owner": owner,
            "owner_key": self._life.key,
            "microseconds": int(seconds * 1_000_000),
            "now": self._now(),
        }

        async def take(db: AsyncConnection) -> Lease | None:
            taken = (await db.execute(sql.TAKE_LEASE, values)).first()
            if taken is None and self._life.certain:
                taken = (await db.execute(sql.TAKE_FROM_THE_DEAD, values)).first()
            if taken is not None:
                return Lease(conversation=conversation, owner=owner, epoch=taken.epoch, last_seq=taken.last_seq)
            await _found(db, conversation)  # not held because it does not exist?
            return None

        return await self._ask(take)

    async def release_lease(self, lease: Lease) -> None:
        async def release(db: AsyncConnection) -> None:
            await db.execute(sql.RELEASE_LEASE, {"name": lease.conversation, "epoch": lease.epoch})

        await self._ask(release)

    async def unanswered(self) -> tuple[ConversationId, ...]:
        return await self._names(sql.UNANSWERED)

    async def orphaned(self, *, quiet_seconds: float, limit: int = 200) -> tuple[ConversationId, ...]:
        asked = sql.ORPHANED_OR_DEAD if self._life.certain else sql.ORPHANED
        return await self._names(asked, now=self._now(), microseconds=int(quiet_seconds * 1_000_000), limit=limit)

    async def with_people(self) -> tuple[ConversationId, ...]:
        return await self._names(sql.WITH_PEOPLE)

    async def conversations(self) -> tuple[ConversationId, ...]:
        return await self._names(sql.ALL)

    async def close(self) -> None:
        """Idempotent. What was submitted is written first."""
        if self._closed:
            return
        self._closed = True
        await self._lanes.close()
        await self._life.end()
        await self._engine.dispose()
        await asyncio.to_thread(self._codec.close)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    def _now(self) -> int | None:
        return None if self._clock is None else microseconds(self._clock.now())

    def _commit(self) -> Commit:
        return Commit(codec=self._codec, now=self._now())

    async def _names(self, asked: TextClause, **values: Any) -> tuple[ConversationId, ...]:
        async def ask(db: AsyncConnection) -> tuple[ConversationId, ...]:
            return tuple(ConversationId(name) for name in (await db.execute(asked, values)).scalars())

        return await self._ask(ask)

    async def _ask(self, query: Callable[[AsyncConnection], Awaitable[T]]) -> T:
        """One short question, or one statement that may be repeated; tried again while the server comes back."""
        if self._closed:
            raise StoreUnavailable("the log is closed")
        loop = asyncio.get_running_loop()
        end = loop.time() + self._wait
        while True:
            try:
                async with asyncio.timeout_at(end), self._reading.connect() as db:
                    return await query(db)
            except TROUBLE as error:
                if not passes(error) or loop.time() + PAUSE_SECONDS >= end:
                    raise unavailable("read", error) from error
            await asyncio.sleep(PAUSE_SECONDS)


def check_keys(meta: Mapping[str, bytes], where: str, sealing: KeySealer | None) -> None:
    """Raises KeysMissing."""
    sealed, keys = meta.get("keys", b"").decode(), sealing.store.id if sealing is not None else ""
    if sealed != keys:
        raise KeysMissing(where, f"the keys {keys}" if keys else f"sight (its own are {sealed})")


async def _found(db: AsyncConnection, conversation: ConversationId) -> tuple[int, int]:
    """Its row's id and its last seq."""
    row = (await db.execute(sql.FIND, {"name": conversation})).first()
    if row is None:
        raise ConversationNotFound(conversation)
    return row.id, row.last_seq


async def _read(db: AsyncConnection, conversation: ConversationId, after: int, limit: int | None) -> Sequence[Any]:
    row_id, _ = await _found(db, conversation)
    return (await db.execute(sql.EVENTS, {"id": row_id, "after": max(after, 0), "limit": limit})).all()


def _check_name(conversation: ConversationId) -> None:
    """What no column can hold is not there."""
    if len(conversation) > LONGEST_ID or not conversation.isprintable():
        raise ConversationNotFound(conversation)


def _engine(url: str, settings: DatabaseSettings) -> AsyncEngine:
    milliseconds = str(int(settings.statement_seconds * 1000))
    return create_async_engine(
        for_the_log(url),
        hide_parameters=True,  # an error's text goes to the log, and the values are customers'
        pool_size=settings.connections - 1,
        max_overflow=0,
        pool_timeout=settings.wait_seconds,
        pool_recycle=1800,
        connect_args={
            "timeout": settings.connect_seconds,
            "command_timeout": settings.statement_seconds,
            "server_settings": {
                "application_name": "aisle",
                "jit": "off",
                "statement_timeout": milliseconds,
                "lock_timeout": milliseconds,
                "idle_in_transaction_session_timeout": milliseconds,
            },
        },
    )
