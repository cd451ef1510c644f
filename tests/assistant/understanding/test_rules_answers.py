"""Answers: to the open question, or by pointing at what is on the table."""

from __future__ import annotations

from dataclasses import replace

import pytest

from assistant.context import Asked
from assistant.understanding.commands import Ask, Choose, Command, Correct, FillSlot
from tests.assistant.small_shop import GARDEN, JACKET, STORM, WEEKEND
from tests.assistant.understanding.reading import SHOWN, Read, asking, on_table

pytestmark = pytest.mark.anyio

IDENTITY = asking("identity", "track_order")


def facts(commands: list[Command]) -> FillSlot:
    (command,) = commands
    assert isinstance(command, FillSlot), command
    return command


async def test_who_they_are_is_read_from_an_answer(read: Read) -> None:
    assert facts(await read("maya@example.com", IDENTITY)).email == "maya@example.com"
    named = facts(await read("Maya Lindqvist, 97205", IDENTITY))
    assert (named.first_name, named.last_name, named.zip_code) == ("Maya", "Lindqvist", "97205")
    assert facts(await read("97205", IDENTITY)).zip_code == "97205"
    assert facts(await read("maya lindqvist", IDENTITY)).last_name == "lindqvist"


async def test_who_says_who_they_are_unasked_is_heard(read: Read) -> None:
    assert facts(await read("my email is maya@example.com")).email == "maya@example.com"
    said = facts(await read("my name is Maya Lindqvist, zip 97205"))
    assert (said.first_name, said.zip_code) == ("Maya", "97205")


@pytest.mark.parametrize(
    "said",
    [
        "i don't remember the email",
        "i forgot my email",
    ],
)
async def test_who_does_not_know_what_was_asked_says_so(read: Read, said: str) -> None:
    assert facts(await read(said, IDENTITY)) == FillSlot(forgot=True)


async def test_an_order_number_answers_which_order(read: Read) -> None:
    assert facts(await read("#W1000001", asking("order", "track_order"))).order == "#W1000001"


async def test_a_digression_while_a_question_is_open_is_served(read: Read) -> None:
    (command,) = await read("what is your return policy?", IDENTITY)
    assert isinstance(command, Ask) and command.about == "policy"


@pytest.mark.parametrize("said", ["the second one", "the blue one", "2", "the last one please", "fjell storm"])
async def test_pointing_with_nothing_else_said_chooses(read: Read, said: str) -> None:
    (command,) = await read(said, SHOWN)
    assert isinstance(command, Choose) and command.references


async def test_an_option_answers_which_variant(read: Read) -> None:
    waiting = Asked(slot="variant", flow="add_to_cart", slots={"product": "j1", "name": "size", "values": ["m", "l"]})
    (command,) = await read("L", on_table(JACKET, focus=(JACKET,), asked=waiting))
    assert isinstance(command, Choose)
    (command,) = await read("whichever", on_table(JACKET, focus=(JACKET,), asked=waiting))
    assert isinstance(command, Choose) and command.any_variant


@pytest.mark.parametrize("said", ["no, the other one", "i meant the blue one", "sorry, i meant kettles"])
async def test_a_correction_is_known_as_one(read: Read, said: str) -> None:
    (command,) = await read(said, on_table(GARDEN, STORM, focus=(GARDEN,)))
    assert isinstance(command, Correct)


async def test_the_last_question_can_be_asked_of_another_product(read: Read) -> None:
    before = replace(SHOWN, question="how heavy is the first one?", attribute="weight", focus=(GARDEN.id,))
    (command,) = await read("and the second?", before)
    assert isinstance(command, Ask) and command.attribute == "weight"
    assert WEEKEND.id not in before.focus
