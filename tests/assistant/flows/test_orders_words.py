"""What words say of a customer's own orders and of an item's options, without a shop."""

from __future__ import annotations

from decimal import Decimal

import pytest

from assistant.shops.records import Address, OrderLine
from assistant.understanding.address_words import of_profile, read_address
from assistant.understanding.option_words import read_wish
from assistant.understanding.order_words import mentions, reason_said, split_exceptions, wants_everything
from assistant.understanding.service_requests import agrees, hesitates, kind_of
from retrieval.catalogue import Product, ProductId, Variant, VariantId


def line(key: str, title: str) -> OrderLine:
    return OrderLine(product_id=ProductId(key), variant_id=VariantId(f"{key}-1"), title=title, price=Decimal(1))


LINES = (
    line("b", "Water Bottle"),
    line("a", "Action Camera"),
    line("d", "Digital Camera"),
    line("w", "Smart Watch"),
    line("v", "Vacuum Cleaner"),
)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("the water bottle and the action camera", ["b", "a"]),
        ("my smartwatch", ["w"]),
        ("a cleaner, and the bottles", ["v", "b"]),
        ("the camera", ["a", "d"]),
        ("the digital camera", ["d"]),
        ("everything", []),
    ],
)
def test_products_are_named_by_what_people_call_them(text: str, named: list[str]) -> None:
    assert sorted(mention.product_id for mention in mentions(text, LINES)) == sorted(named)


@pytest.mark.parametrize(
    "text",
    [
        "everything except the watch",
        "all the items but not my watch",
        "Return it all of them. As for the watch, that stays",
    ],
)
def test_what_is_left_out_is_set_apart(text: str) -> None:
    wanted, left_out = split_exceptions(text)
    assert wants_everything(text.lower())
    assert "watch" in left_out and "watch" not in wanted


def test_reasons_are_those_of_the_shop_only() -> None:
    accepted = ("no longer needed", "ordered by mistake")
    assert reason_said("I bought it by accident", accepted) == "ordered by mistake"
    assert reason_said("I don't need it any more", accepted) == "no longer needed"
    assert reason_said("found it cheaper", accepted) == ""


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("i want to return the mug", "return"),
        ("how do i return something?", ""),
        ("can i return shoes?", ""),
        ("cancel my order", "cancel"),
        ("what is your cancellation policy", ""),
        ("please change the address of my order", "address"),
        ("i'd like to exchange the jacket for a large one", "exchange"),
        ("change the payment to my visa", "payment"),
    ],
)
def test_a_wish_is_a_request_and_a_question_on_the_rules_is_none(text: str, kind: str) -> None:
    assert kind_of(text, in_orders=False) == kind


@pytest.mark.parametrize("text", ["yes", "Yes, please go ahead.", "that sounds perfect, please proceed", "ok do it"])
def test_a_plain_yes_agrees(text: str) -> None:
    assert agrees(text) and not hesitates(text, changed=False)


@pytest.mark.parametrize(
    "text",
    [
        "Sure thing! The PayPal.",
        "Okay so I ordered it by mistake",
        "Great, thanks for your help!",
        "yes but not the mug",
        "yes, except the mug",
        "sure, what does it cost?",
        "no",
        "maybe",
        "ok, only one of them",
    ],
)
def test_a_hedged_yes_does_not_count(text: str) -> None:
    assert not agrees(text) or hesitates(text, changed=False)


SHIRT = Product(
    id=ProductId("s"),
    title="T-Shirt",
    category=("Clothes",),
    variants=tuple(
        Variant(id=VariantId(f"s-{number}"), options={"color": color, "size": size}, price=Decimal(10 + number))
        for number, (color, size) in enumerate([("blue", "S"), ("red", "S"), ("red", "M"), ("black", "XL")])
    ),
)
BLUE = {"color": "blue", "size": "S"}


def test_wishes_are_read_with_fall_backs_and_what_it_is_now_left_out() -> None:
    wish = read_wish("change my blue shirt to red, size M", SHIRT, BLUE)
    assert wish.ladder()[0] == {"color": "red", "size": "M"}
    wish = read_wish("red, if that isn't there then black", SHIRT, BLUE)
    assert wish.values["color"] == ("red", "black")
    wish = read_wish("a medium one, preferably in black", SHIRT, BLUE)
    assert wish.ladder()[-1] == {"size": "M"}
    assert read_wish("the cheapest", SHIRT, BLUE).price == "cheapest"
    assert not read_wish("something nicer", SHIRT, BLUE)


HOME = Address(address1="1 Main Street", city="Portland", state="OR", zip="97205", country="USA")
AWAY = Address(address1="9 Elm Drive", address2="Suite 3", city="Denver", state="CO", zip="80202", country="USA")


def test_an_address_is_written_known_by_its_town_or_put_right() -> None:
    written = read_address("to 5 Oak Avenue, Suite 9, Austin, TX 78701", profile=HOME, known=(HOME,), now=HOME)
    assert written is not None and (written.city, written.state, written.address2) == ("Austin", "TX", "Suite 9")
    assert read_address("send it to my Denver address", profile=HOME, known=(HOME, AWAY), now=HOME) == AWAY
    corrected = read_address("it should be 3 Main Street, not 1", profile=HOME, known=(HOME,), now=HOME)
    assert corrected is not None and corrected.address1 == "3 Main Street"
    assert read_address("somewhere nicer", profile=HOME, known=(HOME, AWAY), now=HOME) is None
    assert of_profile("change my default address")
