"""Each replica tells of itself every few seconds, so that /admin on any of them shows all; what the others told, read back.

Where there can be no other replica nothing is written. Above: `serve`, `sight_rest`. Below: the small table, `seeing`.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

from pydantic import ValidationError
from sqlalchemy.exc import SQLAlchemyError

from assistant.sight.opening import replica_name
from assistant.sight.replica_rows import ReplicaRow, ReplicaRows
from channels.front_door import FrontDoor
from channels.sight.documents import Told
from channels.sight.product_metrics import RELEASE
from channels.sight.seeing import seen

log = logging.getLogger(__name__)

EVERY_SECONDS: Final = 5.0
SILENT_SECONDS: Final = 20.0
"""Three beats and a slow database."""
FORGOTTEN_SECONDS: Final = 900.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Other:
    name: str
    release: str
    seen_seconds: float
    told: Told | None
    """None: of a release whose words are not understood here."""

    @property
    def silent(self) -> bool:
        return self.seen_seconds > SILENT_SECONDS


class Heartbeat:
    def __init__(self, door: FrontDoor, *, name: str = "", shared: bool | None = None) -> None:
        self.door, self.name = door, name or replica_name()
        self.shared = door.product.assistant.replicas.others if shared is None else shared
        self._rows = ReplicaRows(door.product.tables)

    async def beat(self) -> None:
        """Raises SQLAlchemyError."""
        told = await seen(self.door, self.name)
        row = ReplicaRow(name=self.name, at=time.time(), release=RELEASE, told=told.model_dump_json())
        await self.door.product.in_thread(self._rows.tell, row)

    async def others(self) -> Sequence[Other]:
        """As far as the database tells; none where there can be none."""
        if not self.shared:
            return ()
        try:
            rows = await self.door.product.in_thread(self._rows.read)
        except SQLAlchemyError as error:
            log.warning("other replicas cannot be read: %s", type(error).__name__)
            return ()
        now = time.time()
        fresh = (row for row in rows if row.name != self.name and now - row.at < FORGOTTEN_SECONDS)
        return [_other(row, now) for row in fresh]

    @asynccontextmanager
    async def beating(self) -> AsyncIterator[None]:
        """While open. At the end the row is taken away: a replica that left is not one that is silent."""
        if not self.shared:
            yield
            return
        task = asyncio.create_task(self._beats())
        try:
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            try:
                await self.door.product.in_thread(self._rows.leave, self.name)
            except SQLAlchemyError as error:
                log.warning("this replica's row stays behind: %s", type(error).__name__)

    async def _beats(self) -> None:
        well = True
        while True:
            try:
                await self.beat()
                await self.door.product.in_thread(self._rows.forget, time.time() - FORGOTTEN_SECONDS)
                well = True
            except SQLAlchemyError as error:
                if well:  # once an outage
                    log.warning("the other replicas cannot be told of this one: %s", type(error).__name__)
                well = False
            await asyncio.sleep(EVERY_SECONDS)


def _other(row: ReplicaRow, now: float) -> Other:
    try:
        told = Told.model_validate_json(row.told) if row.release == RELEASE else None
    except ValidationError:
        told = None
    return Other(name=row.name, release=row.release, seen_seconds=max(0.0, now - row.at), told=told)
