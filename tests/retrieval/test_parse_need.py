"""Words into needs: what filters, what ranks, and what must not be misread."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.catalogue import StoreId
from retrieval.constraints import Filter, Need, describe, merge, parse_need
from retrieval.vocabulary import Vocabulary
from tests.retrieval.shop_fixture import PRODUCTS

VOCABULARY = Vocabulary.of(PRODUCTS).prepared()
STORES = {"Oslo": StoreId("oslo"), "the harbour shop": StoreId("bergen")}


def parse(text: str) -> Need:
    return parse_need(text, VOCABULARY, stores=STORES)


def shown(need: Need) -> set[str]:
    def one(condition: Filter) -> str:
        what = "|".join(condition.values) if condition.number is None else f"{condition.number}{condition.unit}"
        return f"{condition.field} {condition.operator} {what}"

    return {one(condition) for condition in need.filters}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("under 50", {"price <= 50"}),
        ("< $50", {"price <= 50"}),
        ("at most 50 euros", {"price <= 50"}),
        ("no more than 2 hundred", {"price <= 200"}),
        ("not over fifty", {"price <= 50"}),
        ("50 bucks or less", {"price <= 50"}),
        ("less than 1,299.50", {"price <= 1299.50"}),
        ("below 1k", {"price <= 1000"}),
        ("between 40 and 60", {"price >= 40", "price <= 60"}),
        ("50-80 euros", {"price >= 50", "price <= 80"}),
        ("$50 to 80", {"price >= 50", "price <= 80"}),
        ("around 50", {"price >= 40", "price <= 60"}),
        ("over $100", {"price >= 100"}),
        ("4 stars and up", {"rating >= 4"}),
        ("rated 4.5 or higher", {"rating >= 4.5"}),
        ("at least 4 stars", {"rating >= 4"}),
        ("rating above 4", {"rating >= 4"}),
        ("at least 2 litres", {"capacity >= 2l"}),
        ("20-30 l", {"capacity >= 20l", "capacity <= 30l"}),
        ("under 1 kg", {"weight <= 1kg"}),
        ("weight under 500 g", {"weight <= 0.5kg"}),
        ("battery life of at least 10 hours", {"battery life >= 10h"}),
        ("in stock", {"in_stock = yes"}),
        ("in stock in Oslo", {"in_stock = yes", "store in oslo"}),
        ("at the harbour shop", {"store in bergen"}),
        ("size 42", {"size in 42"}),
        ("in M", {"size in m"}),
        ("eu 42", {"size in 42"}),
        ("in blue", {"colour in blue|navy blue"}),
        ("black or red", {"colour in black|red"}),
        ("anything but red", {"colour not in red"}),
        ("not wool", {"material not in merino wool"}),
        ("wool-free", {"material not in merino wool"}),
        ("no Nordvind", {"brand not in nordvind"}),
        ("not blue or red", {"colour not in blue|navy blue", "colour not in red"}),
        ("for kids", {"audience in kids"}),
        ("men's", {"audience in men|unisex"}),
        ("for my wife", {"audience in women|unisex"}),
        ("not for kids", {"audience not in kids"}),
        ("waterproof", {"waterproof = yes"}),
    ],
)
def test_a_constraint_becomes_a_filter_and_leaves_no_words(text: str, expected: set[str]) -> None:
    need = parse(text)
    assert shown(need) == expected
    assert need.text == ""


@pytest.mark.parametrize(
    ("text", "expected", "left"),
    [
        ("tents under 200 in blue", {"category in tents", "price <= 200", "colour in blue|navy blue"}, "tents"),
        ("3 person tent", {"category in tents", "persons >= 3person", "persons <= 3person"}, "tent"),
        ("2 man tent", {"category in tents", "persons >= 2person", "persons <= 2person"}, "tent"),
        ("a tent for 4", {"category in tents", "persons >= 4person", "persons <= 4person"}, "tent"),
        ("2 tents", {"category in tents"}, "tents"),
        ("rucksack around 60 litres", {"category in backpacks", "capacity >= 48l", "capacity <= 72l"}, "rucksack"),
        (
            "womens running shoes size 38",
            {"category in running shoes", "audience in women|unisex", "size in 38"},
            "running shoes",
        ),
        ("tnet under 200", {"category in tents", "price <= 200"}, "tent"),
        (
            "jacket not wool and not from Fjell",
            {"category in rain jackets", "material not in merino wool", "brand not in fjell"},
            "jacket",
        ),
        ("black sneakers", {"category in running shoes", "colour in black"}, "sneakers"),
    ],
)
def test_a_whole_request_is_taken_apart(text: str, expected: set[str], left: str) -> None:
    need = parse(text)
    assert (shown(need), need.text) == (expected, left)


@pytest.mark.parametrize(
    "text",
    [
        "wh-900x",
        "FJ-20417",
        "under armour",
        "10 pack of socks",
        "at least 2 pockets",
        "size 99",
        "in paris",
        "iphone 15 pro max",
    ],
)
def test_what_is_no_constraint_of_this_shop_does_not_filter(text: str) -> None:
    assert parse(text).filters == ()


def test_a_model_number_stays_whole() -> None:
    assert parse("lumo wh-900x headphones").text == "wh-900x headphones"


def test_a_noun_that_only_describes_another_is_no_category() -> None:
    assert parse("pegs for tents").filters == ()
    assert parse("tent pegs").filters == ()


def test_taste_ranks_and_never_filters() -> None:
    need = parse("something cheap, light and not too expensive")
    assert need.filters == ()
    assert need.wishes == ("cheap", "light", "affordable")


@pytest.mark.parametrize(
    ("text", "sort"),
    [
        ("cheapest tent", "price_ascending"),
        ("best rated tent", "rating"),
        ("lightest tent", "weight"),
        ("tents", "relevance"),
    ],
)
def test_an_order_that_is_asked_for_is_read(text: str, sort: str) -> None:
    assert parse(text).sort == sort


def test_ruling_out_a_word_that_is_no_value_shuts_out_products_that_mention_it() -> None:
    assert shown(parse("shoes but not road")) == {"category in running shoes", "text not in road"}


@pytest.mark.parametrize(
    "text", ["", "   ", "the a of", "🏕️🔥", "'; DROP TABLE products; --", "(.*)+[a-z]{9,}$", "палатка", "x" * 10_000]
)
def test_odd_input_is_read_without_an_error(text: str) -> None:
    assert parse(text).sort == "relevance"


@given(st.text(max_size=300))
def test_any_text_is_read_without_an_error(text: str) -> None:
    need = parse(text)
    assert describe(need)
    assert merge(need, need).filters == need.filters or need.thing


@given(st.integers(1, 5000), st.sampled_from(["under {}", "{} dollars or less", "max {}", "up to ${}", "<= {}"]))
def test_any_amount_bounds_the_price(amount: int, phrase: str) -> None:
    need = parse("tents " + phrase.format(amount))
    assert Filter(field="price", operator="<=", number=Decimal(amount)) in need.filters


def test_a_refinement_keeps_what_was_asked_for() -> None:
    need = merge(parse("tents under 200"), parse("in blue"))
    assert (need.text, shown(need)) == ("tents", {"category in tents", "price <= 200", "colour in blue|navy blue"})


def test_a_new_value_of_the_same_field_replaces_the_old_one() -> None:
    need = merge(parse("blue tents under 200"), parse("red, under 300"))
    assert shown(need) == {"category in tents", "colour in red", "price <= 300"}


def test_an_upper_and_a_lower_bound_join_unless_they_contradict() -> None:
    assert {"price <= 200", "price >= 50"} <= shown(merge(parse("tents under 200"), parse("over $50")))
    assert shown(merge(parse("tents under 200"), parse("over $300"))) == {"category in tents", "price >= 300"}


def test_ruling_out_adds_and_withdraws_what_was_wanted() -> None:
    need = merge(parse("red or green tents"), parse("not red"))
    assert shown(need) == {"category in tents", "colour in green", "colour not in red"}


def test_another_kind_of_thing_starts_afresh_but_for_the_customer() -> None:
    need = merge(parse("blue jacket for men under 200"), parse("what about running shoes"))
    assert need.text == "running shoes"
    assert shown(need) == {"category in running shoes", "audience in men|unisex"}


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("tents under 200 in green", "tents under $200 in green"),
        ("waterproof rain jacket size m", "waterproof rain jackets in size M"),
        ("shoes for kids between 40 and 60", "kids' shoes between $40 and $60"),
        ("4 person tent", "tents for 4 people"),
        ("cheapest tents not from Fjell", "tents without Fjell, cheapest first"),
        ("in stock in Oslo", "products in stock in oslo"),
    ],
)
def test_a_need_is_told_in_plain_english(text: str, phrase: str) -> None:
    assert describe(parse(text)) == phrase
