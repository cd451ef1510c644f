"""A server that speaks OpenAI's streaming protocol and fails as it is told, request by request.

In process: `async with faulty_endpoint() as endpoint: endpoint.plan = in_turn("cut_midway", "")`. As a process of its own:
`python -m eval.serving.faulty_endpoint --port 9000 --fault drip --share 0.2`, and `PUT /faults {"fault": "500"}` while it runs.
The answers themselves are in `faults_of_streams`. A healthy answer rewords nothing: it says the writer's draft as it is.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import socket
import struct
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from eval.serving.faults_of_streams import FAULTS, FOREVER, Cut, Pause, Reply, Step, answer

RESET = struct.pack("ii", 1, 0)
"""SO_LINGER of no time: closing sends RST."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One call of /v1/chat/completions. `number` counts from 0 over the endpoint's life."""

    number: int
    body: Mapping[str, Any]
    headers: Mapping[str, str]


Plan = Callable[[Request], str]
"""Which fault a request meets."""


def always(fault: str) -> Plan:
    _known(fault)
    return lambda request: fault


def in_turn(*faults: str) -> Plan:
    """The first request meets the first, and so on; all after the last meet the last."""
    for fault in faults:
        _known(fault)
    return lambda request: faults[min(request.number, len(faults) - 1)]


def sometimes(fault: str, share: float, *, seed: int = 7) -> Plan:
    _known(fault)
    drawn = random.Random(seed)
    return lambda request: fault if drawn.random() < share else ""


def _known(fault: str) -> None:
    if fault not in FAULTS:
        raise ValueError(f"there is no fault {fault!r}: choose among {', '.join(filter(None, FAULTS))}")


def the_draft(request: Request) -> Sequence[str]:
    """The words of the draft that the writer is to reword; a line of its own for every other request."""
    messages = request.body.get("messages") or [{}]
    draft = str(messages[-1].get("content", "")).partition("DRAFT: ")[2]
    return [f"{word} " for word in draft.split(" ")] if draft else ["Good", " morning", ", caf", "é", "!"]


@dataclass(slots=True, eq=False)
class FaultyEndpoint:
    """One event loop. What is public may be changed between requests."""

    plan: Plan = field(default_factory=lambda: always(""))
    words: Callable[[Request], Sequence[str]] = the_draft
    first_delay: float = 0.0
    delay: float = 0.0
    url: str = ""
    met: Counter[str] = field(default_factory=Counter)
    """Requests by the fault that they met."""
    last: Request | None = None
    open_streams: int = 0
    most_open: int = 0
    connections: int = 0
    _requests: int = 0
    _changed: asyncio.Event = field(default_factory=asyncio.Event)

    async def until_idle(self, *, connections: bool = False, within: float = 5.0) -> None:
        """No answer, or with `connections` no connection, is open any more. Raises TimeoutError when one is held longer."""
        async with asyncio.timeout(within):
            while self.connections if connections else self.open_streams:
                await self._changed.wait()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._connected(1)
        talk = _Talk(self, reader, writer)
        try:
            while await talk.one():
                continue
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            return  # the client left, or never spoke HTTP
        finally:
            self._connected(-1)
            writer.close()
            with suppress(ConnectionError):
                await writer.wait_closed()

    def meets(self, body: bytes, headers: Mapping[str, str]) -> Iterator[Step]:
        """The answer to the next request."""
        request = Request(number=self._requests, body=json.loads(body), headers=headers)
        self._requests += 1
        fault = self.plan(request)
        self.met[fault] += 1
        self.last = request
        return FAULTS[fault](Reply(words=self.words(request), first_delay=self.first_delay, delay=self.delay))

    def besides(self, method: str, path: str, body: bytes) -> bytes:
        """Health, the list of models, metrics, and the switch of faults."""
        if path == "/faults" and method == "PUT":
            told = json.loads(body)
            try:
                share, seed = float(told.get("share", 1.0)), int(told.get("seed", 7))
                self.plan = sometimes(told.get("fault", ""), share, seed=seed)
            except ValueError as error:
                return answer(400, json.dumps({"error": str(error)}).encode())
        if path == "/faults":
            return answer(200, json.dumps({"met": self.met, "known": sorted(FAULTS)}).encode())
        if path == "/metrics":
            return answer(200, f"vllm:num_requests_running{{}} {self.open_streams}\n".encode(), kind="text/plain")
        if path in ("/health", "/v1/models"):
            return answer(200, b'{"object": "list", "data": [{"id": "faulty", "object": "model"}]}')
        return answer(404, b"{}")

    @contextmanager
    def counted(self) -> Iterator[None]:
        self._opened(1)
        try:
            yield
        finally:
            self._opened(-1)

    def _opened(self, change: int) -> None:
        self.open_streams += change
        self.most_open = max(self.most_open, self.open_streams)
        self._tell()

    def _connected(self, change: int) -> None:
        self.connections += change
        self._tell()

    def _tell(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()


@dataclass(slots=True, eq=False)
class _Talk:
    """One connection: requests, one after the other."""

    endpoint: FaultyEndpoint
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    ahead: bytes = b""
    """Of the next request, read while the last one was being answered."""

    async def one(self) -> bool:
        """Whether the connection may be used again."""
        head = (self.ahead + await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        method, path, _ = head[0].split(" ", 2)
        headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:])}
        body = await self.reader.readexactly(int(headers.get("content-length") or 0))
        self.ahead = b""
        if path == "/v1/chat/completions" and method == "POST":
            with self.endpoint.counted():
                good = await self._answered(self.endpoint.meets(body, headers))
        else:
            self.writer.write(self.endpoint.besides(method, path, body))
            await self.writer.drain()
            good = True
        return good and headers.get("connection", "").lower() != "close"

    async def _answered(self, steps: Iterator[Step]) -> bool:
        """Plays the answer until its end, or until the client leaves."""
        playing = asyncio.ensure_future(play(steps, self.writer))
        reading = asyncio.ensure_future(self.reader.read(1))
        try:
            await asyncio.wait((playing, reading), return_when=asyncio.FIRST_COMPLETED)
            if reading.done() and not reading.cancelled():
                self.ahead = reading.result()
                return bool(self.ahead) and await playing
            return playing.result()
        finally:
            for task in (playing, reading):
                task.cancel()
            await asyncio.gather(playing, reading, return_exceptions=True)


async def play(steps: Iterator[Step], writer: asyncio.StreamWriter) -> bool:
    """Whether the connection is still good after it."""
    for step in steps:
        if not await _played(step, writer):
            return False
    return True


async def _played(step: Step, writer: asyncio.StreamWriter) -> bool:
    if isinstance(step, Pause):
        await (asyncio.Event().wait() if step.seconds == FOREVER else asyncio.sleep(step.seconds))
    elif isinstance(step, Cut):
        if step.reset:
            writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
            writer.transport.abort()
        return False
    else:
        writer.write(step)
        await writer.drain()
        await asyncio.sleep(0)  # drain alone does not yield, and an endless answer would keep the loop
    return True


@asynccontextmanager
async def faulty_endpoint(port: int = 0, *, plan: Plan | None = None) -> AsyncIterator[FaultyEndpoint]:
    """Listens on 127.0.0.1; every connection is closed at the end."""
    endpoint = FaultyEndpoint() if plan is None else FaultyEndpoint(plan=plan)
    handling: set[asyncio.Task[None]] = set()

    def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.get_running_loop().create_task(endpoint.serve(reader, writer))
        handling.add(task)
        task.add_done_callback(handling.discard)

    server = await asyncio.start_server(handle, "127.0.0.1", port)
    endpoint.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield endpoint
    finally:
        server.close()
        for task in list(handling):
            task.cancel()
        await asyncio.gather(*handling, return_exceptions=True)


async def _serve(port: int, plan: Plan, first_delay: float, delay: float) -> None:
    async with faulty_endpoint(port, plan=plan) as endpoint:
        endpoint.first_delay, endpoint.delay = first_delay, delay
        print(f"a faulty endpoint listens at {endpoint.url}", flush=True)  # noqa: T201 - a program's own output
        await asyncio.Event().wait()


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--fault", default="", choices=sorted(FAULTS))
    parser.add_argument("--share", type=float, default=1.0, help="of the requests that meet it")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--first-delay", type=float, default=0.0, help="seconds before the first word")
    parser.add_argument("--delay", type=float, default=0.0, help="seconds between words")
    told = parser.parse_args(arguments)
    plan = sometimes(told.fault, told.share, seed=told.seed)
    with suppress(KeyboardInterrupt):
        asyncio.run(_serve(told.port, plan, told.first_delay, told.delay))


if __name__ == "__main__":
    main()
