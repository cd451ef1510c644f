"""Moving over real sockets and HTTP: codes, leaving, a public screen's every way out, a signed-in customer elsewhere."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import jwt
import numpy as np
import pytest

from assistant.conversation import Conversation, Unanswered
from assistant.events import (
    ASSISTANT,
    SYSTEM,
    Actor,
    AgentJoined,
    AgentSaid,
    AssistantSaid,
    Card,
    Citation,
    ConfirmationAsked,
    ContextChanged,
    CustomerIdentified,
    Draft,
    HandoffRequested,
    ToolCalled,
    ToolReturned,
)
from assistant.live_turn import LiveTurn
from assistant.public_screen import NEUTRAL
from channels.moving.moving import joined_by_number
from channels.settings import ChannelSettings
from model_serving.audio import Audio
from tests.channels.house import Opened, Served, Socket, build_house, seqs_of, serving, types_of

pytestmark = pytest.mark.anyio
SECRET = "a shared secret of at least 32 bytes"
CANARY = "Kanarek-7741"


@pytest.fixture
def anyio_backend():
    return "asyncio"


async def shop(conversation: Conversation, said: Sequence[Unanswered], live: LiveTurn) -> AssistantSaid:
    """Words that tell which: "i am …" identifies, "order" looks one up and asks to confirm, the rest shows two tents."""
    words = said[-1].said.text
    live.stage("looking", f"Looking for {words}")
    if words.startswith("i am"):
        live.record(ASSISTANT, ToolCalled(turn_id=live.id, call_id="1", name="find_customer", arguments={"by": words}))
        live.record(Actor(kind="customer", id=CANARY), CustomerIdentified(customer_id=CANARY, method="email"))
        live.say(f"Welcome, {CANARY}!")
        cited = (Citation(kind="profile", id=CANARY, title="You", quote=CANARY),)
        return AssistantSaid(turn_id=live.id, text=live.spoken, language="en", citations=cited)
    if "order" in words:
        live.record(SYSTEM, ToolReturned(turn_id=live.id, call_id="2", name="get_order", result={"who": CANARY}))
        asked = ConfirmationAsked(confirmation_id="cf_1", action="cancel", summary=CANARY, arguments={"order": CANARY})
        live.record(ASSISTANT, asked)
        live.record(SYSTEM, ContextChanged(turn_id=live.id, context={"topic": "orders", "order": CANARY}))
        live.say(f"Order {CANARY} is on its way.")
        card = Card(kind="order", id=CANARY, title=CANARY)
        return AssistantSaid(turn_id=live.id, text=live.spoken, language="en", cards=(card,))
    live.say("Two tents: ")
    live.say("Fjell and Dune.")
    cards = tuple(Card(kind="product", id=name, title=name) for name in ("Fjell", "Dune"))
    return AssistantSaid(turn_id=live.id, text=live.spoken, language="en", cards=cards)


@pytest.fixture
async def served(tmp_path) -> AsyncIterator[Served]:
    settings = ChannelSettings(_env_file=None, customer_token_secret=SECRET, codes_per_minute=5)
    async with serving(build_house(tmp_path, shop), settings) as served:
        yield served


async def moved(opened: Opened, channel: str) -> Opened:
    """The same conversation on another device, by a code."""
    code = (await opened.post("/transfer_codes", {})).json()["code"]
    answer = await opened.served.http.post(f"/v1/transfer_codes/{code}/redeem", json={"channel": channel})
    assert answer.status_code == 200, answer.text
    return Opened(opened.served, **{name: answer.json()[name] for name in ("conversation_id", "token", "last_seq")})


async def identified(served: Served) -> tuple[Opened, Opened]:
    """A customer's phone, on which they said who they are, and the kiosk beside it."""
    kiosk = await served.start("kiosk")
    phone = await moved(kiosk, "mobile")
    await phone.say(f"i am {CANARY}", "m1")
    return phone, kiosk


async def all_frames(opened: Opened, last: int) -> list[dict[str, Any]]:
    """What a socket replays, up to that seq."""
    async with served_socket(opened) as socket:
        frames: list[dict[str, Any]] = []
        while last not in seqs_of(frames):
            frames.append(await socket.read())
        return frames


def served_socket(opened: Opened):
    return greeted(opened)


class greeted:
    def __init__(self, opened: Opened) -> None:
        self._opened, self._context = opened, opened.served.socket()

    async def __aenter__(self) -> Socket:
        socket = await self._context.__aenter__()
        await socket.send(self._opened.hello())
        return socket

    async def __aexit__(self, *error: object) -> None:
        await self._context.__aexit__(*error)


async def test_no_way_out_of_a_kiosk_tells_what_is_the_customers_own(served) -> None:
    phone, kiosk = await identified(served)
    async with greeted(kiosk) as live, greeted(phone) as own:
        await live.until("live")
        await own.until("live")
        told = await phone.say(f"where is my order {CANARY}?", "m2")
        assert CANARY in json.dumps(told)
        asked = await kiosk.say("and my order?", "k1")
        agents = served.house.assistant._sessions
        for fact in (
            HandoffRequested(reason=CANARY, summary=CANARY),
            AgentJoined(agent_id="a1", name="Ada"),
            AgentSaid(agent_id="a1", text=f"Hello {CANARY}"),
        ):
            await agents.append(
                kiosk.conversation_id, [Draft(fact=fact, actor=Actor(kind="agent", id="a1"), channel="desk")]
            )
        heard = await live.until_event("agent_said")
        seen = await own.until_event("agent_said")
    log = await phone.events()
    ways = {
        "socket": heard,
        "socket's replay": await all_frames(kiosk, log[-1]["seq"]),
        "wait=reply": asked,
        "events": (await kiosk.get("/events")).json(),
        "one event": [(await kiosk.get(f"/events?after={seq}&limit=1")).json() for seq in range(len(log))],
        "status": (await kiosk.get()).json(),
        "stream": await stream_of(kiosk, len(log)),
    }
    for name, way in ways.items():
        assert CANARY not in json.dumps(way), name
    assert CANARY in json.dumps(seen)
    masked = await kiosk.events()
    assert [(event["seq"], event["type"], event["at"]) for event in masked] == [
        (e["seq"], e["type"], e["at"]) for e in log
    ]
    assert {event["data"].get("text", NEUTRAL["en"]) for event in masked if event["data"].get("private")} == {
        NEUTRAL["en"]
    }
    status = ways["status"]
    assert status["customer"] is None and status["pending_confirmation"]["confirmation_id"] == "cf_1"
    assert status["state_hash"] == (await phone.get()).json()["state_hash"]
    assert not [frame for frame in heard if frame["type"] == "delta"]
    assert "realtime" not in kiosk.token


async def stream_of(opened: Opened, last: int) -> str:
    read = ""
    async with opened.served.http.stream("GET", opened.path("/stream"), headers=opened.headers) as answer:
        async for line in answer.aiter_lines():
            read += line
            if line == f"id: {last}":
                break
        return read


async def test_shopping_at_a_kiosk_is_streamed_and_shown_word_for_word(served) -> None:
    kiosk = await served.start("kiosk")
    async with greeted(kiosk) as socket:
        await socket.until("live")
        await socket.send({"type": "message", "client_id": "k1", "text": "tents"})
        frames = await socket.until_event("assistant_said")
    assert "".join(frame["text"] for frame in frames if frame["type"] == "delta") == "Two tents: Fjell and Dune."
    assert frames[-1]["event"]["data"]["cards"][1]["title"] == "Dune"
    assert not [frame for frame in frames if frame["type"] == "event" and "private" in frame["event"]["data"]]


async def test_the_phone_may_show_it_on_the_kiosk_and_take_it_back_and_the_kiosk_may_not(served) -> None:
    phone, kiosk = await identified(served)

    async def show(opened: Opened, client_id: str, **arguments: Any) -> Any:
        return await opened.post(
            "/actions", {"client_id": client_id, "action": "show_on_kiosk", "arguments": arguments}
        )

    assert (await show(kiosk, "k1", allow=True)).json()["code"] == "own_device_needed"
    assert (await show(phone, "a0")).status_code == 422
    first, again = [(await show(phone, "a1", allow=True)).json()["seq"] for _ in range(2)]
    assert first == again
    assert CANARY in json.dumps(await kiosk.say("my order", "k2"))
    async with greeted(phone) as socket:
        await socket.until("live")
        frame = {"type": "action", "client_id": "a2", "action": "show_on_kiosk", "arguments": {"allow": False}}
        await socket.send(frame)
        assert types_of(await socket.until_event("display_allowed"))[-2:] == ["accepted", "display_allowed"]
    assert CANARY not in json.dumps(await kiosk.say("my order", "k3"))


async def test_a_kiosk_that_is_left_opens_nothing_more_and_the_phone_keeps_it_all(served) -> None:
    phone, kiosk = await identified(served)
    async with greeted(kiosk) as socket:
        await socket.until("live")
        left = await kiosk.post("/leave", None)
        assert left.status_code == 200
        assert await socket.closed() == 4401
    assert (await kiosk.get()).status_code == (await kiosk.get("/events")).status_code == 401
    async with greeted(kiosk) as socket:
        assert await socket.closed() == 4401
    last = (await phone.events())[-1]
    assert (last["type"], last["seq"]) == ("channel_left", left.json()["seq"])
    assert (await phone.get()).json()["status"] == "assistant"


async def test_a_stranger_who_finds_a_kiosk_left_open_gets_no_code_out_of_it(served) -> None:
    phone, kiosk = await identified(served)
    refused = await kiosk.post("/transfer_codes", {})
    assert (refused.status_code, refused.json()["code"]) == (409, "own_device_needed")
    assert (await phone.post("/transfer_codes", {})).status_code == 201


async def test_an_abandoned_kiosk_conversation_is_closed_unless_somebody_may_still_come(served) -> None:
    alone, shown = await served.start("kiosk"), await served.start("kiosk")
    code = (await shown.post("/transfer_codes", {})).json()
    assert "/m#transfer=" in code["url"] and alone.token not in code["url"]
    for kiosk in (alone, shown):
        async with greeted(kiosk) as socket:
            await socket.until("live")
            await socket.send({"type": "action", "client_id": "bye", "action": "leave", "arguments": {}})
            assert await socket.closed() == 4401
    house = served.house.assistant
    assert (await house.state(alone.conversation_id)).status == "closed"
    taken = await served.http.post(f"/v1/transfer_codes/{code['code']}/redeem", json={"channel": "mobile"})
    assert taken.status_code == 200
    assert (await house.state(shown.conversation_id)).status == "assistant"


async def test_guessing_codes_ends_after_a_few_from_one_address(served) -> None:
    answers = [await served.http.post(f"/v1/transfer_codes/{n:010}/redeem", json={"channel": "web"}) for n in range(11)]
    assert [answer.status_code for answer in answers] == [404] * 10 + [429]
    assert answers[-1].json()["code"] == "too_many_codes" and answers[-1].headers["Retry-After"]


def signed_in(customer: str) -> str:
    return jwt.encode({"sub": customer}, SECRET, algorithm="HS256")


async def test_a_signed_in_customer_goes_on_on_another_device_with_what_is_theirs_by_proof(served) -> None:
    first = await served.start("web", customer_token=signed_in("c1"))
    newest = await served.start("web", customer_token=signed_in("c1"))
    elsewhere = await served.http.post(
        "/v1/conversations", json={"channel": "mobile", "customer_token": signed_in("c1"), "continue": True}
    )
    assert elsewhere.json()["continued"] and elsewhere.json()["conversation_id"] == newest.conversation_id
    assert elsewhere.json()["conversation_id"] != first.conversation_id
    for customer in ("c2", None):
        token = {"customer_token": signed_in(customer)} if customer else {}
        other = await served.http.post("/v1/conversations", json={"channel": "mobile", "continue": True, **token})
        assert not other.json()["continued"] and other.json()["conversation_id"] != newest.conversation_id
    claimed = await served.start("web")
    await claimed.say(f"i am {CANARY}", "m1")
    own = await served.http.post(
        "/v1/conversations", json={"channel": "mobile", "customer_token": signed_in(CANARY), "continue": True}
    )
    assert not own.json()["continued"], "somebody who only said so is not gone on with"


async def test_a_number_joins_where_it_was_proven_and_only_by_a_carrier_that_vouches_for_it(served) -> None:
    web = await served.start("web", customer_token=signed_in("c1"))
    door = served.app.state.front_door
    door.proven_numbers = lambda number: [web.conversation_id] if number == "+15550123" else []

    async def found(number: str, attestation: Any, channel: Any = "call") -> str | None:
        return await joined_by_number(door, number, channel=channel, attestation=attestation)

    assert await found("+15550123", "passed") == web.conversation_id
    assert await found("+15550123", "none", "text") == web.conversation_id
    for number, attestation, channel in (
        ("+15550123", "none", "call"),
        ("+15550123", "failed", "text"),
        ("+15550199", "passed", "call"),
        ("", "passed", "call"),
    ):
        assert await found(number, attestation, channel) is None
    await served.house.assistant.identities.sign_out(web.conversation_id, channel="web")
    assert await found("+15550123", "passed") is None


async def test_both_screens_have_what_is_said_on_either_within_a_second(served) -> None:
    web = await served.start("web")
    other = await moved(web, "mobile")
    async with greeted(web) as here, greeted(other) as there:
        for socket in (here, there):
            await socket.until("live")
        async with asyncio.timeout(1):
            await here.send({"type": "message", "client_id": "1", "text": "tents"})
            on_this, on_that = await asyncio.gather(
                here.until_event("assistant_said"), there.until_event("assistant_said")
            )
    events = [[frame["event"] for frame in frames if frame["type"] == "event"] for frames in (on_this, on_that)]
    assert events[0] == events[1] and events[0][-1]["data"]["text"]


@dataclass
class Speech:
    """Hears what the recording's bytes say, and remembers what it says itself."""

    said: list[str] = field(default_factory=list)

    async def hear(self, recording: bytes, *, language: str = "") -> Any:
        return SimpleNamespace(text=recording.decode(), confidence=0.9)

    async def say(self, text: str, *, language: str = "en", **_: Any) -> Audio:
        self.said.append(text)
        return Audio(samples=np.zeros(160, dtype=np.float32), rate=16_000)


async def test_a_kiosk_says_nothing_of_the_customers_own_aloud(tmp_path) -> None:
    speech = Speech()
    async with serving(build_house(tmp_path, shop, speech=speech), ChannelSettings(_env_file=None)) as served:
        phone, kiosk = await identified(served)
        for opened in (kiosk, phone):
            headers = {**opened.headers, "Accept": "audio/wav", "Content-Type": "audio/wav"}
            path = opened.path("/audio?wait=reply")
            spoken = await served.http.post(path, content=b"where is my order?", headers=headers)
            assert spoken.headers["content-type"] == "audio/wav", spoken.text
        at_kiosk, on_phone = speech.said
        assert at_kiosk == NEUTRAL["en"] and CANARY in on_phone


async def test_a_shop_may_make_a_kiosk_like_any_other_page(tmp_path) -> None:
    settings = ChannelSettings(_env_file=None, kiosk_personal_data="open")
    async with serving(build_house(tmp_path, shop), settings) as served:
        _, kiosk = await identified(served)
        assert CANARY in json.dumps(await kiosk.say("my order", "k1"))


async def test_a_kiosks_token_lives_for_a_visit_and_a_phones_for_weeks(served) -> None:
    ends = [
        jwt.decode((await served.start(name)).token, options={"verify_signature": False}) for name in ("kiosk", "web")
    ]
    kiosk, web = (claims["exp"] - claims["iat"] for claims in ends)
    assert kiosk == 7_200 and web == 30 * 86_400
