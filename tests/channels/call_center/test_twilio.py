"""Twilio: who may connect a call, and the call as a line: sound, keys, marks, clear, an end at any moment."""

from __future__ import annotations

import asyncio
import json
from xml.etree import ElementTree

import pytest
import websockets
from twilio.twiml.voice_response import VoiceResponse

from channels.voice.line import CallTransport
from model_serving.audio import mulaw, of_mulaw, of_pcm16
from model_serving.errors import ModelUnavailable
from tests.channels.call_center.phone_house import (
    FRAME,
    CallSeen,
    Ears,
    FakeTalker,
    FakeTwilio,
    announce,
    form_of,
    phone,
    phone_settings,
    signature,
    ticket_in,
    twilio_call,
    twilio_socket,
)

pytestmark = pytest.mark.anyio
TONE = of_mulaw(bytes(range(160)) * 10).pcm16()


@pytest.fixture
def anyio_backend():
    return "asyncio"


async def test_a_signed_announcement_is_answered_with_the_twiml_that_twilios_library_would_write(tmp_path) -> None:
    async with phone(tmp_path, FakeTalker()) as served:
        answer = await announce(served)
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/xml")
        wanted = VoiceResponse()
        stream = wanted.connect().stream(url=served.url.replace("http", "ws") + "/v1/twilio/stream")
        stream.parameter(name="ticket", value=ticket_in(answer.text))
        canonical = [ElementTree.canonicalize(text) for text in (answer.text, str(wanted))]
        assert canonical[0] == canonical[1]


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"X-Twilio-Signature": "bm90IGl0"}, 403),
        ({"X-Twilio-Signature": ""}, 403),
        ({"X-Twilio-Webhooks-Signature-Settings": "key=k,algorithm=HMAC_SHA256"}, 403),
        ({"X-Twilio-Webhooks-Signature-Settings": "key=k,algorithm=MD5"}, 403),
    ],
)
async def test_an_announcement_needs_twilios_signature(tmp_path, headers, status) -> None:
    async with phone(tmp_path, FakeTalker()) as served:
        assert (await announce(served, **headers)).status_code == status


async def test_an_announcement_may_be_signed_by_a_shared_key(tmp_path) -> None:
    from twilio.request_validator import RequestValidator

    key = "of-the-shared-key"
    async with phone(tmp_path, FakeTalker(), phone_settings(twilio_shared_key=key)) as served:
        url = served.url + "/v1/twilio/voice?locale=es"
        given = RequestValidator(key).compute_signature(url, form_of(), "HMAC_SHA256")
        headers = {
            "X-Twilio-Signature": given,
            "X-Twilio-Webhooks-Signature-Settings": "key=webhooks_sharedkey_1,algorithm=HMAC_SHA256",
        }
        assert (await announce(served, query="?locale=es", **headers)).status_code == 200


async def test_without_a_token_the_phone_is_closed(tmp_path) -> None:
    async with phone(tmp_path, FakeTalker(), phone_settings(twilio_auth_token=None)) as served:
        assert (await announce(served)).status_code == 404
        with pytest.raises(websockets.InvalidStatus) as refused:
            async with twilio_socket(served):
                pass
        assert refused.value.response.status_code == 404


def _tampered(address: str) -> str:
    good = signature(address)
    return ("A" if good[0] != "A" else "B") + good[1:]


@pytest.mark.parametrize(
    "sign",
    [
        lambda address: signature(address.replace("ws:", "http:")),
        _tampered,
        lambda address: "",
        lambda address: "é".encode().decode("latin-1"),
    ],
    ids=["over the address of the web", "tampered", "missing", "no ASCII"],
)
async def test_a_stream_is_refused_before_the_upgrade_unless_its_exact_address_is_signed(tmp_path, sign) -> None:
    async with phone(tmp_path, FakeTalker()) as served:
        address = served.url.replace("http", "ws") + "/v1/twilio/stream"
        with pytest.raises(websockets.InvalidStatus) as refused:
            async with twilio_socket(served, **{"X-Twilio-Signature": sign(address)}):
                pass
        assert refused.value.response.status_code == 403


async def test_a_stream_may_be_signed_with_sha256(tmp_path) -> None:
    async with phone(tmp_path, FakeTalker()) as served:
        address = served.url.replace("http", "ws") + "/v1/twilio/stream"
        headers = {
            "X-Twilio-Signature": signature(address, None, "HMAC_SHA256"),
            "X-Twilio-Webhooks-Signature-Settings": "key=k,algorithm=HMAC_SHA256",
        }
        async with twilio_socket(served, **headers) as connection:
            assert connection.protocol.state.name == "OPEN"


async def test_a_ticket_opens_one_stream_of_its_own_call(tmp_path) -> None:
    async with phone(tmp_path, FakeTalker()) as served:
        ticket = ticket_in((await announce(served)).text)
        for call, brought in (("CA1", "no ticket"), ("CA2", ticket), ("CA1", ticket)):
            async with twilio_socket(served) as connection:
                await FakeTwilio(connection, call=call).start(brought)
                with pytest.raises(websockets.ConnectionClosed) as closed:
                    await asyncio.wait_for(connection.recv(), 5)
                assert closed.value.rcvd.code == 1008


async def test_what_the_caller_says_and_presses_reaches_the_session_in_order(tmp_path) -> None:
    talker = FakeTalker()
    async with phone(tmp_path, talker) as served, twilio_call(served) as twilio:
        sound = [bytes([level]) * 160 for level in (10, 20, 30, 40)]
        for number in (1, 2, 2, 4, 3):  # one twice, two the wrong way round
            await twilio.speak(sound[number - 1], chunk=number)
        for digit in "1#":
            await twilio.press(digit)
        await twilio.send("stretched", whatever=1)
        await twilio.connection.send(json.dumps({"event": "media", "media": {"track": "outbound", "payload": "AAAA"}}))
        await twilio.stop()
        call = await talker.call()
        await call.until(lambda call: call.hung_up)
        assert mulaw(of_pcm16(call.heard, 8000)) == b"".join(sound)
        assert call.digits == "1#"


async def test_the_call_is_a_conversation_on_the_channel_of_calls_that_stays_after_it(tmp_path) -> None:
    talker = FakeTalker()
    async with phone(tmp_path, talker) as served:
        async with twilio_call(served) as twilio:
            await twilio.stop()
            call = await talker.call()
            await twilio.connection.wait_closed()
        assert call.hung_up
        assert call.grant.channel == "call" and call.greet and call.line.rate == 8000 and not call.line.screen
        events = await served.house.assistant.events(call.grant.conversation)
        assert [type(event.fact).__name__ for event in events] == [
            "ConversationStarted",
            "ChannelJoined",
            "ChannelLeft",
        ]
        assert "5550100" not in str(events)


async def _two_clauses(call: CallSeen) -> None:
    line: CallTransport = call.line
    await line.begin("t1")
    await line.play(TONE, mark="t1/0")
    await line.play(TONE, mark="t1/1")
    await line.end("t1")


async def test_a_clause_is_heard_when_its_mark_comes_back(tmp_path) -> None:
    talker = FakeTalker(_two_clauses)
    async with phone(tmp_path, talker) as served, twilio_call(served) as twilio:
        call = await talker.call()
        await twilio.play_to_mark()
        await call.until(lambda call: call.played == ["t1/0"])
        assert of_mulaw(bytes(twilio.played)).pcm16() == TONE
        await twilio.play_to_mark()
        await call.until(lambda call: call.played == ["t1/0", "t1/1"])


@pytest.mark.parametrize("echoes", [True, False], ids=["Twilio echoes what was pending", "it never does"])
async def test_what_was_cleared_was_not_heard_whether_or_not_its_mark_comes_back(tmp_path, echoes) -> None:
    async def interrupted(call: CallSeen) -> None:
        await _two_clauses(call)
        await call.until(lambda call: len(call.played) == 1)
        await call.line.clear("t1")
        await call.line.play(TONE, mark="t2/0")

    talker = FakeTalker(interrupted)
    async with phone(tmp_path, talker) as served, twilio_call(served, echoes_after_clear=echoes) as twilio:
        call = await talker.call()
        await twilio.play_to_mark()
        await twilio.until(lambda frames: frames[-1]["event"] == "mark" and any(f["event"] == "clear" for f in frames))
        await twilio.play_to_mark()
        await call.until(lambda call: len(call.played) > 1)
        assert call.played == ["t1/0", "t2/0"]


@pytest.mark.parametrize("frame", [b"\x00\x01", "not JSON" * 20_000])
async def test_what_twilio_never_sends_ends_the_call(tmp_path, frame) -> None:
    talker = FakeTalker()
    async with phone(tmp_path, talker) as served, twilio_call(served) as twilio:
        call = await talker.call()
        await twilio.connection.send(frame)
        await call.until(lambda call: call.hung_up)
        await twilio.connection.wait_closed()


async def test_a_line_that_breaks_in_the_middle_of_a_word_is_hung_up(tmp_path) -> None:
    talker = FakeTalker(_two_clauses)
    async with phone(tmp_path, talker) as served, twilio_call(served) as twilio:
        call = await talker.call()
        await twilio.speak()
        twilio.connection.transport.abort()
        await call.until(lambda call: call.hung_up)


async def test_hanging_up_closes_the_stream(tmp_path) -> None:
    async def goodbye(call: CallSeen) -> None:
        await call.line.hang_up()

    async with phone(tmp_path, FakeTalker(goodbye)) as served, twilio_call(served) as twilio:
        await asyncio.wait_for(twilio.connection.wait_closed(), 5)


async def test_a_call_over_the_limit_finds_a_busy_line(tmp_path) -> None:
    talker = FakeTalker()
    async with phone(tmp_path, talker, phone_settings(calls=1)) as served, twilio_call(served):
        await talker.call()
        assert '<Reject reason="busy"/>' in (await announce(served, form_of("CA2", "+15550111"))).text


async def test_one_number_cannot_call_without_end(tmp_path) -> None:
    async with phone(tmp_path, FakeTalker(), phone_settings(calls_per_minute=2)) as served:
        told = [(await announce(served)).text for _ in range(3)]
        assert ["Reject" in text for text in told] == [False, False, True]
        assert "Connect" in (await announce(served, form_of("CA9", "+15550123"))).text


@pytest.mark.parametrize(
    "speech", [None, Ears(ModelUnavailable("the voice"))], ids=["none installed", "its engine is dead"]
)
async def test_where_there_is_no_speech_the_caller_is_told(tmp_path, speech) -> None:
    async with phone(tmp_path, FakeTalker(), speech=speech) as served:
        told = await announce(served, query="?locale=de-AT")
        assert '<Say language="de">' in told.text and "<Hangup/>" in told.text


async def test_four_calls_at_once_do_not_hear_one_another(tmp_path) -> None:
    async def own_tone(call: CallSeen) -> None:
        await call.until(lambda call: len(call.heard) >= 320)
        await call.line.play(call.heard[:320], mark="m")

    talker = FakeTalker(own_tone)

    async def one(served, number: int) -> None:
        async with twilio_call(served, call=f"CA{number}", caller=f"+1555010{number}") as twilio:
            await twilio.speak(bytes([16 * number]) * 160)
            await twilio.play_to_mark()
            assert bytes(twilio.played) == bytes([16 * number]) * 160

    async with phone(tmp_path, talker) as served:
        await asyncio.gather(*(one(served, number) for number in range(1, 5)))
        assert len({call.grant.conversation for call in talker.calls}) == 4


async def test_when_the_server_ends_the_calls_end(tmp_path) -> None:
    talker = FakeTalker()
    async with phone(tmp_path, talker) as served, twilio_call(served) as twilio:
        await talker.call()
        await twilio.speak(FRAME)
        served.app.state.front_door.stopping.set()
        await asyncio.wait_for(twilio.connection.wait_closed(), 5)
