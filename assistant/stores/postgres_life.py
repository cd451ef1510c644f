"""Life: how a replica shows the others that it lives. When its process dies, however it dies, the database knows at once.

Above: postgres. Below: one connection of its own that holds an advisory lock. A lease whose holder's lock is gone may be taken
before it runs out: a killed replica's turns wait for a sweep instead of for 15 seconds. It is only a hint: what keeps two
writers apart is the lease's epoch. Needs a connection that stays one: a pooler in transaction mode takes this away, and the
lease's end decides alone.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from typing import Self

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from assistant.stores import postgres_statements as sql
from assistant.stores.postgres_trouble import TROUBLE

log = logging.getLogger(__name__)

CHECK_SECONDS = 1.0
SETTLED_SECONDS = 4.0
"""After the server came back, the others need time to show that they live, too."""


class Life:
    def __init__(self, engine: AsyncEngine, db: AsyncConnection, key: int) -> None:
        self.key = key
        self._engine, self._db = engine, db
        self._since = asyncio.get_running_loop().time() - SETTLED_SECONDS
        self._task = asyncio.create_task(self._keep())

    @classmethod
    async def begin(cls, engine: AsyncEngine, *, key: int) -> Self:
        """Like the engine's, but outside its pool. Raises what a connection fails with."""
        own = create_async_engine(engine.url, poolclass=NullPool, connect_args={"timeout": 3, "command_timeout": 3})
        return cls(own, await _shown(own, key), key)

    @property
    def certain(self) -> bool:
        """Who has shown no life by now is dead."""
        return asyncio.get_running_loop().time() - self._since >= SETTLED_SECONDS

    @property
    def up(self) -> bool:
        """The server answered a moment ago."""
        return self._since != float("inf")

    async def end(self) -> None:
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        with contextlib.suppress(*TROUBLE):
            await self._db.close()
        await self._engine.dispose()

    async def _keep(self) -> None:
        while True:
            await asyncio.sleep(CHECK_SECONDS)
            try:
                await self._db.execute(sql.STILL_THERE)
            except TROUBLE:
                self._since = float("inf")
                await self._again()

    async def _again(self) -> None:
        with contextlib.suppress(*TROUBLE):
            await self._db.close()
        try:
            self._db = await _shown(self._engine, self.key)
        except TROUBLE:
            log.debug("no connection to show life by yet")
        else:
            self._since = asyncio.get_running_loop().time()


async def _shown(engine: AsyncEngine, key: int) -> AsyncConnection:
    db = await engine.connect()
    try:
        db = await db.execution_options(isolation_level="AUTOCOMMIT")
        await db.execute(sql.SHOW_LIFE, {"key": key})
    except BaseException:
        await db.close()
        raise
    return db
