"""WhatsApp by Meta's Graph API. Below: httpx, `meta_wire`. Above: `texting`."""

from __future__ import annotations

from typing import Any

import httpx

from channels.channel import Capabilities
from channels.errors import DeliveryFailed
from channels.text_message.capabilities import WHATSAPP
from channels.text_message.errors import Uncertain
from channels.text_message.fetching import fetched
from channels.text_message.messages import CarrierName, Line, Media, Outgoing
from channels.text_message.meta_wire import message_document

TRY_AGAIN = frozenset((1, 2, 4, 80007, 130429, 131016, 131048, 131056, 133016))
"""https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes: limits and moments of weakness."""


class MetaCarrier:
    name: CarrierName = "meta"

    def __init__(self, http: httpx.AsyncClient, *, token: str, url: str) -> None:
        """url: with the version of the Graph API."""
        self._http, self._url = http, url.rstrip("/")
        self._headers = {"Authorization": f"Bearer {token}"}

    def capabilities(self, line: Line) -> Capabilities:
        return WHATSAPP

    async def send(self, message: Outgoing) -> str:
        address = f"{self._url}/{message.line.shop}/messages"
        try:
            answer = await self._http.post(address, json=message_document(message), headers=self._headers)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            raise DeliveryFailed(f"Meta cannot be reached ({type(error).__name__})", retryable=True) from error
        except httpx.HTTPError as error:
            raise Uncertain(f"Meta did not answer ({type(error).__name__})") from error
        if not answer.is_success:
            raise _failure(answer)
        messages = _document(answer).get("messages") or [{}]
        return str(messages[0].get("id", ""))

    async def find(self, message: Outgoing, *, since: float) -> str | None:
        """Meta cannot be asked; it tells by itself, with our reference."""
        return None

    async def fetch(self, media: Media, *, most: int) -> bytes:
        if not media.address.isalnum():
            raise DeliveryFailed("that is no id of Meta's", retryable=False)
        about = await fetched(self._http, f"{self._url}/{media.address}", most=65_536, headers=self._headers)
        address = httpx.Response(200, content=about).json().get("url", "")
        if not str(address).startswith(("https://", self._url.rpartition("/")[0] + "/")):
            raise DeliveryFailed("Meta gave no address of it", retryable=False)
        return await fetched(self._http, address, most=most, headers=self._headers)


def _failure(answer: httpx.Response) -> DeliveryFailed:
    error = _document(answer).get("error")
    code = error.get("code") if isinstance(error, dict) else None
    status = answer.status_code
    detail = f"Meta answered {status}" + (f" (error {code})" if isinstance(code, int) else "")
    return DeliveryFailed(detail, retryable=code in TRY_AGAIN or status in (408, 429) or status >= 500)


def _document(answer: httpx.Response) -> dict[str, Any]:
    try:
        found = answer.json()
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
