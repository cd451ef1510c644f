"""Identities: who a conversation is with, as the channels prove it: signed in by a code, signed out again.

What customers say of themselves is read in turns (`flows`); the shop's token counts when a conversation starts. Above:
channels. Below: sessions.
"""

from __future__ import annotations

import asyncio
import logging
from typing import Literal

from assistant.errors import MessageRefused
from assistant.events import CUSTOMER, Actor, ChannelName, ConversationId, CustomerIdentified, CustomerSignedOut, Draft
from assistant.ports import EventBus
from assistant.session import Session
from assistant.sessions import Sessions
from assistant.signals import Asked

log = logging.getLogger(__name__)

TURN_SECONDS = 5.0
"""How long a sign-out waits for the turn that it stops: what that turn did is written before, not after it."""


class Identities:
    def __init__(self, sessions: Sessions, bus: EventBus) -> None:
        self._sessions, self._bus = sessions, bus

    async def sign_in(
        self,
        conversation: ConversationId,
        customer_id: str,
        *,
        method: Literal["email", "phone"],
        channel: ChannelName,
    ) -> int:
        """They proved it: by a code that was sent there. Whoever else was known is signed out first. Returns the seq.

        Raises MessageRefused (conversation_closed), ConversationNotFound, StoreUnavailable.
        """
        session = await self._sessions.of(conversation)
        if session.state.status == "closed":
            raise MessageRefused("conversation_closed", "this conversation has ended: start a new one")
        if session.state.customer_id not in ("", customer_id):
            await self._sign_out(session, CustomerSignedOut(reason="another"), channel)
        fact = CustomerIdentified(customer_id=customer_id, method=method, proven=True)
        draft = Draft(fact=fact, actor=Actor(kind="customer", id=customer_id), channel=channel)
        return (await self._sessions.append(conversation, [draft])).events[-1].seq

    async def sign_out(self, conversation: ConversationId, *, channel: ChannelName) -> bool:
        """A turn that runs is stopped first, for it knows them still. False: nobody was known, and nothing was written."""
        return await self._sign_out(await self._sessions.of(conversation), CustomerSignedOut(), channel)

    async def _sign_out(self, session: Session, fact: CustomerSignedOut, channel: ChannelName) -> bool:
        await self._stop(session)
        if not session.state.customer_id:
            return False
        await self._sessions.append(session.state.id, [Draft(fact=fact, actor=CUSTOMER, channel=channel)])
        return True

    async def _stop(self, session: Session) -> None:
        turn = session.state.turn
        if turn is None:
            return
        async with self._bus.subscribe(session.state.id) as messages:
            if not session.cut(turn_id=turn, stop=True):
                self._bus.ask(Asked(wish="cut", conversation=session.state.id, turn_id=turn, stop=True))
            try:
                async with asyncio.timeout(TURN_SECONDS):
                    while session.state.turn == turn:
                        await anext(messages)
                        await self._sessions.catch_up(session)
            except TimeoutError:
                log.warning("turn %s of %s could not be stopped for a sign-out", turn, session.state.id)
