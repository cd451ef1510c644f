"""Words that point, and the products on the table that they mean."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.understanding.commands import Reference
from assistant.understanding.references import described, distinctive, extract, mentioned, resolve, weight
from tests.assistant.small_shop import BASECAMP, FEATHER, GARDEN, KETTLE, MUG, PRODUCTS, ROAD, STORM, TRAIL, WEEKEND

TABLE = (GARDEN, WEEKEND, STORM, BASECAMP)


@pytest.mark.parametrize(
    ("said", "ids"),
    [
        ("the first one", ["t5"]),
        ("add the 2nd", ["t4"]),
        ("the last one", ["t2"]),
        ("number 3 please", ["t1"]),
        ("compare the first and the third", ["t5", "t1"]),
        ("compare the first two", ["t5", "t4"]),
        ("both", ["t5", "t4"]),
        ("all of them", ["t5", "t4", "t1", "t2"]),
        ("the blue one", ["t1"]),
        ("the cheapest", ["t5"]),
        ("the most expensive one", ["t2"]),
        ("the lightest one", ["t1"]),
        ("the heaviest", ["t2"]),
        ("the best rated one", ["t1"]),
        ("the cheaper one", ["t5"]),
        ("the sixth one", []),
        ("the purple one", []),
    ],
)
def test_pointing_words_find_what_is_on_the_table(said: str, ids: list[str]) -> None:
    assert [product.id for product in resolve(extract(said), TABLE, ())] == ids


@pytest.mark.parametrize("said", ["is it waterproof?", "how heavy is that", "add this one"])
def test_a_singular_pronoun_means_what_was_talked_about_last(said: str) -> None:
    assert resolve(extract(said), TABLE, (STORM,)) == (STORM,)
    assert resolve(extract(said), TABLE, ()) == ()


def test_a_plural_pronoun_means_all_that_is_talked_about_or_shown() -> None:
    them = extract("are they waterproof?")
    assert resolve(them, TABLE, (STORM, WEEKEND)) == (STORM, WEEKEND)
    assert resolve(them, TABLE, ()) == TABLE


@pytest.mark.parametrize(
    "said", ["show me tents", "first aid kits", "do you have kettles", "is this the first time", "top of the range"]
)
def test_plain_words_point_at_no_place_in_the_list(said: str) -> None:
    assert not [reference for reference in extract(said) if reference.kind == "ordinal"]


@given(st.integers(-8, 8), st.integers(0, 6))
def test_an_ordinal_never_points_beside_the_table(position: int, size: int) -> None:
    table = PRODUCTS[:size]
    found = resolve([Reference(kind="ordinal", position=position)], table, ())
    if 1 <= position <= size:
        assert found == (table[position - 1],)
    elif position < 0 and -position <= size:
        assert found == (table[position],)
    else:
        assert found == ()


@given(st.text(max_size=120), st.integers(0, 5))
def test_whatever_is_said_only_what_is_on_the_table_is_meant(said: str, size: int) -> None:
    found = resolve(extract(said), PRODUCTS[:size], PRODUCTS[:1])
    ids = [product.id for product in found]
    assert set(ids) <= {product.id for product in (*PRODUCTS[:size], *PRODUCTS[:1])}
    assert len(set(ids)) == len(ids)


def test_a_description_fits_by_title_option_or_attribute_and_only_the_best() -> None:
    assert described("green", TABLE) == [BASECAMP]
    assert described("ripstop", TABLE) == [STORM]
    assert described("varde", TABLE) == [WEEKEND, BASECAMP]
    assert described("submarine", TABLE) == ()


def test_a_name_is_told_apart_by_its_first_words_only() -> None:
    titles = {p.id: p.title for p in (ROAD, TRAIL, MUG, KETTLE)}
    assert distinctive("how about the trail shoes", titles) == ("s2",) or distinctive("the trail", titles) == ("s2",)
    assert distinctive("running shoes", titles) == ()
    assert distinctive("hearth", titles) == ()


def test_what_is_mentioned_is_what_shares_the_most_telling_words() -> None:
    titles = {p.id: p.title for p in (ROAD, MUG, KETTLE)}
    assert mentioned("the mug", titles) == ("k1",)
    assert mentioned("take out the running shoes", titles) == ("s1",)
    assert mentioned("something else", titles) == ()


def test_weights_of_all_units_compare_in_kilograms() -> None:
    assert weight(STORM) == pytest.approx(2.1)
    assert weight(FEATHER) == pytest.approx(0.98)
    assert weight(MUG) is None


def test_the_cheap_one_is_the_cheapest() -> None:
    assert [r.text for r in extract("the cheap one and the expensive one")] == ["cheapest", "most expensive"]
