"""protocol.md over HTTP, spoken as a client from outside speaks it."""

from __future__ import annotations

import asyncio

import pytest

from tests.channels.house import Gate, build_house, serving

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend():
    return "asyncio"


@pytest.fixture
async def served(tmp_path):
    async with serving(build_house(tmp_path)) as running:
        yield running


async def test_starting_a_conversation_gives_its_id_a_token_and_the_last_seq(served):
    answer = await served.http.post("/v1/conversations", json={"channel": "web", "locale": "en-US", "unknown": 1})
    assert answer.status_code == 201
    body = answer.json()
    assert body["conversation_id"].startswith("c_") and body["token"] and body["last_seq"] == 2


async def test_a_message_with_wait_reply_gives_every_event_of_the_turn(served):
    opened = await served.start()
    answer = await opened.post("/messages?wait=reply", {"client_id": "m1", "text": "hello there"})
    assert answer.status_code == 200
    body = answer.json()
    assert [event["type"] for event in body["events"]] == ["customer_said", "turn_started", "assistant_said"]
    assert body["events"][0]["seq"] == body["seq"] == 3
    assert body["events"][-1]["data"]["text"] == "You said: hello there"


async def test_the_same_client_id_again_gives_the_same_seq_and_starts_nothing(served):
    opened = await served.start()
    first = await opened.say("one tent", "m1")
    again = await opened.post("/messages", {"client_id": "m1", "text": "one tent"})
    assert (again.status_code, again.json()) == (202, {"seq": first["seq"]})
    waited = await opened.say("one tent", "m1")
    assert waited == first
    assert len(await opened.events()) == 5


async def test_the_same_client_id_with_another_body_is_a_conflict(served):
    opened = await served.start()
    await opened.say("one tent", "m1")
    for rest, body in (
        ("/messages", {"client_id": "m1", "text": "two tents"}),
        ("/actions", {"client_id": "m1", "action": "choose", "arguments": {}}),
    ):
        answer = await opened.post(rest, body)
        assert answer.status_code == 409
        assert answer.headers["content-type"].startswith("application/problem+json")
        assert answer.json()["code"] == "client_id_reused"


async def test_an_action_has_the_guarantees_of_a_message(served):
    opened = await served.start()
    body = {"client_id": "a1", "action": "add_to_cart", "arguments": {"variant_id": "v1", "quantity": 1}}
    first = await opened.post("/actions?wait=reply", body)
    assert first.status_code == 200
    assert "cart_changed" in [event["type"] for event in first.json()["events"]]
    again = await opened.post("/actions", body)
    assert (again.status_code, again.json()["seq"]) == (202, first.json()["seq"])


async def test_the_status_tells_cart_customer_and_pending_confirmation(served):
    opened = await served.start()
    body = (await opened.get()).json()
    assert body["status"] == "assistant" and body["last_seq"] == 2
    assert body["cart"] == {"items": [], "total": {"amount": "0.00", "currency": "USD"}}
    assert body["customer"] is None and body["pending_confirmation"] is None


async def test_events_are_paged_by_seq(served):
    opened = await served.start()
    await opened.say("hello", "m1")
    first = (await opened.get("/events?after=1&limit=2")).json()
    assert [event["seq"] for event in first["events"]] == [2, 3] and first["last_seq"] == 5
    event = first["events"][1]
    assert event["actor"] == {"kind": "customer", "id": ""} and event["channel"] == "web"
    assert event["conversation_id"] == opened.conversation_id and event["at"].endswith("Z")
    assert event["data"]["client_id"] == "m1"
    assert (await opened.get("/events?after=99")).json()["events"] == []


@pytest.mark.parametrize("query", ["after=-1", "limit=0", "limit=501", "after=x"])
async def test_a_page_out_of_bounds_is_refused(served, query):
    opened = await served.start()
    answer = await opened.get(f"/events?{query}")
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request")


async def test_no_token_a_wrong_one_and_a_foreign_one_are_answered_alike(served):
    mine, other = await served.start(), await served.start()
    answers = []
    for path in (other.path(), "/v1/conversations/c_unknown"):
        for headers in ({}, {"Authorization": "Bearer nonsense"}, {"Authorization": "Basic eDp5"}, mine.headers):
            for rest in ("", "/events", "/stream"):
                answers.append(await served.http.get(path + rest, headers=headers))
            for rest in ("/messages", "/actions", "/feedback", "/interrupt", "/transfer_codes", "/audio"):
                answers.append(await served.http.post(path + rest, json=_full_body(), headers=headers))
    assert {answer.status_code for answer in answers} == {401}
    assert len({answer.text for answer in answers}) == 1


def _full_body():
    return {
        "client_id": "x",
        "text": "x",
        "action": "x",
        "arguments": {},
        "about_seq": 1,
        "rating": "up",
        "turn_id": "t",
    }


async def test_a_token_tells_nothing_even_when_the_body_is_bad(served):
    opened, other = await served.start(), await served.start()
    answer = await served.http.post(other.path("/messages"), content=b"{", headers=opened.headers)
    assert answer.status_code in (400, 401, 422)
    unknown = await served.http.post("/v1/conversations/c_none/messages", content=b"{", headers=opened.headers)
    assert (answer.status_code, answer.text) == (unknown.status_code, unknown.text)


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"client_id": "m1", "text": ""}, 422, "empty"),
        ({"client_id": "m1", "text": "  \x00 "}, 422, "empty"),
        ({"client_id": "m1", "text": "x" * 4_001}, 422, "too_long"),
        ({"client_id": "", "text": "x"}, 422, "bad_client_id"),
        ({"text": "x"}, 422, "invalid_request"),
        ({"client_id": "m1"}, 422, "invalid_request"),
        ({"client_id": "m1", "text": 5}, 422, "invalid_request"),
        ({"client_id": "m1", "text": None}, 422, "invalid_request"),
        ([], 422, "invalid_request"),
        ({"client_id": "m1", "text": "x" * 70_000}, 413, "too_large"),
    ],
)
async def test_a_message_that_cannot_be_taken_is_refused_with_a_stable_code(served, body, status, code):
    opened = await served.start()
    answer = await opened.post("/messages", body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.headers["content-type"].startswith("application/problem+json")
    assert len(await opened.events()) == 2


@pytest.mark.parametrize(
    "content",
    [
        b"{",
        b"",
        b"\xff\xfe\x00",
        b"nonsense",
        b'{"client_id": "m", "text": "\\ud800"}',
        b"[" * 50_000,
        b'{"a":' * 9_000,
    ],
)
async def test_what_is_not_json_is_a_clear_problem(served, content):
    opened = await served.start()
    headers = {**opened.headers, "Content-Type": "application/json"}
    answer = await served.http.post(opened.path("/messages"), content=content, headers=headers)
    assert answer.status_code in (400, 422), answer.text
    assert answer.json()["code"] in ("malformed", "invalid_request", "empty")
    assert len(await opened.events()) == 2


async def test_a_body_that_does_not_say_its_length_is_cut_off_at_the_limit(served):
    opened = await served.start()

    async def endless():
        for _ in range(64):
            yield b"x" * 4096

    answer = await served.http.post(opened.path("/messages"), content=endless(), headers=opened.headers)
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


async def test_4000_characters_of_any_script_are_taken(served):
    opened = await served.start()
    assert (await opened.post("/messages", {"client_id": "m1", "text": "字" * 4_000})).status_code == 202


@pytest.mark.parametrize("channel", ["web", "mobile", "kiosk", "call", "api"])
async def test_every_channel_of_customers_may_start(served, channel):
    opened = await served.start(channel)
    assert {event["channel"] for event in await opened.events()} == {channel}


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"channel": "fax"},
        {"channel": "desk"},
        {"channel": "text"},
        {"channel": 1},
        {"channel": "web", "locale": "<script>"},
        None,
    ],
)
async def test_a_start_without_a_known_channel_is_refused(served, body):
    answer = await served.http.post("/v1/conversations", json=body)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request")


async def test_feedback_is_an_event(served):
    opened = await served.start()
    said = await opened.say("hello", "m1")
    about = said["events"][-1]["seq"]
    answer = await opened.post("/feedback", {"about_seq": about, "rating": "up", "comment": "good"})
    assert answer.status_code == 202
    newest = (await opened.events())[-1]
    assert newest["type"] == "feedback_given" and newest["seq"] == answer.json()["seq"]
    assert newest["data"] == {"about_seq": about, "rating": "up", "comment": "good"}
    assert (await opened.post("/feedback", {"about_seq": 99, "rating": "up"})).json()["code"] == "unknown_seq"
    assert (await opened.post("/feedback", {"about_seq": 1, "rating": "meh"})).status_code == 422


async def test_interrupting_keeps_what_was_said_and_marks_it(tmp_path):
    gate = Gate()
    async with serving(build_house(tmp_path, gate)) as served:
        opened = await served.start()
        waiting = asyncio.create_task(opened.say("hello", "m1"))
        await gate.begun.wait()
        turn = (await opened.get()).json()["turn_id"]
        assert (await opened.post("/interrupt", {"turn_id": "t_other"})).json() == {"interrupted": False}
        answer = await opened.post("/interrupt", {"turn_id": turn})
        assert (answer.status_code, answer.json()) == (202, {"interrupted": True})
        reply = (await waiting)["events"][-1]["data"]
        assert (reply["text"], reply["interrupted"], reply["turn_id"]) == (gate.first, True, turn)


async def test_a_wait_that_runs_out_answers_202_with_the_seq(tmp_path):
    from channels.settings import ChannelSettings

    gate = Gate()
    async with serving(build_house(tmp_path, gate), ChannelSettings(reply_seconds=0.05)) as served:
        opened = await served.start()
        answer = await opened.post("/messages?wait=reply", {"client_id": "m1", "text": "hello"})
        assert (answer.status_code, answer.json()) == (202, {"seq": 3})
        gate.opened.set()


async def test_a_conversation_moves_to_another_device_by_a_code_that_works_once(served):
    opened = await served.start()
    await opened.say("hello", "m1")
    issued = (await opened.post("/transfer_codes", {})).json()
    assert issued["code"] in issued["url"] and issued["qr_svg"].startswith("<svg")
    assert issued["expires_at"].endswith("Z")
    redeemed = await served.http.post(f"/v1/transfer_codes/{issued['code']}/redeem", json={"channel": "mobile"})
    assert redeemed.status_code == 200
    body = redeemed.json()
    assert body["conversation_id"] == opened.conversation_id and body["token"] != opened.token
    headers = {"Authorization": f"Bearer {body['token']}"}
    said = await served.http.post(
        opened.path("/messages?wait=reply"), json={"client_id": "m2", "text": "from the phone"}, headers=headers
    )
    assert said.json()["events"][0]["channel"] == "mobile"
    assert "channel_joined" in [event["type"] for event in await opened.events(after=5)]
    for code in (issued["code"], "NEVERWAS22"):
        again = await served.http.post(f"/v1/transfer_codes/{code}/redeem", json={"channel": "mobile"})
        assert (again.status_code, again.json()["code"]) == (404, "transfer_code_invalid")


async def test_speech_is_refused_clearly_until_it_is_installed(served):
    opened = await served.start()
    answer = await served.http.post(opened.path("/audio"), content=b"RIFF", headers=opened.headers)
    assert (answer.status_code, answer.json()["code"]) == (501, "speech_not_installed")


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/v1/nothing", 404, "not_found"),
        ("POST", "/v1/nothing", 404, "not_found"),
        ("GET", "/nothing.js", 404, "not_found"),
        ("GET", "/../../etc/passwd", 404, "not_found"),
        ("GET", "/v1/conversations/c_1/messages", 405, "method_not_allowed"),
        ("GET", "/v1/desk/nothing", 404, "not_found"),
        ("GET", "/v1/desk/queue", 401, "not_allowed"),
        ("GET", "/v1/conversations", 405, "method_not_allowed"),
        ("DELETE", "/healthz", 405, "method_not_allowed"),
    ],
)
async def test_what_does_not_exist_is_a_problem_too(served, method, path, status, code):
    answer = await served.http.request(method, path)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.headers["content-type"].startswith("application/problem+json")


async def test_health_readiness_and_metrics(served):
    assert (await served.http.get("/healthz")).json() == {"status": "ok"}
    ready = await served.http.get("/readyz")
    assert (ready.status_code, ready.json()["dependencies"]["store"]["state"]) == (200, "ready")
    served.house.states = {"store": {"state": "failed", "detail": "disk full"}}
    assert (await served.http.get("/readyz")).status_code == 503
    opened = await served.start()
    await opened.say("hello", "m1")
    text = (await served.http.get("/metrics")).text
    assert "aisle_http_requests_total" in text and opened.conversation_id not in text


async def test_too_many_messages_are_refused_with_when_to_come_back(tmp_path):
    from channels.settings import ChannelSettings

    async with serving(build_house(tmp_path), ChannelSettings(messages_at_once=3)) as served:
        opened = await served.start()
        answers = [await opened.post("/messages", {"client_id": f"m{n}", "text": "hi"}) for n in range(4)]
        assert [answer.status_code for answer in answers] == [202, 202, 202, 429]
        assert answers[-1].json()["code"] == "too_many_messages" and int(answers[-1].headers["retry-after"]) >= 1


async def test_every_answer_carries_the_security_headers(served):
    opened = await served.start()
    for answer in (await served.http.get("/healthz"), await opened.get(), await served.http.get("/v1/nothing")):
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "referrer-policy" in answer.headers


async def test_only_listed_sites_may_call_from_a_browser(tmp_path):
    from channels.settings import ChannelSettings

    settings = ChannelSettings(allowed_origins="https://shop.example, https://www.shop.example")
    async with serving(build_house(tmp_path), settings) as served:
        for origin, allowed in (
            ("https://shop.example", True),
            ("http://localhost:3000", True),
            ("https://evil.example", False),
            ("https://localhost.evil.example", False),
        ):
            answer = await served.http.options(
                "/v1/conversations",
                headers={
                    "Origin": origin,
                    "Access-Control-Request-Method": "POST",
                    "Access-Control-Request-Headers": "authorization,content-type",
                },
            )
            assert (answer.headers.get("access-control-allow-origin") == origin) is allowed


async def test_what_nobody_foresaw_is_a_problem_without_a_word_about_the_inside(tmp_path):
    house = build_house(tmp_path)

    def broken():
        raise RuntimeError("secret detail")

    house.health = broken
    async with serving(house) as served:
        answer = await served.http.get("/readyz")
        assert (answer.status_code, answer.json()["code"]) == (500, "internal")
        assert "secret" not in answer.text and "nosniff" in answer.headers["x-content-type-options"]


async def test_a_server_that_is_about_to_go_is_not_ready_but_still_serves(served):
    served.app.state.front_door.leaving.set()
    assert (await served.http.get("/readyz")).status_code == 503
    opened = await served.start()
    await opened.say("hello", "m1")
