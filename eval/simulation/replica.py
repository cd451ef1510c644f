"""Replica: one process of the service: the real Assistant over a faulty store and a lossy bus. It dies at any moment."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from assistant.assistant import Assistant
from assistant.conversation import Conversation, Unanswered
from assistant.errors import StoreUnavailable
from assistant.events import ASSISTANT, AssistantSaid, ToolCalled, ToolReturned
from assistant.live_turn import LiveTurn
from eval.simulation.faulty_store import FaultyStore
from eval.simulation.lossy_bus import LossyBus
from eval.simulation.world import World


class ModelBroke(Exception):
    """What a turn cannot foresee."""


class Replica:
    def __init__(self, world: World, network: list[LossyBus]) -> None:
        self._world, self._network = world, network
        self.up = False
        self.deaths = 0
        self.died = asyncio.Event()

    async def start(self) -> None:
        self.store, self.bus = FaultyStore(self._world), LossyBus(self._world, self._network)
        self.assistant = Assistant(
            store=self.store, bus=self.bus, run_turn=self._turn, ids=self._world.ids, chance=self._world.chance
        )
        self.died = asyncio.Event()
        await self._open()
        self._looking = asyncio.create_task(self.assistant.replicas.run())
        self.up = True

    async def _open(self) -> None:
        if not self._world.shared:
            self._world.log.release_all_leases()  # the only process knows that its predecessor is dead
        while True:
            try:
                await self.assistant.resume_unanswered()
                return
            except StoreUnavailable:
                await asyncio.sleep(0.1)

    def die(self) -> None:
        """As kill -9: what was asked of the store and has not happened yet never happens, and nobody tidies up."""
        self.up = False
        self.deaths += 1
        self.died.set()
        self._looking.cancel()
        self.store.die()
        self.bus.die()

    async def _turn(self, conversation: Conversation, said: Sequence[Unanswered], live: LiveTurn) -> AssistantSaid:
        """Looks something up, then says back what it was asked, word by word; breaks or hangs now and then."""
        world = self._world
        live.record(ASSISTANT, ToolCalled(turn_id=live.id, call_id="1", name="look_up"))
        await asyncio.sleep(world.chance.uniform(0, 0.2))
        if world.happens("model broke", world.chances.model_breaks):
            raise ModelBroke
        if world.happens("model hung", world.chances.model_hangs):
            await asyncio.sleep(world.chances.hang_seconds)
        live.record(ASSISTANT, ToolReturned(turn_id=live.id, call_id="1", name="look_up", result=len(said)))
        for word in ("Heard: " + " / ".join(one.said.text for one in said)).split(" "):
            live.say(word if not live.spoken else f" {word}")
            await asyncio.sleep(world.chance.uniform(0, 0.1))
        return AssistantSaid(turn_id=live.id, text=live.spoken, language="en")
