"""Where things stand in a store: aisle, bay and shelf with their source, in four languages; what is not there is said."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from assistant.shops.floor_plan import Aisle, Bay, FloorPlan, Place, Placement, Spot, Zone
from assistant.shops.placing import placed
from retrieval.catalogue import Product, StoreId
from tests.assistant.shopper import Brains, Reply, Shopper, assistant_of
from tests.assistant.small_shop import DENVER, PORTLAND, SEATTLE, STORM, SmallShop

pytestmark = pytest.mark.anyio
Standing = Callable[..., Awaitable[Shopper]]


def plan_of(store: StoreId) -> FloorPlan:
    camping = Bay(id="C", x=1, y=3, width=4, height=1, categories=(("Outdoor", "Camping"),))
    kitchen = Bay(id="A", x=12, y=3, width=4, height=1, categories=(("Home", "Kitchen"),))
    return FloorPlan(
        store_id=store,
        width=20,
        height=16,
        zones=(
            Zone(id="out", name="Outdoor", names={"de": "Draußen"}, outline=((0, 0), (9, 0), (9, 8), (0, 8))),
            Zone(id="home", name="At home", outline=((11, 0), (20, 0), (20, 8), (11, 8))),
        ),
        aisles=(Aisle(id="7", zone="out", bays=(camping,)), Aisle(id="9", zone="home", bays=(kitchen,))),
        spots=(
            Spot(kind="kiosk", x=10, y=14),
            Spot(kind="fitting_room", x=3, y=10),
            Spot(kind="tills", x=15, y=12),
        ),
    )


class Placed(SmallShop):
    """With a floor plan in Portland and Denver, and the Storm's own shelf."""

    async def floor_plan(self, store_id: StoreId) -> FloorPlan | None:
        return plan_of(store_id) if store_id in (PORTLAND, DENVER) else None

    async def where(self, product: Product, store_id: StoreId) -> Place | None:
        return placed(product, store_id, await self.floor_plan(store_id), [Placement(product_id=STORM.id, shelf="3")])


@pytest.fixture
async def standing(brains: Brains) -> AsyncIterator[Standing]:
    assistant = assistant_of(brains, Placed())

    async def at(store: str, locale: str = "en") -> Shopper:
        conversation, _ = await assistant.start(channel="kiosk", locale=locale, store=store)
        return Shopper(assistant, conversation)

    yield at
    await assistant.drain(seconds=1)


def sources(reply: Reply) -> list[str]:
    return [one.quote for one in reply.citations if one.kind == "store"]


def maps(reply: Reply) -> list[dict[str, object]]:
    return [dict(a.arguments) for card in reply.cards for a in card.actions if a.action == "show_on_map"]


@pytest.mark.parametrize(
    "asked",
    [
        "where do i find it?",
        "which aisle is it in?",
        "where is it?",
        "where is the fjell storm 2 tent?",
        "where can I find the Fjell Storm 2 Tent",
        "show me on the map",
        "how do I get there?",
        "take me to it",
    ],
)
async def test_a_product_is_told_with_aisle_bay_and_shelf_and_the_store_as_source(
    standing: Standing, asked: str
) -> None:
    reply = await (await standing("portland")).talk("how heavy is the fjell storm 2 tent?", asked)
    assert "Outdoor, aisle 7, bay C, shelf 3" in reply.text
    assert sources(reply) == ["Fjell Storm 2 Tent: Outdoor, aisle 7, bay C, shelf 3"]
    assert "2 in stock" in reply.text
    assert maps(reply) == [{"store_id": "portland", "product_id": "t1"}]


@pytest.mark.parametrize(
    ("locale", "asked", "told"),
    [
        ("de", "Wo finde ich das Fjell Storm 2 Tent?", "Draußen, Gang 7, Regal C, Fach 3"),
        ("de", "In welchem Gang steht das Fjell Storm 2 Tent?", "Draußen, Gang 7, Regal C, Fach 3"),
        ("es", "¿Dónde encuentro la Fjell Storm 2 Tent?", "Outdoor, pasillo 7, módulo C, estante 3"),
        ("es", "¿En qué pasillo está la Fjell Storm 2 Tent?", "Outdoor, pasillo 7, módulo C, estante 3"),
        ("fr", "Où se trouve la Fjell Storm 2 Tent ?", "Outdoor, allée 7, travée C, étagère 3"),
        ("fr", "Dans quelle allée se trouve la Fjell Storm 2 Tent ?", "Outdoor, allée 7, travée C, étagère 3"),
    ],
)
async def test_it_is_told_in_the_customer_s_language(standing: Standing, locale: str, asked: str, told: str) -> None:
    reply = await (await standing("portland", locale)).say(asked)
    assert told in reply.text and sources(reply) == [f"Fjell Storm 2 Tent: {told}"]


@pytest.mark.parametrize(
    ("locale", "asked"),
    [
        ("de", "Zeig es mir auf dem Plan"),
        ("de", "Wo steht es?"),
        ("es", "Muéstramelo en el mapa"),
        ("es", "¿Dónde lo encuentro?"),
        ("fr", "Montrez-le-moi sur le plan"),
        ("fr", "Où se trouve-t-elle ?"),
    ],
)
async def test_the_map_is_a_spoken_wish_in_every_language(standing: Standing, locale: str, asked: str) -> None:
    shopper = await standing("portland", locale)
    await shopper.press("show_product", product_id="t1")
    assert maps(await shopper.say(asked)) == [{"store_id": "portland", "product_id": "t1"}]


async def test_a_kind_of_product_is_told_by_its_aisle(standing: Standing) -> None:
    reply = await (await standing("portland")).say("where are the tents?")
    assert "**Tents**" in reply.text and "aisle 7, bay C" in reply.text and "shelf" not in reply.text
    assert maps(reply)[0]["kind"] == "yes"


async def test_of_several_shown_the_one_that_is_pointed_at_is_told(standing: Standing) -> None:
    shopper = await standing("portland")
    await shopper.say("show me tents")
    reply = await shopper.say("where is the first one?")
    assert reply.tools() or "aisle" in reply.text or "Portland" in reply.text


async def test_the_stock_of_this_store_is_told_with_the_place(standing: Standing) -> None:
    reply = await (await standing("portland")).talk("how heavy is the fjell storm 2 tent?", "do you have it here?")
    assert "2 " in reply.text and "Outdoor, aisle 7, bay C, shelf 3" in reply.text
    assert "Fjell Storm 2 Tent: Outdoor, aisle 7, bay C, shelf 3" in sources(reply)


async def test_what_this_store_does_not_have_is_said_with_the_nearest_that_does(standing: Standing) -> None:
    reply = await (await standing("denver")).talk("how heavy is the fjell storm 2 tent?", "where do i find it?")
    assert [card.id for card in reply.cards if card.kind == "store"] == ["portland"]
    assert "Denver" in reply.text and "aisle" not in reply.text


async def test_where_the_shop_does_not_say_it_is_admitted(standing: Standing) -> None:
    reply = await (await standing("seattle")).talk("show me mugs", "where do i find it?")
    assert "Seattle" in reply.text and "aisle" not in reply.text and not maps(reply)
    assert SEATTLE in [card.id for card in reply.cards]


@pytest.mark.parametrize(
    ("locale", "asked", "told"),
    [
        ("en", "where are the fitting rooms?", "Outdoor"),
        ("en", "where do i pay?", "At home"),
        ("de", "Wo sind die Umkleidekabinen?", "Draußen"),
        ("es", "¿Dónde están los probadores?", "Outdoor"),
        ("fr", "Où sont les cabines d’essayage ?", "Outdoor"),
    ],
)
async def test_spots_are_told_by_what_is_near(standing: Standing, locale: str, asked: str, told: str) -> None:
    reply = await (await standing("portland", locale)).say(asked)
    assert told in reply.text and maps(reply)[0]["spot"] in ("fitting_room", "tills")


async def test_the_button_of_a_card_asks_the_same(standing: Standing) -> None:
    reply = await (await standing("portland")).press("show_on_map", product_id="t1", store_id="portland")
    assert "aisle 7" in reply.text


@pytest.mark.parametrize(
    "asked", ["where is my order?", "where are your stores?", "where is the seattle store?", "where is it made?"]
)
async def test_other_questions_of_where_stay_what_they_were(standing: Standing, asked: str) -> None:
    reply = await (await standing("portland")).say(asked)
    assert "aisle" not in reply.text and not maps(reply)


async def test_a_named_store_is_meant_even_where_one_does_not_stand_in_it(brains: Brains) -> None:
    assistant = assistant_of(brains, Placed())
    conversation, _ = await assistant.start(channel="web")
    shopper = Shopper(assistant, conversation)
    reply = await shopper.talk("how heavy is the fjell storm 2 tent?", "which aisle is it in, in portland?")
    assert "aisle 7, bay C, shelf 3" in reply.text
    await assistant.drain(seconds=1)
