"""What was read of an utterance, told as an intent and entities, and marked against what it means (pure).

Above: `intents_command`. Below: the reader's commands.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from assistant.conversation import Conversation
from assistant.understanding import service_requests
from assistant.understanding.commands import (
    Ask,
    CancelFlow,
    Choose,
    Command,
    Confirm,
    Correct,
    Decline,
    FillSlot,
    Greet,
    SpeakLanguage,
    StartFlow,
    TalkToHuman,
    Unclear,
)
from assistant.understanding.order_words import reason_said
from eval.intents.intents import Utterance
from retrieval.constraints import Need

REASONS = ("no longer needed", "ordered by mistake")
_SMALL = frozenset({"hello", "thanks", "bye", "how_are_you", "praise", "yes"})
"""Said beside a wish, these are no wish of their own."""
_ALIKE = {"correct": frozenset({"find"}), "unclear": frozenset({"off_topic"})}
"""Readings whose effect is the same: "no, I meant lamps" searches for lamps either way."""
_FLOWS = {
    "find_products": "find", "more_products": "more", "compare": "compare", "check_stock": "check_stock",
    "find_store": "find_store", "add_to_cart": "add", "change_cart": "change_cart", "remove_from_cart": "remove",
    "show_cart": "show_cart", "empty_cart": "empty_cart", "check_out": "check_out", "track_order": "track",
    "list_orders": "list_orders",
}  # fmt: skip
_CHANGES = {"refund": "return", "swap": "exchange", "order": "exchange", "": "answer"}
_KINDS = {"what_can_you_do": "capable"}
_EXCLUSIVE = ("order", "email", "zip", "name", "ordinals", "quantity", "place", "colour", "max", "min", "direction")
"""Entities that, read where none was said, are wrong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judge:
    """What marking asks of the shop."""

    kinds: Callable[[str], Sequence[str]]
    """The categories that English words name."""
    policy: Callable[[str], str]
    """The title of the policy that is found for a question."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    intent: str
    right: bool
    read: dict[str, Any]
    """The entities that were read."""
    found: int
    """Expected entities that were read as they are."""
    missed: int
    invented: int


def intent_of(command: Command, conversation: Conversation) -> str:
    match command:
        case StartFlow(flow="find_products", tentative=True):
            return "unclear"
        case StartFlow(flow="find_products"):
            return "refine" if command.refine else "find"
        case StartFlow(flow="change_order" | "serve_orders"):
            return _changing(command, conversation)
        case StartFlow():
            return _FLOWS.get(command.flow, command.flow)
        case Ask():
            return f"ask_{command.about}"
        case FillSlot():
            return "identify"
        case Choose():
            return "choose"
        case Confirm():
            return "yes"
        case Decline():
            return "no"
        case Correct():
            return "correct"
        case CancelFlow():
            return "never_mind"
        case Greet():
            return _KINDS.get(command.kind, command.kind)
        case TalkToHuman():
            return "human"
        case SpeakLanguage():
            return "language"
        case Unclear():
            return command.kind


def _changing(command: StartFlow, conversation: Conversation) -> str:
    waiting = dict(conversation.context).get("process", {}).get("waiting")
    agreed = waiting == "confirmation" and not command.change and service_requests.agrees(command.words)
    if agreed and not service_requests.hesitates(command.words, changed=False):
        return "yes"
    return _CHANGES.get(command.change, command.change)


def marked(utterance: Utterance, commands: Sequence[Command], conversation: Conversation, judge: Judge) -> Mark:
    intents = [intent_of(command, conversation) for command in commands]
    wishes = [one for one in intents if one not in _SMALL] or intents[:1]
    accepted = {*utterance.intent, *(other for one in utterance.intent for other in _ALIKE.get(one, ()))}
    read = entities_of(commands, judge)
    found = sum(_same(name, value, read, commands, judge) for name, value in utterance.entities.items())
    invented = sum(
        bool(read.get(name)) and not (name in utterance.entities and _same(name, utterance.entities[name], read, commands, judge))
        for name in _EXCLUSIVE
    )  # fmt: skip
    return Mark(
        intent="+".join(dict.fromkeys(wishes)),
        right=bool(wishes) and set(wishes) <= accepted,
        read=read,
        found=found,
        missed=len(utterance.entities) - found,
        invented=invented,
    )


def entities_of(commands: Sequence[Command], judge: Judge) -> dict[str, Any]:
    read: dict[str, Any] = {}
    for command in commands:
        for name, value in _of_one(command, judge).items():
            read.setdefault(name, value) if value not in ("", None, (), []) else None
    return read


def _of_one(command: Command, judge: Judge) -> dict[str, Any]:
    words = _words_of(command)
    told: dict[str, Any] = {
        "ordinals": [r.position for r in getattr(command, "references", ()) if r.kind == "ordinal"],
        **_of_need(getattr(command, "need", None)),
    }
    match command:
        case StartFlow():
            told |= {"order": command.order, "quantity": command.quantity, "place": command.place}
            told |= {"direction": command.direction, "topic": command.topic, "any": command.any_variant}
            if command.flow == "serve_orders":
                told |= {"reason": reason_said(words, REASONS), "method": _method(words), "kind": judge.kinds(words)}
        case FillSlot():
            told |= {"order": command.order, "email": command.email, "zip": command.zip_code, "forgot": command.forgot}
            told |= {"name": [command.first_name, command.last_name] if command.first_name else []}
        case Choose():
            told |= {"any": command.any_variant}
        case Ask():
            told |= {"attribute": command.attribute}
            if command.about == "policy":
                told |= {"topic": command.topic.partition(" | ")[0] or judge.policy(command.question)}
        case _:
            told |= {"language": getattr(command, "language", "")}
    return told


def _of_need(need: Need | None) -> dict[str, Any]:
    if need is None:
        return {}
    told: dict[str, Any] = {}
    kinds: list[str] = [need.thing] if need.thing else []
    for one in need.filters:
        if one.field == "price" and one.number is not None:
            told["max" if one.operator == "<=" else "min"] = one.number
        elif one.field in ("colour", "size"):
            told[one.field] = one.values[0] if one.values else ""
        elif one.field == "category":
            kinds += one.values
    return {**told, "kind": kinds}


def _words_of(command: Command) -> str:
    return str(getattr(command, "words", "") or getattr(command, "question", "") or "")


def _method(words: str) -> str:
    return "paypal" if "paypal" in words.lower() else "gift_card" if re.search(r"\bgift ?card", words.lower()) else ""


def _same(name: str, wanted: Any, read: dict[str, Any], commands: Sequence[Command], judge: Judge) -> bool:
    got = read.get(name)
    match name:
        case "kind":
            said = [value.lower() for value in got or ()]
            return any(_singular(wanted) == _singular(value) for value in said)
        case "colour" if got is None:
            return any(re.search(rf"\b{wanted}\b", _words_of(command).lower()) for command in commands)
        case "max" | "min":
            return got is not None and float(got) == float(wanted)
        case "topic":
            return wanted in str(got or "").lower()
        case "place":
            return bool(got) and wanted in str(got).lower()
        case "name":
            return [part.lower() for part in got or ()] == [part.lower() for part in wanted]
        case _:
            return bool(got == wanted) or (got is not None and str(got).lower() == str(wanted).lower())


def _singular(text: str) -> str:
    return re.sub(r"e?s\b", "", text.lower())
