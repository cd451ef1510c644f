"""What a message to the service desk holds: requests, people, things, options in an order, slips. Without a shop."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.shops.records import OrderLine
from assistant.understanding.identity_words import identity_in, suffices, without_identity
from assistant.understanding.item_words import item_clauses
from assistant.understanding.option_scales import directed
from assistant.understanding.option_words import read_wish
from assistant.understanding.request_parts import address_source, asks_rules, parts_of
from assistant.understanding.slips import mended, slipped
from retrieval.catalogue import Product, ProductId, Variant, VariantId


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("cancel #W1111111, ordered by mistake. cancel #W2222222, no longer needed", ["cancel", "cancel"]),
        ("cancel #W1111111 and #W2222222", ["cancel"]),
        ("exchange the lamp for a blue one and put the difference on my gift card", ["exchange"]),
        (
            "return the mug; refund to my visa. I'd also like to return the jug, refund to gift card",
            ["return", "return"],
        ),
        ("exchange the lamp for blue and change the address of #W1111111 to Salem", ["exchange", "address"]),
        ("I got two lamps. I want to return one", ["return"]),
        ("how do I return something?", []),
        ("how do I send something back?", []),
        ("I want to send something back", ["return"]),
        ("I want to bring the lamp back", ["return"]),
        ("can you bring me back to the list", []),
        ("don't cancel anything", []),
        ("I changed my mind", []),
        ("Let's cancel it, then I'll order anew", ["cancel"]),
        ("", []),
    ],
)
def test_a_message_is_taken_apart_into_its_requests(text: str, kinds: list[str]) -> None:
    assert sorted(part.kind for part in parts_of(text, in_orders=True)) == sorted(kinds)


def test_an_address_comes_before_the_items_of_the_same_order() -> None:
    parts = parts_of(
        "modify the lamp in #W1111111 to blue. Please change the address of #W1111111 to 1 Clay Road", in_orders=True
    )
    assert [part.kind for part in parts] == ["address", "order"]


def test_what_is_wanted_otherwise_is_marked_so() -> None:
    first, second = parts_of("I want to exchange it. If that's not possible, I'd like to return it", in_orders=True)
    assert (first.otherwise, second.otherwise, second.kind) == (False, True, "return")


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("#W1111111 should go to the same address as order #W2222222", "2222222"),
        ("change the address of #W1111111 to the address of #W2222222", "2222222"),
        ("where #W2222222 was sent", "2222222"),
        ("change the address of order #W1111111 to 12 Main Street", ""),
    ],
)
def test_an_order_may_lend_its_address(text: str, digits: str) -> None:
    assert address_source(text) == digits


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("Zip is 97301, first name Ann, last name Potter", ("Ann", "Potter", "97301")),
        ("Ann Potter, 97301", ("Ann", "Potter", "97301")),
        ("this is ann potter and I live in 97301", ("ann", "potter", "97301")),
        ("97301 Ann Potter", ("Ann", "Potter", "97301")),
        ("I'm Ann Potter, zip 97301. Send #W1111111 to 1 Elm Road, Salem, OR 97302", ("Ann", "Potter", "97301")),
    ],
)
def test_who_they_are_is_read_in_any_order(text: str, who: tuple[str, str, str]) -> None:
    found = identity_in(text)
    assert found is not None and suffices(found)
    assert (found.first_name, found.last_name, found.zip_code) == who


@pytest.mark.parametrize("text", ["I'm looking for a mug", "cancel order #W1111111", "yes please", "I'm afraid not"])
def test_talk_is_nobodys_name(text: str) -> None:
    assert identity_in(text) is None


def test_a_name_is_no_colour() -> None:
    assert "Brown" not in without_identity("I'm Ava Brown, zip 97301. I want a red one")


def line(key: str, title: str) -> OrderLine:
    return OrderLine(product_id=ProductId(key), variant_id=VariantId(f"{key}1"), title=title, price=Decimal(1))


BAG, CAMERA, CHAIR = line("b", "Backpack"), line("c", "Digital Camera"), line("o", "Office Chair")


def test_each_thing_named_has_its_own_words() -> None:
    first, second = item_clauses("change the grey backpack to green and my camera from 20MP to 30MP", [BAG, CAMERA], {})
    assert (first.product_id, second.product_id) == ("b", "c")
    assert "grey" in first.now and "green" in first.target and "green" not in second.target
    assert "20MP" in second.now and "30MP" in second.target


def test_an_options_value_names_no_other_thing() -> None:
    values = {"b": ["camera", "laptop", "green"]}
    named = item_clauses("change the backpack to green, compartment camera", [BAG, CAMERA], values)
    assert [one.product_id for one in named] == ["b"]


def test_two_of_a_kind_are_told_apart_by_what_stands_beside_them() -> None:
    first, second = item_clauses("office chair (fabric) to leather; office chair (mesh) to red", [CHAIR], {})
    assert "fabric" in first.now and "leather" in first.target
    assert "mesh" in second.now and "red" in second.target


def test_a_thing_is_called_by_its_kind_not_by_what_its_title_states_of_it() -> None:
    shoes, socks = line("s", "Havdis Men's Hiking Shoes, Synthetic"), line("k", "Fossen Hiking Socks, Quarter Height")
    other = line("r", "Road Running Shoes, 6 mm Drop")
    assert [one.product_id for one in item_clauses("the hiking shoes", [shoes, socks, other], {})] == ["s"]
    assert [one.product_id for one in item_clauses("my socks", [shoes, socks, other], {})] == ["k"]


BOTTLE = Product(
    id=ProductId("w"),
    title="Bottle",
    category=("Kitchen",),
    variants=tuple(
        Variant(id=VariantId(f"w{at}"), options={"capacity": size, "lid": lid}, price=Decimal(10 + at))
        for at, (size, lid) in enumerate([("500ml", "no"), ("750ml", "yes"), ("1000ml", "no")])
    ),
)
SMALL = {"capacity": "500ml", "lid": "no"}


@pytest.mark.parametrize(
    ("words", "values"),
    [
        ("a bigger one", ("750ml", "1000ml")),
        ("the largest", ("1000ml",)),
        ("250 ml more capacity", ("750ml",)),
        ("the smallest", ("500ml",)),
        ("something nicer", ()),
    ],
)
def test_comparisons_come_to_values(words: str, values: tuple[str, ...]) -> None:
    assert directed(words, BOTTLE.variants, SMALL).get("capacity", ()) == values


@pytest.mark.parametrize(
    ("words", "lid"),
    [("with a lid: yes", "yes"), ("lid", "yes"), ("no lid", "no"), ("without a lid", "no"), ("lid: no", "no")],
)
def test_yes_and_no_are_said_by_the_options_name(words: str, lid: str) -> None:
    assert read_wish(words, BOTTLE, {}).values.get("lid") == (lid,)


def test_what_it_has_now_stays_first_where_another_is_only_the_fall_back() -> None:
    wish = read_wish("500ml; if there is none, then 750 ml", BOTTLE, SMALL)
    assert wish.values["capacity"] == ("500ml", "750ml")


def test_slips_are_put_right_and_real_words_stay() -> None:
    expected = {"return", "kettle", "white", "charger", "lamp"}
    assert mended("retrun the ketle and the lmap", expected) == "return the kettle and the lamp"
    assert mended("while you charge my cattle", expected) == "while you charge my cattle"


@given(st.text("abcdefgh", min_size=5, max_size=9), st.integers(0, 7))
def test_one_lost_letter_is_one_slip(word: str, at: int) -> None:
    typed = word[:at] + word[at + 1 :]
    assert typed == word or slipped(typed, word)


def test_an_order_named_before_its_verb_stays_with_it() -> None:
    parts = parts_of(
        "Cancel order #W8005719 because it's no longer needed. For #W3510092, change the payment to PayPal.",
        in_orders=True,
    )
    assert [(part.kind, part.orders) for part in parts] == [("cancel", ("8005719",)), ("payment", ("3510092",))]


@pytest.mark.parametrize(
    ("said", "rules"),
    [
        ("can i return something without the packaging?", True),
        ("can i exchange shoes if they don't fit?", True),
        ("can i return used boots?", True),
        ("are there any fees for returns?", True),
        ("can i return the jacket from my order?", False),
        ("i want to return something without the box", False),
    ],
)
def test_a_question_on_things_at_large_asks_for_the_rules(said: str, rules: bool) -> None:
    assert asks_rules(said, said) is rules
