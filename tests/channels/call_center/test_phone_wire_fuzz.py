"""Whatever bytes come: a parser of the phone answers or says BadFrame, and a signature is what Twilio's own library says."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from twilio.request_validator import RequestValidator, get_signature_algorithm

from channels.call_center import chan_websocket_frames, twilio_frames
from channels.call_center.caller import locale_of, number_of
from channels.call_center.tickets import Tickets
from channels.call_center.twilio_frames import InOrder, Media
from channels.call_center.twilio_signature import algorithm_of, signed, verified

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)
EVENTS = st.sampled_from(["connected", "start", "media", "dtmf", "mark", "stop", "clear", "MEDIA_START", "DTMF_END"])
NAMES = st.sampled_from(
    ["start", "media", "dtmf", "mark", "stop", "payload", "chunk", "track", "digit", "name", "streamSid"]
)
FRAMES = st.fixed_dictionaries(
    {"event": EVENTS}, optional={"start": JSON, "media": JSON | st.dictionaries(NAMES, JSON, max_size=4), "mark": JSON}
)


@given(st.text() | FRAMES.map(json.dumps) | JSON.map(json.dumps))
def test_a_frame_of_twilio_is_understood_skipped_or_refused(text: str) -> None:
    try:
        frame = twilio_frames.parse(text)
    except twilio_frames.BadFrame:
        return
    assert frame is None or isinstance(frame, twilio_frames.TwilioFrame)


@given(st.text() | FRAMES.map(json.dumps) | JSON.map(json.dumps))
def test_a_frame_of_asterisk_is_understood_or_refused(text: str) -> None:
    try:
        event = chan_websocket_frames.parse(text)
        form = chan_websocket_frames.format_of(event)
    except chan_websocket_frames.BadFrame:
        return
    assert form.frame_bytes > 0


@given(st.lists(st.binary(min_size=1, max_size=3), max_size=40), st.randoms(), st.integers(1, 2))
def test_sound_comes_in_order_and_once_however_near_frames_are_shuffled(
    sound: list[bytes], random: Any, times: int
) -> None:
    numbered = [Media(mulaw=one, chunk=number) for number, one in enumerate(sound, start=1)]
    order = numbered[:1] + sorted(numbered[1:] * times, key=lambda one: (one.chunk or 0) + random.uniform(0, 3.5))
    line = InOrder()
    assert b"".join(line.take(one) for one in order) == b"".join(sound)


@given(st.lists(st.integers(1, 60), max_size=60))
def test_frames_that_never_come_are_given_up_and_none_is_heard_twice(chunks: list[int]) -> None:
    line = InOrder()
    heard = b"".join(line.take(Media(mulaw=bytes([chunk]), chunk=chunk)) for chunk in chunks)
    assert list(heard) == sorted(set(heard))


FORMS = st.dictionaries(st.text(max_size=8), st.lists(st.text(max_size=8), min_size=1, max_size=3), max_size=5)
URLS = st.sampled_from(
    [
        "https://shop.example/v1/twilio/voice",
        "https://shop.example:8443/v1/twilio/voice?locale=es",
        "wss://shop.example/v1/twilio/stream",
        "ws://127.0.0.1:8080/v1/twilio/stream",
    ]
)


class Several(dict[str, list[str]]):
    """As a web framework gives a form to Twilio's validator."""

    def getall(self, name: str) -> list[str]:
        return self[name]


@given(st.text(min_size=1), URLS, FORMS, st.sampled_from(["HMAC_SHA1", "HMAC_SHA256"]))
def test_a_signature_is_what_twilios_library_makes_of_it(
    key: str, url: str, form: dict[str, list[str]], how: str
) -> None:
    try:
        theirs = RequestValidator(key).compute_signature(url, Several(form), how)
    except UnicodeEncodeError:
        return  # half of a surrogate pair, which no form has
    assert signed(key, url, form, algorithm=how) == theirs
    assert verified(key, url, theirs, form, algorithm=how)
    assert not verified(key + "x", url, theirs, form, algorithm=how)
    assert not verified(key, url + "/", theirs, form, algorithm=how)


def test_a_port_more_or_less_does_not_break_a_signature_as_with_twilios_library() -> None:
    theirs = RequestValidator("key").compute_signature("https://shop.example:443/voice", {})
    assert RequestValidator("key").validate("https://shop.example/voice", {}, theirs)
    assert verified("key", "https://shop.example/voice", theirs)
    assert verified("key", "https://shop.example:8443/voice", signed("key", "https://shop.example/voice"))
    assert not verified("key", "https://[broken/voice", "x")


@given(st.text(max_size=60))
def test_the_algorithm_is_read_as_twilios_library_reads_it(settings: str) -> None:
    assert algorithm_of(settings) == get_signature_algorithm(settings).upper()
    assert algorithm_of("key=abc,algorithm=HMAC_SHA256") == "HMAC_SHA256"


@pytest.mark.parametrize(
    ("said", "number"),
    [("+1 (555) 010-0123", "+15550100123"), ("15550100123", "+15550100123"), ("anonymous", ""), ("", ""),
     ("+266696687", ""), ("Restricted", ""), ("+" + "9" * 40, ""), ("0155", "")],
)  # fmt: skip
def test_a_number_is_e164_or_nothing(said: str, number: str) -> None:
    assert number_of(said) == number


@pytest.mark.parametrize(("said", "locale"), [("es", "es"), ("de-AT", "de-AT"), ("", ""), ("e" * 30, ""), ("../x", "")])
def test_a_locale_is_a_language_tag_or_nothing(said: str, locale: str) -> None:
    assert locale_of(said) == locale


def test_a_ticket_is_good_once_and_for_its_time_alone() -> None:
    from channels.call_center.caller import Caller

    now = [100.0]
    tickets = Tickets(seconds=60, now=lambda: now[0])
    first, second = (tickets.issue(Caller(number=number)) for number in ("+15550100", "+15550101"))
    assert tickets.redeem(first) == Caller(number="+15550100")
    assert tickets.redeem(first) is None and tickets.redeem("never") is None
    now[0] += 61
    assert tickets.redeem(second) is None
