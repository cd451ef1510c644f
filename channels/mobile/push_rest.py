"""Notifications over HTTP: the key to subscribe with, and the subscriptions. Below: `subscriptions`. Above: `mobile_app`.

Only addresses of known push services are taken: the server will post to them, and must not be sent elsewhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, Depends, FastAPI, Request, Response
from pydantic import Field

from channels.edge.bodies import Body, Document
from channels.errors import InvalidQuery, NotFound
from channels.front_door import Door, Granted
from channels.mobile.mobile_settings import MobileSettings
from channels.mobile.subscriptions import Subscription, Subscriptions
from channels.ports import Product
from channels.rest import problems_of
from channels.routes import add_routes

push = APIRouter(prefix="/v1", tags=["notifications"])
Base64Url = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]+={0,2}$")]


class PushKey(Document):
    public_key: str = Field(description="applicationServerKey: VAPID, base64url; empty: none are sent.")


class PushKeys(Body):
    p256dh: Annotated[Base64Url, Field(min_length=80, max_length=100)]
    auth: Annotated[Base64Url, Field(min_length=20, max_length=32)]


class Subscribe(Body):
    endpoint: Annotated[str, Field(max_length=1024)]
    keys: PushKeys
    locale: Annotated[str, Field(max_length=35)] = "en"


class Unsubscribe(Body):
    endpoint: Annotated[str, Field(max_length=1024)]


class Notifying:
    """What this app has of notifications: the settings, and the table once it is used."""

    def __init__(self, product: Product, settings: MobileSettings) -> None:
        self._product, self.settings = product, settings
        self._subscriptions: Subscriptions | None = None

    async def subscriptions(self) -> Subscriptions:
        if self._subscriptions is None:
            self._subscriptions = await self._product.in_thread(Subscriptions, self._product.tables)
        return self._subscriptions


def add_push(app: FastAPI, product: Product, settings: MobileSettings) -> None:
    app.state.notifying = Notifying(product, settings)
    add_routes(app, push)


def notifying(request: Request) -> Notifying:
    """Raises NotFound where this shop sends none."""
    found: Notifying = request.app.state.notifying
    if not found.settings.push_public_key:
        raise NotFound
    return found


Notifies = Annotated[Notifying, Depends(notifying)]


@push.get("/push")
async def push_key(request: Request) -> PushKey:
    """Empty where this shop sends no notifications (AISLE_MOBILE_PUSH_PUBLIC_KEY)."""
    return PushKey(public_key=request.app.state.notifying.settings.push_public_key)


@push.post(
    "/conversations/{conversation_id}/push_subscriptions",
    status_code=204,
    responses=problems_of(400, 401, 404, 409, 422, 429),
)
async def subscribe(body: Subscribe, grant: Granted, door: Door, notifies: Notifies) -> Response:
    """This device is told of the conversation's news. Again with the same endpoint: it moves to this conversation."""
    door.count_message(grant)
    if not is_of(body.endpoint, notifies.settings.push_services):
        raise InvalidQuery("endpoint: not the address of a push service that this shop uses")
    await door.assistant.state(grant.conversation)
    one = Subscription(endpoint=body.endpoint, p256dh=body.keys.p256dh, auth=body.keys.auth, locale=body.locale)
    await door.product.in_thread((await notifies.subscriptions()).keep, grant.conversation, one)
    return Response(status_code=204)


@push.post(
    "/conversations/{conversation_id}/push_subscriptions/forget", status_code=204, responses=problems_of(401, 404, 422)
)
async def unsubscribe(body: Unsubscribe, grant: Granted, door: Door, notifies: Notifies) -> Response:
    await door.product.in_thread((await notifies.subscriptions()).forget, grant.conversation, body.endpoint)
    return Response(status_code=204)


def is_of(endpoint: str, services: Sequence[str]) -> bool:
    """An https address on the service's own host or below it, on the usual port, without a user."""
    try:
        parts = urlsplit(endpoint)
        usual = parts.port in (None, 443)
    except ValueError:
        return False
    host = (parts.hostname or "").lower()
    known = any(host == service or host.endswith(f".{service}") for service in services)
    return parts.scheme == "https" and usual and parts.username is None and known
