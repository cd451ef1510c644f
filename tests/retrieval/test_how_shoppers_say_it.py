"""Requests as they were typed in use: each was once misread."""

from __future__ import annotations

import pytest

from retrieval.build import in_memory
from retrieval.catalogue import Product
from retrieval.constraints import Need, parse_need
from retrieval.embedders.hashing import HashingEmbedder
from tests.retrieval.shop_fixture import PRODUCTS, product, variant

BASE = ("Outdoor", "Clothing", "Base Layers")
CLEANERS = ("Home", "Cleaning", "Vacuum Cleaners")


def shop() -> tuple[Product, ...]:
    return (
        *PRODUCTS,
        product(
            "l1", "Ull Women's Merino Base Layer Top", variant("l1", 1, "89", size="S"), variant("l1", 2, "89", size="M"),
            category=BASE, audience="women", material="100 % merino wool",
        ),
        product("p1", "Surf Paddle Board", variant("p1", 1, "499"), category=("Sport", "Paddle Boards"),
            material="PVC double-layer drop-stitch"),
        product("k1", "Kok Saucepan", variant("k1", 1, "59"), category=("Home", "Cookware"),
            material="three-ply stainless steel"),
        product("k2", "Kok Kettle", variant("k2", 1, "39"), category=("Home", "Kettles"), material="copper-plated steel"),
        product("c1", "Lumo 14-Inch Laptop", variant("c1", 1, "899"), category=("Electronics", "Laptops"),
            speakers="yes", warranty="2 years"),
        product("c2", "Lumo 15-Inch Laptop", variant("c2", 1, "999"), category=("Electronics", "Laptops"),
            speakers="yes", warranty="3 years"),
        product("a1", "Lumo Bluetooth Speaker", variant("a1", 1, "59"), category=("Electronics", "Audio", "Speakers"),
            battery_life="12 h"),
        product("a2", "Lumo Mini Bluetooth Speaker", variant("a2", 1, "39"), category=("Electronics", "Audio", "Speakers"),
            battery_life="20 h"),
        product("v1", "Sug Upright Vacuum Cleaner", variant("v1", 1, "199"), category=CLEANERS, noise="78 dB"),
        product("v2", "Sug Silent Vacuum Cleaner", variant("v2", 1, "299"), category=CLEANERS, noise="62 dB"),
        product("g1", "Rull Kids' Bike", variant("g1", 1, "259"), category=("Sport", "Bikes"), audience="kids"),
        product("g2", "Rull Electric City Bike", variant("g2", 1, "1999"), category=("Sport", "Bikes"),
            electric_range="80 km"),
        product("d1", "Sov Percale Duvet Cover Set", variant("d1", 1, "79"), category=("Home", "Bedding")),
        product("d2", "Lys Desk Lamp", variant("d2", 1, "49"), category=("Home", "Lamps")),
        product("d3", "Lumo Power Bank", variant("d3", 1, "49"), category=("Electronics", "Power Banks"),
            capacity="20000 mAh"),
    )  # fmt: skip


RETRIEVER = in_memory(shop(), (), HashingEmbedder())


def parse(text: str) -> Need:
    return parse_need(text, RETRIEVER.vocabulary)


def fields(text: str) -> set[str]:
    return {one.field for one in parse(text).filters}


def values(text: str, field: str) -> set[str]:
    return {value for one in parse(text).filters if one.field == field for value in one.values}


def first(text: str) -> str:
    return RETRIEVER.find(parse(text), k=1).products[0].id


@pytest.mark.parametrize("text", ["layer", "three", "double layer", "drop", "ply", "plated"])
def test_a_part_of_a_materials_name_is_no_material(text: str) -> None:
    assert "material" not in fields(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("steel", {"three-ply stainless steel", "copper-plated steel"}),
        ("stainless steel", {"three-ply stainless steel"}),
        ("wool", {"merino wool"}),
        ("pvc", {"pvc double-layer drop-stitch"}),
    ],
)
def test_a_material_in_its_own_right_finds_every_value_made_of_it(text: str, expected: set[str]) -> None:
    assert values(text, "material") == expected


def test_copper_plated_steel_is_not_made_of_copper() -> None:
    assert "material" not in fields("copper kettle")


def test_base_layers_are_found_by_all_their_words() -> None:
    assert first("merino base layer top women S") == "l1"
    assert values("merino base layer top women S", "size") == {"s"}


def test_a_yes_or_no_attribute_does_not_hide_the_category_of_its_name() -> None:
    assert values("bluetooth speakers", "category") == {"speakers"}
    assert values("laptop with speakers", "category") == {"laptops"}
    assert "speakers" in fields("laptop with speakers")


@pytest.mark.parametrize(
    "text",
    ["vacuum cleaner first", "the vacuum cleaners again", "vacuum cleaner now please", "ok vacuum cleaners then"],
)
def test_trailing_fillers_do_not_hide_the_category(text: str) -> None:
    assert values(text, "category") == {"vacuum cleaners"}


@pytest.mark.parametrize(
    "text",
    ["a 7 year old who loves biking", "7-year-old", "aged 9", "for my son who is 9", "a seven year old", "age 10"],
)
def test_a_childs_age_asks_for_the_kids_range_and_no_warranty(text: str) -> None:
    assert values(text, "audience") == {"kids"}
    assert "warranty" not in fields(text)


def test_what_someone_loves_to_do_is_no_kind_of_product() -> None:
    need = parse("present for a 7 year old who loves biking")
    assert (need.thing, need.text, values("who loves biking", "category")) == ("", "biking", set())


@pytest.mark.parametrize("text", ["laptop for a 16 year old", "aged 40"])
def test_an_adults_age_says_nothing_of_the_thing(text: str) -> None:
    assert fields(text) <= {"category"}


def test_years_of_warranty_are_still_years_of_warranty() -> None:
    assert "warranty" in fields("laptop with 2 year warranty")


def test_what_it_is_used_for_in_a_day_is_a_wish() -> None:
    need = parse("electric bike about 20 km a day")
    assert (fields("electric bike about 20 km a day"), need.wishes) == ({"category"}, ("20 km a day",))


@pytest.mark.parametrize("text", ["electric bike 60 km", "power bank 10000mah", "speaker with 12 hours battery"])
def test_a_range_or_a_battery_is_asked_for_at_least(text: str) -> None:
    assert [one.operator for one in parse(text).filters if one.number is not None] == [">="]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("powerbank", "power bank"),
        ("desklamp", "desk lamp"),
        ("duvetcover", "duvet cover"),
        ("ear buds", "earbuds"),
        ("runing shoes", "running shoes"),
        ("headphnes", "headphones"),
    ],
)
def test_compounds_and_typing_errors_are_shown_as_the_shop_writes_them(text: str, shown: str) -> None:
    assert parse(text).text == shown


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("under armour shoes", ("under armour",)),
        ("drones", ("drones",)),
        ("suitcase", ("suitcase",)),
        ("washing machine", ("washing machine",)),
        ("running shoes", ()),
        ("rucksack", ()),
        ("tents", ()),
        ("bluetooth speakers", ()),
    ],
)
def test_what_the_shop_does_not_have_is_named(text: str, missing: tuple[str, ...]) -> None:
    found = RETRIEVER.find(parse(text))
    assert (found.missing, found.near) == (missing, bool(missing))


@pytest.mark.parametrize(
    ("text", "sort", "by", "best"),
    [
        ("quietest vacuum cleaner", "ascending", "noise", "v2"),
        ("longest battery speakers", "descending", "battery life", "a2"),
        ("biggest backpack", "descending", "capacity", "b2"),
    ],
)
def test_superlatives_order_by_what_products_state(text: str, sort: str, by: str, best: str) -> None:
    need = parse(text)
    assert (need.sort, need.sort_by, first(text)) == (sort, by, best)


def test_a_superlative_that_nothing_states_is_a_wish() -> None:
    assert parse("softest sweater").wishes == ("soft",)


def test_the_number_in_a_things_name_is_no_count() -> None:
    assert parse("iphone 4 case").text == "iphone 4 case"


def test_where_no_word_fits_the_conditions_alone_answer_and_the_missing_thing_is_named() -> None:
    found = RETRIEVER.find(parse("wedding dress size 42 under 100"))
    assert found.missing == ("dress",)
    kids = RETRIEVER.find(parse("zzgadget for kids under 60"))
    assert [one.id for one in kids.products] == ["s3"]
    assert kids.near
