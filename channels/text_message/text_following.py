"""Follows conversations that phones are in, and queues what is for them: a durable cursor, moved with the messages it brings.

One process follows a line at a time; when it ends, another goes on where the cursor stands. Above: `text_office`, `texting`.
Below: `lines`, `outgoing`, `adapter`, the assistant's log and bus.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from assistant.errors import AssistantError, ConversationNotFound
from assistant.events import ConversationClosed, ConversationId, Event
from assistant.signals import Committed, Lagged
from channels.ports import Product
from channels.rendering.rendered import Rendered
from channels.text_message.adapter import TextChannel
from channels.text_message.lines import KnownLine, Lines
from channels.text_message.messages import Carrier
from channels.text_message.outgoing import OutgoingTexts
from channels.text_message.telling import Telling

log = logging.getLogger(__name__)

SWEEP_SECONDS = 10.0
PAUSE_SECONDS = 2.0
"""Before a line is followed again that could not be."""


class Elsewhere(Exception):
    """The line is in another conversation by now, or another process was faster."""


@dataclass(slots=True, kw_only=True)
class TextFollowing:
    product: Product
    lines: Lines
    outgoing: OutgoingTexts
    carriers: Mapping[str, Carrier]
    name: str
    """Of this process."""
    queued: Callable[[], None]
    """Told when there is something to send."""
    _tasks: dict[str, asyncio.Task[None]] = field(default_factory=dict)

    async def run(self) -> None:
        """Until cancelled: takes over what nobody follows, and keeps what this process does."""
        try:
            while True:
                await self._sweep()
                await asyncio.sleep(SWEEP_SECONDS)
        finally:
            for task in self._tasks.values():
                task.cancel()
            await asyncio.gather(*self._tasks.values(), return_exceptions=True)
            await self.product.in_thread(self.lines.release, self.name)

    async def follow(self, key: str, *, force: bool = True) -> None:
        """From now on by this process; anew where the line has just changed its conversation. force: whoever does it now."""
        if await self.product.in_thread(self.lines.take, key, self.name, force):
            self._begin(key)

    # -- inside --------------------------------------------------------------------------------------------------------

    async def _sweep(self) -> None:
        try:
            mine = await self.product.in_thread(self.lines.renew, self.name)
            for key in self._tasks.keys() - mine:
                self._tasks[key].cancel()
            for key in await self.product.in_thread(self.lines.unfollowed):
                await self.follow(key, force=False)
            for key, conversation in await self.product.in_thread(self.lines.expired):
                await self._expire(key, conversation)
        except SQLAlchemyError as error:
            log.warning("texts cannot be followed now: %s", error)

    async def _expire(self, key: str, conversation: ConversationId) -> None:
        await self.product.in_thread(self.lines.leave, key, conversation)
        try:
            await self.product.assistant.leave(conversation, "text")
        except AssistantError as error:
            log.warning("a phone that fell silent could not leave its conversation: %s", error)

    def _begin(self, key: str) -> None:
        before = self._tasks.get(key)
        if before is not None and not before.done():
            before.cancel()
        task = asyncio.create_task(self._follow(key))
        self._tasks[key] = task
        task.add_done_callback(lambda ended: self._ended(key, ended))

    def _ended(self, key: str, task: asyncio.Task[None]) -> None:
        if self._tasks.get(key) is task:
            del self._tasks[key]
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("a line is followed no more", exc_info=error)

    async def _follow(self, key: str) -> None:
        while (known := await self.product.in_thread(self.lines.by_key, key)) is not None and known.conversation:
            if known.line.carrier not in self.carriers:
                return  # it was switched off: the cursor stays, in case it comes back
            try:
                await self._follow_one(known)
            except Elsewhere:
                continue
            except ConversationNotFound:
                await self.product.in_thread(self.lines.leave, key, known.conversation)
            except (AssistantError, SQLAlchemyError) as error:
                log.warning("conversation %s cannot be followed to a phone now: %s", known.conversation, error)
                await asyncio.sleep(PAUSE_SECONDS)
            else:
                return

    async def _follow_one(self, known: KnownLine) -> None:
        """Until its conversation is closed. Raises Elsewhere, AssistantError, SQLAlchemyError."""
        assistant, telling, sent = self.product.assistant, Telling(), known.queued
        async with assistant.subscribe(known.conversation) as messages:
            events = await assistant.events(known.conversation)
            for event in events:
                if event.seq <= sent:
                    telling = telling.applying(event)
            telling, sent, over = await self._pass_on(known, telling, sent, events)
            async for message in messages:
                if over:
                    return
                if isinstance(message, Committed | Lagged):
                    events = message.events if isinstance(message, Committed) else ()
                    if not events or events[0].seq > sent + 1:
                        events = await assistant.events(known.conversation, after=sent)
                    telling, sent, over = await self._pass_on(known, telling, sent, events)

    async def _pass_on(
        self, known: KnownLine, telling: Telling, sent: int, events: Iterable[Event]
    ) -> tuple[Telling, int, bool]:
        """The fold so far, the last seq, and whether the conversation is over."""
        for event in events:
            if event.seq <= sent:
                continue
            telling, sent = telling.applying(event), event.seq
            await self._pass_one(known, telling, event)
            if isinstance(event.fact, ConversationClosed):
                await self.product.in_thread(self.lines.leave, known.key, known.conversation)
                return telling, sent, True
        return telling, sent, False

    async def _pass_one(self, known: KnownLine, telling: Telling, event: Event) -> None:
        channel = TextChannel(carrier=self.carriers[known.line.carrier], line=known.line, telling=telling)
        rendered = channel.render(event)
        if rendered is None:
            return
        if not await self.product.in_thread(self._queue, known, telling, event, rendered):
            raise Elsewhere
        self.queued()

    def _queue(self, known: KnownLine, telling: Telling, event: Event, rendered: Rendered) -> bool:
        shown = event.seq if rendered.options else 0
        try:
            with self.product.tables.begin() as database:
                if not self.lines.progress(database, known, queued=event.seq, shown=shown, language=telling.speaks):
                    return False
                for number, part in enumerate(rendered.parts, 1):
                    reference = f"{known.key[:16]}.{known.conversation[-24:]}.{event.seq}.{number}"
                    self.outgoing.add(database, known.key, reference, part)
        except IntegrityError:
            log.info("event %d of %s was queued before", event.seq, known.conversation)
        return True
