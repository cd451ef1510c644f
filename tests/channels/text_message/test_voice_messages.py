"""Voice messages by WhatsApp and MMS: fetched from the carrier, heard, and answered like any message."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from model_serving.errors import UnsupportedAudio
from tests.channels.house import build_house
from tests.channels.text_message.carriers_fake import FakeCarriers
from tests.channels.text_message.text_house import NamedShop, Texted, texting

pytestmark = pytest.mark.anyio
VOICE = {"type": "audio", "audio": {"id": "media1", "mime_type": "audio/ogg; codecs=opus", "voice": True}}


class Ears:
    """As much of Speech as texts need."""

    heard: bytes = b""

    async def hear(self, recording: bytes, *, language: str = "", caller: str = ""):
        if recording == b"noise":
            raise UnsupportedAudio("noise", supported=("audio/ogg",))
        self.heard = recording
        return SimpleNamespace(text="" if recording == b"silence" else "a blue tent", confidence=0.9)


@pytest.fixture
async def texted(tmp_path: Path, carriers: FakeCarriers) -> AsyncIterator[Texted]:
    carriers.media = b"OggS sound"
    house = build_house(tmp_path, shop=NamedShop(), speech=Ears())
    async with texting(house, carriers) as open_house:
        yield open_house
    house.tables.dispose()


async def test_a_voice_note_by_meta_is_heard(texted: Texted):
    await texted.whatsapp(VOICE)
    await texted.carriers.until(1)
    assert texted.carriers.meta[0]["text"]["body"] == "You said: a blue tent"
    (conversation,) = await texted.conversations()
    said = (await texted.house.assistant.events(conversation))[2].fact
    assert (said.audio, said.transcript_confidence) == (True, 0.9)
    assert texted.house.speech.heard == b"OggS sound"


async def test_a_voice_note_by_twilio_is_heard(texted: Texted):
    media = {"NumMedia": "1", "MediaUrl0": f"{texted.carriers.url}/media/twilio", "MediaContentType0": "audio/ogg"}
    await texted.sms("", sender="whatsapp:+15550123", **media)
    await texted.carriers.until(1)
    assert texted.carriers.texts == ["You said: a blue tent"]


async def test_our_token_is_shown_to_twilio_alone(texted: Texted):
    media = {"NumMedia": "1", "MediaUrl0": "https://evil.example/x", "MediaContentType0": "audio/ogg"}
    await texted.sms("", **media)
    await texted.carriers.until(1)
    assert "could not understand" in texted.carriers.texts[0]


@pytest.mark.parametrize("sound", [b"noise", b"silence"])
async def test_what_cannot_be_understood_gets_a_way_out(texted: Texted, sound: bytes):
    texted.carriers.media = sound
    await texted.whatsapp(VOICE)
    await texted.carriers.until(1)
    assert "could not understand the voice message" in texted.carriers.meta[0]["text"]["body"]
