"""LossyBus: a replica's bus. Within the replica it is the real one; between replicas messages are late, or lost."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection
from contextlib import AbstractAsyncContextManager, AbstractContextManager
from typing import Any

from assistant.buses.in_process import InProcessBus
from assistant.events import ConversationId
from assistant.signals import Asked, Message
from eval.simulation.world import World

SLOWEST_SECONDS = 0.05


class LossyBus:
    """assistant.ports.EventBus over all that have joined the same `network`."""

    def __init__(self, world: World, network: list[LossyBus]) -> None:
        self._world, self._network = world, network
        self._here = InProcessBus()
        self._listeners: list[Callable[[ConversationId, Message | Asked], None]] = []
        network.append(self)

    def die(self) -> None:
        self._network.remove(self)

    def publish(self, conversation: ConversationId, message: Message) -> None:
        self._here.publish(conversation, message)
        self._tell_others(conversation, message, followed=True)

    def publish_here(self, conversation: ConversationId, message: Message) -> None:
        self._here.publish(conversation, message)

    def ask(self, asked: Asked) -> None:
        self._tell_others(asked.conversation, asked, followed=False)

    def listen(self, listener: Callable[[ConversationId, Message | Asked], None]) -> None:
        self._listeners.append(listener)

    def subscribe(self, conversation: ConversationId) -> AbstractAsyncContextManager[Any]:
        return self._here.subscribe(conversation)

    def hearing(self, conversation: ConversationId) -> AbstractContextManager[None]:
        return self._here.hearing(conversation)

    def followed(self) -> Collection[ConversationId]:
        return self._here.followed()

    def _tell_others(self, conversation: ConversationId, message: Message | Asked, *, followed: bool) -> None:
        loop = asyncio.get_running_loop()
        for other in self._network:
            if other is not self and not self._world.happens("message lost", self._world.chances.dropped):
                late = self._world.chance.uniform(0, SLOWEST_SECONDS)
                loop.call_later(late, other._hear, conversation, message, followed)

    def _hear(self, conversation: ConversationId, message: Message | Asked, followed: bool) -> None:
        if self in self._network and (not followed or conversation in self.followed()):
            for listener in self._listeners:
                listener(conversation, message)
