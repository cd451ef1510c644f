from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import pytest
import uvicorn
from hypothesis import given, settings
from hypothesis import strategies as st
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from uvicorn.server import ServerState
from websockets.client import ClientProtocol
from websockets.exceptions import InvalidState
from websockets.frames import Frame, Opcode
from websockets.uri import parse_uri

from channels.socket_protocol import SocketProtocol

URI = parse_uri("ws://house.example/v1/socket")


@dataclass
class Wire(asyncio.Transport):
    """Keeps what is written, a write at a time."""

    writes: list[bytes] = field(default_factory=list)
    closed: bool = False
    paused: int = 0

    def write(self, data: Any) -> None:
        if data:
            self.writes.append(bytes(data))

    def close(self) -> None:
        self.closed = True

    def is_closing(self) -> bool:
        return self.closed

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        return default

    def pause_reading(self) -> None:
        self.paused += 1

    def resume_reading(self) -> None:
        self.paused -= 1


@dataclass
class Talk:
    """One connection: a client's machine, the server's protocol, and an application that writes down what it gets."""

    kind: type[WebSocketsSansIOProtocol]
    wire: Wire = field(default_factory=Wire)
    client: ClientProtocol = field(default_factory=lambda: ClientProtocol(URI, max_size=None))
    got: list[Any] = field(default_factory=list)
    send: Any = None
    told: int = 0

    async def open(self) -> None:
        config = uvicorn.Config(
            self._application, interface="asgi3", log_config=None, ws_per_message_deflate=False, ws_ping_interval=None
        )
        config.load()
        self.protocol = self.kind(config, ServerState(), {}, asyncio.get_running_loop())
        self.protocol.connection_made(self.wire)
        self.client.send_request(self.client.connect())
        self.deliver(b"".join(self.client.data_to_send()))
        await self.settle()
        self.read()

    async def _application(self, scope: Any, receive: Any, send: Any) -> None:
        await receive()
        await send({"type": "websocket.accept"})
        self.send = send
        while True:
            self.got.append(await receive())
            if self.got[-1]["type"] == "websocket.disconnect":
                return

    async def settle(self) -> None:
        for _ in range(12):
            await asyncio.sleep(0)

    def deliver(self, data: bytes) -> None:
        if not self.wire.closed:
            self.protocol.data_received(data)

    def read(self) -> list[Any]:
        """What the client has been told since the last time."""
        for data in self.wire.writes[self.told :]:
            self.client.receive_data(data)
        self.told = len(self.wire.writes)
        return list(self.client.events_received())


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=40) | st.integers(100, 70_000).map("x".__mul__)
frames = st.one_of(
    texts.map(lambda text: [Frame(Opcode.TEXT, text.encode())]),
    st.tuples(texts, texts).map(
        lambda parts: [Frame(Opcode.TEXT, parts[0].encode(), fin=False), Frame(Opcode.CONT, parts[1].encode())]
    ),
    st.binary(max_size=200).map(lambda data: [Frame(Opcode.BINARY, data)]),
    st.binary(max_size=20).map(lambda data: [Frame(Opcode.PING, data)]),
    st.just([Frame(Opcode.TEXT, b"\xff\xfe")]),
    st.just([Frame(Opcode.TEXT, b"half", fin=False), Frame(Opcode.TEXT, b"another")]),
    st.just([Frame(Opcode.CLOSE, b"\x03\xe8")]),
)


async def _heard(kind: type[WebSocketsSansIOProtocol], said: Sequence[Frame], cuts: Sequence[int]) -> tuple[Any, ...]:
    talk = Talk(kind)
    await talk.open()
    pieces = [frame.serialize(mask=True) for frame in said]
    whole = b"".join(pieces)
    places = sorted({cut % (len(whole) + 1) for cut in cuts}) if cuts else []
    bounds = [0, *(places or [sum(map(len, pieces[: n + 1])) for n in range(len(pieces))]), len(whole)]
    for start, end in pairwise(bounds):
        if start < end:
            try:
                talk.deliver(whole[start:end])
            except InvalidState:  # no text, and a farewell behind it in the same bytes: the library falls over that
                if kind is SocketProtocol:
                    raise
                return ()
            await talk.settle()
    return talk.got, b"".join(talk.wire.writes), talk.wire.closed, talk.wire.paused


@settings(deadline=None, max_examples=150)
@given(
    st.lists(frames, max_size=6).map(lambda many: [frame for some in many for frame in some]),
    st.lists(st.integers(0, 200_000), max_size=6),
)
def test_whatever_a_client_sends_in_whatever_pieces_is_heard_as_the_library_hears_it(
    said: list[Frame], cuts: list[int]
) -> None:
    ours, theirs = (asyncio.run(_heard(kind, said, cuts)) for kind in (SocketProtocol, WebSocketsSansIOProtocol))

    if not theirs:
        assert ours[0][-1]["type"] == "websocket.disconnect" and ours[2]
        return
    assert ours[0] == theirs[0]
    assert ours[2:] == theirs[2:]


def test_no_text_and_a_farewell_in_the_same_bytes_end_the_connection_and_nothing_else() -> None:
    said = [Frame(Opcode.TEXT, b"\xff\xfe"), Frame(Opcode.CLOSE, b"\x03\xe8")]
    got, _, closed, _ = asyncio.run(_heard(SocketProtocol, said, [0]))
    assert closed and [one["type"] for one in got] == ["websocket.disconnect"]


@pytest.mark.anyio
async def test_what_is_said_in_one_step_leaves_in_one_write_and_in_order() -> None:
    talk = Talk(SocketProtocol)
    await talk.open()
    said = ["a", "b" * 200, "ü" * 40_000, "{}"]
    before = len(talk.wire.writes)

    for text in said[:2]:
        await talk.send({"type": "websocket.send", "text": text})
    await talk.settle()
    together = len(talk.wire.writes) - before
    for text in said[2:]:
        await talk.send({"type": "websocket.send", "text": text})
    await talk.settle()

    assert together == 1
    assert [bytes(event.data).decode() for event in talk.read()] == said


@pytest.mark.anyio
async def test_a_farewell_comes_after_what_was_said_before_it() -> None:
    talk = Talk(SocketProtocol)
    await talk.open()

    await talk.send({"type": "websocket.send", "text": "last words"})
    await talk.send({"type": "websocket.close", "code": 1000})
    await talk.settle()

    assert [event.opcode for event in talk.read()] == [Opcode.TEXT, Opcode.CLOSE]


@pytest.mark.anyio
async def test_nothing_is_written_after_the_clients_farewell() -> None:
    talk = Talk(SocketProtocol)
    await talk.open()

    await talk.send({"type": "websocket.send", "text": "before"})
    talk.deliver(Frame(Opcode.CLOSE, b"\x03\xe8").serialize(mask=True))
    await talk.settle()

    assert [event.opcode for event in talk.read()] == [Opcode.TEXT, Opcode.CLOSE]
    assert talk.wire.closed


@pytest.mark.anyio
async def test_a_client_that_sends_without_being_read_is_read_no_more() -> None:
    talk = Talk(SocketProtocol)
    await talk.open()

    for _ in range(3):
        talk.deliver(Frame(Opcode.TEXT, b"more").serialize(mask=True))

    assert talk.wire.paused == 1
    await talk.settle()
    assert talk.wire.paused == 0
    assert len(talk.got) == 3
