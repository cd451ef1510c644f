"""Sockets: every key at every door, every frame as everybody, Origins, floods; what ends while a socket is open."""

from __future__ import annotations

import asyncio
import inspect
import json
import time
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any, get_args

import jwt
import pytest
import websockets

from assistant.authority import AGENTS, Decision, Role, Thing, permit
from assistant.desk.people import Agent
from assistant.events import SYSTEM as BY_THE_SYSTEM
from assistant.events import ConversationId, Draft
from assistant.privacy_events import DataErased
from channels import frames
from channels.acts import DESK_FRAME_ACTS, FRAME_ACTS, LINE_ACTS, REALTIME_ACTS
from channels.desk import socket as desk_socket
from channels.realtime.exchange import _TAKERS
from channels.settings import ChannelSettings
from channels.voice.line import LineEvent
from tests.channels.house import Opened, Served, build_house, serving
from tests.security.matrix_house import ADMIN, MISSING, PROGRAM, SITE, cheap_passwords

pytestmark = pytest.mark.anyio

SOCKETS = ("/v1/socket", "/v1/desk/socket", "/v1/realtime", "/v1/twilio/stream", "/v1/asterisk/media")
SETTINGS = {"admin_token": ADMIN, "realtime_key": PROGRAM, "customer_token_secret": SITE, "hello_seconds": 2}


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Served]:
    cheap_passwords(monkeypatch)
    async with serving(build_house(tmp_path), ChannelSettings(_env_file=None, **SETTINGS)) as running:
        yield running


# -- declared ------------------------------------------------------------------------------------------------------------


def test_every_frame_of_every_socket_is_an_act() -> None:
    assert set(FRAME_ACTS) == set(get_args(frames.AnyClientFrame))
    assert set(LINE_ACTS) == set(get_args(LineEvent))
    assert set(REALTIME_ACTS) == set(_TAKERS)


def test_every_frame_that_the_desk_obeys_is_an_act() -> None:
    source = inspect.getsource(desk_socket._obey)
    obeyed = {kind for kind in DESK_FRAME_ACTS if f'"{kind}"' in source} | {"hello"}
    assert obeyed == set(DESK_FRAME_ACTS)
    cases = {line.strip()[6:-2] for line in source.splitlines() if line.strip().startswith('case "')}
    assert cases | {"ping", "status", "hello"} == set(DESK_FRAME_ACTS)


def test_whoever_holds_a_conversation_may_send_every_frame_to_it_and_none_to_another() -> None:
    for act in {*FRAME_ACTS.values(), *REALTIME_ACTS.values()}:
        for role in (Role.CUSTOMER, Role.SCREEN):
            assert permit(role, act, Thing.OWN) is Decision.ALLOWED
            assert permit(role, act, Thing.FOREIGN) is Decision.UNKNOWN
        assert all(permit(role, act, Thing.OWN) is not Decision.ALLOWED for role in AGENTS)


# -- every key at every door -----------------------------------------------------------------------------------------------


async def keys_of(served: Served) -> dict[str, str]:
    """One of each kind; what is spent or void is spent and void."""
    desk, door, http = served.app.state.desk_door, served.app.state.front_door, served.http
    once = desk.accounts.add("newcomer", shown="", role="agent")
    desk.accounts.add("ben", shown="", role="agent")
    first = desk.accounts.find("ben")
    assert once and first is not None
    desk.accounts.change_password("ben", _password_of(desk, "ben"), "a password of ben's")
    agent = desk.tokens.issue(desk.accounts.find("ben"))
    newcomer = desk.tokens.issue(desk.accounts.find("newcomer"))
    customer, other, left, over = [await served.start(one) for one in ("web", "web", "kiosk", "web")]
    await left.post("/leave", {})
    fresh = await over.post("/tokens", {})
    assert fresh.status_code == 201
    ticket = (await other.post("/tickets", {})).json()["ticket"]
    desk_ticket = await http.post("/v1/desk/tickets", headers={"Authorization": f"Bearer {agent}"})
    code = (await customer.post("/transfer_codes", {})).json()["code"]
    old = jwt.encode({"aud": "aisle:conversation", "sub": customer.conversation_id, "ch": "web", "exp": 1}, "x" * 32)
    mine = jwt.decode(customer.token, options={"verify_signature": False})
    late = jwt.encode({**mine, "exp": int(time.time()) - 1}, door.tokens._secret)
    none = jwt.encode(mine, "", algorithm="none") if "none" in jwt.algorithms.get_default_algorithms() else old
    return {
        "none": "", "garbage": "x.y.z", "another's": other.token, "its ticket": ticket, "agent": agent,
        "newcomer": newcomer, "desk ticket": desk_ticket.json()["ticket"], "operator": ADMIN, "program": PROGRAM,
        "site": jwt.encode({"sub": "maya"}, SITE, algorithm="HS256"), "transfer code": code, "left": left.token,
        "ended": over.token, "forged": old, "late": late, "unsigned": none, "long": "a" * 20_000, "id": MISSING,
    }  # fmt: skip


def _password_of(desk: Any, name: str) -> str:
    desk.accounts.remove(name)
    return str(desk.accounts.add(name, shown="", role="agent"))


async def hello(served: Served, path: str, frame: Mapping[str, Any], **options: Any) -> tuple[list[Any], int]:
    """All that comes back, and the close code."""
    address = served.url.replace("http", "ws") + path
    got: list[Any] = []
    async with websockets.connect(address, compression=None, **options) as connection:
        await connection.send(json.dumps(frame))
        try:
            async with asyncio.timeout(8):
                while True:
                    got.append(await connection.recv())
        except websockets.ConnectionClosed:
            return got, int(connection.close_code or 0)


async def test_no_key_but_its_own_opens_a_customers_socket_and_all_are_refused_alike(served: Served) -> None:
    mine = await served.start()
    keys = await keys_of(served)
    told = set()
    for name, key in keys.items():
        for conversation in (mine.conversation_id, MISSING):
            frame = {"type": "hello", "token": key, "conversation_id": conversation, "after": 0}
            got, code = await hello(served, "/v1/socket", frame)
            assert code == 4401, (name, got)
            told.add(tuple(got))
    assert len(told) == 1
    got, code = await hello(served, "/v1/socket", {**mine.hello(), "conversation_id": MISSING})
    assert (tuple(got), code) == (told.pop(), 4401)


async def test_no_key_but_an_agents_opens_the_desks_socket_and_all_are_refused_alike(served: Served) -> None:
    keys = await keys_of(served)
    mine = await served.start()
    told = set()
    for name, key in {**keys, "customer": mine.token}.items():
        if name in ("agent", "desk ticket", "newcomer"):
            continue
        got, code = await hello(served, "/v1/desk/socket", {"type": "hello", "token": key})
        assert code == 4401, (name, got)
        told.add(tuple(got))
    assert len(told) == 1
    assert (await hello(served, "/v1/desk/socket", {"type": "hello", "token": keys["newcomer"]}))[1] == 4401


async def test_no_other_key_opens_the_realtime_socket_and_all_are_refused_alike(served: Served) -> None:
    keys = await keys_of(served)
    screen = await served.start("kiosk")
    opens = ("program", "site", "another's", "its ticket")
    told = set()
    for name, key in {**keys, "screen": screen.token}.items():
        if name in opens or name == "long":
            continue
        headers = {"Authorization": f"Bearer {key}"}
        with pytest.raises(websockets.InvalidStatus) as caught:
            async with websockets.connect(
                served.url.replace("http", "ws") + "/v1/realtime", additional_headers=headers
            ):
                pytest.fail(name)
        assert caught.value.response.status_code == 401, name
        told.add(bytes(caught.value.response.body or b""))
    assert len(told) == 1


# -- tickets ---------------------------------------------------------------------------------------------------------------


async def test_a_ticket_opens_its_own_conversations_socket_once(served: Served) -> None:
    mine, other = await served.start(), await served.start()
    ticket = (await mine.post("/tickets", {})).json()["ticket"]
    foreign = (await other.post("/tickets", {})).json()["ticket"]
    async with served.socket() as opened:
        await opened.send({**mine.hello(), "token": ticket})
        await opened.until("live")
    assert (await hello(served, "/v1/socket", {**mine.hello(), "token": ticket}))[1] == 4401
    assert (await hello(served, "/v1/socket", {**mine.hello(), "token": foreign}))[1] == 4401
    assert (await served.http.get(mine.path(), headers={"Authorization": f"Bearer {foreign}"})).status_code == 401


async def test_a_ticket_runs_out_and_dies_with_its_token(served: Served) -> None:
    mine = await served.start()
    tickets = served.app.state.front_door.tickets
    late = (await mine.post("/tickets", {})).json()["ticket"]
    tickets._now = lambda: time.time() + 31
    assert (await hello(served, "/v1/socket", {**mine.hello(), "token": late}))[1] == 4401
    tickets._now = time.time
    void = (await mine.post("/tickets", {})).json()["ticket"]
    await mine.post("/tokens", {})
    assert (await hello(served, "/v1/socket", {**mine.hello(), "token": void}))[1] == 4401


async def test_a_ticket_opens_the_desk_once(served: Served) -> None:
    ticket = (await keys_of(served))["desk ticket"]
    async with websockets.connect(served.url.replace("http", "ws") + "/v1/desk/socket", compression=None) as opened:
        await opened.send(json.dumps({"type": "hello", "token": ticket}))
        assert json.loads(await opened.recv())["type"] == "welcome"
    assert (await hello(served, "/v1/desk/socket", {"type": "hello", "token": ticket}))[1] == 4401


# -- every frame -------------------------------------------------------------------------------------------------------------

FRAMES: dict[type[frames.ClientFrame], dict[str, Any]] = {
    frames.Hello: {"token": "", "after": 0},
    frames.SendMessage: {"client_id": "f1", "text": "hi"},
    frames.SendAction: {"client_id": "f2", "action": "talk_to_human", "arguments": {}},
    frames.TypingChanged: {"on": True},
    frames.Interrupt: {"turn_id": "t_of_another"},
    frames.Ack: {"seq": 1},
    frames.Ping: {},
    frames.AudioStart: {"rate": 16_000},
    frames.AudioEnd: {},
    frames.PlayedSpeech: {"turn_id": "t_of_another", "ms": 5.0},
}


@pytest.mark.parametrize("channel", ["web", "kiosk"])
async def test_a_frame_that_names_another_conversation_does_nothing_there(served: Served, channel: str) -> None:
    assert set(FRAMES) == set(FRAME_ACTS)
    mine, other = await served.start(channel), await served.start()
    before = await served.house.assistant.state(ConversationId(other.conversation_id))
    for kind, fields in FRAMES.items():
        async with served.socket() as opened:
            await opened.send(mine.hello())
            await opened.until("live")
            named = {
                "conversation_id": other.conversation_id,
                "actor": {"kind": "agent", "id": "ben"},
                "seq": 1,
                "channel": "desk",
            }
            await opened.send({**named, **fields, "type": kind.__struct_config__.tag})
            await opened.send({"type": "ping"})
            heard = await opened.until("pong")
            events = [frame["event"] for frame in heard if frame["type"] == "event"]
            assert all(event["conversation_id"] == mine.conversation_id for event in events)
            assert all(event["actor"]["kind"] != "agent" for event in events)
    after = await served.house.assistant.state(ConversationId(other.conversation_id))
    assert after.last_seq == before.last_seq


async def test_watching_is_no_right_to_write(served: Served) -> None:
    """An agent who watches a colleague's conversation: their typing reaches no customer; nothing is there that is not."""
    token = (await keys_of(served))["agent"]
    mine = await served.start()
    conversation = ConversationId(mine.conversation_id)
    desk = served.house.assistant.desk
    await desk.claim(conversation, Agent(id="ann", name="Ann"))
    async with (
        served.socket() as customer,
        websockets.connect(served.url.replace("http", "ws") + "/v1/desk/socket", compression=None) as agent,
    ):
        await customer.send(mine.hello())
        await customer.until("live")
        await agent.send(json.dumps({"type": "hello", "token": token}))
        for kind in ("watch", "typing", "unwatch"):
            await agent.send(
                json.dumps({"type": kind, "conversation_id": mine.conversation_id, "on": True, "after": 0})
            )
        for kind in ("watch", "typing"):
            await agent.send(json.dumps({"type": kind, "conversation_id": MISSING, "on": True, "after": 0}))
        await agent.send(json.dumps({"type": "ping"}))
        codes = []
        while (frame := json.loads(await agent.recv()))["type"] != "pong":
            codes += [frame["code"]] if frame["type"] == "error" else []
        assert codes == ["not_found", "not_found"]
        await customer.send({"type": "ping"})
        assert all(one.get("who") != "agent" for one in await customer.until("pong"))
        await desk.typing(conversation, Agent(id="ann", name="Ann"), True)
        assert (await customer.until("signal", signal="typing"))[-1]["who"] == "agent"


# -- Origins, floods -----------------------------------------------------------------------------------------------------------


async def by_hand(app: Any, path: str, *, client: str = "192.0.2.9", **headers: str) -> list[dict[str, Any]]:
    """What the server sends to one who opens a socket and leaves."""
    told: list[dict[str, Any]] = []
    came = iter([{"type": "websocket.connect"}])
    lines = [(name.encode(), value.encode()) for name, value in {"host": "aisle.test", **headers}.items()]

    async def receive() -> dict[str, Any]:
        return next(came, {"type": "websocket.disconnect", "code": 1001})

    async def send(message: Any) -> None:
        told.append(message)

    scope = {
        "type": "websocket", "path": path, "raw_path": path.encode(), "query_string": b"", "headers": lines, "scheme": "ws",
        "client": (client, 5), "server": ("aisle.test", 80), "subprotocols": [], "extensions": {"websocket.http.response": {}},
        "root_path": "", "http_version": "1.1", "asgi": {"version": "3.0"}, "state": {},
    }  # fmt: skip
    await app(scope, receive, send)
    return told


@pytest.mark.parametrize("path", SOCKETS)
@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "http://localhost.evil.example", "http://aisle.test.evil"]
)
async def test_a_page_of_another_site_opens_no_socket(served: Served, path: str, origin: str) -> None:
    for headers in ({}, {"authorization": f"Bearer {PROGRAM}"}):
        told = await by_hand(served.app, path, origin=origin, **headers)
        closed = [one for one in told if one["type"] == "websocket.close"]
        refused = [one for one in told if one["type"] == "websocket.http.response.start"]
        assert [one["code"] for one in closed] == [4401] or [one["status"] for one in refused] in ([401], [404]), told


@pytest.mark.parametrize("path", ["/v1/socket", "/v1/desk/socket", "/v1/realtime"])
async def test_a_thousand_opens_a_second_are_refused_and_others_are_served(served: Served, path: str) -> None:
    statuses = [
        one["status"]
        for _ in range(1_000)
        for one in await by_hand(served.app, path)
        if one["type"] == "websocket.http.response.start"
    ]
    assert statuses.count(429) >= 100
    other = await by_hand(served.app, path, client="198.51.100.7")
    assert 429 not in [one.get("status") for one in other]


# -- what ends while a socket is open --------------------------------------------------------------------------------------------


async def opened_by(served: Served, mine: Opened) -> Any:
    connection = await websockets.connect(served.url.replace("http", "ws") + "/v1/socket", compression=None)
    await connection.send(json.dumps(mine.hello()))
    while json.loads(await connection.recv())["type"] != "live":
        pass
    return connection


async def ends(connection: Any) -> int:
    async with asyncio.timeout(5):
        await connection.wait_closed()
    return int(connection.close_code)


async def test_who_ends_other_devices_closes_their_sockets_and_streams_and_keeps_the_own(served: Served) -> None:
    mine = await served.start()
    socket = await opened_by(served, mine)
    async with served.http.stream("GET", mine.path("/stream"), headers=mine.headers) as stream:
        answer = await mine.post("/tokens", {})
        assert await ends(socket) == 4401
        async with asyncio.timeout(5):
            async for _ in stream.aiter_lines():
                pass
    assert (await mine.get()).status_code == 401
    mine.token = answer.json()["token"]
    assert (await mine.get()).status_code == 200
    assert (await mine.say("still here", "m1"))["events"]
    await (await opened_by(served, mine)).close()


async def test_a_token_that_runs_out_closes_its_socket(tmp_path: Path) -> None:
    settings = ChannelSettings(_env_file=None, token_days=2 / 86_400)
    async with serving(build_house(tmp_path), settings) as served:
        assert await ends(await opened_by(served, await served.start())) == 4401


async def test_erasing_closes_every_device(served: Served) -> None:
    mine = await served.start()
    socket = await opened_by(served, mine)
    fact = DataErased(request_id="r1", scope="conversation")
    draft = Draft(fact=fact, actor=BY_THE_SYSTEM, channel="api")
    await served.house.assistant._sessions.append(ConversationId(mine.conversation_id), [draft])
    assert await ends(socket) == 4401


@pytest.mark.parametrize("what", ["sign_out", "role", "remove", "password"])
async def test_the_desks_sockets_close_with_the_account(served: Served, what: str) -> None:
    keys = await keys_of(served)
    connection = await websockets.connect(served.url.replace("http", "ws") + "/v1/desk/socket", compression=None)
    await connection.send(json.dumps({"type": "hello", "token": keys["agent"]}))
    assert json.loads(await connection.recv())["type"] == "welcome"
    accounts = served.app.state.desk_door.accounts
    match what:
        case "sign_out":
            accounts.sign_out("ben")
        case "role":
            accounts.set_role("ben", "supervisor")
        case "remove":
            accounts.remove("ben")
            accounts.add("ben", shown="", role="admin")
        case _:
            accounts.change_password("ben", "a password of ben's", "another one of ben's")
    assert await ends(connection) == 4401
    headers = {"Authorization": f"Bearer {keys['agent']}"}
    assert (await served.http.get("/v1/desk/queue", headers=headers)).status_code == 401


async def test_the_last_admin_keeps_the_role(served: Served) -> None:
    accounts = served.app.state.desk_door.accounts
    accounts.set_up()
    from channels.desk.errors import InvalidAccount

    with pytest.raises(InvalidAccount, match="last admin"):
        accounts.set_role("admin", "agent")


async def test_a_kiosk_has_no_history_before_a_code_links_it_and_none_of_its_own_after_it_left(served: Served) -> None:
    phone, kiosk = await served.start("mobile"), await served.start("kiosk")
    await phone.say("my own words", "m1")
    assert (await served.http.get(phone.path("/events"), headers=kiosk.headers)).status_code == 401
    code = (await phone.post("/transfer_codes", {})).json()["code"]
    linked = await served.http.post(f"/v1/transfer_codes/{code}/redeem", json={"channel": "kiosk"})
    again = await served.http.post(f"/v1/transfer_codes/{code}/redeem", json={"channel": "kiosk"})
    never = await served.http.post("/v1/transfer_codes/AAAAAAAAAA/redeem", json={"channel": "kiosk"})
    assert again.status_code == never.status_code == 404 and again.content == never.content
    headers = {"Authorization": f"Bearer {linked.json()['token']}"}
    shown = await served.http.get(phone.path("/events"), headers=headers)
    assert shown.status_code == 200 and "my own words" not in shown.text
    assert (await served.http.post(phone.path("/leave"), headers=headers)).status_code == 200
    assert (await served.http.get(phone.path("/events"), headers=headers)).status_code == 401
