"""Who of the agents is there: sockets by agent, and what becomes of the conversations of one who has gone.

An agent whose last socket is gone for `seconds` has left: their conversations wait in the queue again, so that no customer
talks to an empty chair. A reload or a lost network within that time changes nothing. Above: `socket`. Below: the desk.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from assistant.desk.desk import Agent, Desk, DeskError
from assistant.desk.moves import dropped
from assistant.errors import AssistantError

log = logging.getLogger(__name__)

AWAY_SECONDS = 45.0


@dataclass(slots=True)
class AgentsThere:
    """One event loop."""

    desk: Desk
    seconds: float = AWAY_SECONDS
    elsewhere: Callable[[Agent, datetime], Awaitable[bool]] | None = None
    """Whether a screen of theirs on another replica has told of itself since then."""
    stopping: bool = False
    """The server ends: nobody is taken for gone because of it."""
    _sockets: Counter[str] = field(default_factory=Counter)
    _leaving: dict[str, asyncio.Task[None]] = field(default_factory=dict)

    @contextmanager
    def there(self, agent: Agent) -> Iterator[None]:
        """While a socket of theirs is open."""
        self._sockets[agent.id] += 1
        leaving = self._leaving.pop(agent.id, None)
        if leaving is not None:
            leaving.cancel()
        try:
            yield
        finally:
            self._sockets[agent.id] -= 1
            if not self._sockets[agent.id]:
                del self._sockets[agent.id]
            if agent.id not in self._sockets and not self.stopping:
                self._leaving[agent.id] = asyncio.create_task(self._return_later(agent))

    def leaving(self, agent_id: str) -> bool:
        """Their last socket is gone, and their time to come back runs."""
        return agent_id in self._leaving

    def close(self) -> None:
        self.stopping = True
        for task in self._leaving.values():
            task.cancel()
        self._leaving.clear()

    async def _return_later(self, agent: Agent) -> None:
        left_at = self.desk.clock.now()
        await asyncio.sleep(self.seconds)
        del self._leaving[agent.id]
        if self.elsewhere is not None and await self.elsewhere(agent, left_at):
            return
        for line in await self.desk.queue():
            if line.agent is None or line.agent.agent_id != agent.id:
                continue
            try:
                await dropped(self.desk, line.conversation, agent)
            except DeskError:
                log.info("conversation %s was given on before its agent was taken for gone", line.conversation)
            except AssistantError:
                log.exception("conversation %s of an agent who left could not be returned", line.conversation)
