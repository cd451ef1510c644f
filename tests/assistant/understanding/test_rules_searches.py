"""Finding, refining, more, cheaper, comparing."""

from __future__ import annotations

from decimal import Decimal

import pytest

from assistant.context import Context
from assistant.understanding.commands import Command, StartFlow
from retrieval.constraints import Filter, Need
from tests.assistant.small_shop import EARBUDS, KETTLE
from tests.assistant.understanding.reading import SHOWN, Read, on_table

pytestmark = pytest.mark.anyio


def search(commands: list[Command]) -> StartFlow:
    (command,) = commands
    assert isinstance(command, StartFlow) and command.flow == "find_products", command
    return command


def conditions(need: Need | None) -> set[tuple[str, str, tuple[str, ...] | Decimal]]:
    assert need is not None
    return {(f.field, f.operator, f.values if f.number is None else f.number) for f in need.filters}


def categories(need: Need | None) -> set[str]:
    assert need is not None
    return {value for f in need.filters if f.field == "category" for value in f.values}


@pytest.mark.parametrize(
    ("said", "category"),
    [
        ("show me tents", "tents"),
        ("i'm looking for a tent", "tents"),
        ("tents", "tents"),
        ("do you have any kettles?", "kettles"),
        ("i need running shoes", "running shoes"),
        ("tnets please", "tents"),
        ("recommend me some headphones", "headphones"),
    ],
)
async def test_a_kind_of_product_is_searched_for(read: Read, said: str, category: str) -> None:
    command = search(await read(said))
    assert category in categories(command.need)
    assert not command.refine


@pytest.mark.parametrize(
    ("said", "condition"),
    [
        ("tents under 200", ("price", "<=", Decimal(200))),
        ("a tent for at most $150", ("price", "<=", Decimal(150))),
        ("tents over 300 dollars", ("price", ">=", Decimal(300))),
        ("red tents", ("colour", "in", ("red",))),
        ("tents with at least 4 stars", ("rating", ">=", Decimal(4))),
        ("a tent that is not grey", ("colour", "not in", ("grey",))),
        ("tents in stock", ("in_stock", "=", ("yes",))),
        ("varde tents", ("brand", "in", ("varde",))),
    ],
)
async def test_a_condition_becomes_a_filter(
    read: Read, said: str, condition: tuple[str, str, tuple[str, ...] | Decimal]
) -> None:
    assert condition in conditions(search(await read(said)).need)


async def test_a_store_named_in_a_search_is_a_condition(read: Read) -> None:
    assert ("store", "portland") in {
        (f.field, value) for f in (search(await read("tents in stock in portland")).need or Need()).filters
        for value in f.values
    }  # fmt: skip


@pytest.mark.parametrize(
    "said", ["in red", "under 100", "not grey", "for two people", "only in stock", "without polyester"]
)
async def test_a_condition_alone_refines_what_was_searched_for(read: Read, said: str) -> None:
    assert search(await read(said, SHOWN)).refine


@pytest.mark.parametrize("said", ["show me kettles", "do you have headphones?", "i'm looking for running shoes"])
async def test_another_kind_is_a_search_of_its_own(read: Read, said: str) -> None:
    assert not search(await read(said, SHOWN)).refine


@pytest.mark.parametrize(
    ("said", "direction"),
    [
        ("cheaper", "cheaper"),
        ("something less expensive please", "cheaper"),
        ("that's too expensive", "cheaper"),
        ("do you have anything cheaper?", "cheaper"),
        ("something more expensive", "dearer"),
        ("anything lighter?", "lighter"),
        ("other brands?", "other_brands"),
        ("better rated ones", "better_rated"),
    ],
)
async def test_a_direction_goes_from_what_is_on_the_table(read: Read, said: str, direction: str) -> None:
    assert search(await read(said, SHOWN)).direction == direction


@pytest.mark.parametrize("said", ["more", "show me more", "any others?", "what else do you have?", "next"])
async def test_more_of_the_same_is_asked_for(read: Read, said: str) -> None:
    assert await read(said, SHOWN) == [StartFlow(flow="more_products")]


@pytest.mark.parametrize(
    "said",
    ["compare the first two", "what's the difference between them?", "compare 1 and 3", "which is lighter?"],
)
async def test_comparing_is_known_when_something_is_on_the_table(read: Read, said: str) -> None:
    (command,) = await read(said, SHOWN)
    assert isinstance(command, StartFlow) and command.flow == "compare"


async def test_a_thing_that_the_shop_may_not_sell_is_still_searched_for(read: Read) -> None:
    command = search(await read("do you sell snowboards?"))
    assert command.need is not None and "snowboard" in command.need.text


async def test_two_kinds_in_one_message_are_two_searches_that_share_their_price(read: Read) -> None:
    commands = await read("headphones and a kettle under 300")
    needs = [command.need for command in commands if isinstance(command, StartFlow)]
    assert [categories(need) for need in needs] == [{"headphones"}, {"kettles"}]
    assert all(("price", "<=", Decimal(300)) in conditions(need) for need in needs)


async def test_the_parts_of_one_search_stay_one_search(read: Read) -> None:
    command = search(await read("I need a tent. For two. Under 200."))
    assert ("price", "<=", Decimal(200)) in conditions(command.need)
    assert "tents" in categories(command.need)


async def test_cheaper_with_nothing_on_the_table_is_not_a_direction(read: Read) -> None:
    assert not [c for c in await read("cheaper") if isinstance(c, StartFlow) and c.direction and c.refine]


async def test_an_unpriced_table_still_takes_more(read: Read) -> None:
    assert await read("more", on_table(EARBUDS, KETTLE)) == [StartFlow(flow="more_products")]


async def test_the_other_end_of_a_sorted_search_is_the_shops_not_the_tables(read: Read) -> None:
    sorted_by_price = Context(need=Need(text="tents", sort="price_ascending"), shown=("p1", "p2"))
    (command,) = await read("and the most expensive?", sorted_by_price)
    assert isinstance(command, StartFlow) and command.need is not None and command.need.sort == "price_descending"


@pytest.mark.parametrize(
    ("said", "sort", "by"),
    [
        ("battery matters more than weight", "descending", "battery life"),
        ("weight is what counts for me", "weight", ""),
        ("i care most about the price", "price_ascending", ""),
        ("quality is more important to me", "rating", ""),
    ],
)
async def test_what_matters_most_orders_what_was_searched_for(read: Read, said: str, sort: str, by: str) -> None:
    context = Context(need=Need(text="laptop", thing="laptop"), topic="products")
    command = search(await read(said, context))
    assert command.refine and command.need is not None
    assert (command.need.sort, command.need.sort_by) == (sort, by)


async def test_what_matters_less_is_no_order(read: Read) -> None:
    context = Context(need=Need(text="laptop", thing="laptop"), topic="products")
    (command,) = await read("the price is not important", context)
    assert not (isinstance(command, StartFlow) and command.need is not None and command.need.sort == "price_ascending")


@pytest.mark.parametrize("said", ["we have tents already", "he already has a tent", "my brother owns a tent already"])
async def test_what_they_have_already_is_left_out(read: Read, said: str) -> None:
    context = Context(need=Need(text="camping", thing="camping"), topic="products")
    command = search(await read(said, context))
    assert command.refine and conditions(command.need) == {("category", "not in", ("tents",))}


async def test_which_to_take_for_a_purpose_is_asked_of_what_lies_on_the_table(read: Read) -> None:
    (command,) = await read("which would you take for a rainy weekend", SHOWN)
    assert isinstance(command, StartFlow) and command.flow == "compare" and command.need is None


async def test_both_ends_of_a_kind_are_asked_for(read: Read) -> None:
    (command,) = await read("what's the difference between the cheapest and the most expensive tent you have")
    assert isinstance(command, StartFlow) and command.flow == "compare"
    assert [r.text for r in command.references] == ["cheapest", "most expensive"]


async def test_which_one_points_at_none_of_them(read: Read) -> None:
    (command,) = await read("which one is cheaper", SHOWN)
    assert isinstance(command, StartFlow) and command.flow == "compare" and command.references == ()


@pytest.mark.parametrize(
    "said", ["my kid needs a tent, she's 7", "a tent for camp, he is 9", "tents. she just turned 8"]
)
async def test_a_childs_age_is_for_whom_it_is_and_no_figure_of_the_thing(read: Read, said: str) -> None:
    need = search(await read(said)).need
    assert need is not None and not any(word.isdigit() for word in need.text.split())


async def test_a_gift_keeps_its_person_and_its_price_when_another_thing_is_thought_of(read: Read) -> None:
    man = Filter(field="audience", operator="in", values=("men", "unisex"))
    price = Filter(field="price", operator="<=", number=Decimal(60))
    before = Context(need=Need(text="tents", thing="tents", filters=(man, price)), shown=("t1",), topic="products")
    command = search(await read("what about something for the kitchen", before))
    assert not command.refine
    assert {("price", "<=", Decimal(60)), ("audience", "in", ("men", "unisex"))} <= conditions(command.need)
    alone = Context(need=Need(text="tents", thing="tents", filters=(price,)), shown=("t1",), topic="products")
    assert ("price", "<=", Decimal(60)) not in conditions(
        search(await read("what about something for the kitchen", alone)).need
    )


@pytest.mark.parametrize("said", ["windproof and waterproof", "waterproof and light please", "red or yellow"])
async def test_qualities_without_a_question_narrow_the_search(read: Read, said: str) -> None:
    assert search(await read(said, SHOWN)).refine


async def test_a_budget_in_its_own_sentence_bounds_the_search(read: Read) -> None:
    said = "We are thinking about a tent. Budget is 150 dollars at most and it would have to be available now"
    assert ("price", "<=", Decimal(150)) in conditions(search(await read(said)).need)
    command = search(await read("Budget is 150 dollars at most and it would have to be available now", SHOWN))
    assert command.direction == "" and ("price", "<=", Decimal(150)) in conditions(command.need)


async def test_where_they_travel_is_nothing_to_look_for(read: Read) -> None:
    assert search(await read("I'm going to Iceland in October what do I need")).need == Need()
