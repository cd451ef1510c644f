"""Texts by Twilio: SMS and WhatsApp by its Messages API, media from it. Below: httpx, `twilio_wire`. Above: `texting`."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

import httpx

from channels.channel import Capabilities
from channels.errors import DeliveryFailed
from channels.text_message.capabilities import SMS, WHATSAPP_BY_TWILIO
from channels.text_message.errors import OptedOut, Uncertain
from channels.text_message.fetching import fetched
from channels.text_message.messages import CarrierName, Line, Media, Outgoing
from channels.text_message.twilio_wire import message_form

OPTED_OUT = 21610
"""https://www.twilio.com/docs/api/errors/21610"""
CLOCKS_APART = 120.0
"""Seconds that Twilio's clock and ours may differ."""


class TwilioCarrier:
    name: CarrierName = "twilio"

    def __init__(self, http: httpx.AsyncClient, *, account: str, token: str, url: str, status_url: str) -> None:
        """status_url: where Twilio tells what became of a message; "": nowhere."""
        self._http, self._auth, self._status_url = http, httpx.BasicAuth(account, token), status_url
        self._messages = f"{url.rstrip('/')}/2010-04-01/Accounts/{account}/Messages.json"
        self._host = urlsplit(url).hostname or ""

    def capabilities(self, line: Line) -> Capabilities:
        return WHATSAPP_BY_TWILIO if line.whatsapp else SMS

    async def send(self, message: Outgoing) -> str:
        form = message_form(message, self._status_url)
        try:
            answer = await self._http.post(self._messages, data=form, auth=self._auth)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            raise DeliveryFailed(f"Twilio cannot be reached ({type(error).__name__})", retryable=True) from error
        except httpx.HTTPError as error:
            raise Uncertain(f"Twilio did not answer ({type(error).__name__})") from error
        if answer.is_success:
            return str(_document(answer).get("sid", ""))
        raise _failure(answer)

    async def find(self, message: Outgoing, *, since: float) -> str | None:
        """By what it says: Twilio keeps no name that we give a message."""
        day = datetime.fromtimestamp(since - CLOCKS_APART, UTC).date().isoformat()
        query = {"To": message.line.customer, "From": message.line.shop, "DateSent>": day, "PageSize": "50"}
        try:
            answer = await self._http.get(self._messages, params=query, auth=self._auth)
        except httpx.HTTPError as error:
            raise DeliveryFailed(f"Twilio cannot be asked ({type(error).__name__})", retryable=True) from error
        if not answer.is_success:
            raise _failure(answer)
        for known in _document(answer).get("messages", []):
            if known.get("body") == message.part.text and _made_at(known) >= since - CLOCKS_APART:
                return str(known.get("sid", ""))
        return ""

    async def fetch(self, media: Media, *, most: int) -> bytes:
        address = urlsplit(media.address)
        if address.hostname != self._host:  # our token is shown there
            raise DeliveryFailed("that is no address of Twilio's", retryable=False)
        return await fetched(self._http, media.address, most=most, auth=self._auth)


def _made_at(message: dict[str, Any]) -> float:
    try:
        return parsedate_to_datetime(str(message.get("date_created", ""))).timestamp()
    except ValueError:
        return 0.0


def _failure(answer: httpx.Response) -> DeliveryFailed:
    code = _document(answer).get("code")
    if code == OPTED_OUT:
        return OptedOut("this number wants no more texts")
    status = answer.status_code
    detail = f"Twilio answered {status}" + (f" (error {code})" if isinstance(code, int) else "")
    return DeliveryFailed(detail, retryable=status in (408, 425, 429) or status >= 500)


def _document(answer: httpx.Response) -> dict[str, Any]:
    try:
        found = answer.json()
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
