"""Pictures: well-formed, small, inert, and there for any product."""

from __future__ import annotations

from dataclasses import replace
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.shops.demo import DemoShop
from assistant.shops.demo.palette import COLOURS, paint
from assistant.shops.demo.pictures import draw, silhouette
from assistant.shops.demo.silhouettes import DRAWINGS
from retrieval.catalogue import Product, ProductId, Variant, VariantId
from tests.demo import the_demo

ALLOWED = {"svg", "rect", "circle", "ellipse", "g", "path"}


@pytest.fixture(scope="module")
def shop() -> DemoShop:
    return the_demo()


def imported(title: str, *category: str) -> Product:
    return Product(id=ProductId("x1"), title=title, category=category)


def assert_inert(svg: str) -> None:
    assert len(svg.encode()) < 6000
    for element in ElementTree.fromstring(svg).iter():
        name = element.tag.removeprefix("{http://www.w3.org/2000/svg}")
        assert name in ALLOWED
        assert not (element.text or "").strip()
        assert not any("href" in key or key.startswith("on") or "url(" in value for key, value in element.items())


def test_every_product_of_the_demo_has_an_inert_picture(shop: DemoShop) -> None:
    for product in shop.products:
        svg = draw(product)
        assert "<script" not in svg and len(svg) < 6000
    assert_inert(draw(shop.products[0]))


def test_every_silhouette_draws_in_a_light_and_a_dark_colour() -> None:
    for name in DRAWINGS:
        for colour in ("white", "black"):
            assert_inert(draw(imported(name), colour))


def test_no_product_of_the_demo_falls_back_to_a_parcel_and_categories_look_different(shop: DemoShop) -> None:
    drawn = {silhouette(product) for product in shop.products}
    assert len(drawn) >= 60
    assert drawn.isdisjoint({"parcel", "device", "bag"})


@pytest.mark.parametrize(
    ("title", "category", "name"),
    [
        ("Skarvik Laptop Backpack, 20 l", ("Outdoor", "Hiking", "Backpacks"), "backpack"),
        ("Amperoak Laptop Power Bank", (), "power bank"),
        ("T-Shirt", (), "t-shirt"),
        ("Bicycle", (), "bike"),
        ("Bean-to-Cup Coffee Machine", (), "espresso machine"),
        ("Kettlebell", (), "kettlebell"),
        ("Qwertz", ("Electronics", "Odd Things"), "device"),
        ("Qwertz", (), "parcel"),
    ],
)
def test_the_narrowest_words_choose_the_silhouette(title: str, category: tuple[str, ...], name: str) -> None:
    assert silhouette(imported(title, *category)) == name


def test_the_variants_colour_paints_the_picture(shop: DemoShop) -> None:
    tent = shop.products[0]
    assert COLOURS["red"] in draw(tent, "red")
    assert draw(tent, "red") != draw(tent, "blue")
    blue = Variant(id=VariantId("v"), options={"color": "Navy"})
    assert COLOURS["navy"] in draw(replace(imported("tent"), variants=(blue,)))


def test_light_and_dark_words_shift_a_colour_and_unknown_words_are_steady() -> None:
    assert paint("light blue", fallback=0) != paint("blue", fallback=0) != paint("dark blue", fallback=0)
    assert paint("zorp", fallback=3) == paint("", fallback=3)


@given(title=st.text(), colour=st.text(), category=st.lists(st.text(), max_size=3))
def test_no_word_of_a_product_enters_its_picture(title: str, colour: str, category: list[str]) -> None:
    svg = draw(imported(f"<script>{title}", *category), f'"/><script>{colour}')
    assert_inert(svg)
