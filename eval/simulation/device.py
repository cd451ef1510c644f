"""Device: a customer's device in the simulation. Follows the log through the channels' own delivery, from whichever replica
lives, and says each message until it is acknowledged. Above: `simulation`. Below: `channels.following`.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from assistant.errors import AssistantError
from assistant.events import ConversationId
from channels.delivery import Delivery
from channels.errors import SlowReader
from channels.following import follow
from channels.frames import EventFrame, Reset, visible
from channels.page_channel import PageChannel, page_channel
from eval.kill.figures import Promise, Tally, Wire, open_seqs
from eval.simulation.replica import Replica
from eval.simulation.world import World

PATIENCE_SECONDS = 2.0
STAYS_SECONDS = 8.0
"""Mean time between this device's own losses of its connection."""


@dataclass(slots=True, kw_only=True)
class Device:
    name: str
    conversation: ConversationId
    world: World
    replicas: Sequence[Replica]
    tally: Tally
    chance: random.Random
    log: list[Wire] = field(default_factory=list)
    resets: int = 0

    @property
    def last_seq(self) -> int:
        return int(self.log[-1]["seq"]) if self.log else 0

    async def _living(self) -> Replica:
        while not (up := [replica for replica in self.replicas if replica.up]):  # noqa: ASYNC110 - any of them
            await asyncio.sleep(0.05)
        return self.chance.choice(up)

    # -- following ---------------------------------------------------------------------------------------------------

    async def follow(self) -> None:
        while True:
            replica = await self._living()
            channel = page_channel("web")
            tasks = [
                asyncio.create_task(self._fed(replica, channel)),
                asyncio.create_task(self._read(replica, channel)),
                asyncio.create_task(replica.died.wait()),
                asyncio.create_task(asyncio.sleep(self.chance.expovariate(1 / STAYS_SECONDS))),
            ]
            try:
                await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for task in tasks:
                    task.cancel()
            for task in tasks[:2]:
                if task.done() and not task.cancelled() and (error := task.exception()) is not None:
                    raise error
            self.tally.connections_lost += 1
            await asyncio.sleep(self.chance.uniform(0.05, 0.4))

    async def _fed(self, replica: Replica, channel: PageChannel) -> None:
        with suppress(AssistantError, SlowReader):
            await follow(replica.assistant, self.conversation, Delivery(sent=self.last_seq), channel)

    async def _read(self, replica: Replica, channel: PageChannel) -> None:
        with suppress(AssistantError):
            await self._read_on(replica, channel)

    async def _read_on(self, replica: Replica, channel: PageChannel) -> None:
        while True:
            frame, _ = await channel.outbox.take()
            if isinstance(frame, EventFrame):
                self._take(frame.event)
            elif isinstance(frame, Reset):
                self.resets += 1
                events = await replica.assistant.events(self.conversation, after=self.last_seq)
                self.log += [visible(event) for event in events if event.seq > self.last_seq]

    def _take(self, event: Wire) -> None:
        if event["seq"] <= self.last_seq:
            self.tally.seen_twice += 1
        elif event["seq"] > self.last_seq + 1:
            self.tally.gaps_seen += 1
        else:
            self.log.append(event)

    # -- speaking ----------------------------------------------------------------------------------------------------

    async def talk(self, messages: int) -> None:
        for number in range(messages):
            seq = await self.say(f"{self.name}-{number}", f"message {number} of {self.name}")
            if self.world.happens("stopped", self.world.chances.stops):
                await self._stop()
            await asyncio.sleep(self.chance.uniform(0, 1))
            if not self.world.happens("spoke again", self.world.chances.impatient):
                await self._until_answered(seq)

    async def say(self, client_id: str, text: str) -> int:
        while True:
            with suppress(AssistantError, TimeoutError):
                sends = 2 if self.world.happens("sent twice", self.world.chances.sent_twice) else 1
                seqs = {await self._once(client_id, text) for _ in range(sends)}
                self.tally.frames_sent_twice += sends - 1
                self.tally.changed_promises += len(seqs) - 1
                seq = min(seqs)
                promises = self.tally.promises.setdefault(self.conversation, [])
                promises.append(Promise(client_id=client_id, text=text, seq=seq))
                return seq
            self.tally.retries += 1
            await asyncio.sleep(self.chance.uniform(0.05, 0.3))

    async def _once(self, client_id: str, text: str) -> int:
        replica = await self._living()
        async with asyncio.timeout(PATIENCE_SECONDS):
            received = await replica.assistant.receive(self.conversation, text, client_id=client_id, channel="web")
        return received.seq

    async def _stop(self) -> None:
        with suppress(AssistantError, TimeoutError):
            replica = await self._living()
            async with asyncio.timeout(PATIENCE_SECONDS):
                state = await replica.assistant.state(self.conversation)
                if state.turn is not None:
                    await replica.assistant.interrupt(self.conversation, state.turn)

    async def _until_answered(self, seq: int) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(20):
                while self.last_seq < seq or seq in open_seqs(self.log):  # noqa: ASYNC110 - by any way
                    await asyncio.sleep(0.1)
