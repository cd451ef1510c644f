"""F8 to F10: clients that double, reorder, do not read or flood. Above: the matrix. Below: tcp_proxy, the public channels."""

from __future__ import annotations

import asyncio
import json
import random
import socket
import statistics
import time
from collections import Counter
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, field
from typing import Any

import websockets
from websockets.asyncio.client import ClientConnection, connect

from eval.faults.houses import memory_of, small_house
from eval.faults.outcome import Conditions, Seen
from eval.faults.talk import Talk, Tried, all_settled, verdicts
from eval.faults.tcp_proxy import TcpProxy
from eval.kill.device import open_client
from eval.kill.figures import quantiles_ms
from eval.kill.server_process import ServerProcess

# -- F8 ------------------------------------------------------------------------------------------------------------------


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


# -- F9 ------------------------------------------------------------------------------------------------------------------

BODY = "x" * 3_500
MOST_GROWTH = 24 << 20
"""Bytes of memory that a client who does not read may cost."""
WINDOWS = 6


async def non_reader(under: Conditions) -> Seen:
    """F9: others' latency in turns with and without the one that does not read, so that the machine's own noise is known."""
    async with small_house(under.folder, environment={"AISLE_KILL_WORD_SECONDS": "0.002"}) as server:
        others = [await Talk.begin(server.url, seed=under.seed, name=f"o{one}") for one in range(6)]
        flooded = [await Talk.begin(server.url, seed=under.seed, name=f"f{one}") for one in range(under.of(2, 5))]
        before = memory_of(server)
        most, calm, beset = before, list[float](), list[float]()
        codes: Counter[int] = Counter()
        await _window(others, server, under.of(1, 4), list[float]())  # what is loaded at the first use
        for _ in range(under.of(1, WINDOWS)):
            await _flooded_window(others, flooded, server, under.of(4, 6), calm, reading=True)
            deaf = [await _deaf(server, talk) for talk in flooded]
            most = max(most, await _flooded_window(others, flooded, server, under.of(4, 6), beset, reading=False))
            closed = await asyncio.gather(
                *(_closed_with(link, talk, server) for link, talk in zip(deaf, flooded, strict=True))
            )
            codes.update(closed)
            most = max(most, memory_of(server))
    wrong = {
        "not_closed_with_4408": sum(count for code, count in codes.items() if code != 4408),
        "memory_grew_too_much": int(most - before > MOST_GROWTH),
        "others_slower_by_over_10_percent": int(not under.quick and _p99(beset) > 1.1 * _p99(calm)),
    }
    figures = {
        "others_ack_ms": {"with": quantiles_ms(beset), "without": quantiles_ms(calm)},
        "others_p99_ms": {"with": round(_p99(beset) * 1e3, 1), "without": round(_p99(calm) * 1e3, 1)},
        "closed_with": {str(code): count for code, count in codes.items()},
        "memory_grew_mb": round((most - before) / 2**20, 1),
    }
    return Seen(wrong=wrong, figures=figures, note="p99 is judged in the full size alone" if under.quick else "")


def _p99(seconds: list[float]) -> float:
    return statistics.quantiles(seconds, n=100, method="inclusive")[98]


async def _window(talks: list[Talk], server: ServerProcess, seconds: float, seen: list[float]) -> None:
    """Each conversation sends about four messages a second over HTTP; how long until they are acknowledged."""
    end = time.monotonic() + seconds

    async def one(talk: Talk) -> None:
        async with open_client(server.url, talk.token) as client:
            while time.monotonic() < end:
                name = f"{talk.devices[0].name}-{time.monotonic_ns()}"
                tried = await talk.try_once(client, talk.devices[0].name, name, "hello")
                seen.append(tried.seconds)
                await asyncio.sleep(talk.devices[0].chance.uniform(0.15, 0.35))

    await asyncio.gather(*(one(talk) for talk in talks))


async def _flooded_window(
    others: list[Talk], flooded: list[Talk], server: ServerProcess, seconds: float, seen: list[float], *, reading: bool
) -> int:
    """The same load in both kinds of window: what differs is whether somebody follows the flood and does not read."""
    most = 0

    async def watch() -> None:
        nonlocal most
        while True:
            most = max(most, memory_of(server))
            await asyncio.sleep(0.2)

    async with AsyncExitStack() as stack:
        if reading:
            for talk in flooded:
                await stack.enter_async_context(talk.followed())
        watching = asyncio.create_task(watch())
        await asyncio.gather(
            _window(others, server, seconds, seen), *(_flood(server, talk, seconds) for talk in flooded)
        )
        watching.cancel()
    return most


async def _flood(server: ServerProcess, talk: Talk, seconds: float) -> None:
    end = time.monotonic() + seconds
    async with open_client(server.url, talk.token) as client:
        while time.monotonic() < end:
            await talk.try_once(client, "flood", f"flood-{time.monotonic_ns()}", BODY)
            await asyncio.sleep(0.01)


async def _deaf(server: ServerProcess, talk: Talk) -> ClientConnection:
    """Connected and greeted, and from here on nothing is read: its own buffers are small, then the server's fill."""
    small = socket.socket()
    small.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
    small.setblocking(False)
    await asyncio.get_running_loop().sock_connect(small, ("127.0.0.1", server.port))
    address = f"ws://127.0.0.1:{server.port}/v1/socket"
    link = await connect(address, sock=small, compression=None, max_queue=1, ping_interval=None, close_timeout=1)
    hello = {
        "type": "hello",
        "token": talk.token,
        "conversation_id": talk.conversation,
        "after": len(await talk.log(server.url)),
    }
    await link.send(json.dumps(hello))
    return link


async def _closed_with(link: ClientConnection, talk: Talk, server: ServerProcess) -> int:
    """Floods on until the server has had enough of it; then reads what is left. 0: never closed."""
    with suppress(TimeoutError, websockets.WebSocketException):
        async with asyncio.timeout(15):
            async for _ in link:
                pass
    await link.close()
    return link.close_code or 0


# -- F10 -----------------------------------------------------------------------------------------------------------------

NORMAL = 1.0
"""Messages a second of every other visitor."""
TIMES = 100
BACK_SECONDS = 5.0


async def burst(under: Conditions) -> Seen:
    """F10: ten visitors at one message a second, one at a hundred."""
    limits = {"AISLE_MESSAGES_PER_MINUTE": "120", "AISLE_MESSAGES_AT_ONCE": "60", "AISLE_KILL_WORD_SECONDS": "0.002"}
    seconds = under.of(2, 30)
    async with small_house(under.folder, environment=limits) as server:
        others = [await Talk.begin(server.url, seed=under.seed, name=f"o{one}") for one in range(under.of(4, 10))]
        flood = await Talk.begin(server.url, seed=under.seed, name="flood")
        calm, beset, after = (list[Tried]() for _ in range(3))
        await _steady(others, server, under.of(2, 10), calm)
        flooding, _ = await asyncio.gather(_burst(server, flood, seconds), _steady(others, server, seconds, beset))
        ended = time.monotonic()
        await all_settled([flood], server.url, followed=False, seconds=30)
        drained = time.monotonic() - ended
        await _steady(others, server, under.of(1, 5), after)
        await all_settled(others, server.url, followed=False)
        wrong = await verdicts([*others, flood], server.url, followed=False)
    refused = [tried for tried in flooding if tried.status == 429]
    wrong |= {
        "others_refused": sum(tried.status not in (200, 201, 202) for tried in [*calm, *beset, *after]),
        "nothing_refused": int(not refused),
        "refused_without_retry_after": sum(not tried.retry_after for tried in refused),
        "other_answers": sum(tried.status not in (200, 201, 202, 429) for tried in flooding),
        "not_drained_in_5_s": int(drained > BACK_SECONDS),
    }
    figures = {
        "burst_seconds": seconds,
        "sent": len(flooding),
        "accepted": sum(tried.status in (200, 201, 202) for tried in flooding),
        "refused_429": len(refused),
        "refusal_ms": quantiles_ms([tried.seconds for tried in refused]),
        "others_ack_ms": {
            name: _latency(tries) for name, tries in (("before", calm), ("during", beset), ("after", after))
        },
        "drained_after_s": round(drained, 2),
    }
    return Seen(wrong=wrong, figures=figures)


def _latency(tries: list[Tried]) -> dict[str, float]:
    return quantiles_ms([tried.seconds for tried in tries])


async def _steady(talks: list[Talk], server: ServerProcess, seconds: float, seen: list[Tried]) -> None:
    end = time.monotonic() + seconds

    async def one(talk: Talk) -> None:
        async with open_client(server.url, talk.token) as client:
            while time.monotonic() < end:
                name = f"{talk.devices[0].name}-{time.monotonic_ns()}"
                seen.append(await talk.try_once(client, talk.devices[0].name, name, "hello"))
                await asyncio.sleep(talk.devices[0].chance.uniform(0.5, 1.5) / NORMAL)

    await asyncio.gather(*(one(talk) for talk in talks))


async def _burst(server: ServerProcess, talk: Talk, seconds: float) -> list[Tried]:
    """At its pace, whether answers come or not."""
    began, sends = time.monotonic(), list[asyncio.Task[Tried]]()
    async with open_client(server.url, talk.token) as client:
        for count in range(int(seconds * NORMAL * TIMES)):
            await asyncio.sleep(max(0.0, began + count / (NORMAL * TIMES) - time.monotonic()))
            sends.append(asyncio.create_task(talk.try_once(client, f"flood{count}", f"flood-{count}", "me first")))
        return list(await asyncio.gather(*sends))
