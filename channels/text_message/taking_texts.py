"""Takes what the inbox holds, each line's messages in their order, several lines at once; what fails comes again later.

Above: `text_office`. Below: `inbox`, `texting`.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass

from sqlalchemy.exc import SQLAlchemyError

from assistant.errors import AssistantError
from channels.errors import ChannelError, TooMany
from channels.ports import Product
from channels.text_message.inbox import Inbox, Taken
from channels.text_message.texting import Texting
from model_serving.errors import ModelError

log = logging.getLogger(__name__)

AT_ONCE = 16
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 1.0, 300.0
MOST_TRIES = 30
"""Some two hours: a store that is away that long is another kind of trouble."""


@dataclass(slots=True, kw_only=True)
class TextTaking:
    product: Product
    inbox: Inbox
    texting: Texting

    async def take_due(self) -> bool:
        """The next of every line that has one; whether there were any."""
        taken = await self.product.in_thread(self.inbox.take, AT_ONCE)
        await asyncio.gather(*(self._take(each) for each in taken))
        return bool(taken)

    async def _take(self, taken: Taken) -> None:
        try:
            await self.texting.take(taken)
        except TooMany as error:
            await self.product.in_thread(self.inbox.again, taken.number, error.retry_after)
        except (AssistantError, ModelError, ChannelError, SQLAlchemyError) as error:
            await self._again(taken, str(error))
        except Exception as error:  # a worker's edge: one message must not keep all others from being read
            log.exception("a text could not be taken")
            await self._again(taken, type(error).__name__)
        else:
            await self.product.in_thread(self.inbox.done, taken.number)

    async def _again(self, taken: Taken, why: str) -> None:
        if taken.tries + 1 >= MOST_TRIES:
            log.error("a text was given up after %d tries: %s", taken.tries + 1, why)
            await self.product.in_thread(self.inbox.done, taken.number)
            return
        pause = min(FIRST_PAUSE_SECONDS * 2**taken.tries, LONGEST_PAUSE_SECONDS)
        log.warning("a text is taken again in %.0f s: %s", pause, why)
        await self.product.in_thread(self.inbox.again, taken.number, pause)
