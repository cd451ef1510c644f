"""What a kind of product states filters: values of lists, counts, what is included; what only texts say ranks."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.build import in_memory
from retrieval.catalogue import Product
from retrieval.constraints import Need, describe, parse_need
from retrieval.embedders.hashing import HashingEmbedder
from retrieval.stated import pruned
from retrieval.vocabulary import Vocabulary
from retrieval.words import listed
from tests.retrieval.shop_fixture import product, variant

TOASTERS = ("Home", "Kitchen", "Toasters")
BAGS = ("Outdoor", "Sleeping Bags")
PACKS = ("Outdoor", "Backpacks")
GLOVES = ("Outdoor", "Gloves")
SCREENS = ("Electronics", "Monitors")
GRILLS = ("Home", "Grills")
JACKETS = ("Outdoor", "Jackets")


def shop() -> tuple[Product, ...]:
    return (
        product("t2", "Brod Toaster", variant("t2", 1, "40"), category=TOASTERS, slots="2", browning_levels="6"),
        product("t4", "Brod Grand Toaster", variant("t4", 1, "70"), category=TOASTERS, slots="4", browning_levels="9"),
        product("b1", "Sov Sleeping Bag", variant("b1", 1, "90"), category=BAGS, season="winter", zip="left",
                shape="mummy"),
        product("b2", "Sov Light Sleeping Bag", variant("b2", 1, "60"), category=BAGS, season="summer", zip="right",
                shape="rectangular"),
        product("b3", "Sov Mid Sleeping Bag", variant("b3", 1, "70"), category=BAGS, season="3-season", zip="two-way",
                shape="semi-mummy"),
        product("p1", "Bær Backpack", variant("p1", 1, "80"), category=PACKS, rain_cover="included", pockets="5",
                laptop_size="15.6 inch", weight="1 kg"),
        product("p2", "Bær Backpack Duo", variant("p2", 1, "70"), category=PACKS, rain_cover="not included", pockets="2",
                laptop_size="17 inch", weight="2 kg"),
        *(product(f"g{n}", f"Varm {'Mittens' if n < 4 else 'Gloves'} {n}", variant(f"g{n}", 1, "30"), category=GLOVES,
                  type="mitten" if n < 4 else "shell", fit="slim" if n == 1 else "regular") for n in range(1, 6)),
        product("m1", "Syn Monitor", variant("m1", 1, "300"), category=SCREENS, resolution="3840 x 2160",
                ports="HDMI, DisplayPort"),
        product("m2", "Syn Monitor Mini", variant("m2", 1, "200"), category=SCREENS, resolution="1920 x 1080", ports="HDMI"),
        product("r1", "Glo Gas Grill", variant("r1", 1, "300"), category=GRILLS, fuel="propane", material="steel"),
        product("r2", "Glo Small Gas Grill", variant("r2", 1, "200"), category=GRILLS, fuel="canister gas", material="steel"),
        product("r3", "Glo Wood Grill", variant("r3", 1, "250"), category=GRILLS, fuel="wood", material="steel"),
        product("o1", "Eik Table Lamp", variant("o1", 1, "90"), category=("Home", "Lamps"), material="oak wood"),
        product("j1", "Fonn Jacket", variant("j1", 1, "200"), category=JACKETS, fill_power="800 cuin", hood="yes"),
        product("j2", "Fonn Light Jacket", variant("j2", 1, "150"), category=JACKETS, fill_power="600 cuin", hood="no"),
    )  # fmt: skip


RETRIEVER = in_memory(shop(), (), HashingEmbedder())


def parse(text: str) -> Need:
    return parse_need(text, RETRIEVER.vocabulary)


def ids(text: str) -> set[str]:
    found = RETRIEVER.find(parse(text))
    assert not found.relaxed, found.relaxed
    return {str(one.id) for one in found.products}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("winter sleeping bag", {"b1"}),
        ("three season sleeping bag", {"b3"}),
        ("mummy sleeping bag", {"b1"}),
        ("semi-mummy sleeping bags", {"b3"}),
        ("sleeping bag with a left zip", {"b1"}),
        ("sleeping bag, two-way zip", {"b3"}),
        ("sleeping bag not for winter", {"b2", "b3"}),
        ("four slot toaster", {"t4"}),
        ("toaster with at least 9 browning levels", {"t4"}),
        ("toaster 6 browning levels or less", {"t2"}),
        ("backpack with a rain cover", {"p1"}),
        ("backpack rain cover included", {"p1"}),
        ("backpack without rain cover", {"p2"}),
        ("backpack with 4 pockets or more", {"p1"}),
        ("backpack that fits a 16 inch laptop", {"p2"}),
        ("4k monitor", {"m1"}),
        ("full hd monitor", {"m2"}),
        ("monitor with displayport", {"m1"}),
        ("wood grill", {"r3"}),
        ("jackets with fill power of 700 or more", {"j1"}),
        ("jacket 700 cuin or less", {"j2"}),
        ("slim fit gloves", {"g1"}),
        ("mittens", {"g1", "g2", "g3"}),
    ],
)
def test_what_a_kind_states_filters(text: str, expected: set[str]) -> None:
    assert ids(text) == expected


def test_a_word_that_more_products_are_titled_by_than_state_it_only_ranks() -> None:
    assert ids("gas grill") >= {"r1", "r2"}


def test_a_greeting_is_no_value() -> None:
    assert not any(one.field == "season" for one in parse("have a nice summer! show me backpacks").filters)


def test_what_nobody_offers_is_asked_for_all_the_same_and_said() -> None:
    found = RETRIEVER.find(parse("toaster with 8 slots"))
    assert found.products
    assert [one.field for one in found.relaxed] == ["slots"]


def test_the_sort_of_thing_goes_before_what_it_must_have() -> None:
    found = RETRIEVER.find(parse("propane grill made of titanium or steel under 250"))
    assert [one.field for one in found.relaxed] == ["fuel"]


def test_a_number_of_persons_may_be_said_in_one_letter() -> None:
    tents = [
        product(f"x{n}", f"Telt {n}", variant(f"x{n}", 1, "99"), category=("Outdoor", "Tents"), persons=str(n))
        for n in (1, 2, 4)
    ]
    retriever = in_memory(tents, (), HashingEmbedder())
    found = retriever.find(parse_need("tent 2p", retriever.vocabulary))
    assert [one.id for one in found.products] == ["x2"]


def test_values_that_the_words_do_not_say_are_told() -> None:
    assert describe(parse("4k monitor")) == "4k monitor with resolution 3840 x 2160"
    assert describe(parse("winter sleeping bag")) == "winter sleeping bag"


def test_a_field_of_too_many_values_is_text_and_never_filters() -> None:
    counts = {"": 100, **{f"note\x1fvalue {number}": 1 for number in range(100)}, "zip\x1fleft": 50}
    assert set(pruned(counts)) == {"", "zip\x1fleft"}


def test_what_is_stated_outlives_the_file() -> None:
    kept = Vocabulary.from_json(RETRIEVER.vocabulary.to_json())
    assert parse_need("winter sleeping bag", kept) == parse("winter sleeping bag")


@given(
    st.lists(
        st.sampled_from(listed("winter 4 slot with without rain cover not sleeping bag of 700 cuin or less zip , k"))
    )
)
def test_any_order_of_such_words_is_read_without_an_error(said: list[str]) -> None:
    need = parse(" ".join(said))
    assert isinstance(describe(need), str)
    RETRIEVER.find(need)
