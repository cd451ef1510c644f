"""SocketProtocol: uvicorn's WebSocket, with a short way for what nearly every frame is: a whole text in one piece.

What is sent within one step of the loop leaves in one write, and a text that came whole goes to the application without the
machinery for fragments. All else (handshake, pings, closing, fragments, binary frames, whatever is wrong) is the library's, and
so are its errors. Above: `serve`, which gives it to uvicorn. Below: uvicorn, websockets.
"""

from __future__ import annotations

import asyncio
from typing import Any, Final

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.exceptions import InvalidState
from websockets.frames import Frame
from websockets.protocol import OPEN

try:
    from websockets.speedups import apply_mask
except ImportError:  # where it has no compiled part
    from websockets.utils import apply_mask

WHOLE_TEXT: Final = 0x81
"""A frame's first byte: it is final, a text, and no extension had its hands in it."""
MASKED: Final = 0x80
TWO_BYTES, EIGHT_BYTES = 126, 127
MOST_TOGETHER: Final = 64 * 1024
"""Bytes that wait for the end of the loop's step; more are written at once, so that the transport can say that it is full."""


class SocketProtocol(WebSocketsSansIOProtocol):
    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._together: list[bytes] = []
        self._size = 0
        self._unread = 0
        """Bytes that the library's parser was given beyond the frames that it has told of: 0 between two frames."""
        self._flush: asyncio.Handle | None = None

    # -- out ---------------------------------------------------------------------------------------------------------

    async def send(self, message: Any) -> None:
        await self.writable.wait()
        text = message.get("text") if message["type"] == "websocket.send" else None
        if text is None or not self._plain():
            self._write_together()
            await super().send(message)
            return
        payload = text.encode()
        self._together += (_head(len(payload)), payload)
        self._size += len(payload)
        if self._size > MOST_TOGETHER:
            self._write_together()
        elif self._flush is None:
            self._flush = self.loop.call_soon(self._write_together)

    def _write_together(self) -> None:
        if self._flush is not None:
            self._flush.cancel()
            self._flush = None
        if self._together:
            joined = b"".join(self._together)
            self._together.clear()
            self._size = 0
            if self._plain():
                self.transport.write(joined)

    def _plain(self) -> bool:
        return (
            self.handshake_complete
            and not self.close_sent
            and not self.disconnected
            and self.initial_response is None
            and self.conn.state is OPEN
            and not self.conn.extensions
        )

    def shutdown(self) -> None:
        self._write_together()
        super().shutdown()

    def keepalive_timeout(self) -> None:
        self._write_together()
        super().keepalive_timeout()

    # -- in ----------------------------------------------------------------------------------------------------------

    def data_received(self, data: bytes) -> None:
        self._write_together()  # whatever answers these bytes, a farewell perhaps, comes after what was said before
        between = not self._unread and self.conn.current_size is None and self._plain()
        text = _whole_text(data, self.config.ws_max_size) if between else None
        if text is None:
            self._through_the_library(data)
            return
        self.queue.put_nowait({"type": "websocket.receive", "text": text})
        if self.queue.qsize() > 1 and not self.read_paused:
            self.read_paused = True
            self.transport.pause_reading()

    def _through_the_library(self, data: bytes) -> None:
        self.conn.receive_data(data)
        if self.handshake_initiated:
            frames = (event for event in self.conn.events if isinstance(event, Frame))
            self._unread += len(data) - sum(_size_of(frame) for frame in frames)
        if self.conn.parser_exc is not None:
            self.handle_parser_exception()
            return
        try:
            self.handle_events()
        except InvalidState:  # bytes that are no text, and the farewell right behind them: it is answered already
            self.handle_parser_exception()


def _head(size: int) -> bytes:
    if size < TWO_BYTES:
        return bytes((WHOLE_TEXT, size))
    if size < 1 << 16:
        return bytes((WHOLE_TEXT, TWO_BYTES)) + size.to_bytes(2)
    return bytes((WHOLE_TEXT, EIGHT_BYTES)) + size.to_bytes(8)


def _whole_text(data: bytes, most: int) -> str | None:
    """The text, where these bytes are exactly one masked text frame; None for all else."""
    if len(data) < 6 or data[0] != WHOLE_TEXT or not data[1] & MASKED:
        return None
    size, mask_at = data[1] & 0x7F, 2
    if size == TWO_BYTES:
        size, mask_at = int.from_bytes(data[2:4]), 4
    if size == EIGHT_BYTES or size > most or len(data) != mask_at + 4 + size:
        return None
    try:
        return apply_mask(data[mask_at + 4 :], data[mask_at : mask_at + 4]).decode()
    except UnicodeDecodeError:
        return None


def _size_of(frame: Frame) -> int:
    """On the wire, as a client sends it: with a mask, its length as short as can be."""
    size = len(frame.data)
    return size + 6 + (0 if size < TWO_BYTES else 2 if size < 1 << 16 else 8)
