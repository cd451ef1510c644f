"""Conversing: the assistant's half of the shell: utterances go into the conversation, its replies come out of it.

Above: `talking`. Below: the assistant.
"""

from __future__ import annotations

import asyncio
import secrets
from collections import deque
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import assert_never

from assistant.assistant import Assistant
from assistant.errors import AssistantError
from assistant.events import (
    AgentSaid,
    AssistantSaid,
    ConversationClosed,
    ConversationId,
    CustomerSaid,
    Event,
    ReplyReady,
    TurnFailed,
    TurnStarted,
)
from assistant.signals import Committed, Delta, Lagged, Message
from channels.edge.auth import Grant
from channels.errors import TooMany
from channels.front_door import FrontDoor
from channels.voice.commands import CallPerson, Interrupt, Progress, Take
from channels.voice.cues import Asked, Cue, ReplyWhole, Taken, TurnOver, Typed, Written
from channels.voice.expecting import expected

OWN_KEPT = 64

ForAssistant = Take | Interrupt | Progress | CallPerson


@dataclass(slots=True)
class Conversing:
    door: FrontDoor
    grant: Grant
    give: Callable[[Cue], None]
    own: deque[str] = field(default_factory=lambda: deque(maxlen=OWN_KEPT))
    """client_ids of what was said on this line."""
    ready: deque[str] = field(default_factory=lambda: deque(maxlen=OWN_KEPT))
    """Turns whose reply the session has."""
    _waiting: deque[ForAssistant] = field(default_factory=deque)
    _changed: asyncio.Event = field(default_factory=asyncio.Event)
    _idle: asyncio.Event = field(default_factory=asyncio.Event)

    def put(self, command: ForAssistant) -> None:
        self._waiting.append(command)
        self._idle.clear()
        self._changed.set()

    async def run(self) -> None:
        """Carries out, one after the other: what was heard of a reply is told before the message that ended it."""
        while True:
            while not self._waiting:
                self._idle.set()
                self._changed.clear()
                await self._changed.wait()
            await self._carry_out(self._waiting.popleft())

    async def emptied(self) -> None:
        await self._idle.wait()

    async def look(self) -> None:
        """Tells what the conversation expects now."""
        state = await self.door.assistant.state(self.grant.conversation)
        self.give(Asked(expecting=expected(state), language=state.language))

    async def _carry_out(self, command: ForAssistant) -> None:
        assistant, conversation = self.door.assistant, self.grant.conversation
        match command:
            case Take():
                await self._take(command)
            case CallPerson():
                await self._call_person()
            case Interrupt(turn_id=turn_id, heard=heard):
                await assistant.interrupt(conversation, turn_id, heard=heard)
            case Progress(turn_id=turn_id, so_far=so_far):
                await assistant.heard(conversation, turn_id, so_far=so_far)
            case _:
                assert_never(command)

    async def _take(self, command: Take) -> None:
        try:
            self.door.count_message(self.grant)
            await self.door.assistant.receive(
                self.grant.conversation,
                command.text,
                client_id=self._client_id(),
                channel=self.grant.channel,
                audio=command.audio,
                transcript_confidence=command.confidence if command.audio else None,
            )
        except (AssistantError, TooMany) as error:
            self.give(Taken(utterance=command.utterance, refused=str(error)))
            return
        state = await self.door.assistant.state(self.grant.conversation)
        self.give(Taken(utterance=command.utterance, served=state.status not in ("agent", "closed")))

    async def _call_person(self) -> None:
        try:
            await self.door.assistant.act(
                self.grant.conversation, "talk_to_human", {}, client_id=self._client_id(), channel=self.grant.channel
            )
        except AssistantError as error:
            self.give(Taken(utterance=0, refused=str(error)))

    def _client_id(self) -> str:
        self.own.append(f"voice-{secrets.token_hex(12)}")
        return self.own[-1]


async def following(
    messages: AsyncIterator[Message],
    assistant: Assistant,
    conversation: ConversationId,
    after: int,
    conversing: Conversing,
    give: Callable[[Cue], None],
) -> None:
    """What happens in the conversation after that seq, as cues."""
    seen = after
    async for message in messages:
        match message:
            case Delta(turn_id=turn_id, offset=offset, text=text):
                give(Written(turn_id=turn_id, offset=offset, text=text))
            case Committed() | Lagged():
                events = (
                    message.events
                    if isinstance(message, Committed)
                    else await assistant.events(conversation, after=seen)
                )
                for event in events:
                    if event.seq > seen:
                        seen = event.seq
                        _tell(event, conversing, give)
                await conversing.look()
            case _:
                pass  # stages and presence are for the eye


def _tell(event: Event, conversing: Conversing, give: Callable[[Cue], None]) -> None:
    match event.fact:
        case TurnStarted(turn_id=turn_id):
            give(Taken(utterance=0, turn_id=turn_id))
        case ReplyReady(turn_id=turn_id, text=text, language=language, quick_replies=offered):
            conversing.ready.append(turn_id)
            choices = tuple(reply.text for reply in offered)
            give(ReplyWhole(turn_id=turn_id, text=text, language=language, choices=choices))
        case AssistantSaid(turn_id=turn_id, interrupted=cut) if cut or turn_id in conversing.ready:
            give(TurnOver(turn_id=turn_id))
        case AssistantSaid(turn_id=turn_id, text=text, language=language):
            give(ReplyWhole(turn_id=turn_id, text=text, language=language, acknowledged=False))
        case TurnFailed(turn_id=turn_id, text=text):
            told = text and ReplyWhole(turn_id=turn_id, text=text, acknowledged=False)
            give(told or TurnOver(turn_id=turn_id))
        case AgentSaid(text=text):
            give(ReplyWhole(turn_id=f"agent_{event.seq}", text=text, acknowledged=False))
        case CustomerSaid(client_id=client_id) if client_id not in conversing.own:
            give(Typed())
        case ConversationClosed():
            give(TurnOver(turn_id=""))
        case _:
            pass
