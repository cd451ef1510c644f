"""TextOffice: all that text messages need, opened once for each app; its workers run while it serves.

Above: `app`, `serve`, `text_rest`. Below: everything of this folder.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import httpx
from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import HTTPConnection

from channels.edge.auth import load_secret
from channels.edge.limits import RateLimit
from channels.front_door import FrontDoor
from channels.text_message.inbox import Inbox
from channels.text_message.lines import Lines
from channels.text_message.messages import Carrier
from channels.text_message.meta_carrier import MetaCarrier
from channels.text_message.outgoing import OutgoingTexts
from channels.text_message.rounds import Rounds
from channels.text_message.sending_texts import TextSending
from channels.text_message.tables import make_tables
from channels.text_message.taking_texts import TextTaking
from channels.text_message.text_following import TextFollowing
from channels.text_message.text_settings import TextSettings
from channels.text_message.texting import Texting
from channels.text_message.twilio_carrier import TwilioCarrier

log = logging.getLogger(__name__)

TIDY_SECONDS = 3_600.0
DAY = 86_400.0


@dataclass(slots=True, kw_only=True)
class TextOffice:
    door: FrontDoor
    settings: TextSettings
    lines: Lines
    inbox: Inbox
    outgoing: OutgoingTexts
    carriers: dict[str, Carrier] = field(default_factory=dict)
    twilio_token: str = field(default="", repr=False)
    app_secret: str = field(default="", repr=False)
    patience: float = 60.0
    taking: Rounds = field(init=False)
    sending: Rounds = field(init=False)
    following: TextFollowing = field(init=False)

    def __post_init__(self) -> None:
        product = self.door.product
        sender = TextSending(
            product=product,
            lines=self.lines,
            outgoing=self.outgoing,
            carriers=self.carriers,
            patience=self.patience,
        )
        self.sending = Rounds(step=sender.send_due)
        self.following = TextFollowing(
            product=product,
            lines=self.lines,
            outgoing=self.outgoing,
            carriers=self.carriers,
            name=secrets.token_hex(8),
            queued=self.sending.wake,
        )
        each = self.settings.messages_per_minute
        texting = Texting(
            door=self.door,
            lines=self.lines,
            inbox=self.inbox,
            outgoing=self.outgoing,
            following=self.following,
            carriers=self.carriers,
            limit=RateLimit("texts", per_minute=each, at_once=each),
            locale=self.settings.locale,
        )
        self.taking = Rounds(step=TextTaking(product=product, inbox=self.inbox, texting=texting).take_due)

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """Its workers run while this is open; what is under way when it closes goes on elsewhere, or later."""
        if not (self.twilio_token or self.app_secret):
            yield
            return
        async with httpx.AsyncClient(timeout=self.settings.seconds) as http:
            self._open_carriers(http)
            works = (self.taking.run(), self.sending.run(), self.following.run(), self._tidy())
            tasks = [asyncio.create_task(work) for work in works]
            try:
                yield
            finally:
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)

    def _open_carriers(self, http: httpx.AsyncClient) -> None:
        settings = self.settings
        if self.twilio_token:
            public = self.door.settings.public_url.rstrip("/")
            self.carriers["twilio"] = TwilioCarrier(
                http,
                account=settings.twilio_account_sid,
                token=self.twilio_token,
                url=settings.twilio_url,
                status_url=f"{public}/v1/text/twilio/status" if public else "",
            )
        if self.app_secret:
            url = f"{settings.meta_url.rstrip('/')}/{settings.meta_version}"
            self.carriers["meta"] = MetaCarrier(http, token=settings.access_token(), url=url)

    async def _tidy(self) -> None:
        """Until cancelled: what came and went long ago is forgotten."""
        while True:
            before = time.time() - self.settings.keep_days * DAY
            try:
                for forget in (self.inbox.forget, self.outgoing.forget, self.lines.forget):
                    await self.door.product.in_thread(forget, before)
            except SQLAlchemyError as error:
                log.warning("old texts cannot be forgotten now: %s", error)
            await asyncio.sleep(TIDY_SECONDS)


def open_text_office(door: FrontDoor, settings: TextSettings) -> TextOffice:
    """Raises OSError for a secret's file that cannot be read, or tables that cannot be made."""
    engine = door.product.tables
    make_tables(engine)
    return TextOffice(
        door=door,
        settings=settings,
        lines=Lines(engine, load_secret(door.product.settings.home), hours=settings.hours),
        inbox=Inbox(engine),
        outgoing=OutgoingTexts(engine),
        twilio_token=settings.twilio_token() if settings.twilio_account_sid else "",
        app_secret=settings.app_secret() if settings.access_token() else "",
    )


def text_office_of(connection: HTTPConnection) -> TextOffice:
    office = connection.app.state.text_office
    assert isinstance(office, TextOffice)
    return office
