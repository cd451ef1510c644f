"""What nobody should type and somebody will: each is answered, with a clear error or an honest empty result and a way on."""

from __future__ import annotations

from pathlib import Path

import pytest

from retrieval.build import build, in_memory, open_snapshot
from retrieval.constraints import parse_need
from retrieval.embedders.hashing import HashingEmbedder
from retrieval.errors import IndexBroken, IndexMismatch, IndexMissing
from retrieval.retriever import Found
from retrieval.suggesting import suggestion
from tests.retrieval.shop_fixture import POLICIES, PRODUCTS

SHOP = in_memory(PRODUCTS, POLICIES, HashingEmbedder())


def ask(text: str) -> tuple[Found, str]:
    found = SHOP.find(parse_need(text, SHOP.vocabulary))
    return found, suggestion(found, SHOP.vocabulary)


@pytest.mark.parametrize("text", ["", "   \n\t", "the of a and", "🏕️🔥", "?!…", "\x00\x07"])
def test_where_nothing_is_said_to_search_by_a_kind_of_product_is_asked_for(text: str) -> None:
    found, hint = ask(text)
    assert found.need.text == ""
    assert hint.startswith("nothing to search by was said: name a kind of product, such as ")


@pytest.mark.parametrize("text", ["tent " * 2048, "x" * 10_240, "ten" + "t" * 10_240, "1 " * 5120, "(" * 10_240])
def test_ten_kilobytes_are_read_to_a_limit_and_no_further(text: str) -> None:
    found, _ = ask(text)
    assert len(found.need.text) <= 400


@pytest.mark.parametrize("text", ["палатка", "帐篷", "خيمة", "テント", "אוהל"])
def test_another_alphabet_that_no_word_answers_is_not_passed_off_as_found(text: str) -> None:
    found, hint = ask(text)
    assert found.near or not found.products
    assert hint


@pytest.mark.parametrize(
    "text",
    ["'; DROP TABLE products; --", "1=1 OR true", "(.*)+[a-z]{9,}$", "a{1000}{1000}", "\\", "%s %d {0}", "<b>tent</b>"],
)
def test_signs_of_other_languages_are_only_signs(text: str) -> None:
    found, _ = ask(text)
    assert len(SHOP) == len(PRODUCTS)
    assert found.total <= len(PRODUCTS)


@pytest.mark.parametrize(
    ("text", "gone"),
    [
        ("tents over 300 and under 200", {"price"}),
        ("red tents that are not red", {"colour"}),
        ("waterproof shoes that are not waterproof", {"waterproof"}),
    ],
)
def test_conditions_that_contradict_each_other_are_named(text: str, gone: set[str]) -> None:
    found, hint = ask(text)
    assert gone <= {one.field for one in found.relaxed}
    assert hint.startswith("nothing meets ")


@pytest.mark.parametrize("text", ["nike running shoes", "a samsung tent", "patagonia rain jacket"])
def test_a_brand_that_the_shop_does_not_carry_is_named(text: str) -> None:
    found, hint = ask(text)
    assert found.near and set(found.missing) & {"nike", "samsung", "patagonia"}
    assert hint == f"the shop has no {found.missing[0]}: shown is what comes nearest"


def test_what_was_found_needs_no_way_on() -> None:
    assert ask("rain jacket")[1] == ""


def test_nothing_near_is_an_empty_result_with_a_way_on() -> None:
    found, hint = ask("qzxv")
    assert found.products == () and found.total == 0
    assert "name a kind of product" in hint


def test_an_empty_shop_has_no_kinds_to_name() -> None:
    empty = in_memory((), (), HashingEmbedder())
    found = empty.find(parse_need("tent", empty.vocabulary))
    assert found.products == () and "such as" not in suggestion(found, empty.vocabulary)


def test_no_index_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(IndexMissing, match="aisle index build"):
        open_snapshot(tmp_path / "nowhere", HashingEmbedder())


def test_vectors_of_another_length_are_a_clear_error(tmp_path: Path) -> None:
    build(PRODUCTS, (), tmp_path, HashingEmbedder(dimensions=64))
    with pytest.raises(IndexMismatch, match=r"\(64\).*rebuild"):
        open_snapshot(tmp_path, HashingEmbedder(dimensions=128))


@pytest.mark.parametrize("name", ["vocabulary.json", "words.rows.npy", "products.jsonl", "manifest.json"])
def test_a_torn_file_is_a_clear_error(tmp_path: Path, name: str) -> None:
    build(PRODUCTS, (), tmp_path, HashingEmbedder())
    torn = next(tmp_path.glob("snap-*")) / name
    torn.write_bytes(torn.read_bytes()[: torn.stat().st_size // 2])
    with pytest.raises(IndexBroken, match=r"rebuild with `aisle index build`"):
        open_snapshot(tmp_path, HashingEmbedder())
