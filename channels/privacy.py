"""Privacy of a public place: the assistant as a screen before strangers may see it.

`ScreenedAssistant` takes the assistant's place in every way out of a public channel: socket, stream, HTTP, recorded and live
speech. What comes through it has passed `assistant.public_screen`. Above: `front_door`, which gives it to those that ask for a
grant's view. Below: the assistant.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from msgspec import structs

from assistant.assistant import Assistant, Partial
from assistant.conversation import Conversation
from assistant.events import ChannelName, ConversationId, Event
from assistant.public_screen import Screen, neutral
from assistant.signals import Committed, Delta, Lagged, Message, Stage
from assistant.state_hash import state_hash
from channels.channels import CHANNELS

PUBLIC: frozenset[ChannelName] = frozenset(name for name, each in CHANNELS.items() if each.public)
_WRITING = "…"
"""In place of what a turn is doing, where that would tell."""


class ScreenedAssistant(Assistant):
    """One for each connection or call: it remembers what its screen has seen. Everything else is the assistant's own."""

    def __init__(self, inner: Assistant) -> None:
        self._inner = inner
        self._screens: dict[ConversationId, Screen] = {}

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            """Whatever an Assistant holds, this one holds: there is one log, one bus and one desk."""
            return getattr(self.__dict__["_inner"], name)

    async def events(
        self, conversation: ConversationId, *, after: int = 0, limit: int | None = None
    ) -> tuple[Event, ...]:
        found = await self._inner.events(conversation, after=after, limit=limit)
        screen = await self._screen(conversation, upto=found[-1].seq if found else 0)
        return screen.view(found)

    async def wait_for_reply(self, conversation: ConversationId, seq: int, *, timeout: float) -> tuple[Event, ...]:
        found = await self._inner.wait_for_reply(conversation, seq, timeout=timeout)
        screen = await self._screen(conversation, upto=found[-1].seq if found else 0)
        return screen.view(found)

    def partial(self, conversation: ConversationId) -> Partial | None:
        screen, partial = self._screens.get(conversation), self._inner.partial(conversation)
        if screen is None or partial is None or screen.turn != partial.turn_id or not screen.streams:
            return None
        return partial

    @asynccontextmanager
    async def subscribe(self, conversation: ConversationId) -> AsyncIterator[AsyncIterator[Message]]:
        async with self._inner.subscribe(conversation) as messages:
            await self._screen(conversation, upto=(await self._inner.state(conversation)).last_seq)
            yield self._seen(conversation, messages)

    async def _seen(self, conversation: ConversationId, messages: AsyncIterator[Message]) -> AsyncIterator[Message]:
        async for message in messages:
            for seen in await self._through(conversation, message):
                yield seen

    async def _through(self, conversation: ConversationId, message: Message) -> list[Message]:
        match message:
            case Committed(events=events):
                screen = await self._screen(conversation, upto=events[0].seq - 1 if events else 0)
                return [Committed(events=screen.view(events))]
            case Delta(turn_id=turn_id):
                screen = self._screens[conversation]
                return [message] if screen.streams and screen.turn == turn_id else []
            case Stage(turn_id=turn_id):
                screen = self._screens[conversation]
                plain = screen.streams and screen.turn == turn_id
                return [message] if plain else [replace(message, stage="writing", label=_WRITING)]
            case Lagged():
                return [message]
            case _:
                return [message]

    async def _screen(self, conversation: ConversationId, *, upto: int) -> Screen:
        """The screen once it has seen the log that far."""
        screen = self._screens.setdefault(conversation, Screen(public=PUBLIC))
        while screen.seq < upto:
            screen.view(await self._inner.events(conversation, after=screen.seq))
        return screen

    async def view_of(self, conversation: ConversationId) -> Screen:
        """With all that has happened."""
        return await self._screen(conversation, upto=(await self._inner.state(conversation)).last_seq)


async def hash_seen(assistant: Assistant, state: Conversation) -> str:
    """The state hash of what that device has: a public screen's misses products that it was not shown."""
    if not isinstance(assistant, ScreenedAssistant):
        return state_hash(state)
    return state_hash(state, listed=(await assistant.view_of(state.id)).listed_at(state.last_seq))


def masked_state(state: Conversation, screen: Screen) -> Conversation:
    """As a status may show it."""
    if screen.allowed or not screen.own:
        return state
    asked = state.confirmation
    if asked is not None:
        asked = replace(asked, action="", summary=neutral(state.language or state.locale), arguments={})
    return structs.replace(state, customer_id="", confirmation=asked)
