"""A call as an Asterisk brings it by chan_websocket: wideband, marks in its queue, and a flush that drops them."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from urllib.parse import urlencode

import msgspec
import websockets

from channels.call_center.caller_end.wire import Arrival, CannotCall, Speech, Stop

CODEC, RATE, FRAME_BYTES = "slin16", 16_000, 640


@dataclass(slots=True)
class ChanWebsocketWire:
    connection: websockets.ClientConnection
    rate: int = RATE
    cushion: int = 0

    async def start(self) -> None:
        form = {"format": CODEC, "optimal_frame_size": FRAME_BYTES, "ptime": 20}
        await self._tell("MEDIA_START", connection_id="aisle", channel="WebSocket/aisle/1", **form)

    async def arrivals(self) -> AsyncIterator[Arrival]:
        try:
            async for message in self.connection:
                if isinstance(message, bytes):
                    yield Speech(pcm=message)
                    continue
                match msgspec.json.decode(message):
                    case {"command": "MARK_MEDIA", "correlation_id": str(mark)}:
                        yield Speech(pcm=b"", mark=mark)
                    case {"command": "FLUSH_MEDIA"}:
                        yield Stop()
                    case {"command": "HANGUP"}:
                        return
        except websockets.ConnectionClosed:
            return

    async def send(self, pcm: bytes) -> None:
        try:
            await self.connection.send(pcm)
        except websockets.ConnectionClosed:
            return  # `arrivals` tells it

    async def heard(self, mark: str) -> None:
        await self._tell("MEDIA_MARK_PROCESSED", correlation_id=mark)

    async def dropped(self, marks: list[str]) -> None:
        """Asterisk says nothing of them."""

    async def hang_up(self) -> None:
        await self.connection.close()

    async def _tell(self, event: str, **fields: object) -> None:
        try:
            await self.connection.send(msgspec.json.encode({"event": event, "channel_id": "1", **fields}).decode())
        except websockets.ConnectionClosed:
            return  # `arrivals` tells it


@asynccontextmanager
async def by_chan_websocket(url: str, *, secret: str, caller: str, locale: str) -> AsyncIterator[ChanWebsocketWire]:
    """Raises CannotCall."""
    given = {name: value for name, value in (("caller", caller), ("locale", locale)) if value}
    address = (
        url.rstrip("/").replace("http", "ws", 1) + "/v1/asterisk/media" + (f"?{urlencode(given)}" if given else "")
    )
    password = base64.b64encode(f"asterisk:{secret}".encode()).decode()
    try:
        connection = await websockets.connect(
            address,
            additional_headers={"Authorization": f"Basic {password}"},
            subprotocols=[websockets.Subprotocol("media")],
            compression=None,
            max_size=None,
        )
    except (OSError, websockets.WebSocketException) as error:
        raise CannotCall(
            f"{url} does not take the call ({error}): is AISLE_PHONE_ASTERISK_SECRET here what it is there?"
        ) from error
    async with connection:
        wire = ChanWebsocketWire(connection)
        await wire.start()
        yield wire
