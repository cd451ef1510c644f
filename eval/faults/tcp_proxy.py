"""TcpProxy: a network between two programs that fails as it is told to, while it runs. Above: the faults. Below: asyncio.

It carries bytes of connections between a port of its own and a server. Each direction can be held (a partition: nothing
arrives, and what was sent arrives after the healing, as TCP would have it), slowed, throttled, or made to swallow an end
(half-open); connections can be ended in order or reset, and new ones refused.
"""

from __future__ import annotations

import asyncio
import socket
import struct
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

_CHUNK = 1 << 16
_AT_ONCE = struct.pack("ii", 1, 0)
"""SO_LINGER: closing sends RST."""


@dataclass(slots=True)
class Way:
    """One direction of all connections. Set its fields; they hold from the next bytes on."""

    delay: float = 0.0
    """Seconds that every piece waits; order is kept."""
    bytes_a_second: float = 0.0
    """0: as fast as it comes."""
    swallows_ends: bool = False
    """The other side is never told that this one ended: half-open."""
    carried: int = 0
    _open: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self._open.set()

    @property
    def held(self) -> bool:
        return not self._open.is_set()

    def hold(self) -> None:
        self._open.clear()

    def release(self) -> None:
        self._open.set()

    async def admit(self, size: int) -> None:
        """Returns when so many bytes may go on."""
        if self.delay:
            await asyncio.sleep(self.delay)
        if self.bytes_a_second:
            await asyncio.sleep(size / self.bytes_a_second)
        await self._open.wait()
        self.carried += size

    async def open(self) -> None:
        await self._open.wait()


@dataclass(slots=True, eq=False)
class _Connection:
    near: asyncio.StreamWriter
    far: asyncio.StreamWriter

    def end(self, *, reset: bool) -> None:
        for writer in (self.near, self.far):
            if reset:
                told = writer.get_extra_info("socket")
                if told.fileno() >= 0:  # it may have ended by itself
                    told.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _AT_ONCE)
                writer.transport.abort()
            else:
                writer.close()


@dataclass(slots=True, kw_only=True)
class TcpProxy:
    """An async context manager; `port` is known once it is entered. `up`: towards the server, `down`: from it."""

    target: int
    host: str = "127.0.0.1"
    up: Way = field(default_factory=Way)
    down: Way = field(default_factory=Way)
    refusing: bool = False
    """New connections are reset at once."""
    port: int = 0
    accepted: int = 0
    _server: asyncio.Server | None = None
    _connections: set[_Connection] = field(default_factory=set)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    @property
    def open_connections(self) -> int:
        return len(self._connections)

    def partition(self, *, up: bool = True, down: bool = True) -> None:
        """Nothing arrives any more, and nobody is told."""
        for way, wanted in ((self.up, up), (self.down, down)):
            if wanted:
                way.hold()

    def heal(self) -> None:
        """All as at the beginning; ends that were swallowed stay so."""
        for way in (self.up, self.down):
            way.delay = way.bytes_a_second = 0.0
            way.swallows_ends = False
            way.release()
        self.refusing = False

    def cut(self) -> None:
        """Every connection ends, in order (FIN)."""
        self._end_all(reset=False)

    def reset(self) -> None:
        """Every connection breaks (RST), as when a machine's kernel no longer knows it."""
        self._end_all(reset=True)

    def _end_all(self, *, reset: bool) -> None:
        for connection in self._connections:
            connection.end(reset=reset)

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._accept, self.host, self.port, limit=_CHUNK)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._server is not None
        self._server.close()
        self._end_all(reset=True)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._server.wait_closed()

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(self._serve(reader, writer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _serve(self, near: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.accepted += 1
        try:
            if self.refusing:
                raise ConnectionRefusedError
            far, onward = await asyncio.open_connection(self.host, self.target, limit=_CHUNK)
        except OSError:
            _Connection(writer, writer).end(reset=True)
            return
        connection = _Connection(writer, onward)
        self._connections.add(connection)
        try:
            await asyncio.gather(_carry(near, onward, self.up), _carry(far, writer, self.down))
        finally:
            self._connections.discard(connection)
            connection.end(reset=False)


async def _carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, way: Way) -> None:
    """Until its sender ends. While it is held nothing is read: the sender's own buffers fill, as they do in a partition."""
    try:
        while True:
            await way.open()
            data = await reader.read(_CHUNK)
            await way.admit(len(data))
            if not data:
                break
            writer.write(data)
            await writer.drain()
        if way.swallows_ends:
            await asyncio.Event().wait()
        if writer.can_write_eof():
            writer.write_eof()
    except OSError:
        writer.transport.abort()
