"""A server that speaks OpenAI's streaming protocol and fails as it is told. A fake engine too: `python … --port N`.

In tests: `async with fault_server() as server: server.fault = "cut"`. As a child process the fault comes in FAULT.
Standard library and anyio only.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, Literal

import anyio
from anyio.abc import ByteStream, SocketAttribute, SocketStream

Fault = Literal[
    "", "hang", "hang_midway", "drip", "cut", "no_finish", "bad_json", "bad_utf8", "not_object", "wrong_shape", "surrogate",
    "endless", "endless_line", "error_event", "overflow", "overflow_vllm", "status",
]  # fmt: skip


@dataclass(slots=True)
class FaultServer:
    words: tuple[str, ...] = ("Good", " morning", ", caf", "é", "!")
    tool_call: bool = False
    fault: Fault = ""
    status: int = 500
    retry_after: str = ""
    chunk_size: int = 0
    """Bytes of each write of a healthy stream; 0: whole events."""
    requests: list[dict[str, Any]] = field(default_factory=list)
    headers: list[Mapping[str, str]] = field(default_factory=list)
    open_streams: int = 0
    url: str = ""
    changed: anyio.Event = field(default_factory=anyio.Event)

    async def until(self, open_streams: int) -> None:
        with anyio.fail_after(5):
            while self.open_streams != open_streams:
                await self.changed.wait()

    async def serve(self, stream: ByteStream) -> None:
        async with stream:
            with suppress(
                anyio.BrokenResourceError, anyio.EndOfStream, anyio.ClosedResourceError, anyio.IncompleteRead
            ):
                while await self._one(stream):
                    pass

    async def _one(self, stream: ByteStream) -> bool:
        head = await _until(stream, b"\r\n\r\n")
        lines = head.split(b"\r\n")
        _, path, _ = lines[0].decode().split(" ")
        headers = {
            k.strip().lower(): v.strip() for k, _, v in (line.decode().partition(":") for line in lines[1:] if line)
        }
        body = await _exactly(stream, int(headers.get("content-length", 0)))
        if path == "/health" or path == "/v1/models":
            await stream.send(_answer(200, b'{"data": []}'))
        elif path == "/v1/chat/completions":
            self.requests.append(json.loads(body))
            self.headers.append(headers)
            await self._complete(stream)
            return False
        else:
            await stream.send(_answer(404, b"{}"))
        return headers.get("connection", "").lower() != "close"

    async def _complete(self, stream: ByteStream) -> None:
        self._count(1)
        try:
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(self._leave_with_client, stream, tasks.cancel_scope)
                await self._stream_reply(stream)
                tasks.cancel_scope.cancel()
        finally:
            self._count(-1)

    async def _leave_with_client(self, stream: ByteStream, scope: anyio.CancelScope) -> None:
        with suppress(anyio.EndOfStream, anyio.BrokenResourceError, anyio.ClosedResourceError):
            await stream.receive()
        scope.cancel()

    def _count(self, change: int) -> None:
        self.open_streams += change
        self.changed.set()
        self.changed = anyio.Event()

    async def _stream_reply(self, stream: ByteStream) -> None:
        fault = self.fault
        if fault == "hang":
            await anyio.sleep_forever()
        if fault == "status":
            await stream.send(_answer(self.status, b'{"error": {"message": "told to"}}', retry_after=self.retry_after))
            return
        if fault in OVERFLOWS:
            await stream.send(_answer(400, OVERFLOWS[fault]))
            return
        await stream.send(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n")
        for number, word in enumerate(self.words):
            if number == 2:
                await self._fail(stream, fault)
                if fault == "cut":
                    return
            await self._send(stream, _chunk({"content": word}))
            if fault == "drip":
                await anyio.sleep(0.05)
        await self._finish(stream, fault)

    async def _finish(self, stream: ByteStream, fault: Fault) -> None:
        if self.tool_call:
            for piece in TOOL_PIECES:
                await self._send(stream, _chunk({"tool_calls": [piece]}))
        if fault != "no_finish":
            await self._send(stream, _chunk({}, finish="tool_calls" if self.tool_call else "stop"))
            usage = {
                "prompt_tokens": 9,
                "completion_tokens": len(self.words),
                "prompt_tokens_details": {"cached_tokens": 4},
            }
            await self._send(stream, _event({"choices": [], "usage": usage}))
            await self._send(stream, b": a comment\n\ndata: [DONE]\n\n")

    async def _fail(self, stream: ByteStream, fault: Fault) -> None:
        if fault in BROKEN_EVENTS:
            await stream.send(BROKEN_EVENTS[fault])
        elif fault == "hang_midway":
            await anyio.sleep_forever()
        elif fault in ("endless", "endless_line"):
            piece = _chunk({"content": "x" * 500}) if fault == "endless" else b"data: " + b"x" * 60_000
            while True:
                await stream.send(piece)

    async def _send(self, stream: ByteStream, event: bytes) -> None:
        size = self.chunk_size or len(event)
        for start in range(0, len(event), size):
            await stream.send(event[start : start + size])
            await anyio.lowlevel.checkpoint()


def _event(value: object) -> bytes:
    return f"data: {json.dumps(value, ensure_ascii=False)}\n\n".encode()


def _chunk(delta: Mapping[str, Any], finish: str | None = None) -> bytes:
    return _event({"choices": [{"index": 0, "delta": delta, "finish_reason": finish}]})


TOOL_PIECES: tuple[dict[str, Any], ...] = (
    {"index": 0, "id": "c1", "type": "function", "function": {"name": "check_stock", "arguments": ""}},
    {"index": 0, "function": {"arguments": '{"product": '}},
    {"index": 0, "function": {"arguments": '"P1"}'}},
)
BROKEN_EVENTS: Mapping[str, bytes] = {
    "bad_json": b'data: {"choices": [\n\n',
    "bad_utf8": b'data: {"choices": [{"delta": {"content": "\xff\xfe"}}]}\n\n',
    "not_object": b"data: [1, 2]\n\n",
    "wrong_shape": b'data: {"choices": [{"delta": {"content": 5}}]}\n\n',
    "surrogate": b'data: {"choices": [{"delta": {"content": "\\ud800"}}]}\n\n',
    "error_event": b'data: {"error": {"code": 503, "message": "out of slots"}}\n\n',
}
OVERFLOWS: Mapping[str, bytes] = {
    "overflow": b'{"error": {"code": 400, "message": "request (5000 tokens) exceeds the available context size (2048 tokens)",'
    b' "type": "exceed_context_size_error", "n_prompt_tokens": 5000, "n_ctx": 2048}}',
    "overflow_vllm": b'{"error": {"message": "This model\'s maximum context length is 2048 tokens. However, you requested'
    b' 5000 tokens (4840 in the messages, 160 in the completion).", "type": "BadRequestError", "code": 400}}',
}


def _answer(status: int, body: bytes, *, retry_after: str = "") -> bytes:
    extra = f"Retry-After: {retry_after}\r\n" if retry_after else ""
    return f"HTTP/1.1 {status} Told\r\nContent-Length: {len(body)}\r\n{extra}\r\n".encode() + body


async def _until(stream: ByteStream, mark: bytes) -> bytes:
    found = b""
    while not found.endswith(mark):
        found += await stream.receive(1)
    return found


async def _exactly(stream: ByteStream, size: int) -> bytes:
    found = b""
    while len(found) < size:
        found += await stream.receive(size - len(found))
    return found


@asynccontextmanager
async def fault_server(port: int = 0) -> AsyncIterator[FaultServer]:
    listener = await anyio.create_tcp_listener(local_host="127.0.0.1", local_port=port)
    server = FaultServer(url=f"http://127.0.0.1:{listener.extra(SocketAttribute.local_port)}")

    async def handle(stream: SocketStream) -> None:
        await server.serve(stream)

    async with listener, anyio.create_task_group() as tasks:
        tasks.start_soon(listener.serve, handle)
        yield server
        tasks.cancel_scope.cancel()


async def as_engine(port: int) -> None:
    async with fault_server(port) as server:
        server.fault = os.environ.get("FAULT", "")  # type: ignore[assignment]
        await anyio.sleep_forever()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--mood", default="", help="what this fake engine does wrong as a process")
    options = parser.parse_args()
    print(f"fake engine with mood {options.mood!r}", flush=True)
    if options.mood == "dies":
        print("cannot load the model: told to", flush=True)
        sys.exit(3)
    if options.mood == "stubborn":
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    if options.mood == "silent":
        time.sleep(600)
    if options.mood == "chatty":
        print("word " * 40_000, flush=True)
    with suppress(KeyboardInterrupt):
        anyio.run(as_engine, options.port)


if __name__ == "__main__":
    main()
