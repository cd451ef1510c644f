"""Wishes said in a roundabout way, in English: what the rules make of them without any example."""

from __future__ import annotations

import pytest

from assistant.understanding.classifier import Label
from assistant.understanding.commands import Ask, CancelFlow, Choose, Confirm, Decline, FillSlot, StartFlow
from assistant.understanding.reader import Understander
from tests.assistant.shopper import Brains
from tests.assistant.understanding.reading import FOCUSED, FULL, NOTHING, SHOWN, Read, asking, reader

pytestmark = pytest.mark.anyio


async def silent(text: str) -> Label | None:
    del text
    return None


@pytest.fixture
def read(brains: Brains) -> Read:
    return reader(Understander(brains.lexicon, silent))


@pytest.mark.parametrize("said", ["yes that would be lovely", "sure, sounds nice to me", "definitely please"])
async def test_a_yes_with_praise_is_a_yes(read: Read, said: str) -> None:
    assert await read(said, asking("go_ahead", "add_to_cart")) == [Confirm()]


@pytest.mark.parametrize("said", ["yes but in blue", "yes? are you sure", "yes, not that one"])
async def test_a_yes_that_doubts_or_changes_is_none(read: Read, said: str) -> None:
    assert Confirm() not in await read(said, asking("go_ahead", "add_to_cart"))


async def test_rather_not_is_a_no(read: Read) -> None:
    assert await read("i'd rather not", asking("go_ahead", "add_to_cart")) == [Decline()]


@pytest.mark.parametrize("said", ["you know what, leave it", "let's leave it"])
async def test_leaving_it_ends_what_was_begun(read: Read, said: str) -> None:
    assert await read(said, asking("identity", "track_order")) == [CancelFlow()]


async def test_no_clue_is_having_forgotten(read: Read) -> None:
    said = "no clue which address i signed up with"
    assert await read(said, asking("identity", "track_order")) == [FillSlot(forgot=True)]


@pytest.mark.parametrize(
    "said", ["i think the first is the one", "i fancy the first", "we might as well say the first"]
)
async def test_who_speaks_of_themselves_and_points_has_chosen(read: Read, said: str) -> None:
    (command,) = await read(said, SHOWN)
    assert isinstance(command, Choose) and [one.position for one in command.references] == [1]


@pytest.mark.parametrize("said", ["first or second, which is the smarter buy?", "help me decide between the two"])
async def test_being_torn_asks_for_a_comparison(read: Read, said: str) -> None:
    (command,) = await read(said, SHOWN)
    assert isinstance(command, StartFlow) and command.flow == "compare"


async def test_is_that_all_asks_for_more(read: Read) -> None:
    (command,) = await read("is that all you have?", SHOWN)
    assert isinstance(command, StartFlow) and command.flow == "more_products"


@pytest.mark.parametrize("said", ["looks perfect, i'm having it", "pack me the second one"])
async def test_having_it_packed_is_buying_it(read: Read, said: str) -> None:
    commands = await read(said, FOCUSED)
    assert any(isinstance(one, StartFlow) and one.flow == "add_to_cart" for one in commands)


@pytest.mark.parametrize(("said", "count"), [("could we go up to four", 4), ("five pieces in total", 5)])
async def test_how_many_it_shall_be(read: Read, said: str, count: int) -> None:
    (command,) = await read(said, NOTHING, FULL)
    assert isinstance(command, StartFlow) and (command.flow, command.quantity) == ("change_cart", count)


@pytest.mark.parametrize(
    ("said", "attribute"),
    [
        ("would four of us fit in there?", "persons"),
        ("would it fit on a shelf 40 cm deep?", "dimensions"),
        ("would other people buy it again?", "rating"),
    ],
)
async def test_what_a_roundabout_question_asks_for(read: Read, said: str, attribute: str) -> None:
    (command,) = await read(said, FOCUSED)
    assert isinstance(command, Ask) and command.attribute == attribute


async def test_taking_it_back_is_no_purchase(read: Read) -> None:
    commands = await read("and if my girlfriend doesn't like it, do you take it back", FOCUSED)
    assert not any(isinstance(one, StartFlow) and one.flow == "add_to_cart" for one in commands)
