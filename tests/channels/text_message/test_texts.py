"""A phone that writes: what comes in, what comes back, and what never comes twice."""

from __future__ import annotations

import pytest

from assistant.desk.desk import Agent
from assistant.events import CustomerSaid
from tests.channels.text_message.text_house import SHOP_NUMBER, SHOP_PHONE_ID, Texted, text_of

pytestmark = pytest.mark.anyio


async def test_an_sms_is_answered_by_an_sms_from_the_number_it_went_to(texted: Texted):
    answer = await texted.sms("Hello")
    assert answer.status_code == 200 and answer.headers["content-type"].startswith("text/xml")
    await texted.carriers.until(1)
    (sent,) = texted.carriers.twilio
    assert (sent["To"], sent["From"], sent["Body"]) == ("+15550123", SHOP_NUMBER, "You said: Hello")
    assert sent["StatusCallback"].startswith("https://shop.example/v1/text/twilio/status?reference=")


async def test_one_number_is_one_conversation_and_another_is_another(texted: Texted):
    for body, sender in (("One", "+15550123"), ("Two", "+15550123"), ("Three", "+15550999")):
        await texted.sms(body, sender=sender)
    await texted.carriers.until(3)
    first, second = await texted.conversations()
    assert (await texted.said(first), await texted.said(second)) == (["One", "Two"], ["Three"])


async def test_the_same_message_again_changes_nothing(texted: Texted):
    for _ in range(3):
        assert (await texted.sms("Hello", sid="SMsame")).status_code == 200
    await texted.sms("Bye")
    await texted.carriers.until(2)
    (conversation,) = await texted.conversations()
    assert await texted.said(conversation) == ["Hello", "Bye"]


async def test_a_whatsapp_message_is_answered_by_meta(texted: Texted):
    assert (await texted.whatsapp(text_of("Hello"))).status_code == 200
    await texted.carriers.until(1)
    (sent,) = texted.carriers.meta
    assert sent["phone"] == SHOP_PHONE_ID and sent["to"] == "15550123"
    assert sent["text"]["body"] == "You said: Hello" and sent["biz_opaque_callback_data"]


async def test_whatsapp_by_twilio_is_answered_there(texted: Texted):
    await texted.sms("Hello", sender="whatsapp:+15550123")
    await texted.carriers.until(1)
    assert texted.carriers.twilio[0]["To"] == "whatsapp:+15550123"


async def test_a_number_is_no_proof_of_who_writes(texted: Texted):
    await texted.sms("Hello")
    await texted.carriers.until(1)
    (conversation,) = await texted.conversations()
    state = await texted.house.assistant.state(conversation)
    assert state.customer_id == "" and state.channels == ("text",)


async def test_no_table_knows_a_number_in_the_clear(texted: Texted, tmp_path):
    await texted.sms("Hello", sender="+15550777")
    await texted.carriers.until(1)
    texted.house.tables.dispose()
    files = [path.read_bytes() for path in tmp_path.glob("house.db*")]
    assert files and not any(b"15550777" in content for content in files)


async def test_a_forged_message_is_refused(texted: Texted):
    form = {"MessageSid": "SM1", "From": "+15550123", "To": SHOP_NUMBER, "Body": "Hello"}
    for signature in ("", "wrong"):
        answer = await texted.twilio("/v1/text/twilio", form, signature=signature)
        assert answer.status_code == 403 and answer.json()["code"] == "signature_mismatch"
    answer = await texted.http.post("/v1/text/meta", content=b"{}", headers={"X-Hub-Signature-256": "sha256=00"})
    assert answer.status_code == 403
    assert await texted.conversations() == ()


async def test_meta_is_told_that_the_address_is_ours_and_nobody_else_is(texted: Texted):
    asked = {"hub.mode": "subscribe", "hub.challenge": "4711", "hub.verify_token": "verify-me"}
    answer = await texted.http.get("/v1/text/meta", params=asked)
    assert (answer.status_code, answer.text) == (200, "4711")
    assert (await texted.http.get("/v1/text/meta", params={**asked, "hub.verify_token": "x"})).status_code == 403


@pytest.mark.parametrize("body", [b"[]", b"{}", b'{"entry": 3}', b'{"entry": [{"changes": [{"field": "messages"}]}]}'])
async def test_what_a_later_version_of_metas_sends_is_skipped(texted: Texted, body: bytes):
    from channels.text_message.meta_wire import signed
    from tests.channels.text_message.carriers_fake import APP_SECRET

    answer = await texted.http.post(
        "/v1/text/meta", content=body, headers={"X-Hub-Signature-256": signed(APP_SECRET, body)}
    )
    assert answer.status_code == 200


async def test_stop_is_confirmed_once_and_then_there_is_silence_until_start(texted: Texted):
    await texted.sms("Hello")
    await texted.carriers.until(1)
    for body in ("STOP", "Stop.", "Hello?"):
        await texted.sms(body)
    await texted.sms("START")
    await texted.carriers.until(3)
    assert texted.carriers.texts[1] == "You will get no more texts from Peak Outdoor. Reply START to go on."
    assert texted.carriers.texts[2].startswith("You get texts from Peak Outdoor again")
    (conversation,) = await texted.conversations()
    assert (await texted.house.assistant.state(conversation)).channels == ()
    await texted.sms("Hello again")
    await texted.carriers.until(4)
    assert len(await texted.conversations()) == 2


async def test_what_twilio_has_confirmed_itself_is_not_confirmed_again(texted: Texted):
    await texted.sms("STOP", OptOutType="STOP")
    await texted.sms("Hello", sender="+15550999")
    await texted.carriers.until(1)
    assert texted.carriers.texts == ["You said: Hello"]


async def test_who_told_the_carrier_to_stop_gets_no_more(texted: Texted):
    texted.carriers.refusals.append((400, {"code": 21610}))
    await texted.sms("Hello")
    await texted.sms("Hello?")
    await texted.sms("Other", sender="+15550999")
    await texted.carriers.until(1)
    assert texted.carriers.texts == ["You said: Other"]


async def test_help_says_whose_number_it_is_and_new_begins_anew(texted: Texted):
    await texted.sms("help")
    await texted.carriers.until(1)
    assert "Peak Outdoor" in texted.carriers.texts[0] and await texted.conversations() == ()
    await texted.sms("Hello")
    await texted.carriers.until(2)
    await texted.sms("NEW")
    await texted.carriers.until(3)
    await texted.sms("Hi")
    await texted.carriers.until(4)
    first, second = await texted.conversations()
    assert (await texted.said(first), await texted.said(second)) == (["Hello"], ["Hi"])


async def test_cancel_stops_an_sms_and_is_a_word_like_others_in_whatsapp(texted: Texted):
    await texted.whatsapp(text_of("cancel"))
    await texted.carriers.until(1)
    assert texted.carriers.meta[0]["text"]["body"] == "You said: cancel"
    await texted.sms("cancel")
    await texted.carriers.until(2)
    assert "no more texts" in texted.carriers.texts[0]


async def test_a_german_number_is_answered_in_german(texted: Texted):
    await texted.sms("Hilfe", path="/v1/text/twilio?locale=de")
    await texted.carriers.until(1)
    assert texted.carriers.texts[0].startswith("Assistent von Peak Outdoor")


async def test_a_picture_is_answered_by_what_can_be_done(texted: Texted):
    await texted.whatsapp({"type": "image", "image": {"id": "1", "mime_type": "image/jpeg"}})
    await texted.carriers.until(1)
    assert "cannot see pictures" in texted.carriers.meta[0]["text"]["body"]
    await texted.whatsapp({"type": "image", "image": {"id": "1", "mime_type": "image/jpeg", "caption": "like this"}})
    await texted.carriers.until(3)
    assert texted.carriers.meta[2]["text"]["body"] == "You said: like this"


async def test_a_voice_message_without_ears_is_answered_by_what_can_be_done(texted: Texted):
    await texted.whatsapp(
        {"type": "audio", "audio": {"id": "media1", "mime_type": "audio/ogg; codecs=opus", "voice": True}}
    )
    await texted.carriers.until(1)
    assert "cannot listen" in texted.carriers.meta[0]["text"]["body"]


async def test_a_message_that_is_too_long_gets_a_way_out(texted: Texted):
    await texted.whatsapp(text_of("x" * 4_001))
    await texted.carriers.until(1)
    assert "too long" in texted.carriers.meta[0]["text"]["body"]


async def test_what_an_agent_says_comes_as_a_text(texted: Texted):
    await texted.sms("Hello")
    await texted.carriers.until(1)
    (conversation,) = await texted.conversations()
    desk, maya = texted.house.assistant.desk, Agent(id="a1", name="Maya", role="agent")
    await desk.claim(conversation, maya)
    await desk.say(conversation, maya, "How can I help?", client_id="d1")
    await texted.carriers.until(3)
    assert texted.carriers.texts[1:] == [
        "Maya from our team has joined the conversation.",
        "Maya: How can I help?",
    ]


async def test_a_reply_to_another_device_is_not_texted(texted: Texted):
    await texted.sms("Hello")
    await texted.carriers.until(1)
    (conversation,) = await texted.conversations()
    assistant = texted.house.assistant
    await assistant.join(conversation, "web")
    received = await assistant.receive(conversation, "On the web now", client_id="w1", channel="web")
    await assistant.wait_for_reply(conversation, received.seq, timeout=5)
    await texted.sms("And here again")
    await texted.carriers.until(2)
    assert texted.carriers.texts == ["You said: Hello", "You said: And here again"]


async def test_a_code_of_another_device_goes_on_with_its_conversation(texted: Texted):
    assistant = texted.house.assistant
    conversation, _ = await assistant.start(channel="web")
    received = await assistant.receive(conversation, "tents", client_id="w1", channel="web")
    await assistant.wait_for_reply(conversation, received.seq, timeout=5)
    code = texted.app.state.front_door.transfer_codes.issue(conversation).code
    await texted.sms(f"{code[:5].lower()}-{code[5:].lower()}")
    await texted.carriers.until(2)
    assert texted.carriers.texts == ["Here we go on. Last we had:", "You said: tents"]
    await texted.sms("more tents")
    await texted.carriers.until(3)
    assert await texted.said(conversation) == ["tents", "more tents"]
    assert (await assistant.state(conversation)).channels == ("web", "text")


async def test_the_phone_in_the_customers_hand_lets_the_kiosk_show_what_is_theirs(texted: Texted):
    assistant = texted.house.assistant
    conversation, _ = await assistant.start(channel="kiosk")
    code = texted.app.state.front_door.transfer_codes.issue(conversation).code
    await texted.sms(f"{code[:5]}-{code[5:]}")
    await texted.carriers.until(2)
    assert "SHOW" in texted.carriers.texts[1]
    for word in ("SHOW", "hide"):
        await texted.sms(word)
    await texted.carriers.until(4)
    events = await assistant.events(conversation)
    assert [e.fact.allow for e in events if type(e.fact).__name__ == "DisplayAllowed"] == [True, False]


async def test_show_is_a_word_like_others_where_no_screen_is_public(texted: Texted):
    await texted.sms("Hello")
    await texted.carriers.until(1)
    await texted.sms("show")
    await texted.carriers.until(2)
    assert texted.carriers.texts[1] == "You said: show"


async def test_a_wrong_code_gets_a_way_out_and_a_word_that_looks_like_one_is_a_word(texted: Texted):
    await texted.sms("ABCDE-FGHJK")
    await texted.sms("backpacker")
    await texted.carriers.until(2)
    assert "does not work" in texted.carriers.texts[0] and texted.carriers.texts[1] == "You said: backpacker"


async def test_after_a_day_of_silence_a_number_begins_anew(texted: Texted):
    await texted.sms("Hello")
    await texted.carriers.until(1)
    texted.office.lines._now = lambda: 4e9
    await texted.sms("Good morning")
    await texted.carriers.until(2)
    assert len(await texted.conversations()) == 2


async def test_a_flood_of_one_number_waits_and_another_is_answered(texted: Texted):
    for number in range(25):
        await texted.sms(f"m{number}", sender="+15550666")
    await texted.sms("Hello", sender="+15550123")
    await texted.carriers.until(2)
    flooded, *_ = await texted.conversations()
    said = [event for event in await texted.house.assistant.events(flooded) if isinstance(event.fact, CustomerSaid)]
    assert len(said) <= 20
