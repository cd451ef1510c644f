"""ValkeyLink: the connection to the server: subscribed to what is wanted, made anew when it breaks. Above: valkey."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from typing import Any, Final

from valkey.asyncio import Valkey
from valkey.asyncio.client import PubSub
from valkey.exceptions import ValkeyError

from assistant.buses.address import check_bus_url

log = logging.getLogger(__name__)

TROUBLE: Final = (ValkeyError, OSError, TimeoutError)
CONNECT_SECONDS = 2.0
QUIET_SECONDS = 2.0
"""Without a message the server is asked whether it is still there, and has as long again to answer."""
AGAIN_SECONDS = (0.1, 1.0)
"""Between tries to connect, growing from the first to the second."""


class ValkeyLink:
    """`always`: the channel that every link hears."""

    def __init__(
        self, url: str, *, always: str, on_payload: Callable[[bytes], None], on_gap: Callable[[], None]
    ) -> None:
        self._client = Valkey.from_url(
            check_bus_url(url), socket_connect_timeout=CONNECT_SECONDS, socket_timeout=CONNECT_SECONDS
        )
        self._on_payload, self._on_gap = on_payload, on_gap
        self._always = always
        self._wanted: set[str] = {always}
        self._heard: dict[str, asyncio.Event] = {}
        self._up = asyncio.Event()
        self._changed = asyncio.Event()
        self._task = asyncio.create_task(self._keep_connected())

    @property
    def connected(self) -> bool:
        return self._up.is_set()

    async def wait_connected(self, seconds: float) -> bool:
        return await _within(self._up, seconds)

    async def wait_heard(self, channel: str, seconds: float) -> bool:
        """Whether messages of that channel arrive from now on. At once when the server is away, or goes."""
        if not self.connected:
            return False
        return await _within(self._heard.setdefault(channel, asyncio.Event()), seconds) and self.connected

    def want(self, channel: str) -> None:
        self._wanted.add(channel)
        self._changed.set()

    def want_no_more(self, channel: str) -> None:
        self._wanted.discard(channel)
        self._changed.set()

    async def send(self, payloads: Sequence[tuple[str, bytes]]) -> None:
        """In one round trip; what cannot be sent is dropped."""
        try:
            async with self._client.pipeline(transaction=False) as pipeline:
                for channel, payload in payloads:
                    pipeline.publish(channel, payload)
                await pipeline.execute()
        except TROUBLE as error:
            log.warning("%d messages to other replicas were dropped: %s", len(payloads), error)

    async def close(self) -> None:
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        await self._client.aclose()

    async def _keep_connected(self) -> None:
        pause = AGAIN_SECONDS[0]
        while True:
            try:
                async with self._client.pubsub() as pubsub:
                    await pubsub.subscribe(self._always)
                    await self._hear(pubsub)
            except TROUBLE as error:
                if self.connected:
                    pause = AGAIN_SECONDS[0]
                    log.warning("the bus is away, events of other replicas are looked for meanwhile: %s", error)
            self._up.clear()
            self._let_go_of_all()
            await asyncio.sleep(pause)
            pause = min(pause * 2, AGAIN_SECONDS[1])

    def _let_go_of_all(self) -> None:
        """Who waits for a subscription waits for nothing: the sweep must do."""
        waited_for, self._heard = self._heard, {}
        for heard in waited_for.values():
            heard.set()

    async def _hear(self, pubsub: PubSub) -> None:
        self._changed.set()
        subscribing = asyncio.create_task(self._subscribe_as_wanted(pubsub))
        try:
            await self._read(pubsub, subscribing)
        finally:
            subscribing.cancel()
            await asyncio.gather(subscribing, return_exceptions=True)

    async def _read(self, pubsub: PubSub, subscribing: asyncio.Task[None]) -> None:
        asked = False
        while True:
            message = await pubsub.get_message(timeout=QUIET_SECONDS)
            if subscribing.done():
                subscribing.result()
            if message is None:
                if asked:
                    raise TimeoutError("it has fallen silent")
                asked = True
                await pubsub.ping()
                continue
            asked = False
            self._take(message)

    def _take(self, message: dict[str, Any]) -> None:
        if message["type"] == "message":
            self._on_payload(message["data"])
        elif message["type"] == "subscribe":
            channel = message["channel"].decode()
            if channel == self._always and not self.connected:
                log.info("the bus is there")
                self._up.set()
                self._on_gap()
            self._heard.setdefault(channel, asyncio.Event()).set()

    async def _subscribe_as_wanted(self, pubsub: PubSub) -> None:
        have = {self._always}
        while True:
            await self._changed.wait()
            self._changed.clear()
            new, old = self._wanted - have, have - self._wanted
            if new:
                await pubsub.subscribe(*new)
            if old:
                for channel in old:  # at once: who wants it again meanwhile waits for the new subscription
                    self._heard.pop(channel, None)
                await pubsub.unsubscribe(*old)
            have = (have | new) - old


async def _within(event: asyncio.Event, seconds: float) -> bool:
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return False
    return True
