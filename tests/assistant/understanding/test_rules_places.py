"""Stores, and what is in them."""

from __future__ import annotations

import pytest

from assistant.context import Context
from assistant.understanding.commands import Command, StartFlow
from assistant.understanding.rules.places import near, place_words
from tests.assistant.understanding.reading import FOCUSED, SHOWN, Read, asking

pytestmark = pytest.mark.anyio


def flow(commands: list[Command]) -> StartFlow:
    (command,) = commands
    assert isinstance(command, StartFlow), command
    return command


@pytest.mark.parametrize(
    ("said", "topic", "place"),
    [
        ("when does the portland store open?", "hours", "portland"),
        ("what are the opening hours in seattle", "hours", "seattle"),
        ("phone number of the denver store", "phone", "denver"),
        ("what's the address of the store in seattle?", "address", "seattle"),
        ("where is your store in the pearl district?", "address", "portland"),
        ("how many stores do you have?", "count", ""),
        ("do you have a store in chicago?", "list", "chicago"),
    ],
)
async def test_a_question_on_stores_says_what_and_where(read: Read, said: str, topic: str, place: str) -> None:
    command = flow(await read(said))
    assert (command.flow, command.topic, command.place) == ("find_store", topic, place)


@pytest.mark.parametrize(
    ("said", "place", "around"),
    [
        ("which stores have it?", "", False),
        ("is it in stock in portland?", "portland", False),
        ("do you have it at the seattle store", "seattle", False),
        ("which stores near portland have it?", "portland", True),
    ],
)
async def test_stock_in_stores_is_asked_of_what_is_talked_about(
    read: Read, said: str, place: str, around: bool
) -> None:
    command = flow(await read(said, FOCUSED))
    assert (command.flow, command.place, command.near) == ("check_stock", place, around)


async def test_a_place_answers_the_question_for_one(read: Read) -> None:
    assert flow(await read("seattle", asking("place", "find_store"))).place == "seattle"
    assert flow(await read("97205", asking("place", "check_stock"))).flow == "check_stock"


async def test_another_place_after_a_place_is_about_stores_again(read: Read) -> None:
    command = flow(await read("and in denver?", Context(topic="stores", place="portland")))
    assert (command.flow, command.place) == ("find_store", "denver")


async def test_a_search_in_a_store_stays_a_search(read: Read) -> None:
    assert flow(await read("show me kettles in the portland store", SHOWN)).flow == "find_products"


@pytest.mark.parametrize(
    ("said", "place"), [("stores near chicago?", "chicago"), ("is it in stock", ""), ("any near me?", ""), ("hi", "")]
)
def test_words_that_stand_where_a_place_stands_are_taken_as_one(said: str, place: str) -> None:
    assert place_words(said) == place


@pytest.mark.parametrize(("said", "around"), [("near portland", True), ("close to here", True), ("in denver", False)])
def test_near_is_told_from_in(said: str, around: bool) -> None:
    assert near(said) is around


@pytest.mark.parametrize(
    "said", ["is there parking at the portland store?", "can i bring my dog to the store in portland"]
)
async def test_what_a_store_offers_beside_goods_is_asked_of_that_store(read: Read, said: str) -> None:
    command = flow(await read(said))
    assert (command.flow, command.topic, command.place) == ("find_store", "amenity", "portland")


async def test_another_day_at_the_same_store(read: Read) -> None:
    command = flow(await read("and tomorrow?", Context(topic="stores", place="portland")))
    assert (command.flow, command.place, command.topic) == ("find_store", "portland", "hours")


async def test_whether_it_is_in_a_store_is_a_question_on_stock(read: Read) -> None:
    command = flow(await read("is it in the store in portland", FOCUSED))
    assert (command.flow, command.place) == ("check_stock", "portland")
