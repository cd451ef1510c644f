"""F9: a client who does not read. Above: the matrix. Below: the public channels."""

from __future__ import annotations

import asyncio
import itertools
import json
import socket
import statistics
import time
from collections import Counter
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, field

import websockets
from websockets.asyncio.client import ClientConnection, connect

from eval.faults.houses import memory_of, small_house
from eval.faults.outcome import Conditions, Seen
from eval.faults.talk import Talk
from eval.kill.device import open_client
from eval.kill.figures import quantiles_ms
from eval.kill.server_process import ServerProcess

BODY = "€" * 3_500
"""Ten kilobytes: the kernel takes some megabytes for a client before the server notices that it does not read."""
MOST_GROWTH_MB = 8
"""That a client who does not read may cost: its queue has 1 MiB."""
WINDOW_SECONDS = 6.0
ENOUGH = 160
"""Messages of a flood: on a slow machine a window is longer, for less would stay in the kernel."""
WINDOWS = 6


async def non_reader(under: Conditions) -> Seen:
    """F9: others' latency in turns with and without the one that does not read, so that the machine's own noise is known."""
    calm, deaf = _Windows(), _Windows()
    async with small_house(under.folder, environment={"AISLE_KILL_WORD_SECONDS": "0.002"}) as server:
        others = [await Talk.begin(server.url, seed=under.seed, name=f"o{one}") for one in range(6)]
        flooded = [await Talk.begin(server.url, seed=under.seed, name=f"f{one}") for one in range(2)]
        await _flooded_window(
            others, flooded, server, WINDOW_SECONDS / 3, _Windows()
        )  # what is loaded at the first use
        codes: Counter[int] = Counter()
        for _ in range(under.of(1, WINDOWS)):
            await _flooded_window(others, flooded, server, WINDOW_SECONDS, calm)
            links = [await _deaf(server, talk) for talk in flooded]
            await _flooded_window(others, flooded, server, WINDOW_SECONDS, deaf)
            codes.update(await asyncio.gather(*(_closed_with(link) for link in links)))
    grew = (deaf.grew - calm.grew) / 2**20 / codes.total()
    slower = not under.quick and deaf.p99() > 1.1 * max(calm.p99(), calm.p99(0), calm.p99(1))
    wrong = {
        "not_closed_with_4408": codes.total() - codes[4408],
        "memory_grew_too_much": int(grew > MOST_GROWTH_MB),
        "others_slower_by_over_10_percent": int(slower),
    }
    figures = {
        "others_ack_ms": {"with": quantiles_ms(deaf.all()), "without": quantiles_ms(calm.all())},
        "others_p99_ms": {
            "with": round(deaf.p99() * 1e3, 1),
            "without": round(calm.p99() * 1e3, 1),
            "without, each half": [round(calm.p99(half) * 1e3, 1) for half in (0, 1)],
        },
        "closed_with": {str(code): count for code, count in codes.items()},
        "memory_mb_a_deaf_client": round(grew, 1),
    }
    return Seen(wrong=wrong, figures=figures, note="p99 is judged in the full size alone" if under.quick else "")


@dataclass(slots=True)
class _Windows:
    """Of one kind: the others' seconds, window by window, and what the server's memory grew by in all."""

    seen: list[list[float]] = field(default_factory=list)
    grew: int = 0

    def all(self) -> list[float]:
        return [seconds for window in self.seen for seconds in window]

    def p99(self, half: int | None = None) -> float:
        """Of all, or of every second window: how far two of the same kind lie apart is the machine's noise."""
        windows = self.seen if half is None or len(self.seen) < 2 else self.seen[half::2]
        return statistics.quantiles([seconds for window in windows for seconds in window], n=100, method="inclusive")[
            98
        ]


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
    others: list[Talk], flooded: list[Talk], server: ServerProcess, seconds: float, windows: _Windows
) -> None:
    """The same load in both kinds of window, with somebody who reads it: the one who does not is all that differs."""
    before, seen = memory_of(server), list[float]()
    async with AsyncExitStack() as stack:
        for talk in flooded:
            await stack.enter_async_context(talk.followed())
        await asyncio.gather(
            _window(others, server, seconds, seen), *(_flood(server, talk, seconds) for talk in flooded)
        )
    windows.seen.append(seen)
    windows.grew += memory_of(server) - before


async def _flood(server: ServerProcess, talk: Talk, seconds: float) -> None:
    end = time.monotonic() + seconds
    async with open_client(server.url, talk.token) as client:
        for count in itertools.count():
            if time.monotonic() > end and count >= ENOUGH:
                return
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


async def _closed_with(link: ClientConnection) -> int:
    """Reads what is left, to see how it ended. 1000: it did not."""
    with suppress(TimeoutError, websockets.WebSocketException):
        async with asyncio.timeout(5):
            async for _ in link:
                pass
    await link.close()
    return link.close_code or 0
