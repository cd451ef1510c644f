"""Orders: where one is, which there are, changing one, and what is not theirs."""

from __future__ import annotations

import pytest

from assistant.context import Context
from assistant.understanding.commands import Ask, Command, StartFlow
from tests.assistant.understanding.reading import Read

pytestmark = pytest.mark.anyio


def flow(commands: list[Command]) -> StartFlow:
    (command,) = commands
    assert isinstance(command, StartFlow), command
    return command


@pytest.mark.parametrize(
    ("said", "order"),
    [
        ("where is my order?", ""),
        ("wheres my package", ""),
        ("has my order been shipped", ""),
        ("my parcel hasn't arrived", ""),
        ("track #W1000001", "#W1000001"),
        ("where is order #w1000001", "#W1000001"),
        ("when will my order #W1000001 arrive?", "#W1000001"),
    ],
)
async def test_looking_for_an_order_takes_its_number_along(read: Read, said: str, order: str) -> None:
    command = flow(await read(said))
    assert (command.flow, command.order) == ("track_order", order)


@pytest.mark.parametrize("said", ["show me my orders", "what have i ordered?", "my order history"])
async def test_a_list_of_orders_is_asked_for(read: Read, said: str) -> None:
    assert flow(await read(said)).flow == "list_orders"


@pytest.mark.parametrize(
    ("said", "change"),
    [
        ("cancel my order #W1000001", "cancel"),
        ("i want to return my tent from order #W1000001", "return"),
        ("exchange my shoes for another size", "exchange"),
        ("change the delivery address of my order", "address"),
        ("i want a refund", "refund"),
    ],
)
async def test_a_change_of_an_order_says_which(read: Read, said: str, change: str) -> None:
    command = flow(await read(said))
    assert (command.flow, command.change) == ("change_order", change)


@pytest.mark.parametrize(
    "said",
    ["can i return a tent?", "how do returns work?", "what is your return policy", "how long does shipping take"],
)
async def test_a_question_on_the_rules_is_no_change_of_an_order(read: Read, said: str) -> None:
    (command,) = await read(said)
    assert isinstance(command, Ask) and command.about == "policy"


async def test_a_broken_thing_is_answered_by_the_warranty(read: Read) -> None:
    (command,) = await read("the kettle i bought here is broken")
    assert isinstance(command, Ask) and command.about == "policy"
    assert "warranty" in f"{command.question} {command.topic}"


async def test_a_follow_up_stays_with_the_order_spoken_of(read: Read) -> None:
    command = flow(await read("when will it arrive?", Context(topic="orders", order="#W1000001")))
    assert (command.flow, command.order) == ("track_order", "#W1000001")


@pytest.mark.parametrize(
    "said",
    [
        "I ordered a jacket last week and it still hasnt come",
        "i bought a tent two weeks ago, it never arrived",
        "we're still waiting for our parcel",
        "i haven't received my order",
        "my package never came",
    ],
)
async def test_what_was_bought_and_has_not_come_is_looked_up(read: Read, said: str) -> None:
    (command,) = await read(said)
    assert isinstance(command, StartFlow) and command.flow == "track_order", command
