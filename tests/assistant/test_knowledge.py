"""Retrieval as flows see it: ids from the index, facts from the shop of this moment, never on the event loop."""

from __future__ import annotations

import threading
from dataclasses import replace
from decimal import Decimal

import pytest

from assistant.knowledge import ShopKnowledge
from retrieval.catalogue import ProductId
from retrieval.constraints import Need
from tests.assistant.shopper import Brains
from tests.assistant.small_shop import KETTLE, PRODUCTS, SmallShop

pytestmark = pytest.mark.anyio


@pytest.fixture
def knowledge(brains: Brains, shop: SmallShop) -> ShopKnowledge:
    return brains.knowledge(shop)


async def test_what_is_found_is_read_fresh_from_the_shop(knowledge: ShopKnowledge, shop: SmallShop) -> None:
    dearer = replace(KETTLE, variants=(replace(KETTLE.variants[0], price=Decimal("77.00")),))
    shop.change(dearer)
    assert (await knowledge.find(knowledge.parse("kettles"), k=3)).products == (dearer,)


async def test_what_the_index_still_holds_and_the_shop_does_not_is_left_out(
    knowledge: ShopKnowledge, shop: SmallShop
) -> None:
    del shop.products_by_id["t1"]
    found = await knowledge.find(knowledge.parse("tents"), k=10)
    assert "t1" not in [product.id for product in found.products] and len(found.products) == 5


async def test_what_had_to_be_given_up_is_told(knowledge: ShopKnowledge) -> None:
    found = await knowledge.find(knowledge.parse("tents for four people in blue"), k=5)
    assert not found.products or found.relaxed or all(p.attributes["persons"] == "4" for p in found.products)


async def test_similar_products_leave_out_the_one_they_are_like(knowledge: ShopKnowledge) -> None:
    similar = await knowledge.similar(ProductId("t1"), k=3)
    assert similar and "t1" not in [product.id for product in similar]
    assert all("Tents" in product.category for product in similar[:2])


async def test_passages_come_with_their_source_and_words(knowledge: ShopKnowledge) -> None:
    passages = await knowledge.passages("how long do I have to return an item", k=2)
    assert passages[0].id.startswith("returns") and "30 days" in passages[0].text
    assert 0.0 <= passages[0].score <= 1.0


async def test_the_text_that_a_question_is_about_is_the_closest(knowledge: ShopKnowledge) -> None:
    texts = ["weight: 2.1 kg", "battery life: 30 h", "colour: blue"]
    best, score = await knowledge.closest("how long does the battery last", texts)
    assert (best, score > 0.3) == (1, True)


async def test_departments_are_the_widest_categories_the_fullest_first(knowledge: ShopKnowledge) -> None:
    departments = await knowledge.departments()
    assert departments[0][0] == "Outdoor" and "Tents" in departments[0][1]
    assert {name for name, _ in departments} == {product.category[0] for product in PRODUCTS}


def test_a_need_is_read_merged_and_told_in_the_shops_words(knowledge: ShopKnowledge) -> None:
    need = knowledge.merge(knowledge.parse("tents in portland"), knowledge.parse("under 200"))
    told = knowledge.describe(need)
    assert "tents" in told and "$200" in told and "Small Shop Portland" in told
    assert knowledge.describe(Need())


async def test_searching_happens_off_the_event_loop(brains: Brains, shop: SmallShop) -> None:
    threads: list[int] = []

    def retriever() -> object:
        threads.append(threading.get_ident())
        return brains.retriever

    knowledge = ShopKnowledge(
        retriever,  # type: ignore[arg-type]
        shop,
        brains.executor,
        embedder=brains.embedder,
        category_counts=dict,
        currency="USD",
        places={},
        store_names={},
    )
    await knowledge.find(Need(text="tent"), k=1)
    await knowledge.passages("returns")
    assert threads and threading.get_ident() not in threads


async def test_a_need_in_another_language_is_found_and_told_in_it(knowledge: ShopKnowledge) -> None:
    german = knowledge.speaking("de")
    need = german.parse("Zelt für 4 Personen unter 500 Dollar")
    found = await german.find(need, k=3)
    assert found.products and all(product.category[-1] == "Tents" for product in found.products)
    assert german.describe(need).startswith("Zelt unter 500")
    passages = await german.passages("wie lange kann ich etwas zurückgeben?", k=1)
    assert passages[0].id.startswith("returns")
    assert knowledge.parse("tent").said == ""
