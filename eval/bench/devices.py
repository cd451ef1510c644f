"""`aisle bench devices`: many conversations on several devices each, whose connections are cut at random points.

Every device keeps its own log as the protocol says (hello with the last seq it has) and sends with retries under the same
client_id, one in ten twice. In the end each log is held against the server's: no gap, nothing doubled, nothing lost, the same
state hash. Above: `command_line`. Below: `small_house`, the wire protocol.
"""

from __future__ import annotations

import asyncio
import json
import random
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import websockets

from assistant.assistant import Assistant
from assistant.events import ConversationId
from channels.frames import visible
from eval.machine import machine
from eval.small_house import SmallHouse, open_house

CHANNELS = ("web", "mobile", "api", "kiosk")
CUT_AFTER = 6
"""Frames on average until a connection is cut."""
MOST_BROKEN = 20
WITHIN = 60.0
"""Seconds that a conversation may take to settle; what is not there then is lost."""


@dataclass(slots=True)
class Device:
    """One device: its log, and what it found wrong in what it got."""

    url: str
    conversation: str
    token: str
    channel: str
    chance: random.Random
    log: list[dict[str, Any]] = field(default_factory=list)
    hashes: dict[int, str] = field(default_factory=dict)
    """What the server's welcomes said, by last seq."""
    unsent: dict[str, str] = field(default_factory=dict)
    gaps: int = 0
    doubled: int = 0
    reconnects: int = 0
    delays: list[float] = field(default_factory=list)
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    cutting: bool = True

    @property
    def last(self) -> int:
        return int(self.log[-1]["seq"]) if self.log else 0

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            with suppress(websockets.WebSocketException, OSError):
                await self._connected()
            self.reconnects += 1

    async def _connected(self) -> None:
        address = self.url.replace("http", "ws") + "/v1/socket"
        async with websockets.connect(address, compression=None, ping_interval=None) as socket:
            hello = {"type": "hello", "token": self.token, "conversation_id": self.conversation, "after": self.last}
            await socket.send(json.dumps(hello))
            left, live = self.chance.randint(1, 2 * CUT_AFTER), False
            while left > 0 or not self.cutting:
                frame = json.loads(await socket.recv())
                left -= 1
                live = live or frame["type"] == "live"
                self._take(frame, live)
                if frame["type"] == "live":
                    await self._send(socket)
            socket.transport.abort()

    async def _send(self, socket: websockets.ClientConnection) -> None:
        for client_id, text in list(self.unsent.items()):
            message = json.dumps({"type": "message", "client_id": client_id, "text": text})
            for _ in range(1 + (self.chance.random() < 0.1)):
                await socket.send(message)

    def _take(self, frame: dict[str, Any], live: bool) -> None:
        if frame["type"] == "welcome":
            self.hashes[frame["last_seq"]] = frame["state_hash"]
        elif frame["type"] == "accepted":
            self.unsent.pop(frame["client_id"], None)
        elif frame["type"] == "event":
            self._event(frame["event"], live)
        self.changed.set()

    def _event(self, event: dict[str, Any], live: bool) -> None:
        self.doubled += event["seq"] <= self.last
        self.gaps += event["seq"] > self.last + 1
        self.log.append(event)
        if live:
            self.delays.append((datetime.now(UTC) - datetime.fromisoformat(event["at"])).total_seconds())

    async def until(self, condition: Callable[[], bool]) -> None:
        while not condition():
            self.changed.clear()
            await self.changed.wait()


@dataclass(slots=True, kw_only=True)
class Count:
    conversations: int = 0
    devices: int = 0
    reconnects: int = 0
    messages: int = 0
    events: int = 0
    delivered: int = 0
    gaps: int = 0
    doubled: int = 0
    lost: int = 0
    """Messages that were sent and do not stand in the log exactly once."""
    logs_unequal: int = 0
    hashes_unequal: int = 0
    unsettled: int = 0
    broken_requests: int = 0
    """HTTP requests of the setting-up that broke off; the conversation is begun anew."""
    delays: list[float] = field(default_factory=list)


async def bench_devices(
    *,
    conversations: int,
    messages: int = 3,
    at_once: int = 25,
    seed: int = 7,
    tell: Callable[[str], None] = lambda _: None,
) -> dict[str, Any]:
    """messages: of each device. Everything in one process over a log on disk, so its CPU is server and devices together."""
    count, began, cpu = Count(), time.monotonic(), time.process_time()
    with tempfile.TemporaryDirectory(prefix="aisle-devices-") as home:
        async with (
            open_house(Path(home), connections=at_once * len(CHANNELS) * 4 + 64) as (house, url),
            httpx.AsyncClient(base_url=url, timeout=30, trust_env=False) as http,
        ):
            waiting = iter(range(conversations))

            async def some() -> None:
                for number in waiting:
                    await _one(house, http, url, random.Random(f"{seed}-{number}"), messages, count)
                    if count.conversations % 50 == 0:
                        tell(f"{count.conversations} of {conversations} conversations, {count.reconnects} reconnects")

            await asyncio.gather(*(some() for _ in range(min(at_once, conversations))))
    return _report(count, seconds=time.monotonic() - began, cpu=time.process_time() - cpu, seed=seed)


async def _one(
    house: SmallHouse, http: httpx.AsyncClient, url: str, chance: random.Random, messages: int, count: Count
) -> None:
    devices = await _set_up(http, url, chance, count)
    name = ConversationId(devices[0].conversation)
    said = {f"{device.channel}-{n}": f"tents {n} {device.channel}" for device in devices for n in range(messages)}
    for client_id, text in said.items():
        next(device for device in devices if client_id.startswith(device.channel)).unsent[client_id] = text
    running = [asyncio.create_task(device.run()) for device in devices]
    try:
        async with asyncio.timeout(WITHIN):
            await asyncio.gather(*(device.until(lambda device=device: not device.unsent) for device in devices))  # type: ignore[misc]
            last = await _settled(house.assistant, name)
            await asyncio.gather(*(device.until(lambda device=device: device.last >= last) for device in devices))  # type: ignore[misc]
    except TimeoutError:
        count.unsettled += 1
    finally:
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
    await _judge(house.assistant, name, devices, said, count)


async def _set_up(http: httpx.AsyncClient, url: str, chance: random.Random, count: Count) -> list[Device]:
    """Once more with another conversation where a request broke off: a code is not redeemed twice."""
    while True:
        try:
            return await _devices(http, url, chance)
        except httpx.TransportError:
            count.broken_requests += 1
            if count.broken_requests > MOST_BROKEN:
                raise


async def _devices(http: httpx.AsyncClient, url: str, chance: random.Random) -> list[Device]:
    started = (await http.post("/v1/conversations", json={"channel": CHANNELS[0]})).raise_for_status().json()
    found = [Device(url, started["conversation_id"], started["token"], CHANNELS[0], chance)]
    path, headers = f"/v1/conversations/{started['conversation_id']}", {"Authorization": f"Bearer {started['token']}"}
    for channel in CHANNELS[1:]:
        code = (await http.post(f"{path}/transfer_codes", headers=headers)).raise_for_status().json()["code"]
        redeemed = await http.post(f"/v1/transfer_codes/{code}/redeem", json={"channel": channel})
        token = redeemed.raise_for_status().json()["token"]
        found.append(Device(url, started["conversation_id"], token, channel, chance))
    return found


async def _settled(assistant: Assistant, name: ConversationId) -> int:
    """The last seq once nothing is left to answer."""
    async with assistant.subscribe(name) as messages:
        while True:
            state = await assistant.state(name)
            if state.turn is None and not state.unanswered:
                return state.last_seq
            await anext(messages)


async def _judge(
    assistant: Assistant, name: ConversationId, devices: list[Device], said: dict[str, str], count: Count
) -> None:
    log = [json.loads(json.dumps(visible(event))) for event in await assistant.events(name)]
    taken = [event["data"]["client_id"] for event in log if event["type"] == "customer_said"]
    count.conversations += 1
    count.messages += len(said)
    count.events += len(log)
    count.lost += sum(taken.count(client_id) != 1 for client_id in said)
    known: dict[int, set[str]] = {}
    for device in devices:
        count.devices += 1
        count.reconnects += device.reconnects
        count.delivered += len(device.log)
        count.gaps += device.gaps
        count.doubled += device.doubled
        count.delays += device.delays
        count.logs_unequal += _as_seen(device.log, device.channel) != _as_seen(log, device.channel)
        for seq, state in device.hashes.items():
            known.setdefault(seq, set()).add(state)
    count.hashes_unequal += sum(len(hashes) != 1 for hashes in known.values())


def _as_seen(log: list[dict[str, Any]], channel: str) -> list[Any]:
    """A kiosk has what was said elsewhere masked: of its log the place, kind and time of each event count."""
    return [(event["seq"], event["id"], event["type"], event["at"]) for event in log] if channel == "kiosk" else log


def _report(count: Count, *, seconds: float, cpu: float, seed: int) -> dict[str, Any]:
    delays = sorted(count.delays)
    figures = {name: value for name in Count.__slots__ if name != "delays" for value in [getattr(count, name)]}
    return {
        **figures,
        "delivery_ms": {f"p{part}": round(1_000 * delays[int(len(delays) * part / 100)], 1) for part in (50, 95, 99)},
        "wall_s": round(seconds, 1),
        "cpu_s": round(cpu, 1),
        "cpu_ms_per_delivered_event": round(1_000 * cpu / max(1, count.delivered), 3),
        "seed": seed,
        "machine": machine(),
    }
