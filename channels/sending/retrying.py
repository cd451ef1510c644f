"""A messenger that tries again what may work later, with a longer pause each time. Above: `messengers`. Below: the others."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from channels.errors import DeliveryFailed
from channels.ports import Messenger

log = logging.getLogger(__name__)

FIRST_PAUSE_SECONDS = 2.0
FACTOR = 4.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Retrying:
    """Takes longer than a Messenger may: for work in the background."""

    messenger: Messenger
    tries: int = 3
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep

    async def send(self, to: str, text: str, *, subject: str = "") -> None:
        """Raises DeliveryFailed: the last one, or the first that would come again."""
        for left in reversed(range(self.tries)):
            try:
                await self.messenger.send(to, text, subject=subject)
                return
            except DeliveryFailed as error:
                if not error.retryable or not left:
                    raise
                log.info("a message is tried again, %d times at most: %s", left, error)
            await self.sleep(FIRST_PAUSE_SECONDS * FACTOR ** (self.tries - 1 - left))
