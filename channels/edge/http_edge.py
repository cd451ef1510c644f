"""The HTTP/1.1 edge: uvicorn's protocol with limits that it lacks, on the time, size and number of a request's headers.

llhttp buffers a header for as long as it comes, and uvicorn times only connections between requests: without this a client may
hold a connection open for ever with one byte a minute ("slowloris"), or fill the memory with one endless header. Below: uvicorn,
httptools. Above: `command_line.serve`. Bodies have their own limits (`limits`, `body_deadline`).
"""

from __future__ import annotations

import asyncio
import json
from typing import ClassVar

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

MOST_HEADER_BYTES = 32 * 1024
"""Of the request line and all headers together: a customer token and a browser's cookies take less than 8 kB."""
MOST_HEADERS = 100
MOST_URL_BYTES = 16 * 1024
_REASONS = {
    408: ("Request Timeout", "headers_too_slow"),
    414: ("URI Too Long", "address_too_long"),
    431: ("Request Header Fields Too Large", "headers_too_large"),
}


class TooMuch(Exception):
    """Raised inside the parser, which stops at it."""


class BoundedHttp(HttpToolsProtocol):
    """A connection. The clock runs from its opening, and from each further request's first byte, until the headers are whole."""

    seconds: ClassVar[float] = 10.0
    _waiting: asyncio.TimerHandle | None = None
    _in_headers = True
    _taken = 0
    _status = 400

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_waiting()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self.transport.is_closing():
            return
        if self._waiting is None and (self.cycle is None or self.cycle.response_complete):
            self._in_headers = True
            self._wait()  # whatever it is: a lone line end begins no request, and would wait for ever
        super().data_received(data)
        if self._in_headers:
            self._taken += len(data)
            if self._taken > MOST_HEADER_BYTES and not self.transport.is_closing():
                self._refuse(431)

    def handle_websocket_upgrade(self) -> None:
        self._stop_waiting()
        super().handle_websocket_upgrade()

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._in_headers, self._taken = True, 0

    def on_url(self, url: bytes) -> None:
        super().on_url(url)
        if len(self.url) > MOST_URL_BYTES:
            self._stop(414)

    def on_headers_complete(self) -> None:
        if (
            len(self.headers) > MOST_HEADERS
            or sum(len(name) + len(value) for name, value in self.headers) > MOST_HEADER_BYTES
        ):
            self._stop(431)
        self._in_headers = False
        self._stop_waiting()
        super().on_headers_complete()

    def send_400_response(self, msg: str) -> None:
        self._stop_waiting()
        if self._status == 400:
            super().send_400_response(msg)
        else:
            self._refuse(self._status)

    def _stop(self, status: int) -> None:
        self._status = status
        raise TooMuch

    def _wait(self) -> None:
        self._stop_waiting()
        self._waiting = self.loop.call_later(self.seconds, self._refuse, 408)

    def _stop_waiting(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None

    def _refuse(self, status: int) -> None:
        """As problem+json, and the connection ends. Who never said a word is hung up on without one."""
        self._stop_waiting()
        if status != 408 or self._taken:
            self.transport.write(_answer(status))
        self.transport.close()


def bounded_http(seconds: float) -> type[BoundedHttp]:
    """For `uvicorn.Config(http=…)`."""
    return type("BoundedHttp", (BoundedHttp,), {"seconds": seconds})


def _answer(status: int) -> bytes:
    title, code = _REASONS[status]
    body = json.dumps({"type": "about:blank", "title": title, "status": status, "code": code, "detail": title}).encode()
    head = (
        f"HTTP/1.1 {status} {title}\r\ncontent-type: application/problem+json\r\n"
        f"content-length: {len(body)}\r\nx-content-type-options: nosniff\r\nconnection: close\r\n\r\n"
    )
    return head.encode() + body
