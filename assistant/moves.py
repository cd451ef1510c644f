"""Moves: a conversation leaves a device, and may be shown or hidden on the public screen beside it.

Joining and plain leaving are the assistant's own. Above: channels. Below: sessions.
"""

from __future__ import annotations

from collections.abc import Sequence

from assistant.errors import MessageRefused
from assistant.events import (
    CUSTOMER,
    SYSTEM,
    Actor,
    ChannelLeft,
    ChannelName,
    ConsentChanged,
    ConversationClosed,
    ConversationId,
    DisplayAllowed,
    Draft,
    Event,
)
from assistant.messages import checked_client_id
from assistant.sessions import Sessions

LEFT = "left"
"""Why a conversation was closed that nobody can come back to."""


class Moves:
    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    async def leave(self, conversation: ConversationId, channel: ChannelName, *, device: str, keep: bool) -> int:
        """That device's token is void from here on. The others keep the conversation; where there is no other, nobody is
        known and no person is waited for, it is closed, unless `keep`: somebody may still come. Returns the last seq."""
        session = await self._sessions.of(conversation)
        state = session.state
        drafts = [Draft(fact=ChannelLeft(channel=channel, device=device), actor=CUSTOMER, channel=channel)]
        alone = set(state.channels) <= {channel} and not state.customer_id and state.status == "assistant"
        if alone and not keep:
            drafts.append(Draft(fact=ConversationClosed(reason=LEFT), actor=SYSTEM, channel=channel))
        return (await self._sessions.append(conversation, drafts)).events[-1].seq

    async def choose(
        self, conversation: ConversationId, changes: Sequence[ConsentChanged], *, channel: ChannelName
    ) -> int:
        """What may be done with their data, chosen; also of a conversation that has ended. Returns the last seq.

        Raises ConversationNotFound, StoreUnavailable."""
        session = await self._sessions.of(conversation)
        if not changes:
            return session.state.last_seq
        actor = Actor(kind="customer", id=session.state.customer_id)
        drafts = [Draft(fact=change, actor=actor, channel=channel) for change in changes]
        return (await self._sessions.append(conversation, drafts)).events[-1].seq

    async def allow_display(
        self,
        conversation: ConversationId,
        *,
        allow: bool,
        client_id: str,
        channel: ChannelName,
        before: tuple[Event, ...],
    ) -> int:
        """`before`: the log, in which the same client_id may stand already. Returns the seq.

        Raises MessageRefused, ConversationNotFound, StoreUnavailable.
        """
        name = checked_client_id(client_id)
        for event in before:
            if isinstance(event.fact, DisplayAllowed) and event.fact.client_id == name:
                return event.seq
        session = await self._sessions.of(conversation)
        if session.state.status == "closed":
            raise MessageRefused("conversation_closed", "this conversation has ended: start a new one")
        fact = DisplayAllowed(allow=allow, client_id=name)
        appended = await self._sessions.append(conversation, [Draft(fact=fact, actor=CUSTOMER, channel=channel)])
        return appended.events[-1].seq
