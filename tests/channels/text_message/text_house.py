"""A house with text messages: the app over a scripted turn or a real one, and phones that write to it through carriers."""

from __future__ import annotations

import itertools
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode

import httpx

from channels.app import create_app
from channels.call_center.twilio_signature import signed
from channels.settings import ChannelSettings
from channels.text_message import meta_wire
from channels.text_message.text_office import TextOffice
from channels.text_message.text_settings import TextSettings
from tests.channels.house import House
from tests.channels.text_message.carriers_fake import ACCOUNT, APP_SECRET, META_TOKEN, TOKEN, VERIFY, FakeCarriers

PUBLIC = "https://shop.example"
SHOP_NUMBER, SHOP_PHONE_ID = "+15550000", "1234567890"


class NamedShop:
    """As much of a shop as texts need."""

    async def info(self) -> Any:
        return SimpleNamespace(name="Peak Outdoor", locale="en", currency="USD")


def text_settings(carriers: FakeCarriers, **fields: Any) -> TextSettings:
    given = {
        "twilio_account_sid": ACCOUNT,
        "twilio_auth_token": TOKEN,
        "twilio_url": carriers.url,
        "meta_access_token": META_TOKEN,
        "meta_app_secret": APP_SECRET,
        "meta_verify_token": VERIFY,
        "meta_url": carriers.url,
        "seconds": 5,
    }
    return TextSettings(_env_file=None, **{**given, **fields})


@dataclass
class Texted:
    """The app with its texts, and a client of it."""

    house: House
    app: Any
    http: httpx.AsyncClient
    carriers: FakeCarriers
    _numbers: Any = field(default_factory=itertools.count)

    @property
    def office(self) -> TextOffice:
        return self.app.state.text_office

    async def sms(
        self, body: str, *, sid: str = "", sender: str = "+15550123", path: str = "", **fields: str
    ) -> httpx.Response:
        """As Twilio posts it, signed."""
        sid = sid or f"SM{next(self._numbers):032}"
        form = {"MessageSid": sid, "From": sender, "To": SHOP_NUMBER, "Body": body, "NumMedia": "0", **fields}
        return await self.twilio(path or "/v1/text/twilio", form)

    async def twilio(self, path: str, form: dict[str, str], *, signature: str | None = None) -> httpx.Response:
        if signature is None:
            signature = signed(TOKEN, PUBLIC + path, {name: [value] for name, value in form.items()})
        headers = {"X-Twilio-Signature": signature, "Content-Type": "application/x-www-form-urlencoded"}
        return await self.http.post(path, content=urlencode(form), headers=headers)

    async def whatsapp(self, *messages: dict[str, Any], statuses: Any = (), sender: str = "15550123") -> httpx.Response:
        """As Meta posts it, signed."""
        whole = [{"from": sender, "id": f"wamid.in{next(self._numbers)}", **message} for message in messages]
        value = {"metadata": {"phone_number_id": SHOP_PHONE_ID}, "messages": whole, "statuses": list(statuses)}
        document = {
            "object": "whatsapp_business_account",
            "entry": [{"changes": [{"field": "messages", "value": value}]}],
        }
        body = json.dumps(document).encode()
        headers = {"X-Hub-Signature-256": meta_wire.signed(APP_SECRET, body), "Content-Type": "application/json"}
        return await self.http.post("/v1/text/meta", content=body, headers=headers)

    async def conversations(self) -> tuple[str, ...]:
        return await self.house.store.conversations()

    async def said(self, conversation: str) -> list[str]:
        """What the customer said there."""
        events = await self.house.assistant.events(conversation)
        return [e.fact.text for e in events if type(e.fact).__name__ == "CustomerSaid"]


def text_of(body: str) -> dict[str, Any]:
    return {"type": "text", "text": {"body": body}}


@asynccontextmanager
async def texting(house: House, carriers: FakeCarriers, **fields: Any) -> AsyncIterator[Texted]:
    app = create_app(
        house,  # type: ignore[arg-type]
        ChannelSettings(_env_file=None, public_url=PUBLIC),
        text=text_settings(carriers, **fields),
    )
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url=PUBLIC) as http, app.state.text_office.open():
        try:
            yield Texted(house, app, http, carriers)
        finally:
            await house.assistant.drain(seconds=2)
            app.state.desk_door.present.close()
