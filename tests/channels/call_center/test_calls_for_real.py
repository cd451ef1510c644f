"""Calls with the packaged ears and mouth: a caller of ours by each carrier, the voice session behind it, both sides heard."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Any

import pytest

from assistant.events import AssistantSaid, CustomerSaid
from channels.call_center.audio_socket import listening
from channels.call_center.caller_end.audio_socket_wire import by_audio_socket
from channels.call_center.caller_end.ears import Ears
from channels.call_center.caller_end.handset import Cues, Handset, Heard, loud
from channels.call_center.caller_end.twilio_wire import by_twilio
from channels.call_center.session_talker import talk_of_session
from model_serving.speech import Speech, open_speech
from model_serving.speech_settings import SpeechSettings
from tests.channels.call_center.phone_house import TOKEN, phone, phone_settings

pytestmark = [pytest.mark.anyio, pytest.mark.slow]
SAID = "Where is my order?"
FIRST = "It left our warehouse this morning."
SECOND = "It will be with you on Monday, and you can follow it on our web site, where every step of its way is shown."


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="module")
async def speech() -> AsyncIterator[Speech]:
    async with open_speech(SpeechSettings()) as opened:
        assert opened is not None
        await opened.warm()
        yield opened


class Remembered:
    """The session's talker, which also tells the test whose conversation it was."""

    def __init__(self) -> None:
        self.conversation: Any = None
        self.ended = asyncio.Event()

    async def __call__(self, line: Any, *, grant: Any, **given: Any) -> None:
        self.conversation = grant.conversation
        try:
            await talk_of_session(line, grant=grant, **given)
        finally:
            self.ended.set()


@pytest.mark.parametrize("carrier", ["twilio", "audiosocket"])
async def test_a_spoken_question_becomes_a_message_and_its_reply_is_heard(tmp_path, speech, carrier) -> None:
    talker = Remembered()
    pcm = (await speech.say(SAID)).at(8_000).pcm16()
    async with AsyncExitStack() as opened:
        served = await opened.enter_async_context(phone(tmp_path, talker, phone_settings(greet=False), speech=speech))
        if carrier == "twilio":
            calling: Any = by_twilio(served.url, token=TOKEN, public_url=served.url, caller="+15550100", locale="en")
        else:
            calling = by_audio_socket(*await opened.enter_async_context(listening(served.center, "127.0.0.1", 0)))
        wire = await opened.enter_async_context(calling)
        heard, told = Heard(rate=8_000), []
        ears = Ears(speech, 8_000, "en", told.append)
        cues = Cues([pcm], 320, greeting=0.5, farewell=2.0, patience=30)
        await Handset(wire, cues, heard, on_fell_silent=ears.take, longest=45).run()
        await ears.rest()
        events = await served.house.assistant.events(talker.conversation)
    said = [event for event in events if isinstance(event.fact, CustomerSaid)]
    assert [event.channel for event in said] == ["call"] and said[0].fact.audio
    assert "order" in said[0].fact.text.lower()
    assert "order" in " ".join(one.text for one in told).lower()
    assert len(heard.waits) == 1


async def test_a_hang_up_in_the_middle_of_the_reply_keeps_what_was_heard(tmp_path, speech) -> None:
    async def two_sentences(conversation: Any, said: Any, live: Any) -> AssistantSaid:
        return AssistantSaid(turn_id=live.id, text=f"{FIRST} {SECOND}", language="en")

    talker = Remembered()
    pcm = (await speech.say(SAID)).at(8_000).pcm16()
    async with (
        phone(tmp_path, talker, phone_settings(greet=False), speech=speech, turn=two_sentences) as served,
        listening(served.center, "127.0.0.1", 0) as address,
    ):
        async with by_audio_socket(*address) as wire:
            cues, answered = Cues([pcm], 320, greeting=0.5, patience=30), asyncio.Event()
            handset = Handset(wire, cues, Heard(rate=8_000), longest=45)
            loud_frames = itertools.count(1)
            handset.on_played = lambda frame: answered.set() if loud(frame) and next(loud_frames) > 130 else None
            calling = asyncio.ensure_future(handset.run())
            await asyncio.wait_for(answered.wait(), 45)
            wire.writer.transport.abort()
            await calling
        await asyncio.wait_for(talker.ended.wait(), 10)
        await served.house.assistant.drain(seconds=5)
        events = await served.house.assistant.events(talker.conversation)
        (reply,) = [event.fact for event in events if isinstance(event.fact, AssistantSaid)]
        assert reply.interrupted
        assert FIRST in reply.text and not reply.text.endswith(SECOND[-20:])
