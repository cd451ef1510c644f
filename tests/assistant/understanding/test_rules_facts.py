"""Questions of fact: on products, and on the shop's rules."""

from __future__ import annotations

import pytest

from assistant.context import Context
from assistant.understanding.commands import Ask, Command, StartFlow, Unclear
from assistant.understanding.rules.facts import WHERE_WE_SHIP
from tests.assistant.understanding.reading import FOCUSED, SHOWN, Read

pytestmark = pytest.mark.anyio


def ask(commands: list[Command]) -> Ask:
    (command,) = commands
    assert isinstance(command, Ask), command
    return command


@pytest.mark.parametrize(
    ("said", "attribute"),
    [
        ("is it waterproof?", "waterproof"),
        ("how heavy is it?", "weight"),
        ("what colours does it come in?", "colour"),
        ("how much is it?", "price"),
        ("what do people say about it?", "rating"),
        ("tell me more about it", "description"),
        ("what is it made of?", "material"),
    ],
)
async def test_a_question_about_what_is_talked_about_names_the_attribute(read: Read, said: str, attribute: str) -> None:
    command = ask(await read(said, FOCUSED))
    assert (command.about, command.attribute) == ("product", attribute)


async def test_a_question_keeps_what_it_points_at(read: Read) -> None:
    command = ask(await read("how heavy is the second one?", SHOWN))
    assert [reference.position for reference in command.references] == [2]


async def test_a_product_named_outright_needs_no_table(read: Read) -> None:
    command = ask(await read("is the fjell storm 2 tent waterproof?"))
    assert command.about == "product" and command.need is not None and command.attribute == "waterproof"


@pytest.mark.parametrize(
    "said",
    [
        "how long do i have to return something?",
        "is shipping free?",
        "what warranty do you give?",
        "do you take paypal?",
        "can i send it back if i opened it",
        "is it ok to return something without the box",
        "how many days until it gets to my house",
    ],
)
async def test_a_question_on_the_rules_is_a_question_of_policy(read: Read, said: str) -> None:
    assert ask(await read(said)).about == "policy"


async def test_a_follow_up_on_a_policy_carries_the_question_before(read: Read) -> None:
    before = Context(topic="policy", question="can i return a tent")
    command = ask(await read("even if i opened it?", before))
    assert command.about == "policy" and "return" in f"{command.question} {command.topic}"


@pytest.mark.parametrize("said", ["do you have a waterproof tent?", "any tents under 100?", "show me waterproof tents"])
async def test_a_search_in_the_form_of_a_question_is_a_search(read: Read, said: str) -> None:
    (command,) = await read(said)
    assert isinstance(command, StartFlow) and command.flow == "find_products"


@pytest.mark.parametrize("said", ["how much is shipping to austria?", "do you deliver internationally?"])
async def test_whether_it_is_shipped_abroad_at_all_comes_before_what_it_costs(read: Read, said: str) -> None:
    (command,) = await read(said)
    assert isinstance(command, Ask) and command.topic == WHERE_WE_SHIP


@pytest.mark.parametrize(
    ("said", "topic"),
    [
        ("the same tent is 40 bucks less on another site, will you do something about that", "price match"),
        ("would you take my old tent and give me something for it", "sustainability"),
        ("i need a bill for my company", "payment"),
        ("hold one for me there please", "click and collect"),
    ],
)
async def test_rules_of_the_shop_are_asked_for_although_a_product_is_named(read: Read, said: str, topic: str) -> None:
    first = (await read(said))[0]
    assert isinstance(first, Ask) and first.about == "policy" and first.topic.startswith(topic), first


async def test_how_to_clean_them_is_asked_of_what_lies_on_the_table(read: Read) -> None:
    (command,) = await read("how do i clean them", SHOWN)
    assert isinstance(command, Ask) and command.about == "product"


async def test_a_bare_quality_of_several_things_narrows_the_search(read: Read) -> None:
    (command,) = await read("waterproof", SHOWN)
    assert isinstance(command, StartFlow) and command.flow == "find_products" and command.refine


@pytest.mark.parametrize(("said", "attribute"), [("price?", "price"), ("and the second lightest", "weight")])
async def test_a_bare_figure_is_asked_of_what_is_talked_about(read: Read, said: str, attribute: str) -> None:
    assert ask(await read(said, FOCUSED)).attribute == attribute


@pytest.mark.parametrize(
    "said", ["when would it get here", "if i order it today, when will it arrive?", "how long until i have it"]
)
async def test_when_it_would_come_is_a_question_on_deliveries(read: Read, said: str) -> None:
    command = ask(await read(said, FOCUSED))
    assert command.about == "policy" and "delivery times" in command.topic


@pytest.mark.parametrize("said", ["how do i claim", "how do i make a warranty claim"])
async def test_how_to_claim_is_asked_of_the_warranty(read: Read, said: str) -> None:
    command = ask(await read(said, Context(topic="policy", question="what is the warranty on headphones")))
    assert command.about == "policy" and command.topic.startswith("warranty")


async def test_the_biggest_discount_is_no_size(read: Read) -> None:
    (command,) = await read("which has the biggest discount", SHOWN)
    assert isinstance(command, Unclear) and command.text == "look up promotions"


TOLD = Context(topic="policy", question="do you repair tents?")


@pytest.mark.parametrize(
    "said", ["and how long?", "where do i bring it?", "who pays for it?", "50 dollars", "do they expire?"]
)
async def test_a_bare_question_goes_on_with_the_rules_just_told(read: Read, said: str) -> None:
    command = ask(await read(said, TOLD))
    assert (command.about, command.question) == ("policy", f"do you repair tents? {said}")


@pytest.mark.parametrize("said", ["how much is this tent?", "where is the denver store?"])
async def test_what_names_a_thing_of_its_own_does_not_go_on(read: Read, said: str) -> None:
    (command,) = await read(said, TOLD)
    assert not isinstance(command, Ask) or not command.question.startswith("do you repair tents?")


@pytest.mark.parametrize(
    ("said", "topic"),
    [
        ("how do i know which size helmet i need?", "sizing help | helmet"),
        ("what size should i get?", "sizing help | clothing"),
        ("my old tent leaks, what can i do?", "repairs | what we repair"),
        ("there is a hole in my sleeping mat", "repairs | what we repair"),
        ("is it safe to use my card here?", "payment | we never ask for a card number in the chat"),
        (
            "how late can i order for next day delivery",
            "shipping delivery | delivery times, orders placed before leave the same day",
        ),
        ("do you sell gift cards?", "gift cards | buying: any amount, online by e-mail or in a store"),
    ],
)
async def test_which_size_and_gift_cards_are_questions_of_their_own_rules(read: Read, said: str, topic: str) -> None:
    command = ask(await read(said))
    assert (command.about, command.topic) == ("policy", topic)


async def test_what_is_known_of_gift_cards_is_left_to_the_rules_on_them(read: Read) -> None:
    assert "buying" not in ask(await read("is my gift card still valid?")).topic
