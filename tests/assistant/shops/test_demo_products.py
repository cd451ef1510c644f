"""The demo catalogue holds together: unique, complete, and saying the same thing in every place."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from assistant.shops.demo import DemoShop, generate
from assistant.shops.demo.brands import BRANDS
from assistant.shops.demo.hard_cases import (
    DISCONTINUED,
    HTML_IN_THE_DESCRIPTION,
    NO_PRICE,
    ORDERS_IN_A_REVIEW,
    ORDERS_IN_THE_DESCRIPTION,
)
from assistant.shops.demo.wording import headline, sentence
from retrieval.catalogue import ONLINE, Product
from tests.demo import the_demo

NUMBER = re.compile(r"\d+(?:\.\d+)?")
WRITTEN_OVER = {HTML_IN_THE_DESCRIPTION, ORDERS_IN_THE_DESCRIPTION, DISCONTINUED}


@pytest.fixture(scope="module")
def shop() -> DemoShop:
    return the_demo()


def product(shop: DemoShop, product_id: str) -> Product:
    return next(each for each in shop.products if each.id == product_id)


def test_the_same_seed_gives_the_same_shop(shop: DemoShop) -> None:
    assert generate() == shop
    assert generate(seed=8).products != shop.products


def test_the_catalogue_is_as_large_as_a_mid_size_retailers(shop: DemoShop) -> None:
    categories = Counter(each.category for each in shop.products)
    assert len(shop.products) >= 2000
    assert len(categories) >= 40
    assert all(len(path) == 3 and 30 <= count <= 70 for path, count in categories.items())
    assert {path[0] for path in categories} == {"Outdoor", "Sport", "Home", "Electronics"}


def test_brands_are_many_and_each_sells_something_at_its_level(shop: DemoShop) -> None:
    sold = Counter(each.brand for each in shop.products)
    assert len(BRANDS) >= 40
    assert {brand.name for brand in BRANDS} == set(sold)


def test_premium_brands_cost_more_than_budget_brands_for_the_same_kind_of_thing(shop: DemoShop) -> None:
    levels = {brand.name: brand.level for brand in BRANDS}
    tents = [each for each in shop.products if "2-Person Tent" in each.title and each.prices]
    means = {
        level: [each.prices[0] for each in tents if each.prices and levels[each.brand] == level] for level in (1, 3)
    }
    assert means[1] and means[3]
    assert max(means[1]) < min(means[3])


def test_ids_titles_gtins_and_model_numbers_are_unique(shop: DemoShop) -> None:
    variants = [variant for each in shop.products for variant in each.variants]
    for names in (
        [each.id for each in shop.products],
        [each.title for each in shop.products],
        [each.attributes["model number"] for each in shop.products],
        [variant.id for variant in variants],
        [variant.gtin for variant in variants],
    ):
        assert len(set(names)) == len(names)


def test_every_gtin_has_thirteen_digits_and_a_valid_check_digit(shop: DemoShop) -> None:
    for each in shop.products:
        for variant in each.variants:
            digits = [int(digit) for digit in variant.gtin]
            assert len(digits) == 13
            assert sum(digit * (3 if place % 2 else 1) for place, digit in enumerate(digits)) % 10 == 0


def test_every_product_has_its_facts_and_its_attributes_have_values(shop: DemoShop) -> None:
    for each in shop.products:
        assert len(each.attributes) >= 7, each.title
        assert all(name == name.lower() and value.strip() for name, value in each.attributes.items())
        assert each.title.startswith(each.brand)
        assert each.image_url == f"/v1/products/{each.id}/image.svg"
        assert each.variants and each.currency == "USD"


def test_figures_in_descriptions_are_attributes_of_the_product(shop: DemoShop) -> None:
    for each in shop.products:
        if each.id in WRITTEN_OVER:
            continue
        model = each.title.removeprefix(each.brand)
        known = set(NUMBER.findall(" ".join([*each.attributes.values(), model])))
        assert set(NUMBER.findall(each.description)) <= known, (each.title, each.description)


def test_figures_in_titles_are_attributes_of_the_product(shop: DemoShop) -> None:
    for each in shop.products:
        _, _, feature = each.title.partition(", ")
        known = " ".join(each.attributes.values())
        assert set(NUMBER.findall(feature)) <= set(NUMBER.findall(known)), each.title
        if match := re.search(r"(\d)-Person", each.title):
            assert each.attributes["persons"] == match[1]


def test_descriptions_have_two_to_four_sentences_without_gaps(shop: DemoShop) -> None:
    short = [each for each in shop.products if each.id not in WRITTEN_OVER and each.description.count(". ") < 1]
    assert not short, [each.description for each in short]
    for each in shop.products:
        assert "{" not in each.description + each.title
        assert not re.search(r"\b[Aa] [aeio]", each.description), each.description


def test_waterproof_is_said_only_of_what_is(shop: DemoShop) -> None:
    for each in shop.products:
        if "Waterproof" in each.title:
            assert each.attributes["waterproof"] == "yes", each.title
        if "hydrostatic head" in each.attributes:
            assert each.attributes["waterproof"] == "yes"


def test_kids_things_are_for_kids_and_name_an_age(shop: DemoShop) -> None:
    for each in shop.products:
        assert ("Kids'" in each.title) == (each.audience == "kids")
        assert (each.audience == "kids") == ("age range" in each.attributes)
        assert ("Women's" in each.title) == (each.audience == "women")


def test_shoes_come_in_european_sizes_with_their_american_ones(shop: DemoShop) -> None:
    shoes = [each for each in shop.products if each.category[-1] in ("Running Shoes", "Hiking Boots")]
    assert shoes
    for each in shoes:
        sizes = {variant.options["size"] for variant in each.variants}
        assert all(f"EU {size} = US " in each.attributes["us sizes"] for size in sizes)


def test_variants_of_a_product_differ_in_their_options_and_have_prices(shop: DemoShop) -> None:
    for each in shop.products:
        combinations = [tuple(sorted(variant.options.items())) for variant in each.variants]
        assert len(set(combinations)) == len(combinations)
        assert all(key == key.lower() for variant in each.variants for key in variant.options)
        if each.id != NO_PRICE:
            assert all(variant.price is not None and variant.price > 2 for variant in each.variants)


def test_stock_names_the_web_shop_and_known_stores_only(shop: DemoShop) -> None:
    stores = {store.id for store in shop.stores} | {ONLINE}
    variants = [variant for each in shop.products for variant in each.variants]
    assert all(ONLINE in variant.stock and variant.stock.keys() <= stores for variant in variants)
    assert all(units >= 0 for variant in variants for units in variant.stock.values())
    assert any(not variant.in_stock_anywhere for variant in variants)
    assert any(variant.in_stock_anywhere and not variant.in_stock() for variant in variants)
    assert any(not each.in_stock_anywhere for each in shop.products)


def test_ratings_fit_their_reviews(shop: DemoShop) -> None:
    for each in shop.products:
        assert len(each.reviews) <= 6 and all(1 <= review.rating <= 5 for review in each.reviews)
        if each.rating is None:
            assert each.rating_count == 0 and not each.reviews
            continue
        assert 1 <= each.rating <= 5 and each.rating_count >= 1
        if len(each.reviews) >= 3 and each.id != ORDERS_IN_A_REVIEW:
            mean = sum(review.rating for review in each.reviews) / len(each.reviews)
            assert abs(mean - each.rating) <= 0.6, each.title


def test_reviews_of_one_product_do_not_repeat_themselves(shop: DemoShop) -> None:
    for each in shop.products:
        assert len({review.text for review in each.reviews}) == len(each.reviews)


def test_the_hard_cases_are_there(shop: DemoShop) -> None:
    assert product(shop, NO_PRICE).prices is None
    assert not any(variant.available for variant in product(shop, DISCONTINUED).variants)
    assert product(shop, DISCONTINUED).attributes["status"] == "discontinued"
    assert "100% discount" in " ".join(review.text for review in product(shop, ORDERS_IN_A_REVIEW).reviews)
    assert product(shop, ORDERS_IN_A_REVIEW).category[-1] == "Headphones"
    assert "ignore previous instructions" in product(shop, ORDERS_IN_THE_DESCRIPTION).description
    assert product(shop, ORDERS_IN_THE_DESCRIPTION).category[-1] == "Tents"
    assert "<script>" in product(shop, HTML_IN_THE_DESCRIPTION).description


@pytest.mark.parametrize(
    ("written", "shown"),
    [("1.8 kg", "1.8 kg"), ("3-season", "3-Season"), ("100 % merino wool", "100 % Merino Wool")],
)
def test_headlines_capitalise_words_but_not_units(written: str, shown: str) -> None:
    assert headline(written) == shown


def test_sentences_take_the_right_article() -> None:
    assert sentence("a inflatable mat of a 18 l pack in a 8 l bag") == "An inflatable mat of an 18 l pack in an 8 l bag"
    assert sentence("a 180 l tank and a unisex cut") == "A 180 l tank and a unisex cut"
