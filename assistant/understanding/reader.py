"""The understander: one message -> the commands in it, in order. Rules first; the classifier where they are silent."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import replace

from assistant.context import Context, context_of
from assistant.conversation import Conversation
from assistant.understanding import entities, rules, service_requests
from assistant.understanding.classifier import SURE, Label
from assistant.understanding.commands import (
    Ask,
    Choose,
    Command,
    Confirm,
    FillSlot,
    Greet,
    Reference,
    StartFlow,
    TalkToHuman,
    Unclear,
)
from assistant.understanding.questions import FACT_QUESTION, attribute_asked
from assistant.understanding.rules import orders, places
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
    def __init__(self, lexicon: Lexicon, classify: Classify, *, serves_orders: bool = False) -> None:
        self._lexicon = lexicon
        self._classify = classify
        self._serves_orders = serves_orders

    async def read(self, conversation: Conversation, said: str) -> list[Command]:
        """The commands of one message; Unclear when nothing in it is understood, never an empty list."""
        commands: list[Command] = []
        context = context_of(conversation)
        if self._serves_orders:
            desk = service_requests.read(said, context, identified=bool(conversation.customer_id))
            if desk is not None:
                return desk
        named, rest = _who_they_are(conversation, said)
        commands.extend(named)
        for number, part in enumerate(self._parts(rest)):
            situation = self._situation(part, conversation, context, first=number == 0)
            command = _with_words(await self._command(situation), situation)
            context = _looking_ahead(context, command)
            commands.append(command)
        told = _merged(_without_fillers(commands))
        understood = [command for command in told if not (isinstance(command, Unclear) and command.kind == "unclear")]
        return (understood or told or [Unclear(text=said)])[:MOST_COMMANDS]

    async def _command(self, situation: Situation) -> Command:
        """A sure rule, else a sure example, else a likely rule, else the nearest example."""
        command = rules.read(situation)
        if command is not None:
            return command
        plain = rules.read(situation, rules.PLAIN)
        if plain is not None and (
            len(situation.words) < 2 or not _may_be_policy(plain) or _follows_up(plain, situation)
        ):
            return plain
        asked_for = rules.read(situation, rules.ASKED_FOR) if plain is None else None
        label = await self._classify(situation.text) if len(situation.words) > 1 else None
        if asked_for is not None and (label is None or label.confidence < NEARLY_THE_SAME):
            return asked_for
        guessed = _command_of(label, situation) if label is not None else None
        if label is not None and guessed is not None and _tells_topic(label, plain):
            return guessed
        bar = _bar(label, plain, situation)
        if (
            label is not None
            and label.confidence >= bar
            and guessed is not None
            and _may_overrule(label, plain, situation)
        ):
            return guessed
        likely = plain or rules.read(situation, rules.LIKELY) or guessed
        return likely or _last_resort(situation) or Unclear(text=situation.original)

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


def _with_words(command: Command, s: Situation) -> Command:
    """A search keeps its words: conditions on attributes are read once it is known what is found."""
    if isinstance(command, StartFlow) and command.flow == "find_products" and not command.words:
        return replace(command, words=s.text)
    return command


def _last_resort(s: Situation) -> Command | None:
    """What nothing understood: a question about the table, or words that may yet be found in the catalogue."""
    if s.context.asked is not None and s.context.asked.slot in ("identity", "order"):
        return None
    if s.table and (s.references or s.text.endswith("?") or FACT_QUESTION.match(s.text)):
        return Ask(about="product", question=s.original, references=s.pointed, attribute=attribute_asked(s.text))
    worth = bool(s.need.text) and len(s.need.text.split()) >= 2
    return StartFlow(flow="find_products", need=s.need, tentative=True) if worth else None


CLEAR = 0.75
"""Similarity from which a question is one on the product, whatever its words would find."""
TOPICAL = 0.5
"""Similarity from which an example tells on which policy a question is that a rule took for one on policies."""
NEARLY_THE_SAME = 0.85
"""Similarity at which even "I'm looking for a …" is not taken as a search for a product."""
SURER = 0.66
"""Similarity from which an example overrules a rule of ordinary sentences."""


def _bar(label: Label | None, plain: Command | None, s: Situation) -> float:
    """A rule's reading of a long sentence that asks for nothing to be found is overruled more easily by a policy."""
    if plain is None:
        return SURE
    if label is None or not label.name.startswith("policy/"):
        return SURER
    vague_question = isinstance(plain, Ask) and not plain.attribute
    option = any(f.field in ("colour", "size") for f in s.need.filters)
    long = len(s.words) >= 7 and not option and not _SEEKS.search(s.text) and isinstance(plain, StartFlow)
    return LONG if (vague_question or long) and not _exact(s) else SURER


_SEEKS = re.compile(r"\b(?:looking|show|need|want|find|search|got|sell|after|something)\b")
LONG = 0.57


def _exact(s: Situation) -> bool:
    return bool(s.named) or any(r.kind in ("ordinal", "superlative") for r in s.references)


def _tells_topic(label: Label, plain: Command | None) -> bool:
    asks_policy = isinstance(plain, Ask) and plain.about == "policy" and not plain.topic
    return asks_policy and label.name.startswith("policy/") and label.confidence >= TOPICAL


def _follows_up(plain: Command, s: Situation) -> bool:
    """ "And the warranty?", of the product just talked about: its own, not the shop's."""
    asks = isinstance(plain, Ask) and plain.about == "product" and bool(plain.attribute)
    return asks and bool(s.context.focus) and s.context.topic == "products" and len(s.words) <= 3


def _may_be_policy(command: Command) -> bool:
    """Readings that take a shopper's everyday words for a product: worth a second opinion."""
    return isinstance(command, StartFlow | Choose | Ask)


def _may_overrule(label: Label, plain: Command | None, s: Situation) -> bool:
    """Policies, places and orders overrule a search that was read out of single words; searches overrule nothing."""
    if plain is None:
        return True
    if label.name == "product_question" and s.table and (s.references or not s.lexicon.kinds(s.original)):
        chosen = any(f.field in ("colour", "size", "price") for f in s.need.filters)
        if isinstance(plain, Ask) and plain.about == "policy" and s.references:
            return True
        if label.confidence >= CLEAR and s.text.endswith("?") and not chosen:
            return True
    other = label.name.split("/")[0] in (
        "policy",
        "track_order",
        "assortment",
        "add_to_cart",
        "find_store",
        "human",
        "off_topic",
        "check_out",
    )
    about_product = (
        label.name == "product_question"
        and isinstance(plain, StartFlow)
        and plain.flow == "find_products"
        and bool(s.references)
    )
    return other or about_product


def _who_they_are(conversation: Conversation, said: str) -> tuple[list[Command], str]:
    """An e-mail address says who writes, wherever in the message it stands; the rest is what they want."""
    found = entities.email(said)
    if not found or conversation.customer_id or len(said.split()) <= 8 or orders.speaks_of_others(said.lower()):
        return [], said
    rest = re.sub(re.escape(found), " ", said, flags=re.I)
    return [FillSlot(email=found, order=entities.order_number(said))], rest


def _without_fillers(commands: list[Command]) -> list[Command]:
    """ "Sounds good. Throw it in": a yes or a praise before a request is part of it; "any colour" belongs to what is added."""
    joined: list[Command] = []
    for command in commands:
        last = joined[-1] if joined else None
        anything = isinstance(command, Choose) and command.any_variant and not command.references
        if anything and isinstance(last, StartFlow) and last.flow == "add_to_cart":
            joined[-1] = replace(last, any_variant=True)
        else:
            joined.append(command)
    finds_kind = any(_is_search(c) and isinstance(c, StartFlow) and _names_kind(c) for c in joined)
    requests = [
        c
        for c in joined
        if not _is_filler(c) and not (finds_kind and (_is_more(c) or (_is_search(c) and not _says_much(c))))
    ]
    return requests if requests and len(requests) < len(joined) else joined


def _is_more(command: Command) -> bool:
    """ "Something else. A blanket": the second says what else."""
    return isinstance(command, StartFlow) and command.flow == "more_products"


def _says_much(command: Command) -> bool:
    """Whether a search names a kind, or a condition: else it is talk beside one that does ("I freeze at night")."""
    return (
        isinstance(command, StartFlow)
        and command.need is not None
        and (_names_kind(command) or bool(command.need.filters) or command.refine)
    )


def _is_filler(command: Command) -> bool:
    praise = isinstance(command, Greet) and command.kind in ("praise", "how_are_you")
    return praise or isinstance(command, Confirm) or (isinstance(command, Unclear) and command.kind == "unclear")


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
                last,
                need=merge(last.need, command.need),
                direction=command.direction or last.direction,
                words=f"{last.words}. {command.words}",
            )
        elif _sets_out(last) and isinstance(last, Ask) and isinstance(command, Ask) and command.about == "product":
            merged[-1] = replace(command, question=f"{last.question}. {command.question}")
        else:
            merged.append(command)
    return _sharing_price(merged)


def _sets_out(command: Command | None) -> bool:
    """ "My husband has allergies, is the first ok for him?": the statement belongs to the question after it."""
    asks = isinstance(command, Ask) and command.about == "product" and not command.references
    return (
        asks
        and isinstance(command, Ask)
        and not command.attribute
        and not FACT_QUESTION.search(command.question.lower())
    )


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


_STATES = re.compile(
    r"^(?:ones? (?:for|with|in|that|without) |i'?m an? |i am an? |i have |(?:it |they )?(?:must|has to|have to|should|needs? to)\b|the ones?\b)(?!.*\?)"
)
"""A statement on the customer, or on what the thing must be: it narrows the search, although it sounds like a question asked."""


def _command_of(label: Label, s: Situation) -> Command | None:
    """A label with the facts of the words; None where the label makes no sense in this situation."""
    name, _, topic = label.name.partition("/")
    match name:
        case (
            "hello"
            | "thanks"
            | "bye"
            | "how_are_you"
            | "praise"
            | "who_are_you"
            | "what_can_you_do"
            | "abuse"
            | "complaint" as kind
        ):
            return Greet(kind=kind)
        case "human":
            return TalkToHuman()
        case "assortment":
            return Greet(kind="assortment")
        case "add_to_cart" if s.table:
            return StartFlow(flow="add_to_cart", references=s.pointed, words=s.text, quantity=entities.quantity(s.text))
        case "remove_from_cart" if s.cart_titles:
            return StartFlow(flow="remove_from_cart", references=(*s.pointed, Reference(kind="title", text=s.text)))
        case "check_stock" if s.table:
            return StartFlow(flow="check_stock", references=s.pointed, place=s.place, words=s.text)
        case "reviews" if s.table:
            return Ask(about="product", question=s.original, attribute="rating", references=s.pointed)
        case "track_order" | "list_orders" | "change_order" | "show_cart" | "empty_cart" | "check_out" as flow:
            return StartFlow(flow=flow, place=s.place)
        case "find_store":
            return StartFlow(flow="find_store", place=s.place, topic=places.topic_of(s.text), words=s.text)
        case "policy":
            return Ask(about="policy", question=s.original, topic=topic)
        case "more_products":
            return StartFlow(flow="more_products") if s.context.need else None
        case "cheaper":
            return StartFlow(flow="find_products", need=s.need, refine=True, direction="cheaper") if s.table else None
        case "compare":
            return StartFlow(flow="compare", references=s.pointed) if s.table else None
        case "product_question":
            if not s.table:
                return None
            if _STATES.match(s.text) and s.context.need is not None:
                return StartFlow(flow="find_products", need=s.need, refine=True)
            return Ask(about="product", question=s.original, references=s.pointed, attribute=attribute_asked(s.text))
        case "find_products":
            return StartFlow(flow="find_products", need=s.need)
        case "off_topic":
            return Unclear(text=s.original, kind="off_topic")
        case _:
            return None
