"""AisleClient: where everything begins. Below: `http`, `conversation`. Above: apps, tests, benches."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

import httpx

from .conversation import DEADLINE, Conversation
from .http import Http, of
from .line import Line
from .log import Log
from .outbox import MemoryOutbox, Outbox
from .values import Event, Ticket, read_event

CHANNEL = "mobile"


class AisleClient:
    """One server's address. An async context manager; all conversations of one client share its connections over HTTP.

    `http`: an httpx client of your own (proxies, certificates), which you close yourself. `socket_options`: for
    `websockets.connect`, where the defaults do not suit.
    """

    def __init__(
        self, url: str, *, http: httpx.AsyncClient | None = None, socket_options: Mapping[str, Any] | None = None
    ) -> None:
        self.url = url.rstrip("/")
        self._own = http is None
        self._client = http or httpx.AsyncClient(timeout=DEADLINE)
        self._http = Http(self.url, self._client)
        self._socket_options = dict(socket_options or {})

    async def __aenter__(self) -> AisleClient:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        if self._own:
            await self._client.aclose()

    async def start(
        self, *, channel: str = CHANNEL, locale: str | None = None, customer_token: str | None = None, **more: Any
    ) -> Ticket:
        """A new conversation. `more`: further fields of the protocol (store_id …). Raises Problem, Unreachable."""
        body = {"channel": channel, "locale": locale, "customer_token": customer_token, **more}
        return await self._http.start({name: value for name, value in body.items() if value is not None})

    async def redeem(self, code: str, *, channel: str = CHANNEL) -> Ticket:
        """The conversation that another device gave a code for. The code is used up by it."""
        return await self._http.redeem(code, channel)

    def open(
        self,
        ticket: Ticket,
        *,
        log: Log | None = None,
        after: int = 0,
        outbox: Outbox | None = None,
        device: str = "",
        folds: bool = True,
    ) -> Conversation:
        """Use it with `async with`. It begins where `log` ended (or after that seq, with `folds=False`: then `log` is not
        kept). `device`: a name that stays the same over restarts, so that a half-dead socket is let go of."""
        log = log or Log(last_seq=after)
        return Conversation(
            ticket=ticket,
            log=log,
            http=self._http,
            socket_url="ws" + self.url.removeprefix("http") + "/v1/socket",
            outbox=outbox or MemoryOutbox(),
            folds=folds,
            device=device or uuid4().hex,
            socket_options=self._socket_options,
            _line=Line(),
        )

    async def status(self, ticket: Ticket) -> dict[str, Any]:
        """status, last_seq, state_hash, customer, cart, pending_confirmation … as the server has them."""
        found: dict[str, Any] = await self._http.call("GET", of(ticket), token=ticket.token)
        return found

    async def events(self, ticket: Ticket, *, after: int = 0) -> list[Event]:
        """All events after that seq, by HTTP alone."""
        found: list[Event] = []
        newest = after + 1
        while after < newest:
            page, newest = await self._http.events(ticket, after)
            if not page:
                break
            found += page
            after = page[-1].seq
        return found

    async def ask_once(self, ticket: Ticket, text: str, *, client_id: str | None = None) -> list[Event]:
        """Without a socket: says it, waits, and gives every event of the turn. Repeat it with the same client_id when in doubt."""
        body = {"client_id": client_id or uuid4().hex, "text": text}
        answer = await self._http.call("POST", of(ticket) + "/messages?wait=reply", token=ticket.token, body=body)
        return [read_event(one) for one in answer.get("events", [])]
