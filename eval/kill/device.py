"""Device: one of a customer's devices. Follows the log over a socket that breaks, and sends messages over either transport.

It behaves as protocol.md asks of a client: it makes a client_id before it first sends and keeps it for every attempt,
resumes after the last seq it has, and reads by HTTP when it is told to.
"""

from __future__ import annotations

import asyncio
import json
import random
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import httpx
import websockets
from websockets.asyncio.client import ClientConnection, connect

from eval.kill.figures import Promise, Tally, Wire

ACCEPT_SECONDS = 2.0
"""After which a message that was not acknowledged is sent again."""
PAUSE_SECONDS = 0.05
RECONNECT_SECONDS = 0.4
REPEATED = 0.1
"""Share of messages that go out twice."""
BY_HTTP = 0.4


@dataclass(slots=True, kw_only=True)
class Device:
    name: str
    url: str | Callable[[], str]
    """Of one server, or who names one of several at each connection: a load balancer as small as it gets."""
    conversation: str
    token: str
    chance: random.Random
    tally: Tally
    log: list[Wire] = field(default_factory=list)
    _socket: ClientConnection | None = None
    _lost_at: float | None = None
    _accepted: dict[str, asyncio.Future[int]] = field(default_factory=dict)

    @property
    def last_seq(self) -> int:
        return self.log[-1]["seq"] if self.log else 0

    # -- following ---------------------------------------------------------------------------------------------------

    @asynccontextmanager
    async def following(self) -> AsyncIterator[None]:
        task = asyncio.create_task(self._follow())
        try:
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def _follow(self) -> None:
        while True:
            with suppress(OSError, TimeoutError, httpx.HTTPError, websockets.WebSocketException):
                began = time.monotonic()
                address = self._address().replace("http", "ws", 1) + "/v1/socket"
                async with connect(address, compression=None, open_timeout=5, close_timeout=0.1) as socket:
                    await self._converse(socket, began)
            if self._socket is not None:
                self.tally.connections_lost += 1
                self._lost_at = time.monotonic()
            self._socket = None
            await asyncio.sleep(self.chance.uniform(PAUSE_SECONDS, RECONNECT_SECONDS))

    async def _converse(self, socket: ClientConnection, began: float) -> None:
        hello = {"type": "hello", "token": self.token, "conversation_id": self.conversation, "after": self.last_seq}
        await socket.send(json.dumps(hello | {"device": self.name}))
        async for raw in socket:
            frame = json.loads(raw)
            match frame["type"]:
                case "event":
                    self._take(frame["event"])
                case "live":
                    self._socket = socket
                    self.tally.resume_seconds.append(time.monotonic() - began)
                    if self._lost_at is not None:
                        self.tally.away_seconds.append(time.monotonic() - self._lost_at)
                        self._lost_at = None
                case "accepted":
                    self._settle(frame["client_id"], frame["seq"])
                case "reset":
                    await self.read_by_http()

    def _take(self, event: Wire) -> None:
        if event["seq"] <= self.last_seq:
            self.tally.seen_twice += 1
        elif event["seq"] > self.last_seq + 1:
            self.tally.gaps_seen += 1
        else:
            self.log.append(event)
            self.tally.seen(self.conversation, event["seq"], time.monotonic())

    async def read_by_http(self) -> None:
        async with self._client() as client:
            self.log.extend(await read_log(client, self.conversation, after=self.last_seq))

    # -- sending -----------------------------------------------------------------------------------------------------

    async def say(self, client_id: str, text: str) -> int:
        """Until it is acknowledged, over whichever transport chance picks for each attempt."""
        while True:
            with suppress(OSError, TimeoutError, httpx.HTTPError, websockets.WebSocketException):
                by_http = self._socket is None or self.chance.random() < BY_HTTP
                seq = await (self._say_by_http(client_id, text) if by_http else self._say_by_socket(client_id, text))
                if seq is not None:
                    self._promised(client_id, text, seq)
                    return seq
            self.tally.retries += 1
            await asyncio.sleep(self.chance.uniform(0, PAUSE_SECONDS))

    async def _say_by_http(self, client_id: str, text: str) -> int | None:
        body = {"client_id": client_id, "text": text}
        waiting = {"wait": "reply"} if self.chance.random() < 0.2 else {}
        async with self._client() as client:
            sends = [
                client.post(f"/v1/conversations/{self.conversation}/messages", json=body, params=waiting)
                for _ in range(self._times())
            ]
            answers = await asyncio.gather(*sends, return_exceptions=True)
        seqs = {answer.json()["seq"] for answer in answers if isinstance(answer, httpx.Response) and answer.is_success}
        self.tally.changed_promises += max(len(seqs) - 1, 0)
        return min(seqs, default=None)

    async def _say_by_socket(self, client_id: str, text: str) -> int | None:
        assert self._socket is not None
        done = self._accepted[client_id] = asyncio.get_running_loop().create_future()
        frame = json.dumps({"type": "message", "client_id": client_id, "text": text})
        try:
            for _ in range(self._times()):
                await self._socket.send(frame)
            async with asyncio.timeout(ACCEPT_SECONDS):
                return int(await done)
        finally:
            del self._accepted[client_id]

    def _times(self) -> int:
        twice = self.chance.random() < REPEATED
        self.tally.frames_sent_twice += twice
        return 2 if twice else 1

    def _settle(self, client_id: str, seq: int) -> None:
        waiting = self._accepted.get(client_id)
        if waiting is not None and not waiting.done():
            waiting.set_result(seq)
        known = next((kept for kept in self._promises if kept.client_id == client_id), None)
        if known is not None and known.seq != seq:
            self.tally.changed_promises += 1

    def _promised(self, client_id: str, text: str, seq: int) -> None:
        self._promises.append(Promise(client_id=client_id, text=text, seq=seq))
        self.tally.promised(self.conversation, seq, time.monotonic())

    @property
    def _promises(self) -> list[Promise]:
        return self.tally.promises.setdefault(self.conversation, [])

    def _client(self) -> httpx.AsyncClient:
        return open_client(self._address(), self.token)

    def _address(self) -> str:
        return self.url if isinstance(self.url, str) else self.url()


def open_client(url: str, token: str = "") -> httpx.AsyncClient:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return httpx.AsyncClient(base_url=url, headers=headers, timeout=5)


async def read_log(client: httpx.AsyncClient, conversation: str, *, after: int = 0) -> list[dict[str, Any]]:
    """Page by page to its end."""
    log: list[dict[str, Any]] = []
    while True:
        last = log[-1]["seq"] if log else after
        answer = await client.get(f"/v1/conversations/{conversation}/events", params={"after": last, "limit": 500})
        page = answer.raise_for_status().json()["events"]
        if not page:
            return log
        log += page
