"""FaultyStore: one replica's way to the shared log. It refuses, is slow, loses answers, and is dead after a crash."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TypeVar

from assistant.errors import StoreUnavailable
from assistant.events import ConversationId, Draft, Event
from assistant.ports import Appended, Lease
from eval.simulation.world import World

Found = TypeVar("Found")
USUAL_SECONDS = 0.02


class FaultyStore:
    """assistant.ports.EventStore. After `die` nothing it was asked for is done any more, and nobody is told."""

    def __init__(self, world: World) -> None:
        self._world, self._log = world, world.log
        self._dead = False

    @property
    def shared(self) -> bool:
        return self._world.shared

    @property
    def generation(self) -> str:
        return self._log.generation

    def die(self) -> None:
        self._dead = True

    async def create(self, conversation: ConversationId, drafts: Sequence[Draft]) -> tuple[Event, ...]:
        return await self._log.create(conversation, drafts)

    async def append(
        self,
        conversation: ConversationId,
        drafts: Sequence[Draft],
        *,
        expected_seq: int | None = None,
        lease: Lease | None = None,
    ) -> Appended:
        return await self._writing(
            lambda: self._log.append(conversation, drafts, expected_seq=expected_seq, lease=lease)
        )

    async def read(
        self, conversation: ConversationId, *, after: int = 0, limit: int | None = None
    ) -> tuple[Event, ...]:
        return await self._reading(lambda: self._log.read(conversation, after=after, limit=limit))

    async def last_seq(self, conversation: ConversationId) -> int:
        return await self._reading(lambda: self._log.last_seq(conversation))

    async def last_seqs(self, conversations: Sequence[ConversationId]) -> Mapping[ConversationId, int]:
        return await self._reading(lambda: self._log.last_seqs(conversations))

    async def take_lease(self, conversation: ConversationId, *, owner: str, seconds: float) -> Lease | None:
        return await self._writing(lambda: self._log.take_lease(conversation, owner=owner, seconds=seconds))

    async def release_lease(self, lease: Lease) -> None:
        await self._writing(lambda: self._log.release_lease(lease))

    async def unanswered(self) -> tuple[ConversationId, ...]:
        return await self._reading(self._log.unanswered)

    async def orphaned(self, *, quiet_seconds: float, limit: int = 200) -> tuple[ConversationId, ...]:
        return await self._reading(lambda: self._log.orphaned(quiet_seconds=quiet_seconds, limit=limit))

    async def with_people(self) -> tuple[ConversationId, ...]:
        return await self._reading(self._log.with_people)

    async def conversations(self) -> tuple[ConversationId, ...]:
        return await self._reading(self._log.conversations)

    async def close(self) -> None:
        """The log outlives its readers."""

    # -- faults ------------------------------------------------------------------------------------------------------

    async def _reading(self, operation: Callable[[], Awaitable[Found]]) -> Found:
        await self._way()
        if self._world.happens("read refused", self._world.chances.refused):
            raise StoreUnavailable("simulated: it cannot be read now")
        return await operation()

    async def _writing(self, operation: Callable[[], Awaitable[Found]]) -> Found:
        await self._way()
        if self._world.happens("write refused", self._world.chances.refused):
            raise StoreUnavailable("simulated: it cannot be written now")
        done = await operation()
        await self._way()
        if self._world.happens("answer lost", self._world.chances.unsure):
            raise StoreUnavailable("simulated: the connection broke after the commit")
        return done

    async def _way(self) -> None:
        slow = self._world.happens("slow operation", self._world.chances.slow)
        seconds = self._world.chances.slow_seconds if slow else self._world.chance.uniform(0, USUAL_SECONDS)
        await asyncio.sleep(seconds)
        if self._dead and not self._world.over:
            await self._world.never.wait()  # a dead process's operations neither happen nor fail
        if self._dead:
            raise asyncio.CancelledError
