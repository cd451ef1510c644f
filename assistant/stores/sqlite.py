"""SqliteEventStore: the durable log in one file. WAL, synchronous=FULL, one writer with group commit, readers beside it.

Above: the assistant, through the port. Below: group_commit, ledger, schema.
"""

from __future__ import annotations

import asyncio
import contextlib
import queue
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

from assistant.errors import StoreUnavailable, StoreUnreadable
from assistant.events import ConversationId, Draft, Event
from assistant.ids import Ids
from assistant.ports import Appended, Clock, Lease
from assistant.sealing.sealer import KeySealer
from assistant.stores import ledger
from assistant.stores.entries import entries_of
from assistant.stores.group_commit import GroupCommit
from assistant.stores.ledger import Ledger
from assistant.stores.schema import open_reader, open_writer, read_meta, settle_keys
from assistant.stores.sealed_rows import Codec
from assistant.stores.sole_process import Presence

READERS = 2
"""Reads are short and mostly from the cache: two threads keep one slow read from delaying all."""

T = TypeVar("T")


class SqliteEventStore:
    """Open it with `open`; leave it with `close` or as an async context manager."""

    shared = False
    """One process writes; another that opens the same file finds all of it when it reads."""

    def __init__(
        self, path: Path, *, writer: GroupCommit, ledger: Ledger, ids: Ids, presence: Presence, generation: str
    ) -> None:
        self._path = path
        self.generation = generation
        self._writer = writer
        self._ledger = ledger
        self._ids = ids
        self._presence = presence
        self._readers: queue.LifoQueue[sqlite3.Connection] = queue.LifoQueue()
        self._threads = ThreadPoolExecutor(READERS, thread_name_prefix="log reader")
        self._closed = False

    @classmethod
    async def open(cls, path: Path | str, *, clock: Clock, ids: Ids, sealing: KeySealer | None = None) -> Self:
        """Creates the file when there is none. Raises StoreUnreadable for a file that is not a log of this version,
        StoreUnavailable when it can be neither read nor made, KeysMissing for a log that is sealed with other keys."""
        path = Path(path)
        db, meta, presence = await asyncio.to_thread(_open, path, sealing.store.id if sealing else "")
        writer = GroupCommit(db, name=str(path))
        ledger = Ledger(clock=clock, codec=Codec(sealing, meta["digest_key"]))
        generation = meta["generation"].decode()
        return cls(path, writer=writer, ledger=ledger, ids=ids, presence=presence, generation=generation)

    async def create(self, conversation: ConversationId, drafts: Sequence[Draft]) -> tuple[Event, ...]:
        entries = entries_of(drafts, self._ids)
        key = await self._ledger.codec.key_for(conversation, entries)
        created = await self._writer.submit(lambda db: self._ledger.create(db, conversation, entries, key))
        return created.events

    async def append(
        self,
        conversation: ConversationId,
        drafts: Sequence[Draft],
        *,
        expected_seq: int | None = None,
        lease: Lease | None = None,
    ) -> Appended:
        entries = entries_of(drafts, self._ids)
        key = await self._ledger.codec.key_for(conversation, entries)
        appended = await self._writer.submit(
            lambda db: self._ledger.append(db, conversation, entries, key, expected_seq, lease)
        )
        await self._ledger.codec.wrote(conversation, entries)
        return appended

    async def read(
        self, conversation: ConversationId, *, after: int = 0, limit: int | None = None
    ) -> tuple[Event, ...]:
        return await self._read(lambda db: ledger.read_events(db, conversation, after, limit, self._ledger.codec))

    async def last_seq(self, conversation: ConversationId) -> int:
        return await self._read(lambda db: ledger.last_seq(db, conversation))

    async def last_seqs(self, conversations: Sequence[ConversationId]) -> Mapping[ConversationId, int]:
        return await self._read(lambda db: ledger.last_seqs(db, conversations))

    async def take_lease(self, conversation: ConversationId, *, owner: str, seconds: float) -> Lease | None:
        return await self._writer.submit(lambda db: self._ledger.take_lease(db, conversation, owner, seconds))

    async def release_lease(self, lease: Lease) -> None:
        await self._writer.submit(lambda db: ledger.release_lease(db, lease))

    async def unanswered(self) -> tuple[ConversationId, ...]:
        return await self._read(ledger.unanswered)

    async def orphaned(self, *, quiet_seconds: float, limit: int = 200) -> tuple[ConversationId, ...]:
        return await self._read(lambda db: self._ledger.orphaned(db, quiet_seconds, limit))

    async def with_people(self) -> tuple[ConversationId, ...]:
        return await self._read(ledger.with_people)

    async def conversations(self) -> tuple[ConversationId, ...]:
        """All of them, oldest first: for what is derived from the log and was lost."""
        return await self._read(ledger.conversations)

    async def close(self) -> None:
        """Idempotent. What was submitted is written first."""
        if self._closed:
            return
        self._closed = True
        await asyncio.to_thread(self._threads.shutdown)
        while not self._readers.empty():
            self._readers.get_nowait().close()
        await self._writer.close()  # last: the connection that closes last tidies the write-ahead log away
        self._presence.leave()
        self._ledger.codec.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def _read(self, query: Callable[[sqlite3.Connection], T]) -> T:
        if self._closed:
            raise StoreUnavailable(f"{self._path} is closed")
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._query, query)

    def _query(self, query: Callable[[sqlite3.Connection], T]) -> T:
        try:
            with self._reader() as db:
                return query(db)
        except sqlite3.Error as error:
            raise StoreUnavailable(f"{self._path} cannot be read: {error}") from error

    @contextlib.contextmanager
    def _reader(self) -> Iterator[sqlite3.Connection]:
        try:
            db = self._readers.get_nowait()
        except queue.Empty:
            db = open_reader(self._path)
        try:
            yield db
        finally:
            self._readers.put(db)


def _open(path: Path, keys: str) -> tuple[sqlite3.Connection, Mapping[str, bytes], Presence]:
    with contextlib.ExitStack() as on_failure:
        try:
            db = on_failure.enter_context(contextlib.closing(open_writer(path)))
            settle_keys(db, path, keys)
            meta, presence = read_meta(db), Presence.enter(path)
            on_failure.callback(presence.leave)
            if presence.alone:
                ledger.release_all_leases(db)
                presence.let_others_in()
        except (OSError, sqlite3.OperationalError) as error:
            message = f"{path} cannot be opened: {error}; check the disk and the rights of its folder"
            raise StoreUnavailable(message) from error
        except sqlite3.Error as error:
            raise StoreUnreadable(str(path), f"it is damaged or no database ({error})") from error
        on_failure.pop_all()
    return db, meta, presence
