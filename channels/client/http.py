"""The HTTP half of protocol.md for one server. Below: `values`, httpx. Above: `aisle` and `conversation`."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import httpx

from .errors import Problem, Unreachable
from .values import Event, Ticket, TransferCode, read, read_event

PAGE = 200


class Http:
    """Calls of one server. The httpx client is the caller's to close."""

    def __init__(self, url: str, http: httpx.AsyncClient) -> None:
        self._url, self._http = url.rstrip("/"), http

    async def start(self, body: dict[str, Any]) -> Ticket:
        return read(Ticket, await self.call("POST", "/v1/conversations", body=body))

    async def redeem(self, code: str, channel: str) -> Ticket:
        path = f"/v1/transfer_codes/{quote(code, safe='')}/redeem"
        return read(Ticket, await self.call("POST", path, body={"channel": channel}))

    async def events(self, ticket: Ticket, after: int) -> tuple[list[Event], int]:
        """A page of events, and the newest seq there is."""
        path = f"{of(ticket)}/events?after={after}&limit={PAGE}"
        answer = await self.call("GET", path, token=ticket.token)
        return [read_event(one) for one in answer["events"]], int(answer["last_seq"])

    async def transfer_code(self, ticket: Ticket) -> TransferCode:
        return read(TransferCode, await self.call("POST", f"{of(ticket)}/transfer_codes", token=ticket.token, body={}))

    async def call(self, method: str, path: str, *, token: str = "", body: Any = None) -> Any:
        """Any call of the protocol, as JSON. Raises Problem for a problem document, Unreachable for silence."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        try:
            answer = await self._http.request(method, self._url + path, headers=headers, json=body)
        except httpx.TransportError as error:
            raise Unreachable(f"{self._url} does not answer: {error}") from error
        if answer.is_success:
            return answer.json() if answer.content else None
        raise problem_of(answer)


def of(ticket: Ticket) -> str:
    return f"/v1/conversations/{quote(ticket.conversation_id, safe='')}"


def problem_of(answer: httpx.Response) -> Problem:
    try:
        document = answer.json()
    except ValueError:
        document = {}
    code = str(document.get("code", "")) or ("too_many" if answer.status_code == 429 else "unavailable")
    after = answer.headers.get("retry-after", "")
    return Problem(
        answer.status_code,
        code,
        str(document.get("detail") or document.get("title") or ""),
        float(after) if after.isdigit() else None,
    )
