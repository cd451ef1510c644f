"""F8: devices that send twice, without waiting, over a network that breaks. Above: the matrix. Below: tcp_proxy."""

from __future__ import annotations

import asyncio
import json
import random
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, field
from typing import Any

import websockets
from websockets.asyncio.client import ClientConnection, connect

from eval.faults.houses import small_house
from eval.faults.outcome import Conditions, Seen
from eval.faults.talk import Talk, all_settled, verdicts
from eval.faults.tcp_proxy import TcpProxy


async def doubled_and_reordered(under: Conditions) -> Seen:
    """F8: each device sends down one socket without waiting, some frames twice, over a network that delays and breaks;
    after a break it sends all again that was not acknowledged, in its order, as protocol.md asks."""
    async with small_house(under.folder) as server, AsyncExitStack() as stack:
        port = server.port
        proxies = [await stack.enter_async_context(TcpProxy(target=port)) for _ in range(3)]
        talks = [
            await Talk.begin(server.url, devices=3, seed=under.seed, name=f"c{one}") for one in range(under.of(2, 8))
        ]
        weather = asyncio.create_task(_weather(proxies, under.chance("weather")))
        senders = [
            _Pipelined(
                talk=talk, place=place, url=f"ws://127.0.0.1:{proxies[place].port}/v1/socket", number=under.of(15, 80)
            )
            for talk in talks
            for place in range(3)
        ]
        await asyncio.gather(*(sender.send_all() for sender in senders))
        weather.cancel()
        for proxy in proxies:
            proxy.heal()
        await all_settled(talks, server.url, followed=False)
        wrong = await verdicts(talks, server.url, followed=False, pipelined=True)
    figures = {
        "acknowledged": sum(talk.acknowledged for talk in talks),
        "frames_sent": sum(sender.frames for sender in senders),
        "connections": sum(sender.connections for sender in senders),
    }
    return Seen(wrong=wrong, figures=figures)


async def _weather(proxies: list[TcpProxy], chance: random.Random) -> None:
    while True:
        await asyncio.sleep(chance.uniform(0.05, 0.25))
        proxy = chance.choice(proxies)
        proxy.heal()
        match chance.randrange(6):
            case 0:
                proxy.cut()
            case 1:
                proxy.reset()
            case 2:
                proxy.up.delay = chance.uniform(0.01, 0.1)
            case 3:
                proxy.down.delay = chance.uniform(0.01, 0.1)
            case 4:
                proxy.partition(up=chance.random() < 0.5, down=chance.random() < 0.5)
            case _:
                proxy.up.bytes_a_second = 20_000


@dataclass(slots=True, kw_only=True)
class _Pipelined:
    talk: Talk
    place: int
    url: str
    number: int
    frames: int = 0
    connections: int = 0
    _waiting: dict[str, str] = field(default_factory=dict)

    async def send_all(self) -> None:
        device = self.talk.devices[self.place]
        for count in range(self.number):
            client_id, text = f"{device.name}-{count}", f"message {count} of {device.name}"
            self._waiting[client_id] = text
            self.talk.history.invoke(device.name, client_id, text)
        async with asyncio.timeout(120):
            while self._waiting:
                with suppress(OSError, TimeoutError, websockets.WebSocketException):
                    self.connections += 1
                    async with connect(self.url, compression=None, open_timeout=3, close_timeout=0.1) as link:
                        await self._over(link, device.chance)

    async def _over(self, link: ClientConnection, chance: random.Random) -> None:
        await link.send(
            json.dumps({"type": "hello", "token": self.talk.token, "conversation_id": self.talk.conversation})
        )
        writing = asyncio.create_task(self._write(link, chance))
        try:
            while self._waiting:
                async with asyncio.timeout(4):
                    self._read(json.loads(await link.recv()))
        finally:
            writing.cancel()
            await asyncio.gather(writing, return_exceptions=True)

    async def _write(self, link: ClientConnection, chance: random.Random) -> None:
        for client_id, text in list(self._waiting.items()):
            for _ in range(2 if chance.random() < 0.2 else 1):
                await link.send(json.dumps({"type": "message", "client_id": client_id, "text": text}))
                self.frames += 1
            await asyncio.sleep(chance.uniform(0, 0.05))

    def _read(self, frame: dict[str, Any]) -> None:
        name = self.talk.devices[self.place].name
        if frame["type"] == "accepted" and self._waiting.pop(frame["client_id"], None) is not None:
            self.talk.history.ok(name, frame["client_id"], frame["seq"])
