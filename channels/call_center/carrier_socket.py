"""CarrierSocket: a carrier's WebSocket that never raises: one that broke reads as the end, and takes no more."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

from starlette.websockets import WebSocket, WebSocketDisconnect

_GONE = (RuntimeError, WebSocketDisconnect)
"""RuntimeError is Starlette's word for a socket that has been closed already."""


@dataclass(frozen=True, slots=True)
class CarrierSocket:
    websocket: WebSocket

    async def receive(self) -> str | bytes | None:
        """None: it is gone."""
        try:
            message = await self.websocket.receive()
        except _GONE:
            return None
        if message["type"] == "websocket.disconnect":
            return None
        text: str | None = message.get("text")
        return text if text is not None else message.get("bytes") or b""

    async def send(self, frame: str | bytes) -> None:
        with suppress(*_GONE):
            if isinstance(frame, str):
                await self.websocket.send_text(frame)
            else:
                await self.websocket.send_bytes(frame)

    async def close(self, code: int = 1000) -> None:
        with suppress(*_GONE):
            await self.websocket.close(code)
