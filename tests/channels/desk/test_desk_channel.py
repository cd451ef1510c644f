"""The agents' desk over HTTP and its socket, against a running server: who comes in, what they see and do."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import websockets

from assistant.conversation import Conversation, Unanswered
from assistant.events import SYSTEM, AssistantSaid, HandoffRequested
from assistant.live_turn import LiveTurn
from assistant.stores.small_tables import open_engine
from channels.desk import accounts as module
from channels.desk.accounts import Accounts
from channels.desk.errors import InvalidAccount, SignInRefused
from tests.channels.house import Opened, Served, build_house, serving

pytestmark = pytest.mark.anyio

PASSWORD = "correct horse battery"


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(autouse=True)
def _cheap_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_COST", 2**4)


async def hand_over(conversation: Conversation, said: Sequence[Unanswered], live: LiveTurn) -> AssistantSaid:
    """Asks for a person once."""
    if conversation.handoff is None:
        live.record(SYSTEM, HandoffRequested(reason="asked", summary="wants a person"))
    return AssistantSaid(turn_id=live.id, text="A colleague is asked.", language="en")


@pytest.fixture
async def served(tmp_path: Path) -> AsyncIterator[Served]:
    async with serving(build_house(tmp_path, hand_over)) as running:
        yield running


class AgentClient:
    def __init__(self, served: Served, token: str) -> None:
        self.served, self.token = served, token

    async def call(self, method: str, path: str, body: Any = None) -> Any:
        headers = {"Authorization": f"Bearer {self.token}"}
        return await self.served.http.request(method, f"/v1/desk{path}", json=body, headers=headers)

    async def get(self, path: str) -> Any:
        return await self.call("GET", path)

    async def post(self, path: str, body: Any = None) -> Any:
        return await self.call("POST", path, body)

    @asynccontextmanager
    async def socket(self) -> AsyncIterator[DeskSocket]:
        address = self.served.url.replace("http", "ws") + "/v1/desk/socket"
        async with websockets.connect(address, compression=None) as connection:
            await connection.send(json.dumps({"type": "hello", "token": self.token}))
            yield DeskSocket(connection)


class DeskSocket:
    def __init__(self, connection: Any) -> None:
        self.connection = connection

    async def send(self, **frame: Any) -> None:
        await self.connection.send(json.dumps(frame))

    async def until(self, kind: str, **fields: Any) -> dict[str, Any]:
        async with asyncio.timeout(8):
            while True:
                frame: dict[str, Any] = json.loads(await self.connection.recv())
                if frame["type"] == kind and all(frame.get(name) == value for name, value in fields.items()):
                    return frame

    async def event(self, kind: str) -> dict[str, Any]:
        while True:
            event: dict[str, Any] = (await self.until("event"))["event"]
            if event["type"] == kind:
                return event

    async def closed(self) -> int:
        async with asyncio.timeout(12):
            try:
                while True:
                    await self.connection.recv()
            except websockets.ConnectionClosed:
                return int(self.connection.close_code)


async def admin_of(served: Served) -> AgentClient:
    first = served.app.state.desk_door.accounts.set_up()
    answer = await served.http.post("/v1/desk/sign_in", json={"name": "admin", "password": first.read_text().strip()})
    assert answer.json()["must_change_password"] is True
    client = AgentClient(served, answer.json()["token"])
    changed = await client.post("/password", {"old": first.read_text().strip(), "new": PASSWORD})
    assert changed.status_code == 200, changed.text
    assert not first.exists()
    return AgentClient(served, changed.json()["token"])


async def agent_of(served: Served, admin: AgentClient, name: str, role: str = "agent") -> AgentClient:
    made = (await admin.post("/agents", {"id": name, "name": name.title(), "role": role})).json()
    token = (await served.http.post("/v1/desk/sign_in", json={"name": name, "password": made["password"]})).json()
    client = AgentClient(served, token["token"])
    changed = await client.post("/password", {"old": made["password"], "new": PASSWORD})
    return AgentClient(served, changed.json()["token"])


async def waiting(served: Served) -> Opened:
    customer = await served.start()
    await customer.say("a person please", "m1")
    return customer


async def test_the_first_sign_in_is_with_a_password_that_is_good_for_nothing_else(served: Served) -> None:
    first = served.app.state.desk_door.accounts.set_up()
    assert first.stat().st_mode & 0o077 == 0
    signed = await served.http.post("/v1/desk/sign_in", json={"name": "admin", "password": first.read_text().strip()})
    refused = await AgentClient(served, signed.json()["token"]).get("/queue")
    assert (refused.status_code, refused.json()["code"]) == (403, "password_must_change")


@pytest.mark.parametrize("body", [{"name": "admin", "password": "wrong"}, {"name": "nobody", "password": "wrong"}])
async def test_a_wrong_name_and_a_wrong_password_are_answered_alike(served: Served, body: dict[str, str]) -> None:
    answer = await served.http.post("/v1/desk/sign_in", json=body)
    assert (answer.status_code, answer.json()["code"]) == (401, "sign_in_refused")


async def test_guesses_are_counted(served: Served) -> None:
    codes = [
        (await served.http.post("/v1/desk/sign_in", json={"name": "admin", "password": "no"})).status_code
        for _ in range(12)
    ]
    assert codes[-1] == 429 and codes[0] == 401


async def test_without_an_agents_token_the_desk_is_closed_to_customers_too(served: Served) -> None:
    customer = await waiting(served)
    paths = served.app.openapi()["paths"]
    checked = 0
    for path, operations in paths.items():
        if not path.startswith("/v1/desk") or path.startswith("/v1/desk/sign_in"):
            continue
        for method in operations:
            address = path.replace("{conversation_id}", customer.conversation_id).replace("{agent_id}", "admin")
            for headers in ({}, customer.headers):
                answer = await served.http.request(method.upper(), f"{address}?q=x", headers=headers, json={})
                assert answer.status_code == 401, (method, path, answer.text)
                checked += 1
    assert checked > 20


async def test_an_agent_takes_answers_and_gives_back(served: Served) -> None:
    admin = await admin_of(served)
    ada, ben = await agent_of(served, admin, "ada"), await agent_of(served, admin, "ben")
    customer = await waiting(served)
    (line,) = (await ada.get("/queue")).json()["conversations"]
    assert (line["conversation_id"], line["reason"], line["agent"]) == (customer.conversation_id, "asked", None)
    at = f"/conversations/{customer.conversation_id}"
    early = await ada.post(f"{at}/messages", {"client_id": "a1", "text": "hello"})
    assert (early.status_code, early.json()["code"]) == (409, "not_claimed")
    assert (await ada.post(f"{at}/claim")).json()["status"] == "agent"
    taken = await ben.post(f"{at}/claim")
    assert (taken.status_code, taken.json()["code"]) == (409, "claimed")
    assert "Ada" in taken.json()["detail"]
    said = await ada.post(f"{at}/messages", {"client_id": "a1", "text": "How can I help?"})
    again = await ada.post(f"{at}/messages", {"client_id": "a1", "text": "How can I help?"})
    assert said.json() == again.json()
    await ada.post(f"{at}/notes", {"text": "a regular"})
    seen = await customer.events()
    assert [event["type"] for event in seen if event["type"] in ("agent_joined", "agent_said")] == [
        "agent_joined",
        "agent_said",
    ]
    assert "a regular" not in json.dumps(seen)
    assert (await ada.post(f"{at}/release", {"to": "assistant"})).json()["status"] == "assistant"
    assert (await ada.get("/queue")).json()["conversations"] == []


async def test_the_queue_and_the_conversation_are_live_on_the_socket(served: Served) -> None:
    admin = await admin_of(served)
    ada = await agent_of(served, admin, "ada")
    async with ada.socket() as desk:
        assert (await desk.until("queue"))["conversations"] == []
        customer = await waiting(served)
        line = (await desk.until("queue_changed"))["line"]
        assert line["conversation_id"] == customer.conversation_id
        await desk.send(type="watch", conversation_id=customer.conversation_id, after=0)
        await desk.until("live")
        await ada.post(f"/conversations/{customer.conversation_id}/claim")
        await desk.event("agent_joined")
        async with served.socket() as page:
            await page.send(customer.hello())
            await page.until("live")
            await page.send({"type": "message", "client_id": "m2", "text": "are you real?"})
            assert (await desk.event("customer_said"))["data"]["text"] == "are you real?"
            await desk.send(type="typing", conversation_id=customer.conversation_id, on=True)
            await page.until("signal", signal="typing", who="agent", on=True)
            await ada.post(f"/conversations/{customer.conversation_id}/messages", {"client_id": "a", "text": "I am"})
            assert (await page.until_event("agent_said"))[-1]["event"]["data"]["text"] == "I am"
        await ada.post(f"/conversations/{customer.conversation_id}/close", {"outcome": "solved"})
        await desk.until("queue_left", conversation_id=customer.conversation_id)


async def test_who_has_gone_gives_their_conversations_back_and_a_reload_does_not(served: Served) -> None:
    ada = await admin_of(served)
    served.app.state.desk_door.present.seconds = 1
    customer = await waiting(served)
    at = f"/conversations/{customer.conversation_id}"
    async with ada.socket() as desk:
        await desk.until("queue")
        await ada.post(f"{at}/claim")
    async with ada.socket() as desk:  # back at once
        await desk.until("queue")
        assert not served.app.state.desk_door.present.leaving("admin")
        (line,) = (await ada.get("/queue")).json()["conversations"]
        assert line["status"] == "agent"
    async with served.socket() as page:
        await page.send(customer.hello())
        await page.until_event("agent_left")
    (line,) = (await ada.get("/queue")).json()["conversations"]
    assert (line["status"], line["reason"]) == ("waiting_for_agent", "its agent lost the connection")


async def test_a_sign_out_and_a_new_role_close_open_sockets(served: Served) -> None:
    admin = await admin_of(served)
    ada, ben = await agent_of(served, admin, "ada"), await agent_of(served, admin, "ben")
    async with ada.socket() as of_ada, ben.socket() as of_ben:
        await of_ada.until("queue")
        await of_ben.until("queue")
        assert (await ada.post("/sign_out")).status_code == 204
        assert (await admin.post("/agents/ben/role", {"role": "supervisor"})).status_code == 204
        assert await of_ada.closed() == 4401
        assert await of_ben.closed() == 4401
    assert (await ada.get("/queue")).status_code == 401


@pytest.mark.parametrize(
    "first", ['{"type": "hello", "token": "x"}', "nonsense", "[]", '{"type": "hello"}', '{"token": 7}']
)
async def test_a_bad_first_frame_ends_the_socket(served: Served, first: str) -> None:
    address = served.url.replace("http", "ws") + "/v1/desk/socket"
    async with websockets.connect(address, compression=None) as connection:
        await connection.send(first)
        assert await DeskSocket(connection).closed() in (4400, 4401)


async def test_bad_frames_are_told_and_the_socket_stays(served: Served) -> None:
    ada = await admin_of(served)
    async with ada.socket() as desk:
        await desk.until("queue")
        for frame in (
            {"type": "watch"},
            {"type": "watch", "conversation_id": "c_none"},
            {"type": "watch", "conversation_id": "c_none", "after": -1},
            {"type": "dance", "conversation_id": "x"},
        ):
            await desk.send(**frame)
            assert (await desk.until("error"))["code"]
        await desk.send(type="ping")
        await desk.until("pong")


async def test_only_an_admin_makes_accounts(served: Served) -> None:
    admin = await admin_of(served)
    ada = await agent_of(served, admin, "ada")
    assert (await ada.post("/agents", {"id": "eve"})).status_code == 403
    assert (await ada.get("/agents")).status_code == 403
    names = [one["agent_id"] for one in (await admin.get("/agents")).json()["agents"]]
    assert names == ["ada", "admin"]
    assert (await admin.call("DELETE", "/agents/ada")).status_code == 204
    assert (await ada.get("/queue")).status_code == 401


def test_accounts_refuse_what_is_no_account(tmp_path: Path) -> None:
    accounts = Accounts(tmp_path, open_engine(tmp_path))
    accounts.set_up()
    for name, role in (("A b", "agent"), ("", "agent"), ("x" * 65, "agent"), ("ada", "king"), ("admin", "agent")):
        with pytest.raises(InvalidAccount):
            accounts.add(name, shown="", role=role)
    with pytest.raises(InvalidAccount, match="last admin"):
        accounts.remove("admin")
    password = accounts.add("ada", shown="Ada", role="agent")
    with pytest.raises(InvalidAccount, match="10 to 256"):
        accounts.change_password("ada", password, "short")
    with pytest.raises(SignInRefused):
        accounts.change_password("ada", "wrong", PASSWORD)
