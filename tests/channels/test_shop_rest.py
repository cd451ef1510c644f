"""The shop's pages over HTTP: search, product, pictures, stores, categories."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from assistant.ports import ShopInfo
from assistant.shops.records import Address, Store
from assistant.shops.sql import SqlShop
from channels.shopfront.product_documents import image_url
from retrieval.build import in_memory
from retrieval.catalogue import Product, ProductId, Review, StoreId, Variant, VariantId
from retrieval.embedders.hashing import HashingEmbedder
from tests.channels.house import build_house, serving

pytestmark = pytest.mark.anyio
TENTS = ("Outdoor", "Camping", "Tents")
SHOES = ("Sport", "Running", "Running Shoes")


def variant(number: str, colour: str, price: str | None, online: int = 9, portland: int = 0) -> Variant:
    return Variant(
        id=VariantId(number),
        options={"colour": colour},
        price=Decimal(price) if price else None,
        stock={StoreId("online"): online, StoreId("pdx"): portland},
    )


PRODUCTS = (
    Product(
        id=ProductId("p1"),
        title="Nordval Ridge 2-person tent",
        brand="Nordval",
        category=TENTS,
        description="A light tent for two.",
        attributes={"weight": "1.8 kg", "waterproof": "yes"},
        variants=(variant("p1-b", "blue", "189.00"), variant("p1-g", "green", "199.00", online=0, portland=4)),
        rating=4.5,
        rating_count=12,
        reviews=(Review(rating=5, text="Dry all night.", author="Ada"),),
    ),
    Product(
        id=ProductId("p2"),
        title="Kestrel Dome 4-person tent",
        brand="Kestrel",
        category=TENTS,
        variants=(variant("p2-g", "green", "320.00", online=2),),
    ),
    Product(
        id=ProductId("p3"), title="Old tent", brand="Nordval", category=TENTS, variants=(variant("p3", "red", None),)
    ),
    Product(
        id=ProductId("p4/odd id"),
        title="Fleetfoot running shoes",
        brand="Fleetfoot",
        category=SHOES,
        variants=(variant("p4", "blue", "89.00", online=0, portland=2),),
    ),
)


def store(number: str, city: str, at: tuple[float, float]) -> Store:
    address = Address(address1="1 Main St", city=city, state="OR", zip="97205", country="USA")
    return Store(
        id=StoreId(number),
        name=f"Fjord {city}",
        address=address,
        latitude=at[0],
        longitude=at[1],
        aliases=(f"{city} downtown",),
    )


@pytest.fixture
def anyio_backend():
    return "asyncio"


@pytest.fixture
async def served(tmp_path):
    shop = SqlShop.open(tmp_path / "shop.db")
    shop.replace(
        info=ShopInfo(name="Fjord & Field", currency="USD"),
        products=PRODUCTS,
        stores=[store("bos", "Boston", (42.36, -71.06)), store("pdx", "Portland", (45.52, -122.68))],
    )
    retriever = in_memory(PRODUCTS, (), HashingEmbedder())
    async with serving(build_house(tmp_path, shop=shop, retriever=retriever)) as running:
        yield running
    shop.close()


async def found(served, query: str) -> dict:
    answer = await served.http.get(f"/v1/products{query}")
    assert answer.status_code == 200, answer.text
    return answer.json()


def ids(body: dict) -> set[str]:
    return {product["id"] for product in body["products"]}


async def test_everything_is_found_without_a_question(served):
    body = await found(served, "")
    assert (body["total"], body["page"], len(body["products"])) == (4, 1, 4)
    tent = next(product for product in body["products"] if product["id"] == "p1")
    assert tent == {
        "id": "p1",
        "title": "Nordval Ridge 2-person tent",
        "brand": "Nordval",
        "category": list(TENTS),
        "price": {"amount": "189.00", "currency": "USD"},
        "price_max": {"amount": "199.00", "currency": "USD"},
        "rating": 4.5,
        "rating_count": 12,
        "image_url": "/v1/products/p1/image.svg",
        "availability": "in_stock",
        "options": {"colour": ["blue", "green"]},
    }


async def test_words_find_and_facets_count_in_the_shops_own_spelling(served):
    body = await found(served, "?q=tent")
    assert ids(body) == {"p1", "p2", "p3"} and body["total"] == 3
    assert {"value": "Tents", "count": 3} in body["facets"]["category"]
    assert body["facets"]["brand"] == [{"value": "Nordval", "count": 2}, {"value": "Kestrel", "count": 1}]
    assert {"value": "green", "count": 2} in body["facets"]["colour"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("?category=Outdoor/Camping/Tents", {"p1", "p2", "p3"}),
        ("?category=Outdoor%20%3E%20Camping", {"p1", "p2", "p3"}),
        ("?category=Running%20Shoes", {"p4/odd id"}),
        ("?max_price=200", {"p1", "p4/odd id"}),
        ("?min_price=195&max_price=200", {"p1"}),
        ("?colour=blue", {"p1", "p4/odd id"}),
        ("?colour=blue&colour=red", {"p1", "p3", "p4/odd id"}),
        ("?brand=nordval", {"p1", "p3"}),
        ("?in_stock=true", {"p1", "p2", "p3"}),
        ("?store=pdx", {"p1", "p4/odd id"}),
        ("?store=Portland%20Downtown&category=Tents", {"p1"}),
        ("?q=tent%20under%20200", {"p1"}),
        ("?min_price=&in_stock=", {"p1", "p2", "p3", "p4/odd id"}),
        ("?brand=nobody", set()),
        ("?colour=blue&max_price=50", set()),
    ],
)
async def test_filters_hold_exactly(served, query, expected):
    assert ids(await found(served, query)) == expected


async def test_the_filters_own_figures_show_what_else_could_be_chosen(served):
    body = await found(served, "?brand=Nordval&category=Tents")
    assert {one["value"]: one["count"] for one in body["facets"]["brand"]} == {"Nordval": 2, "Kestrel": 1}


async def test_sorting_and_pages(served):
    prices = [product["price"] for product in (await found(served, "?sort=price&category=Tents"))["products"]]
    assert [price and price["amount"] for price in prices] == ["189.00", "320.00", None]
    first, second = await found(served, "?limit=3"), await found(served, "?limit=3&page=2")
    assert len(ids(first)) == 3 and len(ids(second)) == 1 and not ids(first) & ids(second)
    assert (await found(served, "?page=9"))["products"] == []


@pytest.mark.parametrize(
    "query",
    [
        "?min_price=cheap",
        "?min_price=-1",
        "?page=0",
        "?limit=1000",
        "?sort=colour",
        "?store=atlantis",
        "?q=" + "x" * 500,
    ],
)
async def test_a_search_that_makes_no_sense_is_a_problem(served, query):
    answer = await served.http.get(f"/v1/products{query}")
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request")


async def test_a_products_page_has_everything(served):
    body = (await served.http.get("/v1/products/p1")).json()
    assert body["description"] == "A light tent for two." and body["attributes"]["waterproof"] == "yes"
    assert body["variants"][1] == {
        "id": "p1-g",
        "options": {"colour": "green"},
        "price": {"amount": "199.00", "currency": "USD"},
        "availability": "stores_only",
        "stock": {"online": 0, "pdx": 4},
    }
    assert body["reviews"] == [{"rating": 5, "text": "Dry all night.", "author": "Ada"}]
    assert "p2" in {other["id"] for other in body["similar"]}
    assert (await served.http.get("/v1/products/p2")).json()["availability"] == "low_stock"
    assert (await served.http.get("/v1/products/p3")).json()["availability"] == "not_for_sale"
    missing = await served.http.get("/v1/products/nope")
    assert (missing.status_code, missing.json()["code"]) == (404, "not_found")


async def test_an_id_with_odd_characters_is_reached_by_its_own_picture_url(served):
    tile = next(product for product in (await found(served, "?brand=Fleetfoot"))["products"])
    assert tile["image_url"] == "/v1/products/p4%2Fodd%20id/image.svg"
    assert (await served.http.get(tile["image_url"])).status_code == 200


async def test_pictures_are_kept_by_browsers_and_run_nothing(served):
    answer = await served.http.get("/v1/products/p1/image.svg?colour=blue")
    assert answer.headers["content-type"] == "image/svg+xml"
    assert "immutable" in answer.headers["cache-control"] and "sandbox" in answer.headers["content-security-policy"]
    assert answer.text.startswith("<svg") and "<script" not in answer.text
    assert (await served.http.get("/v1/products/none/image.svg")).status_code == 404


async def test_stores_near_a_place_or_a_point(served):
    plain = (await served.http.get("/v1/stores")).json()["stores"]
    assert [(one["id"], one["distance_km"]) for one in plain] == [("bos", None), ("pdx", None)]
    for near in ("Portland downtown", "portland, or", "97205", "45.5,-122.7"):
        told = (await served.http.get("/v1/stores", params={"near": near})).json()["stores"]
        if near != "97205":
            assert told[0]["id"] == "pdx"
        assert told[0]["distance_km"] < 5 and told[1]["distance_km"] > 3_000
    unknown = (await served.http.get("/v1/stores", params={"near": "Atlantis"})).json()["stores"]
    assert [one["distance_km"] for one in unknown] == [None, None]
    assert plain[0]["address"]["city"] == "Boston"


async def test_categories_and_the_shop_itself(served):
    categories = (await served.http.get("/v1/categories")).json()["categories"]
    assert categories == [{"path": list(TENTS), "count": 3}, {"path": list(SHOES), "count": 1}]
    assert (await served.http.get("/v1/shop")).json() == {"name": "Fjord & Field", "currency": "USD", "locale": "en"}


def test_photographs_from_elsewhere_are_shown_only_where_the_shop_says_so():
    photo = replace(PRODUCTS[0], image_url="https://cdn.example/tent.jpg")
    assert image_url(photo, ()) == "/v1/products/p1/image.svg"
    assert image_url(photo, ("https://cdn.example",)) == "https://cdn.example/tent.jpg"
    assert image_url(replace(photo, image_url="/own/tent.jpg"), ()) == "/own/tent.jpg"
    for no_picture in ("", "javascript:alert(1)", "//cdn.example/x.jpg", "https://[", "data:text/html,x"):
        assert image_url(replace(photo, image_url=no_picture), ()) == "/v1/products/p1/image.svg"
    for odd in ("javascript:alert(1)", "data:text/html,x", "//evil.example/x.png", ""):
        assert image_url(replace(photo, image_url=odd), ()) == "/v1/products/p1/image.svg"
