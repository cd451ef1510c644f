"""A customer begins on the web and goes on by text: the same conversation, "the second one", cart and desk, on both."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from assistant.desk.desk import Agent
from assistant.ids import RandomIds
from assistant.state_hash import state_hash
from assistant.stores.memory import MemoryEventStore
from assistant.stores.small_tables import open_engine
from tests.assistant.conftest import brains as brains
from tests.assistant.shopper import Brains, Clock, assistant_of
from tests.assistant.small_shop import SmallShop
from tests.channels.house import House, HouseSettings
from tests.channels.text_message.carriers_fake import FakeCarriers, fake_carriers
from tests.channels.text_message.text_house import Texted, text_of, texting

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def carriers() -> AsyncIterator[FakeCarriers]:
    async with fake_carriers() as fake:
        yield fake


@pytest.fixture
async def texted(tmp_path: Path, brains: Brains, carriers: FakeCarriers) -> AsyncIterator[Texted]:
    shop = SmallShop()
    store = MemoryEventStore(clock=Clock(), ids=RandomIds())
    assistant = assistant_of(brains, shop, store=store)
    house = House(
        settings=HouseSettings(tmp_path),
        assistant=assistant,
        bus=assistant._bus,
        store=store,
        tables=open_engine(tmp_path),
        shop=shop,
    )
    async with texting(house, carriers) as open_house:
        yield open_house
    house.tables.dispose()


class WebPage:
    """A customer's page, over the same app."""

    def __init__(self, texted: Texted) -> None:
        self.http, self.number = texted.http, 0

    async def open(self) -> WebPage:
        opened = (await self.http.post("/v1/conversations", json={"channel": "web", "locale": "en"})).json()
        self.path = f"/v1/conversations/{opened['conversation_id']}"
        self.id, self.headers = opened["conversation_id"], {"Authorization": f"Bearer {opened['token']}"}
        return self

    async def say(self, text: str) -> dict:
        self.number += 1
        body = {"client_id": f"w{self.number}", "text": text}
        answer = await self.http.post(f"{self.path}/messages?wait=reply", json=body, headers=self.headers)
        return answer.json()["events"][-1]["data"]

    async def code(self) -> str:
        issued = await self.http.post(f"{self.path}/transfer_codes", headers=self.headers)
        return issued.json()["code"]

    async def status(self) -> dict:
        return (await self.http.get(self.path, headers=self.headers)).json()


async def test_web_to_sms_and_the_second_one_is_the_second_one(texted: Texted):
    page, carriers = await WebPage(texted).open(), texted.carriers
    shown = await page.say("I need a tent under 300 dollars")
    second = shown["cards"][1]["title"]
    hash_before = (await page.status())["state_hash"]

    code = await page.code()
    await texted.sms(f"{code[:5]}-{code[5:]}")
    await carriers.until(2)
    assert carriers.texts[0] == "Here we go on. Last we had:"
    assert f"\n2. {second}: $" in carriers.texts[1] and "Reply with a number" in carriers.texts[1]
    assert (await page.status())["state_hash"] == hash_before

    await texted.sms("the second one")
    await carriers.until(3)
    assert second in carriers.texts[2]
    await texted.sms("add it to my cart")
    await carriers.until(4)
    assert second in carriers.texts[3] and "cart" in carriers.texts[3]

    on_the_page = await page.status()
    by_text = await texted.house.assistant.state(page.id)
    assert [item["title"] for item in on_the_page["cart"]["items"]] == [item.title for item in by_text.cart.items]
    assert second in on_the_page["cart"]["items"][0]["title"] and len(by_text.cart.items) == 1
    assert on_the_page["state_hash"] == state_hash(by_text)
    assert on_the_page["channels"] == ["web", "text"]


async def test_a_number_means_what_the_text_showed_by_it(texted: Texted):
    carriers = texted.carriers
    await texted.sms("I need a tent under 300 dollars")
    await carriers.until(1)
    lines = carriers.texts[0].splitlines()
    third = next(line for line in lines if line.startswith("3. ")).removeprefix("3. ").split(":")[0]
    await texted.sms("3")
    await carriers.until(2)
    assert third in carriers.texts[1]
    cheaper = next(line for line in lines if line.endswith("Cheaper"))[0]
    (conversation,) = await texted.conversations()
    await texted.sms("a tent under 300 dollars")
    await carriers.until(3)
    await texted.sms(cheaper)
    await carriers.until(4)
    assert (await texted.said(conversation))[-1] == "Something cheaper"


async def test_a_row_of_whatsapp_that_was_shown_a_while_ago_still_means_its_product(texted: Texted):
    carriers = texted.carriers
    await texted.whatsapp(text_of("I need a tent under 300 dollars"))
    await carriers.until(1)
    rows = carriers.meta[0]["interactive"]["action"]["sections"][0]["rows"]
    await texted.whatsapp(text_of("what is your return policy?"))
    await carriers.until(2)
    row = {"type": "list_reply", "list_reply": {"id": rows[1]["id"], "title": rows[1]["title"]}}
    await texted.whatsapp({"type": "interactive", "interactive": row})
    await carriers.until(3)
    sent = carriers.meta[2]["interactive"]
    assert rows[1]["title"] in sent["body"]["text"]
    assert [button["reply"]["title"] for button in sent["action"]["buttons"]] == ["Details", "In stores", "Add to cart"]


async def test_a_handoff_reaches_the_phone_from_asking_to_the_assistants_return(texted: Texted):
    carriers, desk, maya = texted.carriers, texted.house.assistant.desk, Agent(id="a1", name="Maya", role="agent")
    await texted.sms("I want to talk to a person")
    await carriers.until(1)
    (conversation,) = await texted.conversations()
    await desk.claim(conversation, maya)
    await desk.say(conversation, maya, "Hello, this is Maya.", client_id="d1")
    await carriers.until(3)
    assert carriers.texts[2] == "Maya: Hello, this is Maya."
    await desk.release(conversation, maya, to="assistant")
    await carriers.until(4)
    assert carriers.texts[3].startswith("Maya has left the conversation.")
