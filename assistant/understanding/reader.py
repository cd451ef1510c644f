"""The understander: one message -> the commands in it, in order. Rules first; the classifier where they are silent."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import replace

from assistant.context import Context, context_of
from assistant.conversation import Conversation
from assistant.understanding import rules
from assistant.understanding.classifier import Label
from assistant.understanding.commands import (
    Ask,
    Command,
    Greet,
    StartFlow,
    TalkToHuman,
    Unclear,
)
from assistant.understanding.segments import segments
from assistant.understanding.situation import Lexicon, Situation
from retrieval.constraints import merge

MOST_COMMANDS = 5
"""Requests served in one turn; a longer message is a paste, not a conversation."""

_AND = re.compile(r"\s+(?:and|plus|as well as|,)\s+", re.I)
_JOINT = re.compile(r"\bcompar|\bversus\b|\bvs\b|\bbetween\b|\bcart\b|\bbasket\b|\badd\b|\bboth\b|\bremove\b")
"""Words that take two kinds in one request: "compare the tent and the mat"."""

Classify = Callable[[str], Awaitable[Label | None]]


class Understander:
    def __init__(self, lexicon: Lexicon, classify: Classify) -> None:
        self._lexicon = lexicon
        self._classify = classify

    async def read(self, conversation: Conversation, said: str) -> list[Command]:
        """The commands of one message; Unclear when nothing in it is understood, never an empty list."""
        commands: list[Command] = []
        context = context_of(conversation)
        for number, part in enumerate(self._parts(said)):
            situation = self._situation(part, conversation, context, first=number == 0)
            command = rules.read(situation) or await self._guess(situation, alone=number == 0)
            if command is not None:
                context = _looking_ahead(context, command)
                commands.append(command)
        told = _merged(commands)
        understood = [command for command in told if not (isinstance(command, Unclear) and command.kind == "unclear")]
        return (understood or told or [Unclear(text=said)])[:MOST_COMMANDS]

    def _parts(self, said: str) -> list[str]:
        """The segments; "headphones and a kettle under 50" becomes two, because it asks for two kinds of product."""
        parts: list[str] = []
        for part in segments(said)[: MOST_COMMANDS * 2]:
            parts.extend(self._by_kind(part))
        return parts

    def _by_kind(self, part: str) -> list[str]:
        halves = _AND.split(part, maxsplit=1)
        if len(halves) != 2 or _JOINT.search(part.lower()):
            return [part]
        kinds = [set(self._lexicon.kinds(half)) for half in halves]
        if all(kinds) and not kinds[0] & kinds[1]:
            return [halves[0], *self._by_kind(halves[1])]
        return [part]

    def _situation(self, part: str, conversation: Conversation, context: Context, *, first: bool) -> Situation:
        cart = {
            item.variant_id: " ".join((item.title, *item.options.values())).lower() for item in conversation.cart.items
        }
        return Situation(
            original=part,
            lexicon=self._lexicon,
            context=context,
            titles=context.titles,
            cart_titles=cart,  # type: ignore[arg-type]
            identified=bool(conversation.customer_id),
            first=first,
        )

    async def _guess(self, situation: Situation, *, alone: bool) -> Command | None:
        label = await self._classify(situation.text) if len(situation.words) > 1 else None
        if label is not None and (command := _command_of(label, situation)) is not None:
            return command
        return Unclear(text=situation.original)


def _looking_ahead(context: Context, command: Command) -> Context:
    """A later part of the message may refine what an earlier part asked for."""
    if isinstance(command, StartFlow) and command.flow == "find_products" and command.need is not None:
        need = merge(context.need, command.need) if command.refine and context.need else command.need
        return replace(context, need=need, asked=None)
    return context


def _merged(commands: list[Command]) -> list[Command]:
    """ "A tent. For two. Under 200.": the parts of one search become one search."""
    merged: list[Command] = []
    for command in commands:
        last = merged[-1] if merged else None
        if (
            isinstance(last, StartFlow)
            and isinstance(command, StartFlow)
            and last.flow == command.flow == "find_products"
            and command.refine
            and last.need is not None
            and command.need is not None
            and not _names_kind(command)
        ):
            merged[-1] = replace(
                last, need=merge(last.need, command.need), direction=last.direction or command.direction
            )
        else:
            merged.append(command)
    return _sharing_price(merged)


def _names_kind(command: StartFlow) -> bool:
    need = command.need
    return need is not None and (bool(need.thing) or any(f.field == "category" for f in need.filters))


def _sharing_price(commands: list[Command]) -> list[Command]:
    """ "Headphones and a kettle under 50": the bound at the end is meant for both."""
    shared = list(commands)
    for place in range(len(shared) - 2, -1, -1):
        first, second = shared[place], shared[place + 1]
        if not (_is_search(first) and _is_search(second)):
            continue
        assert isinstance(first, StartFlow) and isinstance(second, StartFlow) and first.need and second.need
        prices = tuple(f for f in second.need.filters if f.field == "price")
        if prices and not any(f.field == "price" for f in first.need.filters):
            need = replace(first.need, filters=(*first.need.filters, *prices))
            shared[place] = replace(first, need=need)
    return shared


def _is_search(command: Command) -> bool:
    return isinstance(command, StartFlow) and command.flow == "find_products" and command.need is not None


def _command_of(label: Label, s: Situation) -> Command | None:
    """A label with the facts of the words; None where the label makes no sense in this situation."""
    match label.name:
        case "hello" | "thanks" | "bye" | "who_are_you" | "what_can_you_do" | "abuse" | "complaint" as kind:
            return Greet(kind=kind)
        case "human":
            return TalkToHuman()
        case (
            "track_order"
            | "list_orders"
            | "change_order"
            | "show_cart"
            | "empty_cart"
            | "check_out"
            | "find_store" as flow
        ):
            return StartFlow(flow=flow, place=s.place)
        case "policy":
            return Ask(about="policy", question=s.original)
        case "more_products":
            return StartFlow(flow="more_products") if s.context.need else None
        case "cheaper":
            return StartFlow(flow="find_products", need=s.need, refine=True, direction="cheaper") if s.table else None
        case "compare":
            return StartFlow(flow="compare", references=s.pointed) if s.table else None
        case "product_question":
            return Ask(about="product", question=s.original, references=s.pointed) if s.table else None
        case "find_products":
            return StartFlow(flow="find_products", need=s.need)
        case "off_topic":
            return Unclear(text=s.original, kind="off_topic")
        case _:
            return None
