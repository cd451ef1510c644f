"""Bootstrap: the first start, the second, an index that is broken or out of date, and a shop that changes meanwhile."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from assistant.answering.writer import TemplateWriter
from assistant.assembly import measured_quality, places_of
from assistant.bootstrap import Aisle, open_aisle, open_shop
from assistant.ports import ShopInfo
from assistant.settings import AisleSettings
from assistant.shop_index import STOP_SECONDS, IndexKeeper, IndexNotBuilt, build_index
from assistant.shops.sql import SqlShop
from model_serving.language_models.scripted import ScriptedModel
from model_serving.settings import ModelSettings
from retrieval.catalogue import ProductId, VariantId
from retrieval.constraints import Need
from retrieval.embedders.hashing import HashingEmbedder
from retrieval.embedders.multilingual import MultilingualEmbedder
from retrieval.ports import Vectors
from retrieval.settings import RetrievalSettings
from tests.assistant.shopper import Shopper
from tests.assistant.small_shop import CUSTOMERS, KETTLE, MUG, ORDERS, POLICIES, PRODUCTS, STORES

pytestmark = pytest.mark.anyio


@pytest.fixture(autouse=True)
def _words_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AISLE_RETRIEVAL_EMBEDDER", "hashing")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """With the small shop in it, not yet indexed."""
    shop = SqlShop.open(tmp_path / "shop.db")
    shop.replace(
        info=ShopInfo(name="Small Shop", currency="USD"),
        products=PRODUCTS,
        policies=POLICIES,
        stores=STORES,
        customers=CUSTOMERS,
        orders=ORDERS,
    )
    shop.close()
    return tmp_path


@asynccontextmanager
async def opened(home: Path, steps: list[str] | None = None, **settings: object) -> AsyncIterator[Aisle]:
    told = [] if steps is None else steps
    chosen = AisleSettings(home=home, **settings)  # type: ignore[arg-type]
    async with open_aisle(
        chosen, model_settings=ModelSettings(engine="none"), on_progress=lambda step, done, total: told.append(step)
    ) as aisle:
        yield aisle


async def shopper_of(aisle: Aisle) -> Shopper:
    conversation, _ = await aisle.assistant.start(channel="web")
    return Shopper(aisle.assistant, conversation)


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(30):
        while not condition():  # noqa: ASYNC110, a refresh announces itself nowhere
            await asyncio.sleep(0.01)


def index_steps(steps: list[str]) -> list[str]:
    return [step for step in steps if "embedding" in step or "indexing" in step]


@pytest.mark.slow
async def test_the_first_start_in_an_empty_home_makes_the_demo_shop_and_serves_it(tmp_path: Path) -> None:
    steps: list[str] = []
    async with opened(tmp_path / "new" / "home", steps) as aisle:
        health = aisle.health()
        assert health["shop"]["product"] >= 2000 and health["index"]["products"] == health["shop"]["product"]
        assert (await (await shopper_of(aisle)).say("i need a tent for two people under 300")).shown
    assert "making the demo shop" in steps and index_steps(steps)


async def test_the_second_start_makes_nothing_anew_and_remembers(home: Path) -> None:
    async with opened(home) as aisle:
        generation = aisle.retriever.generation
        shopper = await shopper_of(aisle)
        await shopper.talk("show me kettles", "add it to my cart")
    steps: list[str] = []
    async with opened(home, steps) as aisle:
        assert index_steps(steps) == [] and aisle.retriever.generation == generation
        again = Shopper(aisle.assistant, shopper.conversation, shopper._numbers)
        assert (await again.say("show my cart")).in_cart == {"k2-1": 1}


async def test_a_shop_that_is_there_is_never_replaced_by_the_demo_shop(home: Path) -> None:
    shop = open_shop(AisleSettings(home=home))
    assert shop.counts()["product"] == len(PRODUCTS)
    shop.close()


async def test_a_shop_that_changed_while_it_was_down_is_indexed_anew(home: Path) -> None:
    async with opened(home):
        pass
    shop = SqlShop.open(home / "shop.db")
    shop.upsert_products([replace(KETTLE, title="Hearth Copper Kettle")])
    shop.close()
    async with opened(home) as aisle:
        assert "Hearth Copper Kettle" in (await (await shopper_of(aisle)).say("show me copper kettles")).text


@pytest.mark.parametrize("damage", ["cut", "gone", "nonsense", "no current"])
async def test_a_broken_index_is_built_anew(home: Path, damage: str) -> None:
    async with opened(home):
        pass
    index = home / "index"
    files = [path for path in index.glob("snap-*/*") if path.is_file() and path.stat().st_size > 0]
    assert files
    for path in files:
        if damage == "cut":
            path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
        elif damage == "gone":
            path.unlink()
        elif damage == "nonsense":
            path.write_bytes(b"\x00" * path.stat().st_size)
    if damage == "no current":
        (index / "CURRENT").unlink()
    steps: list[str] = []
    async with opened(home, steps) as aisle:
        assert index_steps(steps)
        assert (await (await shopper_of(aisle)).say("show me kettles")).shown == ["k2"]


async def test_an_index_of_another_embedder_is_built_anew(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with opened(home):
        pass
    monkeypatch.setenv("AISLE_RETRIEVAL_EMBEDDER", "minilm")
    async with opened(home) as aisle:
        assert aisle.embedder.name.startswith("minilm")
        assert (await (await shopper_of(aisle)).say("show me kettles")).shown == ["k2"]


async def test_a_changed_price_is_picked_up_while_it_serves(home: Path) -> None:
    async with opened(home, refresh_seconds=0.02) as aisle:
        shopper, before = await shopper_of(aisle), aisle.retriever
        assert "under $30" in (await shopper.say("kettles under 30")).text  # none: what comes nearest is shown
        cheaper = replace(KETTLE, variants=(replace(KETTLE.variants[0], price=Decimal("29.00")),))
        await aisle.in_thread(aisle.shop.upsert_products, [cheaper])
        await until(lambda: aisle.retriever is not before)
        reply = await shopper.say("show me kettles under 30")
        assert reply.shown == ["k2"] and "$29.00" in reply.text


async def test_a_new_product_is_found_without_a_restart(home: Path) -> None:
    async with opened(home, refresh_seconds=0.02) as aisle:
        shopper, before = await shopper_of(aisle), aisle.retriever
        fresh = replace(MUG, id="n1", title="Hearth Glass Teapot", category=("Home", "Kitchen", "Teapots"))  # type: ignore[arg-type]
        fresh = replace(fresh, variants=(replace(MUG.variants[0], id="n1-1"),))  # type: ignore[arg-type]
        await aisle.in_thread(aisle.shop.upsert_products, [fresh])
        await until(lambda: aisle.retriever is not before)
        assert (await shopper.say("show me teapots")).shown == ["n1"]


async def test_health_names_every_part(home: Path) -> None:
    async with opened(home) as aisle:
        health = aisle.health()
        states = {name: part["state"] for name, part in health.items() if name not in ("language_model", "speech")}
        assert states == dict.fromkeys(("store", "shop", "index", "embedder"), "ready")
        assert health["language_model"]["state"] == "off"
        assert "first use" in health["speech"]["detail"]
        assert health["language_model"]["writer"] == TemplateWriter.__name__


async def test_searching_by_words_only_still_understands_plain_sentences(home: Path) -> None:
    async with opened(home) as aisle:
        shopper = await shopper_of(aisle)
        for said in ("show me tents", "show me running shoes", "show me kettles"):
            assert (await shopper.say(said)).shown, said
        assert (await shopper.say("how heavy is the first one?")).in_cart == {}


async def test_a_model_that_was_given_writes_when_the_setting_says_so(home: Path) -> None:
    def echo(messages: object) -> list[str]:
        return [messages[-1].content.partition("DRAFT: ")[2]]  # type: ignore[index]

    settings = AisleSettings(home=home, answering_writer="model")
    async with open_aisle(settings, model=ScriptedModel(echo)) as aisle:
        assert (await (await shopper_of(aisle)).say("hello")).said.written_by == "scripted"


async def test_the_log_may_lie_elsewhere(home: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere.db"
    async with opened(home, log_path=elsewhere):
        assert elsewhere.exists()
    assert not (home / "conversations.db").exists()


def test_every_name_of_a_place_leads_to_its_store() -> None:
    places = places_of({store.id: store for store in STORES})
    assert places["portland"] == places["pearl district"] == places["oregon"] == "portland"
    assert places["colorado"] == "denver" and "or" not in places


def test_a_model_that_nobody_measured_has_no_quality() -> None:
    assert measured_quality("never heard of") is None


async def test_two_servers_share_an_index_and_the_one_that_builds_none_takes_each_new_one_up(home: Path) -> None:
    shared = home / "shared-index"
    with pytest.raises(IndexNotBuilt, match="aisle index build"):
        async with opened(home, index_path=shared, index_builds=False):
            pass
    async with (
        opened(home, index_path=shared, refresh_seconds=600) as builder,
        opened(home, index_path=shared, refresh_seconds=0.02, index_builds=False) as follower,
    ):
        before = follower.retriever
        assert len(before) == len(builder.retriever)
        variant = replace(MUG.variants[0], id=VariantId("new-1"))
        builder.shop.upsert_products([replace(MUG, id=ProductId("new"), variants=(variant,))])
        await builder.in_thread(build_index, builder.settings, builder.shop, builder.embedder)
        await until(lambda: len(follower.retriever) == len(before) + 1)
        assert before.find(Need(text="tent"), k=1)  # who was searching goes on searching


async def test_what_other_languages_need_is_made_while_it_serves(home: Path) -> None:
    async with opened(home, refresh_seconds=0.02) as aisle:
        assert not aisle.retriever.knows("de")
        keeper = IndexKeeper(
            aisle.settings, aisle.shop, aisle.embedder, RetrievalSettings(), MultilingualEmbedder(), complete_after=0
        )
        running = asyncio.create_task(keeper.run(aisle.serve, aisle.retriever))
        await until(lambda: aisle.retriever.knows("de"))
        running.cancel()
        keeper.stop()
        aisle.expect("de-AT")
        shopper = await shopper_of(aisle)
        assert (await shopper.say("ich suche einen Wasserkocher")).shown == ["k2"]


class Endless(HashingEmbedder):
    """As a model that takes minutes: nothing tells it to stop."""

    def __init__(self) -> None:
        super().__init__()
        self.entered, self.released = threading.Event(), threading.Event()

    @property
    def name(self) -> str:
        return "endless"

    def embed(self, texts: Sequence[str]) -> Vectors:
        self.entered.set()
        assert self.released.wait(30)
        return super().embed(texts)


async def test_the_end_does_not_wait_for_an_index_that_is_being_built(home: Path) -> None:
    embedder = Endless()
    async with opened(home) as aisle:
        settings = aisle.settings.model_copy(update={"refresh_seconds": 0.01})
        keeper = IndexKeeper(settings, aisle.shop, aisle.embedder, RetrievalSettings(), embedder, complete_after=0)
        running = asyncio.create_task(keeper.run(aisle.serve, aisle.retriever))
        await until(embedder.entered.is_set)
        before = time.monotonic()
        keeper.stop()
        assert time.monotonic() - before < STOP_SECONDS + 5
        running.cancel()
        embedder.released.set()
    assert not list((home / "index").glob("*.tmp"))
