"""Bodies that trickle in, against a real server: told 408 in time, the line closed, and nobody else kept waiting."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from channels.settings import ChannelSettings
from tests.channels.house import Gate, Opened, Served, build_house, serving

pytestmark = pytest.mark.anyio

SECONDS = 0.3


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


def settings() -> ChannelSettings:
    return ChannelSettings(_env_file=None, body_seconds=SECONDS)  # type: ignore[call-arg]


async def trickled(served: Served, head: str, *parts: bytes) -> bytes:
    """All that comes back until the server closes the line."""
    host, port = served.url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(f"{head}\r\nHost: {host}\r\n\r\n".encode())
    try:
        async with asyncio.timeout(8):
            for part in parts:
                writer.write(part)
                await writer.drain()
            return await reader.read()
    finally:
        writer.close()


def head_of(opened: Opened, path: str, length: int, kind: str = "application/json") -> str:
    return (
        f"POST {opened.path(path)} HTTP/1.1\r\nAuthorization: Bearer {opened.token}\r\n"
        f"Content-Type: {kind}\r\nContent-Length: {length}"
    )


@pytest.mark.parametrize("parts", [(), (b'{"client_id": "1", ',)])
async def test_a_body_that_does_not_come_is_told_and_the_line_is_closed(
    tmp_path: Path, parts: tuple[bytes, ...]
) -> None:
    async with serving(build_house(tmp_path), settings()) as served:
        opened = await served.start()
        answer = await trickled(served, head_of(opened, "/messages", 400), *parts)
        assert answer.startswith(b"HTTP/1.1 408") and b'"code":"body_too_slow"' in answer
        assert b"connection: close" in answer.lower()
        assert [event["type"] for event in await opened.events()] == ["conversation_started", "channel_joined"]


async def test_chunks_without_an_end_are_told_too(tmp_path: Path) -> None:
    async with serving(build_house(tmp_path), settings()) as served:
        head = "POST /v1/conversations HTTP/1.1\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked"
        answer = await trickled(served, head, b"1\r\n{\r\n", b'2\r\n"c\r\n')
        assert answer.startswith(b"HTTP/1.1 408")


async def test_many_slow_ones_keep_nobody_waiting(tmp_path: Path) -> None:
    async with serving(build_house(tmp_path), settings()) as served:
        opened = await served.start()
        slow = [asyncio.create_task(trickled(served, head_of(opened, "/messages", 400), b"{")) for _ in range(30)]
        assert (await opened.say("hello", "m1"))["events"]
        answers = await asyncio.gather(*slow)
        assert all(answer.startswith(b"HTTP/1.1 408") for answer in answers)


async def test_a_reply_may_take_longer_than_its_question(tmp_path: Path) -> None:
    gate = Gate()
    async with serving(build_house(tmp_path, gate), settings()) as served:
        opened = await served.start()
        saying = asyncio.create_task(opened.say("hello", "m1"))
        await gate.begun.wait()
        late = await trickled(served, head_of(opened, "/feedback", 50), b"{")
        assert late.startswith(b"HTTP/1.1 408"), "the time for a body is over"
        gate.opened.set()
        assert (await saying)["events"][-1]["type"] == "assistant_said"


async def test_a_stream_goes_on_after_its_empty_body(tmp_path: Path) -> None:
    async with serving(build_house(tmp_path), settings()) as served:
        opened = await served.start()
        async with served.http.stream("GET", opened.path("/stream"), headers=opened.headers) as stream:
            lines = stream.aiter_lines()
            while "live" not in await anext(lines):
                pass
            late = await trickled(served, head_of(opened, "/messages", 400), b"{")
            assert late.startswith(b"HTTP/1.1 408"), "the time for a body is over"
            await opened.say("hello", "m1")
            async with asyncio.timeout(5):
                while "assistant_said" not in await anext(lines):
                    pass
