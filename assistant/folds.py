"""Folds: the state of a long conversation as it was some events ago, so that whoever opens it reads what came since alone.

Nothing is lost with one: it is made anew from the log. It holds what customers said, so it lies sealed, and goes with an erasure
(`erasing.holdings`). One counts only where the event that it ends with is still in the log, and only for the release that made
it: whatever changes how events become a state changes `_format`. Above: sessions. Below: the small tables, `sealing`.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Final, TypeVar

import msgspec
from sqlalchemy import Column, Engine, Integer, MetaData, String, Table, Text, delete, insert, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.schema import CreateTable

from assistant import conversation, events, privacy_events, shown
from assistant.conversation import Conversation
from assistant.desk import events as desk_events
from assistant.errors import StoreUnavailable
from assistant.events import ConversationId, Event
from assistant.sealing.ports import Sealer

SHORT: Final = 64
"""Events that are read before a kept state is asked for: most conversations have fewer."""
EVERY: Final = 128
"""Events between two kept states: what is folded anew at most, some 5 ms of processor time."""
PLACE: Final = "fold"
T = TypeVar("T")

_FOLDS = Table(
    "folds",
    MetaData(),
    Column("conversation", String(128), primary_key=True),
    Column("seq", Integer, nullable=False),
    Column("event", String(64), nullable=False),
    Column("format", String(32), nullable=False),
    Column("state", Text, nullable=False),
)


class Folds:
    """`ready` first, once. Raises StoreUnavailable, SealingError: whoever asks goes on without."""

    def __init__(self, tables: Engine, sealer: Sealer) -> None:
        self._tables, self._sealer = tables, sealer
        self._in_order = asyncio.Lock()
        self._format = _format(conversation, events, desk_events, privacy_events, shown)

    def make_table(self) -> None:
        """Blocking."""
        self._try(lambda: self._run(CreateTable(_FOLDS, if_not_exists=True)))

    async def load(self, name: ConversationId) -> tuple[Conversation, str] | None:
        """The state and the id of the last event in it."""
        return await asyncio.to_thread(self._load, name)

    async def save(self, state: Conversation, last: Event) -> None:
        """Saved and forgotten in the order of the calls: nothing older comes over what is newer."""
        async with self._in_order:
            await asyncio.to_thread(self._save, state, last)

    async def forget(self, name: ConversationId) -> None:
        async with self._in_order:
            await asyncio.to_thread(self._try, lambda: self._run(delete(_FOLDS).where(_FOLDS.c.conversation == name)))

    def _load(self, name: ConversationId) -> tuple[Conversation, str] | None:
        def read() -> tuple[str, str] | None:
            wanted = (_FOLDS.c.conversation == name) & (_FOLDS.c.format == self._format)
            with self._tables.connect() as db:
                row = db.execute(select(_FOLDS.c.state, _FOLDS.c.event).where(wanted)).first()
            return None if row is None else (row.state, row.event)

        row = self._try(read)
        clear = None if row is None else self._sealer.open(name, PLACE, row[0])
        if row is None or clear is None:
            return None
        return msgspec.json.decode(clear, type=Conversation), row[1]

    def _save(self, state: Conversation, last: Event) -> None:
        sealed = self._sealer.seal(state.id, PLACE, msgspec.json.encode(state))

        def write() -> None:
            with self._tables.begin() as db:
                db.execute(delete(_FOLDS).where(_FOLDS.c.conversation == state.id))
                db.execute(
                    insert(_FOLDS).values(
                        conversation=state.id, seq=last.seq, event=last.id, format=self._format, state=sealed
                    )
                )

        self._try(write)

    def _run(self, statement: object) -> None:
        with self._tables.begin() as db:
            db.execute(statement)  # type: ignore[call-overload]

    @staticmethod
    def _try(work: Callable[[], T]) -> T:
        try:
            return work()
        except SQLAlchemyError as error:
            raise StoreUnavailable(f"kept states cannot be used now: {error}") from error


def _format(*modules: ModuleType) -> str:
    hashed = hashlib.blake2b(digest_size=12)
    for module in modules:
        hashed.update(Path(module.__file__ or "").read_bytes())
    return hashed.hexdigest()
