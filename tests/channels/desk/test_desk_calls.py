"""The desk's calls beside the conversation: who may what, transfers, canned replies, call-backs, search, figures, presence."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from assistant.desk.callbacks import CallBack
from assistant.desk.running import sweep
from assistant.events import ConversationId, event_to_wire
from channels.call_center.caller import Caller
from channels.desk import accounts as module
from tests.channels.desk.test_desk_channel import AgentClient, admin_of, agent_of, hand_over
from tests.channels.house import Opened, Served, build_house, serving

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(autouse=True)
def _cheap_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_COST", 2**4)


@pytest.fixture
async def served(tmp_path: Path) -> AsyncIterator[Served]:
    async with serving(build_house(tmp_path, hand_over)) as running:
        yield running


async def waiting(served: Served, text: str = "a person please") -> Opened:
    customer = await served.start()
    await customer.say(text, "m1")
    return customer


@pytest.fixture
async def ada(served: Served) -> AgentClient:
    """An admin, who is a supervisor too."""
    return await admin_of(served)


@pytest.fixture
async def ben(served: Served, ada: AgentClient) -> AgentClient:
    return await agent_of(served, ada, "ben")


async def log_of(served: Served, customer: Opened) -> list[dict[str, Any]]:
    """As agents see it."""
    events = await served.house.assistant.events(ConversationId(customer.conversation_id))
    return [event_to_wire(event) for event in events]


CALLS = [
    ("GET", "/me"), ("PUT", "/me"), ("GET", "/colleagues"), ("GET", "/hours"), ("POST", "/conversations/{}/claim"),
    ("POST", "/conversations/{}/transfer"), ("POST", "/conversations/{}/snooze"), ("DELETE", "/conversations/{}/snooze"),
    ("POST", "/conversations/{}/close"), ("POST", "/conversations/{}/join"), ("POST", "/conversations/{}/whispers"),
    ("POST", "/conversations/{}/translations"), ("POST", "/conversations/{}/call/transfer"), ("GET", "/replies"),
    ("POST", "/replies"), ("PUT", "/replies/r_1"), ("DELETE", "/replies/r_1"), ("POST", "/conversations/{}/replies/r_1"),
    ("GET", "/search?q=x"), ("GET", "/callbacks"), ("POST", "/callbacks/c/take"), ("POST", "/callbacks/c/release"),
    ("POST", "/callbacks/c/done"), ("GET", "/figures"), ("GET", "/export"),
]  # fmt: skip


@pytest.mark.parametrize(("method", "path"), CALLS)
async def test_a_customers_token_opens_no_call_of_the_desk(served: Served, method: str, path: str) -> None:
    customer = await served.start()
    address = f"/v1/desk{path.format(customer.conversation_id)}"
    for headers in (customer.headers, {}):
        answer = await served.http.request(method, address, json={}, headers=headers)
        assert answer.status_code == 401, (path, answer.text)
        assert answer.json()["code"] == "not_allowed"


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/figures", None),
        ("GET", "/export", None),
        ("POST", "/conversations/{}/join", None),
        ("POST", "/conversations/{}/whispers", {"text": "x"}),
        ("POST", "/conversations/{}/claim", {"take_over": True}),
        ("POST", "/replies", {"shortcut": "a", "texts": {"en": "x"}, "shared": True}),
    ],
)
async def test_what_is_a_supervisors_is_no_agents(
    served: Served, ben: AgentClient, method: str, path: str, body: Any
) -> None:
    customer = await waiting(served)
    answer = await ben.call(method, path.format(customer.conversation_id), body)
    assert (answer.status_code, answer.json()["code"]) == (403, "role_too_low")


async def test_a_conversation_is_given_to_a_colleague_who_is_there(
    served: Served, ada: AgentClient, ben: AgentClient
) -> None:
    customer = await waiting(served)
    at = f"/conversations/{customer.conversation_id}"
    await ada.post(f"{at}/claim")
    gone = await ada.post(f"{at}/transfer", {"to": {"agent_id": "ben"}, "reason": "tents"})
    assert (gone.status_code, gone.json()["code"]) == (422, "unknown_agent")
    async with ben.socket() as screen:
        await screen.until("queue")
        people = (await ada.get("/colleagues")).json()["agents"]
        assert [(one["agent_id"], one["status"]) for one in people] == [("ben", "available")]
        moved = await ada.post(f"{at}/transfer", {"to": {"agent_id": "ben"}, "reason": "knows tents"})
        assert moved.json()["status"] == "waiting_for_agent", moved.text
        frame = await screen.until("queue_changed")
        while not frame["line"]["for_agent"]:
            frame = await screen.until("queue_changed")
        assert frame["line"]["for_agent"] == {"agent_id": "ben", "name": "Ben"} and frame["line"]["reserved_until"]
        assert (await ben.post(f"{at}/claim")).json()["status"] == "agent"
        await screen.send(type="status", status="away")
        while (await screen.until("colleagues"))["agents"][0]["status"] != "away":
            pass
    shown = json.dumps(await customer.events())
    assert "knows tents" not in shown
    bad = await ben.post(f"{at}/transfer", {"to": {}, "reason": "x"})
    assert bad.status_code == 422


async def test_an_agent_has_no_more_at_once_than_they_said(served: Served, ben: AgentClient) -> None:
    first, second = await waiting(served), await waiting(served)
    async with ben.socket() as screen:
        await screen.until("queue")
        assert (await ben.call("PUT", "/me", {"capacity": 1})).json()["capacity"] == 1
        await ben.post(f"/conversations/{first.conversation_id}/claim")
        full = await ben.post(f"/conversations/{second.conversation_id}/claim")
        assert (full.status_code, full.json()["code"]) == (409, "at_capacity")
        all_the_same = await ben.post(f"/conversations/{second.conversation_id}/claim", {"ignore_capacity": True})
        assert all_the_same.status_code == 200
        assert (await ben.get("/me")).json()["has"] == 2


async def test_a_supervisor_reads_along_whispers_and_takes_over_and_the_customer_reads_none_of_it(
    served: Served, ada: AgentClient, ben: AgentClient
) -> None:
    customer = await waiting(served)
    at = f"/conversations/{customer.conversation_id}"
    await ben.post(f"{at}/claim")
    assert (await ada.post(f"{at}/join")).status_code == 200
    assert (await ada.post(f"{at}/whispers", {"text": "offer a voucher"})).status_code == 201
    events = await log_of(served, customer)
    assert [event["data"].get("kind") for event in events if event["type"] == "note_added"] == ["joined", "whisper"]
    assert "voucher" not in json.dumps(await customer.events())
    assert (await ada.post(f"{at}/claim")).json()["code"] == "claimed"
    assert (await ada.post(f"{at}/claim", {"take_over": True})).status_code == 200
    assert (await ben.post(f"{at}/messages", {"client_id": "x", "text": "hi"})).json()["code"] == "claimed"


async def test_laid_aside_and_back_when_the_customer_writes(served: Served, ben: AgentClient) -> None:
    customer = await waiting(served)
    at = f"/conversations/{customer.conversation_id}"
    await ben.post(f"{at}/claim")
    until = (datetime.now(UTC) + timedelta(hours=2)).isoformat()
    assert (await ben.post(f"{at}/snooze", {"until": "2020-01-01T00:00:00Z"})).json()["code"] == "bad_time"
    assert (await ben.post(f"{at}/snooze", {"until": until, "note": "parcel"})).status_code == 200
    (line,) = (await ben.get("/queue")).json()["conversations"]
    assert line["snoozed_until"] and line["snooze_note"] == "parcel"
    await customer.post("/messages", {"client_id": "m2", "text": "hello?"})
    await sweep(served.app.state.desk_door.office)
    (line,) = (await ben.get("/queue")).json()["conversations"]
    assert line["status"] == "waiting_for_agent" and not line["snoozed_until"]
    await ben.post(f"{at}/claim")
    await ben.post(f"{at}/snooze", {"until": until})
    assert (await ben.call("DELETE", f"{at}/snooze")).json()["status"] == "waiting_for_agent"


async def test_an_outcome_is_recorded_for_agents_and_spam_is_not_called_so_to_the_customer(
    served: Served, ben: AgentClient
) -> None:
    customer = await waiting(served)
    at = f"/conversations/{customer.conversation_id}"
    await ben.post(f"{at}/claim")
    assert (await ben.post(f"{at}/close", {"outcome": "other"})).json()["code"] == "note_needed"
    assert (await ben.post(f"{at}/close", {"outcome": "great"})).status_code == 422
    assert (await ben.post(f"{at}/close", {"outcome": "spam", "note": "casino"})).json()["status"] == "closed"
    shown = json.dumps(await customer.events())
    assert "spam" not in shown and "casino" not in shown
    recorded = [event["data"] for event in await log_of(served, customer) if event["type"] == "outcome_recorded"]
    assert recorded == [{"outcome": "spam", "note": "casino", "agent_id": "ben"}]


async def test_canned_replies_are_kept_filled_and_refused_with_reasons(
    served: Served, ada: AgentClient, ben: AgentClient
) -> None:
    texts = {"en": "Hi {customer.first_name}, {agent.name} here.", "de": "Hallo, hier {agent.name}."}
    made = await ben.post("/replies", {"shortcut": "hi", "title": "Greeting", "texts": texts})
    assert made.status_code == 201, made.text
    reply = made.json()["reply_id"]
    assert (await ben.post("/replies", {"shortcut": "hi", "texts": texts})).json()["code"] == "shortcut_taken"
    wrong = await ben.post("/replies", {"shortcut": "x", "texts": {"en": "{customer.shoe}"}})
    assert (wrong.status_code, wrong.json()["code"]) == (422, "unknown_field") and "customer.shoe" in wrong.text
    assert (await ben.post("/replies", {"shortcut": "a b", "texts": texts})).json()["code"] == "bad_shortcut"
    assert (await ada.get("/replies")).json()["replies"] == []  # Ben's own
    assert (await ada.call("PUT", f"/replies/{reply}", {"shortcut": "hi", "texts": texts})).status_code == 404
    customer = await waiting(served)
    filled = (await ben.post(f"/conversations/{customer.conversation_id}/replies/{reply}")).json()
    assert filled == {
        "text": "Hi {customer.first_name}, Ben here.",
        "language": "en",
        "missing": ["customer.first_name"],
    }
    german = await served.start(locale="de-DE")
    spoken = (await ben.post(f"/conversations/{german.conversation_id}/replies/{reply}")).json()
    assert spoken["text"] == "Hallo, hier Ben." and spoken["language"] == "de"
    shared = {"shortcut": "bye", "texts": {"en": "Bye"}, "shared": True}
    made = await ada.post("/replies", shared)
    assert [one["shortcut"] for one in (await ben.get("/replies?q=by")).json()["replies"]] == ["bye"]
    assert (await ben.call("DELETE", f"/replies/{made.json()['reply_id']}")).status_code == 403
    assert (await ben.call("DELETE", f"/replies/{reply}")).status_code == 204
    assert (await ben.call("DELETE", f"/replies/{reply}")).status_code == 404


async def test_call_backs_are_seen_taken_and_done(served: Served, ada: AgentClient, ben: AgentClient) -> None:
    office = served.app.state.desk_door.office
    async with ben.socket() as screen:
        await screen.until("callbacks", open=0)
        await office.keep(
            CallBack(id="cb", kind="callback", conversation_id="c", phone="+4930123456", wanted="at five")
        )
        await screen.until("callbacks", open=1)
        (one,) = (await ben.get("/callbacks")).json()["callbacks"]
        assert one["phone"] == "+4930123456" and one["when"] == "at five" and one["agent"] is None
        assert (await ben.post("/callbacks/cb/take")).json()["state"] == "taken"
        assert (await ada.post("/callbacks/cb/take")).json()["code"] == "claimed"
        assert (await ben.post("/callbacks/cb/done", {"outcome": "reached"})).json()["state"] == "done"
        await screen.until("callbacks", open=0)
    assert (await ben.get("/callbacks?state=done")).json()["callbacks"][0]["agent"]["name"] == "Ben"
    assert (await ben.post("/callbacks/none/take")).status_code == 404


async def test_past_conversations_are_found_and_counted_and_exported(
    served: Served, ada: AgentClient, ben: AgentClient
) -> None:
    customer = await waiting(served, "a person please, my kettle =leaks")
    at = f"/conversations/{customer.conversation_id}"
    await ben.post(f"{at}/claim")
    await ben.post(f"{at}/messages", {"client_id": "x", "text": "a new lid is on its way"})
    await ben.post(f"{at}/close", {"outcome": "solved"})
    assert (await ben.get("/search")).json()["code"] == "nothing_asked"
    (found,) = (await ben.get("/search?q=KETTLE lid")).json()["past"]
    assert found["conversation_id"] == customer.conversation_id and found["outcome"] == "solved"
    assert (await ben.get("/search?agent=ben&state=open")).json()["past"] == []
    assert (await ben.get("/search?q=kettles%25")).json()["past"] == []
    figures = (await ada.get("/figures")).json()
    assert (figures["asked"], figures["claimed"], figures["service_level"]) == (1, 1, 1.0)
    assert figures["outcomes"] == [{"name": "solved", "count": 1}] and figures["handle"]["n"] == 1
    assert figures["first_reply"]["p50"] is not None and figures["now"]["waiting"] == 0
    assert figures["from"] < figures["to"]
    table = (await ada.get("/export?format=csv")).text
    (row,) = list(csv.DictReader(io.StringIO(table)))
    assert row["agent_id"] == "ben" and row["outcome"] == "solved" and float(row["wait_seconds"]) >= 0
    lines = (await ada.get("/export?format=jsonl")).text.splitlines()
    assert json.loads(lines[0])["conversation_id"] == customer.conversation_id
    assert (await ada.get("/export?from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z")).json()["code"] == "bad_time"


async def test_two_who_write_to_the_same_customer_are_warned(
    served: Served, ada: AgentClient, ben: AgentClient
) -> None:
    customer = await waiting(served)
    name = customer.conversation_id
    async with ada.socket() as hers, ben.socket() as his:
        await hers.send(type="watch", conversation_id=name, after=0)
        await hers.until("live")
        await his.send(type="watch", conversation_id=name, after=0)
        seen = await hers.until("agents")
        assert [(one["agent_id"], one["doing"]) for one in seen["agents"]] == [("ben", "reading")]
        assert [one["agent_id"] for one in (await his.until("agents"))["agents"]] == ["admin"]
        await hers.send(type="typing", conversation_id=name, on=True)
        while (await his.until("agents"))["agents"][0]["doing"] != "writing":
            pass
        await his.send(type="typing", conversation_id=name, on=True)
        assert (await his.until("collision"))["agent"]["agent_id"] == "admin"
        assert (await hers.until("collision"))["agent"]["agent_id"] == "ben"
        await his.send(type="unwatch", conversation_id=name)
        while (await hers.until("agents"))["agents"]:
            pass


async def test_a_customer_who_waits_is_told_their_place_as_soon_as_they_look(served: Served, ben: AgentClient) -> None:
    await waiting(served)
    customer = await waiting(served)
    async with served.socket() as page:
        await page.send(customer.hello())
        told = (await page.until("signal", signal="queue"))[-1]
        assert (told["position"], told["ahead"], told["open"]) == (2, 1, True)
        assert "expected_wait_seconds" not in told


async def test_where_no_model_translates_that_is_said(served: Served, ben: AgentClient) -> None:
    customer = await waiting(served)
    body = {"text": "hello", "to": "de"}
    answer = await ben.post(f"/conversations/{customer.conversation_id}/translations", body)
    assert (answer.status_code, answer.json()["code"]) == (501, "no_translation")


class Carrier:
    def __init__(self) -> None:
        self.dialed: list[str] = []

    def can(self, caller: Caller) -> bool:
        return caller.call.startswith("CA")

    async def give_on(self, caller: Caller, to: str) -> None:
        self.dialed.append(to)


async def test_a_call_is_given_on_where_its_carrier_dials_and_the_summary_is_there_first(
    served: Served, ben: AgentClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    center, carrier = served.app.state.call_center, Carrier()
    monkeypatch.setattr(type(center), "dialer", property(lambda _: carrier))
    customer = await waiting(served)
    at = f"/conversations/{customer.conversation_id}"
    body = {"to": "+4930123456"}
    assert (await ben.post(f"{at}/call/transfer", body)).json()["code"] == "not_claimed"
    await ben.post(f"{at}/claim")
    assert (await ben.post(f"{at}/call/transfer", body)).json()["code"] == "no_call"
    assert (await ben.post(f"{at}/call/transfer", {"to": "110"})).status_code == 422
    name = ConversationId(customer.conversation_id)
    with center.now.of(name, Caller(number="+15550100", call="asterisk-7")):
        assert (await ben.post(f"{at}/call/transfer", body)).json()["code"] == "no_dialing"
    with center.now.of(name, Caller(number="+15550100", call="CA123")):
        answer = await ben.post(f"{at}/call/transfer", body)
    assert answer.status_code == 202 and carrier.dialed == ["+4930123456"], answer.text
    noted = (await log_of(served, customer))[answer.json()["summary_seq"] - 1]
    assert noted["data"]["kind"] == "call" and "wants a person" in noted["data"]["text"]
