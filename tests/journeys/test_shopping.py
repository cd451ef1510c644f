"""A whole visit to the demo shop through the public protocol: finding, asking, the cart, an order, resume, a restart."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from assistant.bootstrap import open_aisle
from assistant.settings import AisleSettings
from model_serving.settings import ModelSettings
from tests.channels.house import Opened, Served, seqs_of, serving

pytestmark = pytest.mark.anyio


THINGS = ("tents", "kettles", "headphones", "mugs")


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@asynccontextmanager
async def demo(home: Path, log: Path) -> AsyncIterator[Served]:
    async with open_aisle(
        AisleSettings(home=home, log_path=log, identify_by="email"), model_settings=ModelSettings(engine="none")
    ) as aisle, serving(aisle) as served:  # type: ignore[arg-type]  # fmt: skip
        yield served


@pytest.fixture
async def shop(demo_home: Path, tmp_path: Path) -> AsyncIterator[Served]:
    async with demo(demo_home, tmp_path / "log.db") as served:
        yield served


def reply(answer: dict[str, Any]) -> dict[str, Any]:
    last = answer["events"][-1]
    assert last["type"] == "assistant_said", last
    return last["data"]


def cart(answer: dict[str, Any]) -> dict[str, int] | None:
    """The cart as this turn left it; None when it did not change."""
    changes = [event["data"]["cart"] for event in answer["events"] if event["type"] == "cart_changed"]
    return {item["variant_id"]: item["quantity"] for item in changes[-1]["items"]} if changes else None


async def test_a_shopper_finds_compares_buys_and_asks(shop: Served) -> None:
    customer = await shop.start()
    found = reply(await customer.say("hi, i need a tent for two under 300", "1"))
    assert found["cards"] and all(float(card["price"]["amount"]) <= 300 for card in found["cards"])
    assert all(card["title"] in found["text"] for card in found["cards"])
    cheaper = reply(await customer.say("cheaper", "2"))
    assert cheaper["text"]
    compared = reply(await customer.say("compare the first two", "3"))
    assert len(compared["cards"]) == 2
    weight = reply(await customer.say("how heavy is the first one?", "4"))
    assert weight["citations"]
    kettles = reply(await customer.say("show me kettles", "5"))["cards"]
    place, kettle = next((n, card) for n, card in enumerate(kettles) if card["actions"][0]["action"] == "add_to_cart")
    ordinal = ("first", "second", "third", "fourth")[place]
    added = await customer.say(f"add the {ordinal} one to my cart, any colour", "6")
    content = cart(added)
    assert content is not None and len(content) == 1, reply(added)["text"]
    shown = reply(await customer.say("what's in my cart?", "7"))
    assert kettle["title"] in shown["text"]
    policy = reply(await customer.say("how long do i have to return something?", "8"))
    assert policy["citations"][0]["kind"] == "policy"
    assert policy["citations"][0]["quote"].split(". ")[0] in policy["text"]


async def test_the_cards_of_a_reply_can_be_opened_in_the_shop(shop: Served) -> None:
    customer = await shop.start()
    for card in reply(await customer.say("show me headphones", "1"))["cards"]:
        opened = await shop.http.get(f"/v1/products/{card['id']}")
        assert opened.status_code == 200 and opened.json()["title"] == card["title"]
        picture = await shop.http.get(card["image_url"])
        assert picture.status_code == 200 and picture.headers["content-type"].startswith("image/")


async def test_the_buttons_of_cards_fill_the_cart_and_change_it(shop: Served) -> None:
    customer = await shop.start()
    found = reply(await customer.say("show me mugs in stock", "1"))
    product = (await shop.http.get(f"/v1/products/{found['cards'][0]['id']}")).json()
    variant = next(v["id"] for v in product["variants"] if v["price"] and v["stock"].get("online", 0) > 3)

    async def press(action: str, client_id: str, **arguments: Any) -> dict[str, Any]:
        answer = await customer.post(
            "/actions?wait=reply", {"client_id": client_id, "action": action, "arguments": arguments}
        )
        assert answer.status_code == 200, answer.text
        return answer.json()

    assert cart(await press("add_to_cart", "a1", variant_id=variant, quantity=2)) == {variant: 2}
    assert cart(await press("change_quantity", "a2", variant_id=variant, quantity=3)) == {variant: 3}
    assert cart(await press("add_to_cart", "a1", variant_id=variant, quantity=2)) == {variant: 2}, "sent twice: once"
    assert cart(await press("remove_from_cart", "a3", variant_id=variant)) == {}


async def test_an_order_is_told_to_its_customer_and_to_nobody_else(shop: Served) -> None:
    customer = await shop.start()
    asked = reply(await customer.say("where is my order?", "1"))
    assert not [card for card in asked["cards"] if card["kind"] == "order"]
    told = reply(await customer.say("maya.lindqvist@example.com", "2"))
    own = [card["id"] for card in told["cards"] if card["kind"] == "order"]
    assert own and "Maya" in told["text"]
    stranger = await shop.start()
    await stranger.say("where is my order?", "1")
    foreign = reply(await stranger.say(own[0], "2"))
    assert not [card for card in foreign["cards"] if card["kind"] == "order"]


async def test_a_page_that_was_closed_is_refilled_and_goes_on(shop: Served) -> None:
    customer = await shop.start()
    await customer.say("show me kettles", "1")
    async with shop.socket() as socket:
        await socket.send(customer.hello())
        assert seqs_of(await socket.until("live")) == [event["seq"] for event in await customer.events()]
    said = await customer.say("add the first one to my cart, any colour", "2")
    assert cart(said)
    before = said["events"][0]["seq"] - 1
    async with shop.socket() as socket:
        await socket.send(customer.hello(after=before))
        frames = await socket.until("live")
        assert seqs_of(frames)[0] == before + 1
        await socket.send({"type": "message", "client_id": "3", "text": "what's in my cart?"})
        types = [frame["event"]["type"] for frame in await socket.until_event("assistant_said") if "event" in frame]
        assert types[-1] == "assistant_said"
    assert seqs_of([{"type": "event", "event": e} for e in await customer.events()]) == list(
        range(1, len(await customer.events()) + 1)
    )


async def test_a_conversation_outlives_the_server(demo_home: Path, tmp_path: Path) -> None:
    log = tmp_path / "log.db"
    async with demo(demo_home, log) as served:
        customer = await served.start()
        await customer.say("show me kettles", "1")
        content = cart(await customer.say("add the first one to my cart, any colour", "2"))
        assert content
        events = await customer.events()
    async with demo(demo_home, log) as served:
        again = Opened(served, customer.conversation_id, customer.token, customer.last_seq)
        assert await again.events() == events
        changed = cart(await again.say("make it two", "3"))
        assert changed is not None and list(changed) == list(content) and set(changed.values()) == {2}


async def test_many_shoppers_at_once_each_get_their_own_answers(shop: Served) -> None:
    async def visit(thing: str) -> set[str]:
        customer = await shop.start()
        found = reply(await customer.say(f"show me {thing}", "1"))
        assert cart(await customer.say("show my cart", "2")) is None
        return {card["id"] for card in found["cards"]}

    shown = await asyncio.gather(*(visit(thing) for thing in THINGS))
    assert all(shown)
    assert len(set().union(*shown)) == sum(len(ids) for ids in shown)
