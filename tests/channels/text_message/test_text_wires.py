"""The carriers' own formats, as they document them; and anything else, which must not hurt."""

from __future__ import annotations

import contextlib
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from twilio.request_validator import RequestValidator

from channels.call_center.twilio_signature import verified
from channels.errors import MalformedInbound
from channels.rendering.rendered import Button, Part
from channels.text_message import meta_wire, twilio_wire
from channels.text_message.keywords import code_of, keyword_of
from channels.text_message.messages import Line, Media, Outgoing

LINE = Line(carrier="meta", customer="15550123", shop="99")


def delivery(message: dict, **value) -> bytes:
    whole = {
        "metadata": {"phone_number_id": "99"},
        "messages": [{"from": "15550123", "id": "wamid.1", **message}],
        **value,
    }
    return json.dumps({"entry": [{"changes": [{"field": "messages", "value": whole}]}]}).encode()


def inbound(message: dict):
    (found,), _ = meta_wire.parse_delivery(delivery(message))
    return found


def test_metas_kinds_of_messages():
    assert inbound({"type": "text", "text": {"body": "Hi"}}).text == "Hi"
    button = inbound(
        {"type": "interactive", "interactive": {"type": "button_reply", "button_reply": {"id": "7.1", "title": "Yes"}}}
    )
    assert (button.button, button.text) == ("7.1", "Yes")
    row = inbound(
        {"type": "interactive", "interactive": {"type": "list_reply", "list_reply": {"id": "7.2", "title": "B"}}}
    )
    assert row.button == "7.2"
    voice = inbound({"type": "audio", "audio": {"id": "m1", "mime_type": "audio/ogg; codecs=opus"}})
    assert voice.media == (Media(kind="audio/ogg", address="m1"),)
    assert inbound({"type": "location", "location": {"latitude": 1}}).media[0].kind == "location"
    assert meta_wire.parse_delivery(delivery({"type": "reaction", "reaction": {"emoji": "👍"}})) == ((), ())


def test_a_list_and_buttons_go_to_meta_as_it_documents_them():
    part = Part(
        text="Which?", rows=(Button(id="7.1", label="Tent", note="$5"), Button(id="7.2", label="More")), opens="Choose"
    )
    document = meta_wire.message_document(Outgoing(line=LINE, part=part, reference="r"))
    assert document["interactive"]["type"] == "list"
    assert document["interactive"]["action"]["sections"][0]["rows"] == [
        {"id": "7.1", "title": "Tent", "description": "$5"},
        {"id": "7.2", "title": "More"},
    ]
    part = Part(text="Sure?", buttons=(Button(id="7.1", label="Yes"),))
    action = meta_wire.message_document(Outgoing(line=LINE, part=part, reference="r"))["interactive"]["action"]
    assert action == {"buttons": [{"type": "reply", "reply": {"id": "7.1", "title": "Yes"}}]}


def test_twilios_form_with_media_and_buttons():
    form = {name: [value] for name, value in {
        "MessageSid": "MM1", "From": "whatsapp:+15550123", "To": "whatsapp:+15550000", "Body": "", "NumMedia": "1",
        "MediaUrl0": "https://api.twilio.com/m", "MediaContentType0": "audio/ogg", "ButtonPayload": "7.1",
    }.items()}  # fmt: skip
    message = twilio_wire.parse_message(form, "de")
    assert message.line.whatsapp and message.line.number == "+15550123" and message.button == "7.1"
    assert message.media == (Media(kind="audio/ogg", address="https://api.twilio.com/m"),)
    with pytest.raises(MalformedInbound):
        twilio_wire.parse_message({})


def test_twilios_own_validator_and_ours_agree():
    form = {"MessageSid": "SM1", "From": "+15550123", "Body": "Grüße & 5 €"}
    address = "https://shop.example/v1/text/twilio?locale=de"
    signature = RequestValidator("token").compute_signature(address, form)
    assert verified("token", address, signature, {name: [value] for name, value in form.items()})


@settings(deadline=None, max_examples=60)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda each: (
            st.lists(each, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    [
                        "entry",
                        "changes",
                        "field",
                        "value",
                        "messages",
                        "metadata",
                        "statuses",
                        "type",
                        "text",
                        "id",
                        "from",
                    ]
                ),
                each,
                max_size=4,
            )
        ),
        max_leaves=20,
    )
)
def test_any_document_is_read_or_skipped(document):
    read = meta_wire.parse_delivery(json.dumps(document).encode())
    assert read == meta_wire.parse_delivery(json.dumps(document).encode())


@settings(deadline=None, max_examples=60)
@given(
    st.dictionaries(
        st.sampled_from(["MessageSid", "From", "To", "Body", "NumMedia", "MessageStatus", "Latitude"]),
        st.lists(st.text(max_size=8), max_size=2),
    )
)
def test_any_form_is_read_or_refused(form):
    twilio_wire.parse_status(form, "")
    with contextlib.suppress(MalformedInbound):
        twilio_wire.parse_message(form)


@pytest.mark.parametrize(("text", "sms", "keyword"), [
    ("STOP", True, "stop"), (" stop. ", False, "stop"), ("Stopall", True, "stop"), ("cancel", True, "stop"),
    ("cancel", False, None), ("end", False, None), ("start", True, "start"), ("HELP", False, "help"), ("new", True, "new"),
    ("stop it", True, None), ("new tent", True, None), ("help me", True, None), ("yes", True, None), ("", True, None),
])  # fmt: skip
def test_orders_are_whole_messages(text: str, sms: bool, keyword: str | None):
    assert keyword_of(text, sms=sms) == keyword


def test_yes_starts_again_for_who_has_stopped_alone():
    assert keyword_of("YES", sms=True, stopped=True) == "start"


@pytest.mark.parametrize(("text", "code", "certain"), [
    ("ABCDE-FGHJK", "ABCDE-FGHJK", True), ("my code: abcde-fghjk", "ABCDE-FGHJK", True), ("ABCDEFGHJ2", "ABCDEFGHJ2", True),
    ("backpacker", "BACKPACKER", False), ("12345 67890", "12345 67890", False), ("hello", "", False), ("x" * 100, "", False),
])  # fmt: skip
def test_codes_are_found_and_words_are_not_taken_for_them(text: str, code: str, certain: bool):
    assert code_of(text) == (code, certain)
