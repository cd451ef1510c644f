"""One customer, one conversation: web → kiosk → phone → mobile → agent → assistant, in the demo shop, over real sockets.

After each step every device has the server's log without gap or double, folds it into the server's state hash, had each event
within a second, and "the second one" means the second one wherever it is asked.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from assistant.bootstrap import open_aisle
from assistant.desk.desk import Agent
from assistant.settings import AisleSettings
from channels.call_center.calls import open_call_center
from model_serving.settings import ModelSettings
from tests.assistant.wire_state import folded, hashed
from tests.channels.call_center.phone_house import (
    CallSeen,
    Ears,
    FakeTalker,
    channel_settings,
    phone_settings,
    twilio_call,
)
from tests.channels.house import Opened, Served, Socket, serving

pytestmark = pytest.mark.anyio
NUMBER = "+15550100"
WITHIN = 1.0
"""Seconds from an event's being durable to every screen."""
ADA = Agent(id="ada", name="Ada")
MAYA = "maya.lindqvist@example.com"


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@dataclass
class Device:
    """A screen: the customer's side of one token, its socket read as frames come."""

    opened: Opened
    socket: Socket
    log: list[dict[str, Any]] = field(default_factory=list)
    changed: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def read(self) -> None:
        while True:
            frame = json.loads(await self.socket.connection.recv())
            if frame["type"] == "event":
                async with self.changed:
                    self.log.append(frame["event"])
                    self.changed.notify_all()

    async def has(self, seq: int) -> None:
        async with self.changed:
            await self.changed.wait_for(lambda: bool(self.log) and self.log[-1]["seq"] >= seq)

    async def say(self, text: str, client_id: str) -> dict[str, Any]:
        answer = await self.opened.say(text, client_id)
        return answer["events"][-1]["data"]


@asynccontextmanager
async def on(opened: Opened) -> AsyncIterator[Device]:
    async with opened.served.socket() as socket:
        device = Device(opened, socket)
        await socket.send(opened.hello())
        reading = asyncio.create_task(device.read())
        try:
            yield device
        finally:
            reading.cancel()
            await asyncio.gather(reading, return_exceptions=True)


async def redeemed(served: Served, code: str, channel: str) -> Opened:
    answer = await served.http.post(f"/v1/transfer_codes/{code}/redeem", json={"channel": channel})
    assert answer.status_code == 200, answer.text
    return Opened(served, **{name: answer.json()[name] for name in ("conversation_id", "token", "last_seq")})


async def moved(device: Device, channel: str) -> Opened:
    code = (await device.opened.post("/transfer_codes", {})).json()["code"]
    return await redeemed(device.opened.served, f"{code[:5].lower()}-{code[5:].lower()}", channel)


async def all_alike(served: Served, devices: list[Device]) -> str:
    """The state hash, once every device has every event; nothing lost, nothing doubled."""
    name = devices[0].opened.conversation_id
    log = await served.house.assistant.events(name)
    async with asyncio.timeout(WITHIN):
        await asyncio.gather(*(device.has(log[-1].seq) for device in devices))
    status = (await devices[0].opened.get()).json()
    assert status["last_seq"] == log[-1].seq
    for device in devices:
        assert [event["seq"] for event in device.log] == list(range(1, log[-1].seq + 1)), "no gap, no double"
        assert [event["id"] for event in device.log] == [event.id for event in log]
        assert hashed(folded(device.log)) == status["state_hash"] == (await device.opened.get()).json()["state_hash"]
    said = [event["data"]["client_id"] for event in devices[0].log if event["type"] == "customer_said"]
    assert len(said) == len(set(said))
    return str(status["state_hash"])


async def test_a_customer_moves_from_web_to_kiosk_to_phone_to_mobile_to_an_agent_and_back(
    demo_home: Path, tmp_path: Path
) -> None:
    talker = FakeTalker()
    async with AsyncExitStack() as stack:
        settings = AisleSettings(home=demo_home, log_path=tmp_path / "log.db", identify_by="email")
        aisle = await stack.enter_async_context(open_aisle(settings, model_settings=ModelSettings(engine="none")))
        served = await stack.enter_async_context(serving(aisle, channel_settings()))  # type: ignore[arg-type]
        aisle.speech = Ears()  # type: ignore[assignment]
        door = served.app.state.front_door
        door.settings = channel_settings(public_url=served.url)
        served.app.state.call_center = open_call_center(door, phone_settings(number=NUMBER), talker)

        # Web: three tents on the table.
        web = await stack.enter_async_context(on(await served.start("web")))
        shown = (await web.say("show me tents under 300", "w1"))["cards"]
        assert len(shown) >= 2
        second = shown[1]
        seen = {await all_alike(served, [web])}

        # Kiosk: the code is typed in; the second one is the second one.
        kiosk = await stack.enter_async_context(on(await moved(web, "kiosk")))
        assert (await kiosk.say("tell me more about the second one", "k1"))["cards"][0]["id"] == second["id"]
        seen.add(await all_alike(served, [web, kiosk]))

        # Phone: the page's keys, keyed in on a call.
        keys = (await web.opened.post("/phone_codes", None)).json()["keys"]
        async with twilio_call(served) as twilio:
            await talker.call()
            for key in keys:
                await twilio.press(key)
            call: CallSeen = await talker.call(1)
            assert call.grant.conversation == web.opened.conversation_id
            received = await aisle.assistant.receive(
                call.grant.conversation, "add it to my cart, any colour", client_id="c1", channel="call", audio=True
            )
            await aisle.assistant.wait_for_reply(call.grant.conversation, received.seq, timeout=20)
            cart = (await aisle.assistant.state(call.grant.conversation)).cart
            assert [item.product_id for item in cart.items] == [second["id"]]
            seen.add(await all_alike(served, [web, kiosk]))
            await twilio.stop()
            await twilio.connection.wait_closed()

        # Mobile: who they are is told there; the kiosk hears nothing of it.
        mobile = await stack.enter_async_context(on(await moved(web, "mobile")))
        order = await mobile.say(f"where is my order? {MAYA}", "m1")
        assert any(card["kind"] == "order" for card in order["cards"])
        number = next(card["id"] for card in order["cards"] if card["kind"] == "order")
        seen.add(await all_alike(served, [web, kiosk, mobile]))
        for told in (json.dumps(kiosk.log), (await kiosk.opened.get("/events")).text, (await kiosk.opened.get()).text):
            assert not any(own in told for own in (MAYA, "Maya", number))

        # An agent, and back to the assistant.
        await mobile.say("i want to talk to a person", "m2")
        assert (await all_alike(served, [web, kiosk, mobile])) not in seen
        await aisle.assistant.desk.claim(web.opened.conversation_id, ADA)
        await aisle.assistant.desk.say(web.opened.conversation_id, ADA, "Hello, it is Ada.", client_id="a1")
        seen.add(await all_alike(served, [web, kiosk, mobile]))
        assert (await mobile.opened.get()).json()["status"] == "agent"
        await aisle.assistant.desk.release(web.opened.conversation_id, ADA, to="assistant")
        again = await web.say("what's in my cart?", "w2")
        assert second["title"] in again["text"]
        seen.add(await all_alike(served, [web, kiosk, mobile]))
        assert len(seen) >= 4

        # The kiosk is left; the rest goes on.
        last = (await kiosk.opened.post("/leave", None)).json()["seq"]
        async with asyncio.timeout(WITHIN):
            await asyncio.gather(*(device.has(last) for device in (web, kiosk, mobile)))
        assert (await kiosk.opened.get()).status_code == 401
        await all_alike(served, [web, mobile])
