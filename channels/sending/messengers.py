"""Which messages this house can send, chosen by the settings. Above: sign-in, moving, call-backs. Below: the adapters."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from channels.errors import DeliveryFailed
from channels.ports import Messenger
from channels.sending.folder import FOLDER, FolderMessenger
from channels.sending.retrying import Retrying
from channels.sending.sending_settings import SendingSettings
from channels.sending.smtp import SmtpMessenger
from channels.sending.twilio_sms import TwilioMessenger

log = logging.getLogger(__name__)

Way = Literal["email", "phone"]
MOST_UNDER_WAY = 500
"""Messages that wait for a slow server; more are given up, and said so."""


@dataclass(slots=True, kw_only=True)
class Messengers:
    """What can be sent, and what is on its way. One event loop."""

    ways: dict[Way, Messenger]
    tries: int = 3
    failed: int = 0
    """Messages that were given up."""
    _under_way: set[asyncio.Task[None]] = field(default_factory=set)

    def of(self, way: Way) -> Messenger | None:
        return self.ways.get(way)

    def send_soon(self, way: Way, to: str, text: str, *, subject: str = "") -> None:
        """In the background, tried again where that may help: whoever asked learns nothing of how it went."""
        messenger = self.ways[way]
        if len(self._under_way) >= MOST_UNDER_WAY:
            self.failed += 1
            log.error("messages by %s wait for a slow server: one was given up", way)
            return
        sending = Retrying(messenger=messenger, tries=self.tries).send(to, text, subject=subject)
        task = asyncio.create_task(self._sent(way, sending))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def settled(self) -> None:
        """Once nothing is under way any more."""
        while self._under_way:
            await asyncio.wait(set(self._under_way))

    async def close(self) -> None:
        for task in set(self._under_way):
            task.cancel()
        await asyncio.gather(*self._under_way, return_exceptions=True)

    async def _sent(self, way: Way, sending: Coroutine[Any, Any, None]) -> None:
        try:
            await sending
        except DeliveryFailed as error:
            self.failed += 1
            log.error("a message by %s was given up: %s", way, error)


def open_messengers(settings: SendingSettings, home: Path, *, local: bool) -> Messengers:
    """local: only this machine reaches the server, so that messages may lie in a folder. Blocking for a moment."""
    folder = FolderMessenger(folder=home / FOLDER)
    ways: dict[Way, Messenger] = {}
    email, sms = settings.email, settings.sms
    if email == "smtp" or (email == "auto" and settings.smtp_host):
        ways["email"] = SmtpMessenger.of(settings)
    elif email == "folder" or (email == "auto" and local):
        ways["email"] = folder
    if sms == "twilio" or (sms == "auto" and settings.twilio_account_sid):
        ways["phone"] = TwilioMessenger.of(settings)
    elif sms == "folder" or (sms == "auto" and local):
        ways["phone"] = folder
    if folder in ways.values():
        log.warning("messages to customers are not sent: they are files in %s (AISLE_SEND_…)", folder.folder)
    return Messengers(ways=ways, tries=settings.tries)
