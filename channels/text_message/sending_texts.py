"""Sends what is queued: each line in its order, again with longer pauses where that may help, and never twice if it can be known.

A message whose sending broke off may have gone: the carrier is asked, or its own word is waited for, before it goes again.
Above: `text_office`. Below: `outgoing`, `lines`, the carriers.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass

from channels.errors import DeliveryFailed
from channels.ports import Product
from channels.text_message.adapter import TextChannel
from channels.text_message.errors import OptedOut, Uncertain
from channels.text_message.lines import KnownLine, Lines
from channels.text_message.messages import Carrier, Outgoing
from channels.text_message.outgoing import Claimed, OutgoingTexts

log = logging.getLogger(__name__)

AT_ONCE = 16
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS, MOST_TRIES = 2.0, 900.0, 20
"""Together some hours: longer than a carrier is down, shorter than an answer is of use."""


@dataclass(slots=True, kw_only=True)
class TextSending:
    product: Product
    lines: Lines
    outgoing: OutgoingTexts
    carriers: Mapping[str, Carrier]
    patience: float = 60.0
    """Seconds after which a message that was being sent counts as broken off."""

    async def send_due(self) -> bool:
        """The next of every line that has one; whether there were any."""
        claimed = await self.product.in_thread(self.outgoing.claim, AT_ONCE, self.patience)
        await asyncio.gather(*(self._send(each) for each in claimed))
        return bool(claimed)

    async def _send(self, claimed: Claimed) -> None:
        known = await self.product.in_thread(self.lines.by_key, claimed.line)
        carrier = self.carriers.get(known.line.carrier) if known is not None else None
        if known is None or carrier is None:
            return await self.product.in_thread(
                self.outgoing.failed, claimed.number, "no such line or carrier any more"
            )
        message = Outgoing(line=known.line, part=claimed.part, reference=claimed.reference)
        try:
            if not claimed.uncertain or not await self._went(carrier, claimed, message):
                receipt = await TextChannel(carrier=carrier, line=known.line).deliver(message)
                await self.product.in_thread(self.outgoing.sent, claimed.number, receipt.id)
        except OptedOut as error:
            await self._opted_out(known, claimed, error)
        except Uncertain as error:
            log.warning("a text may have gone or not (%s): that is found out first", error)
        except DeliveryFailed as error:
            await self._failed(claimed, error)

    async def _went(self, carrier: Carrier, claimed: Claimed, message: Outgoing) -> bool:
        """Whether the carrier has it. One that cannot be asked has had time to tell by itself."""
        found = await carrier.find(message, since=claimed.uncertain)
        if not found:
            return False
        await self.product.in_thread(self.outgoing.sent, claimed.number, found)
        return True

    async def _opted_out(self, known: KnownLine, claimed: Claimed, error: OptedOut) -> None:
        await self.product.in_thread(self.outgoing.failed, claimed.number, str(error))
        await self.product.in_thread(self.outgoing.drop, known.key)
        await self.product.in_thread(self.lines.stop, known.key)

    async def _failed(self, claimed: Claimed, error: DeliveryFailed) -> None:
        if not error.retryable or claimed.tries + 1 >= MOST_TRIES:
            log.error("a text was given up: %s", error)
            await self.product.in_thread(self.outgoing.failed, claimed.number, str(error))
            return
        pause = min(FIRST_PAUSE_SECONDS * 2**claimed.tries, LONGEST_PAUSE_SECONDS)
        log.info("a text is sent again in %.0f s: %s", pause, error)
        await self.product.in_thread(self.outgoing.again, claimed.number, pause, str(error))
