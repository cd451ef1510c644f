"""The cart: showing, filling, changing, emptying, paying."""

from __future__ import annotations

import pytest

from assistant.understanding.commands import Command, StartFlow
from tests.assistant.understanding.reading import FOCUSED, FULL, SHOWN, Read

pytestmark = pytest.mark.anyio


def flow(commands: list[Command]) -> StartFlow:
    (command,) = commands
    assert isinstance(command, StartFlow), command
    return command


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("show my cart", "show_cart"),
        ("what's in my cart?", "show_cart"),
        ("cart", "show_cart"),
        ("what's my total?", "show_cart"),
        ("empty my cart", "empty_cart"),
        ("remove everything", "empty_cart"),
        ("check out", "check_out"),
        ("i'm ready to pay", "check_out"),
        ("remove the mug", "remove_from_cart"),
        ("take the kettle out of my cart", "remove_from_cart"),
        ("i don't want the mug any more", "remove_from_cart"),
        pytest.param("make the mugs 3", "change_cart", marks=pytest.mark.xfail(reason="known: read as a search")),
        ("change the quantity to 2", "change_cart"),
    ],
)
async def test_a_request_about_the_cart_is_known(read: Read, said: str, name: str) -> None:
    assert flow(await read(said, cart=FULL)).flow == name


@pytest.mark.parametrize(
    ("said", "quantity"),
    [
        ("add it to my cart", None),
        ("i'll take it", None),
        ("add two of them", 2),
        ("put 3 in my basket", 3),
        ("add the first one", None),
        ("i want to buy this one", None),
        ("throw it in", None),
    ],
)
async def test_adding_takes_the_number_of_pieces_along(read: Read, said: str, quantity: int | None) -> None:
    command = flow(await read(said, FOCUSED))
    assert (command.flow, command.quantity) == ("add_to_cart", quantity)


async def test_options_said_with_the_wish_are_kept_in_its_words(read: Read) -> None:
    command = flow(await read("add the third one in red", SHOWN))
    assert command.flow == "add_to_cart" and "red" in command.words
    assert [reference.position for reference in command.references] == [3]


@pytest.mark.parametrize("said", ["add it, any colour", "i'll take it, the colour doesn't matter"])
async def test_no_matter_which_is_understood(read: Read, said: str) -> None:
    assert flow(await read(said, FOCUSED)).any_variant


async def test_what_can_be_added_is_a_question_and_adds_nothing(read: Read) -> None:
    commands = await read("can you add a warranty to it?", FOCUSED)
    assert not [c for c in commands if isinstance(c, StartFlow) and c.flow == "add_to_cart" and c.quantity]


async def test_without_a_cart_nothing_is_taken_out_of_it_by_a_condition(read: Read) -> None:
    commands = await read("without polyester", SHOWN)
    assert all(isinstance(c, StartFlow) and c.flow == "find_products" for c in commands)


async def test_several_requests_about_the_cart_are_all_served(read: Read) -> None:
    commands = await read("add the first one to my cart and then show my cart", SHOWN)
    assert [c.flow for c in commands if isinstance(c, StartFlow)] == ["add_to_cart", "show_cart"]


@pytest.mark.parametrize("said", ["and a set of mugs to go with it", "a kettle that goes with that"])
async def test_what_is_to_go_with_it_is_not_it_again(read: Read, said: str) -> None:
    (command,) = await read(said, FOCUSED)
    assert isinstance(command, StartFlow) and command.flow == "find_products"


async def test_what_everything_costs_is_the_carts_total(read: Read) -> None:
    (command,) = await read("how much is everything", SHOWN)
    assert isinstance(command, StartFlow) and command.flow == "show_cart"
