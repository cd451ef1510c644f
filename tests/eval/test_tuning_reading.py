"""Readers compared: the same measure for rules and models, and a model that fails costs nothing where rules read."""

from __future__ import annotations

import json

import pytest

from assistant.context import Context, to_plain
from assistant.conversation import Conversation
from assistant.events import ConversationId
from assistant.understanding.commands import Choose, Command, Correct, Reference, StartFlow, Unclear
from eval.intents.marking import Judge
from eval.tuning.data.reader_examples import reader_examples
from eval.tuning.reading import Message, against, conversation_of, read_by_all, reading_report, same_answer, with_line
from retrieval.constraints import Need

pytestmark = pytest.mark.anyio
JUDGE = Judge(kinds=lambda words: (), policy=lambda question: "Returns")
TABLE = Conversation(
    id=ConversationId("c"),
    context=to_plain(Context(shown=("a", "b"), titles={"a": "Fellwind 2", "b": "Gaupe Pro"}, topic="products")),  # type: ignore[arg-type]
)
SECOND = '{"commands":[{"command":"start_flow","flow":"add_to_cart","references":[{"kind":"ordinal","position":2}]}]}'
ADD = StartFlow(flow="add_to_cart", references=(Reference(kind="ordinal", position=2),))


class NoWords:
    """A lexicon of a shop that sells nothing."""

    def need(self, text: str, language: str = "en") -> Need:
        return Need(text=text)

    def sells(self, text: str) -> bool:
        return False

    def kinds(self, text: str) -> tuple[str, ...]:
        return ()

    def knows(self, text: str) -> bool:
        return False

    def attribute(self, text: str) -> str:
        return text

    def place(self, text: str) -> str:
        return text

    def names_product(self, text: str) -> bool:
        return False


def message(said: str = "the second goes into the bag") -> Message:
    conversation = with_line(TABLE, said)
    return Message(
        id="m",
        group="add",
        wording="add: {one} goes into the bag",
        said=said,
        conversation=conversation,
        mark=lambda commands: against([ADD], commands, conversation, JUDGE),
        answer=SECOND,
    )


def test_commands_are_right_without_their_arguments_being_so() -> None:
    conversation = message().conversation
    other = StartFlow(flow="add_to_cart", references=(Reference(kind="ordinal", position=1),))

    assert against([ADD], [ADD], conversation, JUDGE).arguments
    assert against([ADD], [other], conversation, JUDGE).commands
    assert not against([ADD], [other], conversation, JUDGE).arguments
    assert not against([ADD], [Unclear(text="x")], conversation, JUDGE).commands
    assert not against([ADD], [ADD, StartFlow(flow="check_out")], conversation, JUDGE).commands


def test_readings_of_the_same_effect_are_the_same() -> None:
    conversation = message().conversation
    find, tentative = StartFlow(flow="find_products"), StartFlow(flow="find_products", tentative=True)
    second = (Reference(kind="ordinal", position=2),)

    assert against([find], [tentative], conversation, JUDGE).commands
    assert against([Unclear(text="x")], [tentative], conversation, JUDGE).commands
    assert not against([Unclear(text="x")], [find], conversation, JUDGE).commands
    assert against([Correct(references=second)], [Choose(references=second)], conversation, JUDGE).commands


async def test_where_the_rules_understand_nothing_the_second_reader_is_the_model() -> None:
    found = await read_by_all(message(), [Unclear(text="x")], SECOND, NoWords())

    assert [found.marks[reader].arguments for reader in ("rules", "model", "structured", "second")] == [
        False, True, True, True,
    ]  # fmt: skip
    assert found.valid
    assert found.exact


@pytest.mark.parametrize("answer", ["", "I would add it!", '{"commands":[{"command":"fly"}]}'])
async def test_an_answer_that_is_none_leaves_the_rules_reading(answer: str) -> None:
    by_rules: list[Command] = [ADD]

    found = await read_by_all(message(), by_rules, answer, NoWords())

    assert not found.valid
    assert not found.marks["model"].commands
    assert found.marks["structured"].arguments
    assert found.marks["second"].arguments


async def test_a_report_tells_who_alone_was_right() -> None:
    readings = [
        await read_by_all(message(), [Unclear(text="x")], SECOND, NoWords()),
        await read_by_all(message(), [ADD], "", NoWords()),
    ]

    told = reading_report(readings)

    assert told["readers"]["rules"]["commands"]["hits"] == 1
    assert told["readers"]["structured"]["commands"]["hits"] == 2
    assert told["against_rules"]["model"] == {"only_it_right": 1, "only_rules_right": 1}
    assert told["readers"]["rules"]["wordings"]["of"] == 1
    assert told["model_valid"]["rate"] == 0.5
    assert told["groups"] == {"add": {"rules": "1/2", "model": "1/2"}}


def test_a_generated_example_comes_back_with_its_situation() -> None:
    example = next(made for made in reader_examples("test", 40, seed=3) if made.marks["cart"])

    conversation = conversation_of(json.loads(json.dumps(dict(example.marks))))

    assert conversation.transcript[-1].text == example.marks["said"]
    assert [item.title for item in conversation.cart.items] == [row["title"] for row in example.marks["cart"]]
    assert same_answer(example.answer, example.answer.replace(":", ": "))
    assert not same_answer(example.answer, "nothing")
