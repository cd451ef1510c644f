"""Who reads better, rules or a tuned model: readings of the same messages, marked by the same measure (pure).

Readers: `rules` as they are; `model` alone, its answer through the product's checks; `structured`, the product's planner
with that model; `second`, the model only where the rules understood nothing. Above: `tuning_run`. Below: the product's own
planner and checks, `intents_marking`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final, Literal

from msgspec import structs

from assistant.context import context_of
from assistant.conversation import Conversation, Spoken
from assistant.events import Cart, CartItem, ConversationId
from assistant.understanding.commands import Command, Correct, StartFlow, Unclear
from assistant.understanding.language_model import StructuredUnderstander
from assistant.understanding.planned_checks import Told
from assistant.understanding.planned_schema import read_answer
from assistant.understanding.situation import Lexicon
from eval.intents.intents import IntentSuite
from eval.intents.marking import Judge, entities_of, intent_of, marked
from eval.intents.scenes import Scenes
from eval.metrics import Rate
from model_serving.errors import InvalidModelOutput
from model_serving.language_models.scripted import ScriptedModel
from model_serving.tuning.examples import Example
from retrieval.catalogue import Money, ProductId, VariantId
from retrieval.words import listed

Reader = Literal["rules", "model", "structured", "second"]
READERS: Final[tuple[Reader, ...]] = ("rules", "model", "structured", "second")
_SMALL: Final = frozenset({"hello", "thanks", "bye", "how_are_you", "praise", "yes"})
ARGUMENTS: Final = listed(
    "order email zip name ordinals quantity place colour size max min direction attribute language kind"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    commands: bool
    """Every command read is of the right kind, and none is missing."""
    arguments: bool
    """And all their arguments are as they should be, with none added."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message to be read, and how a reading of it is marked."""

    id: str
    group: str
    wording: str
    """What it was made from; messages of one wording are no independent tries."""
    said: str
    conversation: Conversation
    """With the message as the last line, as the planner sees it."""
    mark: Callable[[Sequence[Command]], Mark]
    answer: str = ""
    """The planner's answer as it should be, where it is known to the letter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Readings:
    message: Message
    marks: Mapping[Reader, Mark]
    valid: bool
    """Whether the model's answer is what the schema allows."""
    exact: bool | None
    """Whether it is the known answer, key by key."""


def of_example(example: Example, lexicon: Lexicon, judge: Judge) -> Message:
    conversation = conversation_of(example.marks)
    gold = resolved(example.answer, example.marks["said"], conversation, lexicon)
    return Message(
        id=example.id,
        group=str(example.marks["family"]),
        wording=str(example.marks["template"]),
        said=str(example.marks["said"]),
        conversation=conversation,
        mark=lambda commands: against(gold, commands, conversation, judge),
        answer=example.answer,
    )


def of_suite(suite: IntentSuite, scenes: Scenes, judge: Judge) -> tuple[Message, ...]:
    """Its English utterances, but those that no planner is asked about: yes and no are the rules' own."""
    return tuple(
        _of_utterance(f"{suite.suite}-{number:03d}", utterance, scenes, judge)
        for number, utterance in enumerate(suite.utterances)
        if "en" in utterance.words and not {"yes", "no"} & set(utterance.intent)
    )


def _of_utterance(id: str, utterance: Any, scenes: Scenes, judge: Judge) -> Message:
    said = utterance.words["en"]
    conversation = with_line(scenes.conversation(utterance.at, "en"), said)

    def mark(commands: Sequence[Command]) -> Mark:
        found = marked(utterance, commands, conversation, judge)
        return Mark(commands=found.right, arguments=found.right and not found.missed and not found.invented)

    return Message(id=id, group=utterance.intent[0], wording=id, said=said, conversation=conversation, mark=mark)


def conversation_of(marks: Mapping[str, Any]) -> Conversation:
    """As the generator had it."""
    items = tuple(
        CartItem(
            variant_id=VariantId(row["variant_id"]),
            product_id=ProductId(row["product_id"]),
            title=row["title"],
            quantity=row["quantity"],
            price=Money(amount=Decimal(row["price"]), currency="USD"),
        )
        for row in marks["cart"]
    )
    total = sum((item.price.amount for item in items), Decimal(0))
    lines = tuple(Spoken(seq=seq, who=who, text=text) for seq, (who, text) in enumerate(marks["transcript"], start=1))
    before = Conversation(
        id=ConversationId("c_generated"),
        context=marks["context"],
        language="en",
        cart=Cart(items=items, total=Money(amount=total, currency="USD")),
        customer_id=marks["customer_id"],
        transcript=lines,
        last_seq=3,
    )
    return with_line(before, marks["said"])


def with_line(conversation: Conversation, said: str) -> Conversation:
    line = Spoken(seq=len(conversation.transcript) + 1, who="customer", text=said)
    return structs.replace(conversation, transcript=(*conversation.transcript, line))


def resolved(answer: str, said: str, conversation: Conversation, lexicon: Lexicon) -> list[Command]:
    """A planner's answer as commands, through the product's checks. Raises InvalidModelOutput."""
    heard = tuple(line.text for line in conversation.transcript if line.who == "customer")
    told = Told(said=said, heard=heard, context=context_of(conversation), lexicon=lexicon)
    return [command for each in read_answer(answer) if (command := told.command(each)) is not None]


def against(gold: Sequence[Command], read: Sequence[Command], conversation: Conversation, judge: Judge) -> Mark:
    wished = _intents(gold, conversation)
    right = wished in (_intents(read, conversation), _intents(read, conversation, tentative="find"))
    wanted, found = entities_of(gold, judge), entities_of(read, judge)
    same = all(_plain(wanted.get(name)) == _plain(found.get(name)) for name in ARGUMENTS)
    return Mark(commands=right, arguments=right and same)


def _intents(commands: Sequence[Command], conversation: Conversation, *, tentative: str = "unclear") -> list[str]:
    told = [_intent(command, conversation, tentative) for command in commands]
    wishes = [intent for intent in told if intent not in _SMALL]
    return sorted(set(wishes or told[:1]))


def _intent(command: Command, conversation: Conversation, tentative: str) -> str:
    """Readings whose effect is the same are the same: rules may search tentatively, and "no, the second" chooses it."""
    match command:
        case StartFlow(flow="find_products", tentative=True):
            return tentative
        case Correct(references=references):
            return "choose" if references else "find"
        case Unclear(kind="off_topic"):
            return "unclear"
        case _:
            return intent_of(command, conversation)


def _plain(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return sorted(str(one).lower() for one in value)
    return str(value).lower() if value not in (None, "") else ""


async def read_by_all(message: Message, by_rules: Sequence[Command], answer: str, lexicon: Lexicon) -> Readings:
    """What each reader makes of it, given what the rules read and what the model answered."""
    valid, alone = True, list[Command]()
    try:
        alone = resolved(answer, message.said, message.conversation, lexicon)
    except InvalidModelOutput:
        valid = False
    planner = StructuredUnderstander(_Already(by_rules), ScriptedModel(script={"": (answer,)}), lexicon)
    structured = await planner.read(message.conversation, message.said)
    second = structured if all(_nothing(command) for command in by_rules) else by_rules
    readings: Mapping[Reader, Sequence[Command]] = {
        "rules": by_rules,
        "model": alone,
        "structured": structured,
        "second": second,
    }
    return Readings(
        message=message,
        marks={reader: message.mark(commands) for reader, commands in readings.items()},
        valid=valid,
        exact=same_answer(answer, message.answer) if message.answer else None,
    )


@dataclass(frozen=True, slots=True)
class _Already:
    commands: Sequence[Command]

    async def read(self, conversation: Conversation, said: str) -> list[Command]:
        return list(self.commands)


def _nothing(command: Command) -> bool:
    """The rules would ask back."""
    if isinstance(command, StartFlow):
        return command.flow == "find_products" and command.tentative
    return isinstance(command, Unclear) and command.kind == "unclear"


def same_answer(one: str, other: str) -> bool:
    try:
        return bool(json.loads(one) == json.loads(other))
    except ValueError:
        return False


def reading_report(readings: Sequence[Readings]) -> dict[str, Any]:
    exact = [one.exact for one in readings if one.exact is not None]
    return {
        "messages": len(readings),
        "readers": {
            reader: {
                "commands": _rate(one.marks[reader].commands for one in readings),
                "arguments": _rate(one.marks[reader].arguments for one in readings),
                "wordings": _by_wording(readings, reader),
            }
            for reader in READERS
        },
        "model_valid": _rate(one.valid for one in readings),
        "model_exact": _rate(exact),
        "against_rules": {
            reader: {
                "only_it_right": sum(
                    one.marks[reader].commands and not one.marks["rules"].commands for one in readings
                ),
                "only_rules_right": sum(
                    one.marks["rules"].commands and not one.marks[reader].commands for one in readings
                ),
            }
            for reader in READERS[1:]
        },
        "groups": {
            group: {
                reader: f"{sum(one.marks[reader].commands for one in readings if one.message.group == group)}"
                f"/{sum(one.message.group == group for one in readings)}"
                for reader in ("rules", "model")
            }
            for group in sorted({one.message.group for one in readings})
        },
    }


def _by_wording(readings: Sequence[Readings], reader: Reader) -> dict[str, Any]:
    """Right commands, every wording counted once: the share of its messages. The interval is that of so many tries."""
    by_wording: dict[str, list[bool]] = {}
    for one in readings:
        by_wording.setdefault(one.message.wording, []).append(one.marks[reader].commands)
    mean = sum(sum(marks) / len(marks) for marks in by_wording.values()) / max(1, len(by_wording))
    return Rate(hits=round(mean * len(by_wording)), of=len(by_wording)).to_plain()


def _rate(hits: Iterable[bool]) -> dict[str, Any]:
    known = list(hits)
    return Rate(hits=sum(known), of=len(known)).to_plain()
