"""Orders by what is in them, variants by what is wished for."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from assistant.tools.matching import match_orders, match_variants, same_order_id, words
from tests.assistant.tools.pottery import ORDERS, PRODUCTS, an_order, line

PAN = PRODUCTS[0]


def wishes(*each: dict[str, str], like: dict[str, str] | None = None) -> list[str]:
    return [match.variant.id for match in match_variants(PAN, each, like=like)]


def test_a_wish_is_fulfilled_whole_by_what_is_available() -> None:
    assert wishes({"size": "24 cm"}) == ["pan-24r", "pan-24"]
    assert wishes({"size": "28 cm"}) == []
    assert wishes({"size": "32 cm"}) == []
    assert wishes({"Size": "24 cm"}) == []


def test_what_was_not_spoken_of_stays_as_it_is_where_it_can() -> None:
    like = {"size": "20 cm", "colour": "black"}
    assert wishes({"size": "24 cm"}, like=like) == ["pan-24", "pan-24r"]


def test_the_first_wish_goes_before_its_fall_backs() -> None:
    assert wishes({"colour": "green"}, {"colour": "RED"}, {}) == ["pan-24r", "pan-20", "pan-24"]


def test_an_order_with_more_of_the_words_comes_first() -> None:
    orders = [an_order("#1", "pending", line("pan-20")), an_order("#2", "pending", line("pan-24r"), line("lamp-w"))]
    found = match_orders(orders, "my red skillets")
    assert [(match.order.id, match.lines[0].variant_id) for match in found] == [("#2", "pan-24r"), ("#1", "pan-20")]


def test_order_numbers_are_compared_without_their_signs() -> None:
    order = an_order("#W12", "pending")
    assert same_order_id("w 12", order)
    assert not same_order_id("w1", order)


@given(st.text(max_size=40))
def test_any_words_at_all_can_be_looked_for(text: str) -> None:
    found = match_orders(ORDERS, text)
    assert all(0 <= match.score <= 1 for match in found)
    assert bool(words(text)) or len(found) == len(ORDERS)
