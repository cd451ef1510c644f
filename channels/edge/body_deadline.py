"""A body that trickles in holds nothing for long: the ASGI edge waits for the whole of it until a deadline, then answers 408.

Headers are read before this, under the limits of `http_edge`. Above: `app`.
"""

from __future__ import annotations

import asyncio

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from channels.errors import BodyTooSlow
from channels.problems import code_of, problem

FOR_AUDIO = 6
"""Times as long: a recording may have 8 MiB, and come by a slow mobile network."""


class BodyDeadline:
    """The clock runs from the first byte that is waited for; once the body is whole, nothing is timed any more."""

    def __init__(self, app: ASGIApp, seconds: float) -> None:
        self._app, self._seconds = app, seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit = self._seconds * (FOR_AUDIO if scope["path"].endswith("/audio") else 1)
        body = _TimedBody(receive, send, limit)
        try:
            await self._app(scope, body.receive, body.send)
        except BodyTooSlow:
            if not body.late:
                raise
        if body.late and not body.started:
            status, code, detail = code_of(BodyTooSlow(limit))
            await problem(status, code, detail, headers={"Connection": "close"})(scope, receive, send)


class _TimedBody:
    def __init__(self, receive: Receive, send: Send, seconds: float) -> None:
        self._receive, self._send, self._seconds = receive, send, seconds
        self._deadline: float | None = None
        self._whole = False
        self.late = False
        self.started = False

    async def receive(self) -> Message:
        """Raises BodyTooSlow."""
        if self._whole:
            return await self._receive()
        if self._deadline is None:
            self._deadline = asyncio.get_running_loop().time() + self._seconds
        try:
            async with asyncio.timeout_at(self._deadline):
                message = await self._receive()
        except TimeoutError as error:
            self.late = True
            raise BodyTooSlow(self._seconds) from error
        self._whole = message["type"] != "http.request" or not message.get("more_body", False)
        return message

    async def send(self, message: Message) -> None:
        """What the app says of a body that broke off is not what happened."""
        if self.late and not self.started:
            return
        self.started = self.started or message["type"] == "http.response.start"
        await self._send(message)
