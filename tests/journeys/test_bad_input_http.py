"""What a hostile or clumsy client sends: each a clear error, and the conversation goes on as if nothing had been."""

from __future__ import annotations

import json

import pytest

from assistant.events import SYSTEM, ConversationClosed, Draft
from channels.settings import ChannelSettings
from tests.channels.house import build_house, serving

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend():
    return "asyncio"


@pytest.fixture
async def served(tmp_path):
    async with serving(build_house(tmp_path)) as running:
        yield running


async def _still_well(opened) -> None:
    events = await opened.events()
    assert [event["seq"] for event in events] == list(range(1, len(events) + 1))
    assert (await opened.say("hello", "afterwards"))["events"][-1]["type"] == "assistant_said"


BODIES = {
    "nothing": (b"", 422, "invalid_request"),
    "null": (b"null", 422, "invalid_request"),
    "a list": (b"[]", 422, "invalid_request"),
    "every byte": (bytes(range(256)), 400, "malformed"),
    "not UTF-8": (b'{"client_id":"a","text":"\xff\xfe"}', 400, "malformed"),
    "half a JSON": (b'{"client_id":"a",', 400, "malformed"),
    "a number too long": (b'{"client_id":"a","text":"x","z":' + b"9" * 6_000 + b"}", 400, "malformed"),
    "a deep tree": (b'{"client_id":"a","text":"x","z":' + b"[" * 20_000 + b"]" * 20_000 + b"}", 400, "malformed"),
    "100 kB": (json.dumps({"client_id": "a", "text": "x" * 100_000}).encode(), 413, "too_large"),
    "5,000 characters": (json.dumps({"client_id": "a", "text": "x" * 5_000}).encode(), 422, "too_long"),
    "half an emoji": (b'{"client_id":"a","text":"\\ud83d"}', 422, "invalid_request"),
    "zero": (b'{"client_id":"a","text":"\\u0000"}', 422, "empty"),
    "nothing visible": (json.dumps({"client_id": "a", "text": "\u200b\ufeff\u202e \u2060"}).encode(), 422, "empty"),
}


@pytest.mark.parametrize("name", BODIES)
async def test_a_body_that_is_no_message_is_refused_by_name(served, name):
    body, status, code = BODIES[name]
    opened = await served.start()
    headers = {**opened.headers, "Content-Type": "application/json"}
    answer = await served.http.post(opened.path("/messages"), content=body, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.headers["content-type"] == "application/problem+json"
    assert len(await opened.events()) == 2
    await _still_well(opened)


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"])
async def test_another_kind_of_body_is_told_which_one_is_taken(served, kind):
    opened = await served.start()
    headers = {**opened.headers, "Content-Type": kind}
    answer = await served.http.post(opened.path("/messages"), content=b'{"client_id":"a"}', headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_media_type")
    assert "application/json" in answer.json()["detail"]


async def test_arguments_nested_too_deep_are_told_in_short(served):
    opened = await served.start()
    deep = b'{"client_id":"a","action":"choose","arguments":{"z":' + b"[" * 500 + b"]" * 500 + b"}}"
    headers = {**opened.headers, "Content-Type": "application/json"}
    answer = await served.http.post(opened.path("/actions"), content=deep, headers=headers)
    assert answer.status_code == 422 and len(answer.content) < 1_000


@pytest.mark.parametrize(
    ("action", "arguments"),
    [
        ("add_to_cart", {"product_id": 5}),
        ("add_to_cart", {"variant_id": ["v"]}),
        ("add_to_cart", {"variant_id": "v", "quantity": -1}),
        ("add_to_cart", {"variant_id": "v", "quantity": 1_000}),
        ("add_to_cart", {"variant_id": "v", "quantity": 1.5}),
        ("add_to_cart", {"variant_id": "v", "quantity": "two"}),
        ("add_to_cart", {"variant_id": "v", "quantity": True}),
        ("change_quantity", {"variant_id": "v"}),
        ("change_quantity", {"variant_id": "v", "quantity": -3}),
        ("check_stock", {"store_id": {}}),
        ("choose", {"text": 1}),
    ],
)
async def test_a_button_with_wrong_arguments_is_refused_and_does_nothing(served, action, arguments):
    opened = await served.start()
    answer = await opened.post("/actions", {"client_id": "a", "action": action, "arguments": arguments})
    assert (answer.status_code, answer.json()["code"]) == (422, "bad_arguments")
    assert len(await opened.events()) == 2


async def test_a_number_that_json_does_not_have_is_never_sent_on(served):
    opened = await served.start()
    headers = {**opened.headers, "Content-Type": "application/json"}
    body = b'{"client_id":"a","action":"choose","arguments":{"z":NaN}}'
    answer = await served.http.post(opened.path("/actions?wait=reply"), content=body, headers=headers)
    assert answer.status_code in (200, 400, 422) and b"NaN" not in answer.content
    assert b"NaN" not in (await opened.get("/events")).content


@pytest.mark.parametrize(
    ("action", "words"),
    [
        ("add_to_cart", "Add it to my cart"),
        ("talk_to_human", "I'd like to talk to a person"),
        ("show_product", "Tell me more about it"),
        ("something_new", "Something new"),
    ],
)
async def test_a_button_is_logged_in_the_words_of_a_customer(served, action, words):
    opened = await served.start()
    answer = await opened.post("/actions?wait=reply", {"client_id": "a", "action": action, "arguments": {}})
    assert answer.json()["events"][0]["data"]["text"] == words
    labelled = {"client_id": "b", "action": action, "arguments": {"label": "Take the red one"}}
    answer = await opened.post("/actions?wait=reply", labelled)
    assert answer.json()["events"][0]["data"]["text"] == "Take the red one"


async def test_feedback_is_about_a_reply_and_nothing_else(served):
    opened = await served.start()
    reply = (await opened.say("hello", "m1"))["events"][-1]["seq"]
    for seq, code in ((1, "not_a_reply"), (3, "not_a_reply"), (0, "unknown_seq"), (10**30, "unknown_seq")):
        answer = await opened.post("/feedback", {"about_seq": seq, "rating": "up"})
        assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert (await opened.post("/feedback", {"about_seq": reply, "rating": "up"})).status_code == 202


async def test_a_turn_that_has_ended_cannot_be_interrupted_and_stays_as_it_is(served):
    opened = await served.start()
    said = (await opened.say("hello", "m1"))["events"]
    answer = await opened.post("/interrupt", {"turn_id": said[-1]["data"]["turn_id"], "heard": "x"})
    assert (answer.status_code, answer.json()) == (202, {"interrupted": False})
    assert (await opened.events(after=2)) == said


async def test_a_closed_conversation_knows_for_ever_what_it_took(served):
    opened = await served.start()
    first = await opened.say("hello", "m1")
    closed = Draft(fact=ConversationClosed(reason="done"), actor=SYSTEM, channel="desk")
    await served.house.assistant._sessions.append(opened.conversation_id, [closed])
    again = await opened.post("/messages", {"client_id": "m1", "text": "hello"})
    assert (again.status_code, again.json()) == (202, {"seq": first["seq"]})
    other = await opened.post("/messages", {"client_id": "m1", "text": "goodbye"})
    assert (other.status_code, other.json()["code"]) == (409, "client_id_reused")
    new = await opened.post("/messages", {"client_id": "m2", "text": "more"})
    assert (new.status_code, new.json()["code"]) == (409, "conversation_closed")


async def test_the_sockets_address_asked_as_a_page_says_what_it_is(served):
    answer = await served.http.get("/v1/socket")
    assert (answer.status_code, answer.json()["code"]) == (426, "upgrade_required")
    assert answer.headers["upgrade"] == "websocket"


async def test_a_page_of_a_site_that_is_not_allowed_is_told_so(tmp_path):
    async with serving(build_house(tmp_path), ChannelSettings(allowed_origins="https://shop.example")) as served:
        opened = await served.start()
        async with served.socket(origin="https://evil.example") as socket:
            refused = await socket.read()
            assert refused["code"] == "not_allowed" and "evil.example" in refused["detail"]
            assert await socket.closed() == 4401
        async with served.socket(origin="https://shop.example") as socket:
            await socket.send(opened.hello())
            await socket.until("live")
        preflight = {"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"}
        answer = await served.http.options("/v1/conversations", headers=preflight)
        assert answer.status_code == 400 and "access-control-allow-origin" not in answer.headers
