"""A circle: one conversation and its devices, who talk until it has a product's length, come to rest and are judged.

Logs then stay short however long the proof runs. Above: `replicas`. Below: devices, the judge.
"""

from __future__ import annotations

import asyncio
import itertools
import random
import time
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, field, fields

import httpx
import websockets

from eval.kill.device import Device, open_client, read_log
from eval.kill.figures import Failed, Tally, Verdict, Wire, fingerprint, judge, open_seqs

SETTLE_SECONDS = 40.0
_AWAY = (OSError, TimeoutError, httpx.HTTPError, websockets.WebSocketException)
_OPENING_PAUSE_SECONDS = 0.05

Address = Callable[[], str]


@dataclass(slots=True, kw_only=True)
class Judged:
    """What became of the circles that ended, all together."""

    conversations: int = 0
    acknowledged: int = 0
    events: int = 0
    longest: int = 0
    diverged_devices: int = 0
    verdict: Verdict = field(default_factory=Verdict)

    @property
    def faults(self) -> dict[str, int]:
        counts = {one.name: getattr(self.verdict, one.name) for one in fields(self.verdict)}
        return counts | {"diverged_devices": self.diverged_devices}

    def take(self, log: Sequence[Wire], devices: Sequence[Device], tally: Tally) -> None:
        promises = tally.promises.pop(devices[0].conversation, [])
        self.conversations += 1
        self.acknowledged += len(promises)
        self.events += len(log)
        self.longest = max(self.longest, len(log))
        self.diverged_devices += sum(fingerprint(device.log) != fingerprint(log) for device in devices)
        self.verdict += judge(log, promises)


@dataclass(slots=True, kw_only=True)
class Circle:
    name: str
    seed: str
    """Of what its devices do."""
    addresses: Sequence[Address]
    """One for each device."""
    messages: int
    tally: Tally
    talking: Callable[[], bool]
    """Until this is over, or all its messages are said."""
    devices: list[Device] = field(default_factory=list)
    _said: int = 0

    async def live(self, judged: Judged, *, spoken: Callable[[], None]) -> None:
        """spoken: told when nobody talks here any more, so that the next circle may begin while this one comes to rest."""
        await self._meet()
        async with AsyncExitStack() as open_devices:
            for device in self.devices:
                await open_devices.enter_async_context(device.following())
            try:
                await asyncio.gather(*(self._talk(device) for device in self.devices))
            finally:
                spoken()
            judged.take(await self._settled(), self.devices, self.tally)

    async def _meet(self) -> None:
        opened = await self._opened()
        self.devices += [
            Device(
                name=f"{self.name}d{place}",
                url=address,
                conversation=opened["conversation_id"],
                token=opened["token"],
                chance=random.Random(f"{self.seed}:{place}"),
                tally=self.tally,
            )
            for place, address in enumerate(self.addresses)
        ]

    async def _opened(self) -> Wire:
        while True:
            with suppress(*_AWAY):
                async with open_client(self.addresses[0]()) as client:
                    answer = await client.post("/v1/conversations", json={"channel": "web"})
                    opened: Wire = answer.raise_for_status().json()
                    return opened
            await asyncio.sleep(_OPENING_PAUSE_SECONDS)

    async def _talk(self, device: Device) -> None:
        for number in itertools.count():
            if not self.talking() or self._said >= self.messages:
                return
            self._said += 1
            await device.say(f"{device.name}-{number}", f"message {number} of {device.name}")
            await asyncio.sleep(device.chance.uniform(0.05, 0.8))

    async def _settled(self) -> Sequence[Wire]:
        """The log once every message is answered and every device has it all; at the latest after SETTLE_SECONDS, for the
        verdict to say what is missing. Raises Failed when nobody could tell it."""
        end, log = time.monotonic() + SETTLE_SECONDS, None
        while time.monotonic() < end:
            with suppress(*_AWAY):
                log = await self._log()
                if not open_seqs(log) and all(device.last_seq >= len(log) for device in self.devices):
                    return log
            await asyncio.sleep(0.2)
        if log is None:
            raise Failed(f"the log of {self.devices[0].conversation} cannot be read")
        return log

    async def _log(self) -> Sequence[Wire]:
        device = self.devices[0]
        async with open_client(self.addresses[0](), device.token) as client:
            return await read_log(client, device.conversation)
