"""Headers have a deadline, a size and a number: who dribbles, or never ends, is answered and hung up on, and others are served."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest
import uvicorn
from starlette.types import Receive, Scope, Send

from channels.edge.http_edge import MOST_HEADER_BYTES, MOST_HEADERS, MOST_URL_BYTES, bounded_http

pytestmark = pytest.mark.anyio
PATIENCE = 0.4
PLAIN = b"GET / HTTP/1.1\r\nHost: x\r\n"


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    assert scope["type"] == "http"
    while (await receive()).get("more_body"):
        pass
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
    await send({"type": "http.response.body", "body": b"ok"})


@dataclass
class Line:
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def answer(self) -> tuple[int, bytes]:
        """Status and body; 0 where the line was cut without a word."""
        async with asyncio.timeout(5):
            head = await self.reader.readuntil(b"\r\n\r\n") if not self.reader.at_eof() else b""
            length = next(int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length"))
            return int(head.split()[1]), await self.reader.readexactly(length)

    async def cut(self) -> bytes:
        async with asyncio.timeout(5):
            return await self.reader.read()


@dataclass
class Edge:
    port: int
    lines: list[Line] = field(default_factory=list)

    async def line(self, first: bytes = b"") -> Line:
        line = Line(*await asyncio.open_connection("127.0.0.1", self.port))
        line.writer.write(first)
        self.lines.append(line)
        return line

    async def patience(self) -> None:
        """Until a slow line that begins now has been given up."""
        assert (await (await self.line(PLAIN)).answer())[0] == 408


@pytest.fixture
async def edge() -> AsyncIterator[Edge]:
    kind = bounded_http(PATIENCE)
    config = uvicorn.Config(app, http=kind, lifespan="off", log_level="critical", timeout_keep_alive=2)
    server = uvicorn.Server(config)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        running = asyncio.create_task(server.serve(sockets=[listening]))
        opened = Edge(listening.getsockname()[1])
        yield opened
        for line in opened.lines:
            line.writer.close()
        server.should_exit = server.force_exit = True
        await running


async def test_a_whole_request_is_answered_and_so_is_the_next_on_the_same_line(edge: Edge) -> None:
    line = await edge.line()
    for _ in range(3):
        line.writer.write(PLAIN + b"\r\n")
        assert await line.answer() == (200, b"ok")
    line.writer.write((PLAIN + b"\r\n") * 3)
    assert [await line.answer() for _ in range(3)] == [(200, b"ok")] * 3


async def test_headers_that_dribble_are_ended_with_a_408(edge: Edge) -> None:
    line = await edge.line()
    line.writer.write(PLAIN + b"X-Slow: ")

    loop = asyncio.get_running_loop()

    def dribble() -> None:
        if not line.writer.is_closing():
            line.writer.write(b"a")
            loop.call_later(PATIENCE / 8, dribble)

    dribble()
    status, body = await line.answer()
    line.writer.close()
    assert status == 408 and json.loads(body)["code"] == "headers_too_slow"


@pytest.mark.parametrize("first", [b"", b"\r\n", b"G"])
async def test_a_line_that_says_next_to_nothing_is_cut(edge: Edge, first: bytes) -> None:
    line = await edge.line()
    line.writer.write(first)
    assert b"200" not in await line.cut()


async def test_the_second_request_of_a_line_has_the_same_deadline(edge: Edge) -> None:
    line = await edge.line()
    line.writer.write(PLAIN + b"\r\n")
    assert (await line.answer())[0] == 200
    line.writer.write(PLAIN)
    assert (await line.answer())[0] == 408


async def test_a_body_that_takes_longer_than_headers_may_is_waited_for(edge: Edge) -> None:
    line = await edge.line()
    line.writer.write(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\na")
    await edge.patience()
    line.writer.write(b"b")
    assert await line.answer() == (200, b"ok")


HUGE = {
    "one header that never ends": (PLAIN + b"X-Long: " + b"a" * (2 * MOST_HEADER_BYTES), 431),
    "one long header": (PLAIN + b"X-Long: " + b"a" * (MOST_HEADER_BYTES + 1) + b"\r\n\r\n", 431),
    "a name that never ends": (PLAIN + b"a" * (2 * MOST_HEADER_BYTES), 431),
    "many headers": (PLAIN + b"".join(b"X-%d: a\r\n" % n for n in range(MOST_HEADERS)) + b"\r\n", 431),
    "a long address": (b"GET /" + b"a" * MOST_URL_BYTES + b" HTTP/1.1\r\nHost: x\r\n\r\n", 414),
}


@pytest.mark.parametrize("name", HUGE)
async def test_headers_beyond_the_limits_are_refused(edge: Edge, name: str) -> None:
    sent, status = HUGE[name]
    line = await edge.line()
    line.writer.write(sent)
    told, body = await line.answer()
    assert told == status and json.loads(body)["status"] == status


async def test_two_hundred_slow_lines_take_nothing_from_others(edge: Edge) -> None:
    slow = [await edge.line(PLAIN) for _ in range(200)]
    quick = await edge.line(PLAIN + b"\r\n")
    assert (await quick.answer())[0] == 200
    told = [await line.cut() for line in slow]
    assert not any(b"200 OK" in one for one in told)
