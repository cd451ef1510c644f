"""A TCP proxy that cuts its connections when told to: what a phone's network does in a lift."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field


@dataclass
class CuttingProxy:
    port: int
    """Of the server behind."""
    url: str = ""
    refusing: bool = False
    passed: int = 0
    """Bytes from the server."""
    cut_after: int | None = None
    """Cuts everything when so many bytes have passed."""
    open: set[asyncio.StreamWriter] = field(default_factory=set)

    def cut(self) -> None:
        for writer in [*self.open]:
            writer.transport.abort()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.refusing:
            writer.transport.abort()
            return
        behind_reader, behind = await asyncio.open_connection("127.0.0.1", self.port)
        self.open |= {writer, behind}
        try:
            ways = {
                asyncio.create_task(self._pass(reader, behind, counted=False)),
                asyncio.create_task(self._pass(behind_reader, writer, counted=True)),
            }
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)
        finally:
            self.open -= {writer, behind}
            for end in (writer, behind):
                end.transport.abort()

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, counted: bool) -> None:
        with contextlib.suppress(ConnectionError):
            while data := await reader.read(65536):
                if counted:
                    self.passed += len(data)
                    if self.cut_after is not None and self.passed >= self.cut_after:
                        self.cut_after = None
                        self.cut()
                        return
                writer.write(data)
                await writer.drain()


@contextlib.asynccontextmanager
async def cutting_proxy(url: str) -> AsyncIterator[CuttingProxy]:
    proxy = CuttingProxy(port=int(url.rpartition(":")[2]))
    server = await asyncio.start_server(proxy.serve, "127.0.0.1", 0)
    proxy.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield proxy
    finally:
        server.close()
        proxy.cut()
        await server.wait_closed()
