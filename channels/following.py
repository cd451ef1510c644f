"""Follows one conversation into an outbox: the thin shell around `delivery`, the same for sockets and streams."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from assistant.assistant import Assistant
from assistant.events import ConversationId
from channels.delivery import Delivery
from channels.frames import ServerFrame, signal_frame
from channels.outbox import Outbox
from channels.page_channel import PageChannel
from channels.privacy import hash_seen


async def follow(assistant: Assistant, conversation: ConversationId, delivery: Delivery, channel: PageChannel) -> None:
    """Runs until cancelled. Raises ConversationNotFound, SlowReader."""
    outbox = channel.outbox
    async with assistant.subscribe(conversation) as messages:
        state = await assistant.state(conversation, at_least=delivery.sent)
        opened = delivery.opened(
            conversation,
            last_seq=state.last_seq,
            status=state.status,
            state_hash=await hash_seen(assistant, state),
            generation=assistant.generation,
        )
        await _deliver(channel, opened)
        await _deliver(channel, delivery.replayed(await assistant.events(conversation, after=delivery.sent)))
        for frame in delivery.live(assistant.partial(conversation)):
            await channel.deliver(frame)
        if state.status == "waiting_for_agent" and (place := await assistant.desk.place(conversation)):
            await channel.deliver(signal_frame(place))
        with _Flushing(delivery, outbox) as flushing:
            async for message in messages:
                for frame in delivery.received(message, flushing.now()):
                    outbox.offer(frame)
                if delivery.behind:
                    events = await assistant.events(conversation, after=delivery.sent)
                    await _deliver(channel, delivery.caught_up(events, assistant.partial(conversation)))
                flushing.arrange()
                if flushing.failed is not None:
                    raise flushing.failed


async def _deliver(channel: PageChannel, frames: Iterable[ServerFrame]) -> None:
    for frame in frames:
        await channel.deliver(frame)


class _Flushing:
    """Sends a waiting delta when its time has come, without a task of its own."""

    def __init__(self, delivery: Delivery, outbox: Outbox) -> None:
        self._delivery, self._outbox = delivery, outbox
        self._loop = asyncio.get_running_loop()
        self._timer: asyncio.TimerHandle | None = None
        self.failed: Exception | None = None

    def now(self) -> float:
        return self._loop.time()

    def arrange(self) -> None:
        due = self._delivery.due()
        if due is not None and self._timer is None:
            self._timer = self._loop.call_at(due, self._flush)

    def _flush(self) -> None:
        self._timer = None
        try:
            for frame in self._delivery.flush(self.now()):
                self._outbox.offer(frame)
        except Exception as error:  # noqa: BLE001  a timer has nobody to raise to: the follower raises it
            self.failed = error

    def __enter__(self) -> _Flushing:
        return self

    def __exit__(self, *_: object) -> None:
        if self._timer is not None:
            self._timer.cancel()
