"""The understander: one message -> the commands in it, in order. Rules first; the classifier where they are silent."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import replace

from assistant.context import Context, context_of
from assistant.conversation import Conversation
from assistant.understanding import entities, rules, service_requests
from assistant.understanding.classifier import Label
from assistant.understanding.commands import Ask, Command, FillSlot, Greet, StartFlow, Unclear
from assistant.understanding.distress import in_distress
from assistant.understanding.joining import looking_ahead, merged, without_fillers
from assistant.understanding.labels import command_of, last_resort
from assistant.understanding.listening import ENGLISH, Hear, as_it_is
from assistant.understanding.request_parts import asks_rules
from assistant.understanding.rules import orders
from assistant.understanding.said_numbers import in_figures
from assistant.understanding.second_opinion import (
    NEARLY_THE_SAME,
    bar,
    believed,
    follows_up,
    may_be_policy,
    may_overrule,
    tells_topic,
)
from assistant.understanding.segments import put_in_words, segments
from assistant.understanding.situation import Lexicon, Situation

MOST_COMMANDS = 5
"""Requests served in one turn; a longer message is a paste, not a conversation."""

_AND = re.compile(r"\s+(?:and|plus|as well as|,)\s+", re.I)
_JOINT = re.compile(r"\bcompar|\bversus\b|\bvs\b|\bbetween\b|\bcart\b|\bbasket\b|\badd\b|\bboth\b|\bremove\b")
"""Words that take two kinds in one request: "compare the tent and the mat"."""

Classify = Callable[[str], Awaitable[Label | None]]


async def _no_label(text: str) -> Label | None:
    del text
    return None


class Understander:
    """`classify` labels English, `classify_any` the languages of the multilingual encoder; `hear` glosses what it can."""

    def __init__(
        self,
        lexicon: Lexicon,
        classify: Classify,
        *,
        serves_orders: bool = False,
        hear: Hear = as_it_is,
        classify_any: Classify = _no_label,
    ) -> None:
        self._lexicon = lexicon
        self._classify = classify
        self._serves_orders = serves_orders
        self._hear = hear
        self._classify_any = classify_any

    async def warm(self) -> None:
        """What the first message in another language than English would wait for."""
        await self._classify_any("hola")

    async def read(self, conversation: Conversation, said: str) -> list[Command]:
        """The commands of one message; Unclear when nothing in it is understood, never an empty list.

        The context's language is taken for the message's; empty is English.
        """
        if in_distress(said):
            return [Greet(kind="distress")]
        context = context_of(conversation)
        said = put_in_words(said, asked=context.asked is not None and context.asked.slot == "go_ahead")
        said = in_figures(said, context.language)
        heard = self._hear(said, context.language or ENGLISH)
        if self._serves_orders and heard.readable:
            desk = service_requests.read(heard.text, context, identified=bool(conversation.customer_id))
            if desk is not None:
                return desk
        commands, rest = _who_they_are(conversation, heard.text)
        parts = self._parts(rest) if heard.readable else [rest]
        for number, (part, source) in enumerate(zip(parts, heard.sources(parts), strict=True)):
            situation = self._situation(part, conversation, context, first=number == 0)
            situation.source, situation.language = source, heard.language
            read = self._command(situation) if heard.readable else self._foreign(situation)
            command = self._served(_with_words(await read, situation), situation)
            context = looking_ahead(context, command)
            commands.append(command)
        told = merged(without_fillers(commands))
        understood = [command for command in told if not (isinstance(command, Unclear) and command.kind == "unclear")]
        return (understood or told or [Unclear(text=said)])[:MOST_COMMANDS]

    async def _command(self, situation: Situation) -> Command:
        """A sure rule, else a sure example, else a likely rule, else the nearest example."""
        command = rules.read(situation)
        if command is not None:
            return command
        plain = rules.read(situation, rules.PLAIN)
        if plain is not None and (len(situation.words) < 2 or not may_be_policy(plain) or follows_up(plain, situation)):
            return plain
        asked_for = rules.read(situation, rules.ASKED_FOR) if plain is None else None
        foreign = situation.language != ENGLISH
        label = await self._label(situation) if len(situation.words) > 1 or foreign else None
        if asked_for is not None and (label is None or label.confidence < NEARLY_THE_SAME):
            return asked_for
        if label is not None and not believed(label, plain, situation):
            label = None
        label, guessed = _sensible(label, situation)
        guessed = self._of_desk(guessed, situation)
        if label is not None and guessed is not None and tells_topic(label, plain):
            return guessed
        if (
            label is not None
            and label.confidence >= bar(label, plain, situation)
            and guessed is not None
            and may_overrule(label, plain, situation)
        ):
            return guessed
        likely = plain or rules.read(situation, rules.LIKELY) or guessed
        return likely or last_resort(situation) or Unclear(text=situation.original)

    async def _label(self, situation: Situation) -> Label | None:
        if situation.language == ENGLISH:
            return await self._classify(situation.text)
        return await self._classify_any(situation.source)

    async def _foreign(self, situation: Situation) -> Command:
        """A language without tables: facts that stand by their own shape, then the nearest example, then a search."""
        facts = rules.read(situation, rules.ANY_LANGUAGE)
        if facts is not None:
            return facts
        label = await self._classify_any(situation.source)
        _, guessed = _sensible(label, situation)
        return self._of_desk(guessed, situation) or last_resort(situation) or Unclear(text=situation.original)

    def _served(self, command: Command, situation: Situation) -> Command:
        """Where orders are served, a change that no request was read from is a question on the rules."""
        changes = isinstance(command, StartFlow) and command.flow in ("change_order", "serve_orders")
        if not changes or not self._serves_orders or not asks_rules(situation.text, situation.text):
            return command
        topic = _RULES_ON.get(command.change, "") if isinstance(command, StartFlow) else ""
        return Ask(about="policy", question=situation.original, topic=topic)

    def _of_desk(self, command: Command | None, situation: Situation) -> Command | None:
        """A change of orders goes to the service desk where there is one."""
        desk = isinstance(command, StartFlow) and command.flow == "change_order" and self._serves_orders
        if not desk or not isinstance(command, StartFlow) or not command.change:
            return command
        return replace(command, flow="serve_orders", words=situation.original)

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
            here=conversation.store,
            identified=bool(conversation.customer_id),
            first=first,
        )


def _sensible(label: Label | None, situation: Situation) -> tuple[Label | None, Command | None]:
    """The best label that makes sense here, with its command; a runner-up only where it is nearly as good."""
    if label is None:
        return None, None
    for one in (label, *label.others):
        command = command_of(one, situation)
        if command is not None and one.confidence >= label.confidence - _NEARLY:
            return one, command
    return label, None


_CHANGING = "returns refunds exchanges | cancelling or changing an order"
_RULES_ON = {
    "exchange": "returns refunds exchanges | exchanges: another size, colour or option",
    "cancel": _CHANGING,
    "address": _CHANGING,
    "payment": _CHANGING,
    "order": _CHANGING,
}
"""Where the rules on each change stand."""
_NEARLY = 0.1


def _with_words(command: Command, s: Situation) -> Command:
    """A search keeps its words: conditions on attributes are read once it is known what is found."""
    if isinstance(command, StartFlow) and command.flow == "find_products" and not command.words:
        return replace(command, words=s.text)
    return command


def _who_they_are(conversation: Conversation, said: str) -> tuple[list[Command], str]:
    """An e-mail address says who writes, wherever in the message it stands; the rest is what they want."""
    found = entities.email(said)
    if not found or conversation.customer_id or len(said.split()) <= 8 or orders.speaks_of_others(said.lower()):
        return [], said
    rest = re.sub(re.escape(found), " ", said, flags=re.I)
    return [FillSlot(email=found, order=entities.order_number(said))], rest
