"""OpenAI's own client over our endpoint: every event that we send passes its types strictly. Ears and mouth are tones."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import websockets
from openai import AsyncOpenAI
from openai.types.realtime import RealtimeServerEvent
from pydantic import TypeAdapter

from assistant.conversation import Conversation
from assistant.events import AssistantSaid
from assistant.live_turn import LiveTurn
from channels.settings import ChannelSettings
from model_serving.audio import mulaw, silence
from tests.channels.house import Opened, Served, build_house, serving
from tests.channels.voice.voice_house import ToneSpeech

pytestmark = pytest.mark.anyio

TENTS, STOP = "Which tents do you have?", "No, show me lamps."
LONG = (
    "The first is the Alder, a light tent for two. The second is the Birch, which is larger and costs more. Which one?"
)
KEY = "a-key-of-sixteen-or-more"
SERVER_EVENT: TypeAdapter[Any] = TypeAdapter(RealtimeServerEvent)


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def speech() -> ToneSpeech:
    return ToneSpeech([TENTS, STOP])


async def at_length(conversation: Conversation, said: Any, live: LiveTurn) -> AssistantSaid:
    live.say(LONG)
    return AssistantSaid(turn_id=live.id, text=LONG, language="en")


@pytest.fixture
async def served(tmp_path: Path, speech: ToneSpeech) -> AsyncIterator[Served]:
    settings = ChannelSettings(_env_file=None, realtime_key=KEY)  # type: ignore[call-arg]
    async with serving(build_house(tmp_path, at_length, speech=speech), settings) as opened:
        yield opened


@dataclass
class Client:
    """A Realtime client that checks each event as it comes."""

    connection: Any
    events: list[dict[str, Any]] = field(default_factory=list)

    async def until(self, kind: str, *, seconds: float = 8) -> dict[str, Any]:
        async with asyncio.timeout(seconds):
            while True:
                raw = await self.connection.recv_bytes()
                SERVER_EVENT.validate_json(raw, strict=True)
                self.events.append(json.loads(raw))
                if self.events[-1]["type"] == kind:
                    return self.events[-1]

    async def speak(self, pcm: bytes, *, piece: int = 4_800) -> None:
        for at in range(0, len(pcm), piece):
            audio = base64.b64encode(pcm[at : at + piece]).decode()
            await self.connection.input_audio_buffer.append(audio=audio)
            await asyncio.sleep(0)

    @property
    def kinds(self) -> list[str]:
        return list(dict.fromkeys(event["type"] for event in self.events))

    def sound(self) -> bytes:
        deltas = [event["delta"] for event in self.events if event["type"] == "response.output_audio.delta"]
        return b"".join(base64.b64decode(delta) for delta in deltas)


@asynccontextmanager
async def connected(served: Served, key: str) -> AsyncIterator[Client]:
    client = AsyncOpenAI(
        api_key=key, base_url=f"{served.url}/v1", websocket_base_url=served.url.replace("http", "ws") + "/v1"
    )
    async with client, client.realtime.connect(model="aisle") as connection:
        made = Client(connection)
        await made.until("session.created")
        yield made


def said(speech: ToneSpeech, *parts: str | float, rate: int = 24_000) -> bytes:
    return speech.recording(*parts).at(rate).pcm16()


async def test_the_sdk_speaks_and_hears_an_answer(served: Served, speech: ToneSpeech) -> None:
    opened = await served.start()
    async with connected(served, opened.token) as client:
        await client.connection.session.update(
            session={
                "type": "realtime",
                "audio": {"input": {"transcription": {"model": "any"}}, "output": {"voice": "any"}},
            }
        )
        updated = await client.until("session.updated")
        assert updated["session"]["audio"]["input"]["turn_detection"]["silence_duration_ms"] == 500
        await client.speak(said(speech, 0.3, TENTS, 1.2))
        done = await client.until("response.done")
    assert client.kinds == [
        "session.created",
        "session.updated",
        "input_audio_buffer.speech_started",
        "input_audio_buffer.speech_stopped",
        "input_audio_buffer.committed",
        "conversation.item.added",
        "conversation.item.done",
        "conversation.item.input_audio_transcription.completed",
        "response.created",
        "response.output_item.added",
        "response.content_part.added",
        "response.output_audio_transcript.delta",
        "response.output_audio.delta",
        "response.output_audio.done",
        "response.output_audio_transcript.done",
        "response.content_part.done",
        "response.output_item.done",
        "response.done",
    ]
    assert done["response"]["status"] == "completed"
    assert done["response"]["output"][0]["content"][0]["transcript"] == LONG
    assert len(client.sound()) / 2 / 24_000 > 4
    events = await opened.events()
    assert [event["data"]["text"] for event in events if event["type"] == "customer_said"] == [TENTS]


async def heard_of(opened: Opened) -> str:
    """What the history says was heard of the reply."""
    for _ in range(100):
        replies = [event for event in await opened.events() if event["type"] == "assistant_said"]
        if replies:
            return str(replies[-1]["data"]["text"]).rstrip()
        await asyncio.sleep(0.05)
    raise AssertionError("no reply came into the history")


async def test_what_was_truncated_leaves_only_the_clauses_that_were_heard(served: Served, speech: ToneSpeech) -> None:
    opened = await served.start()
    async with connected(served, opened.token) as client:
        await client.speak(said(speech, 0.3, TENTS, 1.2))
        done = await client.until("response.done")
        item = done["response"]["output"][0]["id"]
        await client.connection.conversation.item.truncate(item_id=item, content_index=0, audio_end_ms=600_000)
        refused = await client.until("error")
        assert refused["error"]["param"] == "audio_end_ms"
        await client.connection.conversation.item.truncate(item_id=item, content_index=0, audio_end_ms=1_400)
        await client.until("conversation.item.truncated")
        await client.connection.conversation.item.retrieve(item_id=item)
        retrieved = await client.until("conversation.item.retrieved")
        assert retrieved["item"]["content"][0]["transcript"] is None
        assert await heard_of(opened) == "The first is the Alder,"


async def test_speaking_over_the_reply_is_told_and_cuts_it(served: Served, speech: ToneSpeech) -> None:
    opened = await served.start()
    async with connected(served, opened.token) as client:
        await client.speak(said(speech, 0.3, TENTS, 1.2))
        await client.until("response.output_audio.delta")
        await client.speak(said(speech, 0.2, STOP, 1.2))
        started = [one for one in client.events if one["type"] == "input_audio_buffer.speech_started"]
        await client.until("input_audio_buffer.speech_started")
        assert len(started) == 1
        await client.until("conversation.item.input_audio_transcription.completed")
        again = await client.until("response.created")
        assert again["response"]["status"] == "in_progress"


async def test_words_in_writing_are_answered_aloud_or_in_writing(served: Served) -> None:
    opened = await served.start()
    async with connected(served, opened.token) as client:
        await client.connection.response.create()
        assert (await client.until("error"))["error"]["code"] == "nothing_to_answer"
        item = {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "Hello"}]}
        await client.connection.conversation.item.create(item=item)
        await client.until("conversation.item.done")
        await client.connection.response.create(response={"output_modalities": ["text"]})
        done = await client.until("response.done")
    assert done["response"]["output"][0]["content"][0] == {"type": "output_text", "text": LONG}
    assert not client.sound()
    assert "response.output_text.delta" in client.kinds


@pytest.mark.parametrize("format", ["audio/pcmu", "audio/pcma"])
async def test_a_telephones_formats_are_heard_and_spoken(served: Served, speech: ToneSpeech, format: str) -> None:
    opened = await served.start()
    async with connected(served, opened.token) as client:
        formats = {"format": {"type": format}}
        await client.connection.session.update(
            session={"type": "realtime", "audio": {"input": formats, "output": formats}}
        )
        await client.until("session.updated")
        sound = speech.recording(0.3, TENTS, 1.2).at(8_000)
        await client.speak(mulaw(sound) if format == "audio/pcmu" else alaw(sound.pcm16()), piece=800)
        completed = await client.until("conversation.item.input_audio_transcription.completed")
        await client.until("response.done")
    assert completed["transcript"] == TENTS
    assert 4 < len(client.sound()) / 8_000 < 8


def alaw(pcm: bytes) -> bytes:
    from channels.realtime.sound import encoded

    return encoded(pcm, 8_000, "audio/pcma")


async def test_a_client_may_say_itself_where_an_utterance_ends(served: Served, speech: ToneSpeech) -> None:
    opened = await served.start()
    async with connected(served, opened.token) as client:
        await client.connection.session.update(
            session={"type": "realtime", "audio": {"input": {"turn_detection": None}}}
        )
        await client.until("session.updated")
        await client.connection.input_audio_buffer.commit()
        assert (await client.until("error"))["error"]["code"] == "input_audio_buffer_commit_empty"
        await client.speak(said(speech, 0.2, TENTS, 0.1))
        await client.connection.input_audio_buffer.clear()
        await client.until("input_audio_buffer.cleared")
        await client.speak(said(speech, 0.2, STOP, 0.1))
        await client.connection.input_audio_buffer.commit()
        await client.connection.response.create()
        completed = await client.until("conversation.item.input_audio_transcription.completed")
        await client.until("response.done")
        assert completed["transcript"] == STOP
        await client.speak(silence(0.5, 24_000).pcm16())
        await client.connection.input_audio_buffer.commit()
        await client.until("conversation.item.input_audio_transcription.failed")
    assert "input_audio_buffer.speech_started" not in client.kinds


async def test_a_response_can_be_cancelled(served: Served) -> None:
    opened = await served.start()
    async with connected(served, opened.token) as client:
        await client.connection.response.cancel()
        assert (await client.until("error"))["error"]["code"] == "response_cancel_not_active"
        item = {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "Hello"}]}
        await client.connection.conversation.item.create(item=item)
        await client.connection.response.create()
        await client.until("response.created")
        await client.connection.response.cancel()
        done = await client.until("response.done")
        if done["response"]["status"] == "cancelled":
            assert done["response"]["status_details"]["reason"] == "client_cancelled"


BAD = [
    ("no json", "invalid_json"),
    ("[]", "invalid_event"),
    ('{"type": "what.is.this", "event_id": "e1"}', "unknown_event"),
    ('{"type": "input_audio_buffer.append"}', "missing_or_invalid_field"),
    ('{"type": "input_audio_buffer.append", "audio": "%%"}', "invalid_audio"),
    ('{"type": "input_audio_buffer.append", "audio": "AAA="}', None),
    (
        '{"type": "session.update", "session": {"audio": {"input": {"format": {"type": "audio/mp3"}}}}}',
        "unsupported_format",
    ),
    (
        '{"type": "session.update", "session": {"audio": {"input": {"format": {"type": "audio/pcm", "rate": 16000}}}}}',
        "unsupported_rate",
    ),
    ('{"type": "session.update", "session": {"type": "transcription"}}', "unsupported_session"),
    ('{"type": "session.update", "session": {"audio": 7}}', "invalid_type"),
    ('{"type": "conversation.item.retrieve", "item_id": "none"}', "item_not_found"),
    ('{"type": "conversation.item.delete", "item_id": "none"}', "item_not_found"),
    ('{"type": "conversation.item.create", "item": {"type": "function_call_output"}}', "unsupported_item"),
    (
        '{"type": "conversation.item.truncate", "item_id": "none", "content_index": 0, "audio_end_ms": -1}',
        "invalid_value",
    ),
]


async def test_a_bad_event_gets_an_error_and_the_session_goes_on(served: Served) -> None:
    opened = await served.start()
    async with connected(served, opened.token) as client:
        for frame, code in BAD:
            await client.connection.send_raw(frame)
            if code is not None:
                assert (await client.until("error"))["error"]["code"] == code, frame
        await client.connection._connection.send(b"\x00\x01")
        assert (await client.until("error"))["error"]["code"] == "invalid_event"
        await client.connection.session.update(session={"type": "realtime"})
        await client.until("session.updated")


async def test_the_shops_key_opens_a_conversation_of_its_own_and_no_other_key_does(served: Served) -> None:
    async with connected(served, KEY) as client:
        assert client.kinds == ["session.created"]
    address = served.url.replace("http", "ws") + "/v1/realtime?model=aisle"
    for headers in ({}, {"Authorization": "Bearer wrong"}):
        with pytest.raises(websockets.InvalidStatus) as refused:
            await websockets.connect(address, additional_headers=headers)
        assert refused.value.response.status_code == 401


async def test_browsers_bring_their_key_as_a_subprotocol(served: Served) -> None:
    opened = await served.start()
    address = served.url.replace("http", "ws") + "/v1/realtime?model=aisle"
    protocols = ["realtime", f"openai-insecure-api-key.{opened.token}"]
    async with websockets.connect(address, subprotocols=protocols) as connection:  # type: ignore[arg-type]
        assert connection.subprotocol == "realtime"
        assert json.loads(await connection.recv())["type"] == "session.created"
    with pytest.raises(websockets.InvalidStatus):
        await websockets.connect(address, subprotocols=protocols, origin="https://elsewhere.example")  # type: ignore[arg-type]
