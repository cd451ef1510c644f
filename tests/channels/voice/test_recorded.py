"""A spoken message over HTTP, with the packaged ears and mouth."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from model_serving.audio import decoded, mulaw, of_mulaw, silence
from model_serving.errors import ModelUnavailable, Overloaded
from model_serving.speech import Speech, open_speech
from model_serving.speech_engines import load_engines
from model_serving.speech_settings import SpeechSettings
from tests.channels.house import Served, build_house, serving

pytestmark = [pytest.mark.anyio, pytest.mark.slow]

WAV = {"Content-Type": "audio/wav"}


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="module")
async def speech() -> AsyncIterator[Speech]:
    async with open_speech(SpeechSettings()) as opened:
        assert opened is not None
        yield opened


@pytest.fixture
async def served(tmp_path: Path, speech: Speech) -> AsyncIterator[Served]:
    async with serving(build_house(tmp_path, speech=speech)) as opened:
        yield opened


async def said(speech: Speech, text: str) -> bytes:
    return (await speech.say(text)).wav()


async def test_what_is_said_becomes_a_message_and_the_reply_comes_as_events(served: Served, speech: Speech) -> None:
    opened = await served.start()
    answer = await served.http.post(
        opened.path("/audio?wait=reply"), content=await said(speech, "Yes, go ahead."), headers=opened.headers | WAV
    )
    assert answer.status_code == 200, answer.text
    told = answer.json()["events"][0]
    assert told["type"] == "customer_said"
    assert told["data"]["audio"] is True
    assert 0.3 < told["data"]["transcript_confidence"] <= 1
    assert told["data"]["text"].lower().strip(".") == "yes, go ahead"


async def test_the_reply_comes_as_speech_where_that_is_asked_for(served: Served, speech: Speech) -> None:
    opened = await served.start()
    headers = opened.headers | WAV | {"Accept": "audio/wav"}
    answer = await served.http.post(
        opened.path("/audio?wait=reply"), content=await said(speech, "Good morning."), headers=headers
    )
    assert (answer.status_code, answer.headers["content-type"]) == (200, "audio/wav")
    heard = await speech.hear(answer.content)
    assert "good morning" in heard.text.lower()


async def test_a_telephone_line_is_understood_too(speech: Speech) -> None:
    line = of_mulaw(mulaw((await speech.say("I want to return my order.")).at(8_000)))
    assert "return my order" in (await speech.hear(line.wav())).text.lower()


async def test_the_same_client_id_again_is_the_same_message(served: Served, speech: Speech) -> None:
    opened = await served.start()
    recording = await said(speech, "Good morning.")
    path = opened.path("/audio?wait=reply&client_id=a1")
    first = await served.http.post(path, content=recording, headers=opened.headers | WAV)
    again = await served.http.post(path, content=recording, headers=opened.headers | WAV)
    assert first.json()["seq"] == again.json()["seq"]
    assert sum(event["type"] == "customer_said" for event in await opened.events()) == 1


@pytest.mark.parametrize(
    ("recording", "status", "code"),
    [
        (b"", 415, "unsupported_audio"),
        (b"this is no sound" * 100, 415, "unsupported_audio"),
        (silence(1.5, 16_000).wav(), 422, "nothing_heard"),
        (b"\x00" * (9 << 20), 413, "too_large"),
    ],
)
async def test_what_cannot_be_heard_is_said_so_and_leaves_the_conversation_as_it_was(
    served: Served, recording: bytes, status: int, code: str
) -> None:
    opened = await served.start()
    answer = await served.http.post(opened.path("/audio?wait=reply"), content=recording, headers=opened.headers | WAV)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert not any(event["type"] == "customer_said" for event in await opened.events())


LONG = (
    "I am looking for a tent for my holiday in Norway next summer. It should hold two people and weigh less than three kilos. "
    "My budget is about three hundred dollars. I also need a sleeping bag that is warm in autumn. "
    "Do you have one in blue or in green? Can I pick both up at the store in Portland on Friday afternoon? "
    "By the way, I ordered a lamp last week and it has not come yet. The number is four four one seven nine two. "
    "My sister wants running shoes, too, so please tell me what you have in her size. Thank you and goodbye."
)


async def test_a_long_recording_is_heard_to_its_end(speech: Speech) -> None:
    recording = (await speech.say(LONG, pace=0.9)).wav()
    assert decoded(recording).seconds > 30
    heard = (await speech.hear(recording)).text.lower()
    assert "norway" in heard
    assert "1792" in heard.replace(" ", "").replace(",", "").replace(
        "-", ""
    )  # the whole of a number is for the read-back
    assert heard.rstrip(".!").endswith("goodbye")


async def test_more_than_it_can_hear_is_refused_and_a_missing_engine_is_named() -> None:
    settings = SpeechSettings(at_once=1, waiting=0)

    def none(chosen: SpeechSettings) -> None:
        raise ModelUnavailable("the package silero-vad is not installed", way_out="install it")

    async with open_speech(settings, load=none) as missing:  # type: ignore[arg-type]
        assert missing is not None
        with pytest.raises(ModelUnavailable, match="silero-vad"):
            await missing.say("hello")
        assert missing.health()["state"] == "off"
        async with missing.queue.place():
            with pytest.raises(Overloaded):
                await missing.say("hello")


async def test_speech_that_is_switched_off_is_none() -> None:
    async with open_speech(SpeechSettings(enabled=False)) as nothing:
        assert nothing is None


def test_the_packaged_engines_load_and_speak_every_language_we_reply_in() -> None:
    engines = load_engines(SpeechSettings())
    for language in ("en", "es", "fr", "de"):
        audio = engines.voice_for(language).speak("42", language=language)
        assert audio.seconds > 0.2
    assert engines.voice_for("en").name.startswith("en_US")
