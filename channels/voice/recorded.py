"""A spoken message over HTTP: a recording in, the reply's events or its speech out.

`rest` routes to it. The transcript goes the way of any typed message, so everything that holds for those holds here.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence

from starlette.requests import Request

from assistant.assistant import Received
from assistant.events import AssistantSaid, ChannelName, Event
from channels.channels import capabilities_of
from channels.edge.auth import Grant
from channels.edge.limits import MOST_AUDIO_BYTES
from channels.errors import NothingHeard, SpeechNotInstalled, TooLarge
from channels.front_door import FrontDoor
from channels.rendering.spoken_reply import spoken_reply
from model_serving.speech import Speech


async def hear(request: Request, door: FrontDoor, grant: Grant, client_id: str) -> Received:
    """What was said, durable in the conversation.

    Raises SpeechNotInstalled, TooLarge, UnsupportedAudio, NothingHeard, Overloaded, and what receiving a message raises.
    """
    speech = speech_of(door)
    state = await door.assistant.state(grant.conversation)
    heard = await speech.hear(await _body(request), language=state.locale.split("-")[0].lower())
    if not heard.text:
        raise NothingHeard
    return await door.assistant.receive(
        grant.conversation,
        heard.text,
        client_id=client_id or f"audio-{secrets.token_hex(12)}",
        channel=grant.channel,
        audio=True,
        transcript_confidence=heard.confidence,
    )


async def speech_for(door: FrontDoor, events: Sequence[Event], channel: ChannelName = "web") -> bytes:
    """The reply as WAV, as that channel has it said. Raises Overloaded, ModelUnavailable."""
    replies = [event.fact for event in events if isinstance(event.fact, AssistantSaid)]
    language = replies[-1].language if replies else "en"
    said = [spoken_reply(reply, capabilities_of(channel)) for reply in replies]
    text = " ".join(part.text for each in said for part in each.parts)
    audio = await speech_of(door).say(text, language=language)
    return await door.product.in_thread(audio.wav)


def speech_of(door: FrontDoor) -> Speech:
    """Raises SpeechNotInstalled."""
    if door.product.speech is None:
        raise SpeechNotInstalled
    return door.product.speech


async def _body(request: Request) -> bytes:
    found = bytearray()
    async for chunk in request.stream():
        found += chunk
        if len(found) > MOST_AUDIO_BYTES:
            raise TooLarge(MOST_AUDIO_BYTES)
    return bytes(found)
