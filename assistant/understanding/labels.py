"""A label of the classifier with the facts of the words: a command; and what is made of words that nothing understood (pure).

Above: the reader. Below: the situation, entities.
"""

from __future__ import annotations

import re

from assistant.understanding import entities
from assistant.understanding.classifier import Label
from assistant.understanding.commands import (
    Ask,
    CancelFlow,
    Choose,
    Command,
    Confirm,
    Decline,
    FillSlot,
    Greet,
    Reference,
    StartFlow,
    TalkToHuman,
    Unclear,
)
from assistant.understanding.questions import FACT_QUESTION, attribute_asked
from assistant.understanding.rules import places
from assistant.understanding.second_opinion import is_fragment
from assistant.understanding.situation import Situation


def last_resort(s: Situation) -> Command | None:
    """What nothing understood: a question about the table, or words that may yet be found in the catalogue."""
    if s.context.asked is not None and s.context.asked.slot in ("identity", "order"):
        return None
    if s.table and (s.references or s.text.endswith("?") or FACT_QUESTION.match(s.text)):
        return Ask(about="product", question=s.original, references=s.pointed, attribute=attribute_asked(s.text))
    used_for = s.context.need is not None and s.context.topic == "products" and _USED_FOR.match(s.text)
    if used_for and s.need.text and len(s.words) <= 6:
        return StartFlow(flow="find_products", need=s.need, refine=True)
    if s.table and s.context.need is not None and s.need.text and is_fragment(s):
        return StartFlow(flow="find_products", need=s.need, refine=True, tentative=True)
    worth = bool(s.need.text) and len(s.need.text.split()) >= 2
    return StartFlow(flow="find_products", need=s.need, tentative=True) if worth else None


_USED_FOR = re.compile(
    r"^(?:(?:it'?s |they'?re |mainly |mostly |just )*for|i (?:mainly |mostly )?(?:need|want|use) (?:it|them) for|to use (?:it|them) for) "
)
_STATES = re.compile(
    r"^(?:ones? (?:for|with|in|that|without) |i'?m an? |i am an? |i have |(?:it |they )?(?:must|has to|have to|should|needs? to)\b|the ones?\b)(?!.*\?)"
)
"""A statement on the customer, or on what the thing must be: it narrows the search, although it sounds like a question asked."""


def _answers_yes_or_no(s: Situation) -> bool:
    """Elsewhere a bare yes is no more than politeness; in a language without rules it is one all the same."""
    asked = s.context.asked
    return (asked is not None and asked.slot == "go_ahead") or bool(s.context.process) or s.language != "en"


def command_of(label: Label, s: Situation) -> Command | None:
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
        case "yes" if _answers_yes_or_no(s):
            return Confirm()
        case "no" if _answers_yes_or_no(s):
            return Decline()
        case "never_mind" if s.context.asked is not None or s.context.process or s.language != "en":
            return CancelFlow()
        case "forgot" if s.context.asked is not None and s.context.asked.slot == "identity":
            return FillSlot(forgot=True)
        case "any_variant" if s.context.asked is not None and s.context.asked.slot == "variant":
            return Choose(references=(), words=s.text, any_variant=True)
        case "not_yours" | "instructions" | "unclear" as kind:
            return Unclear(text=s.original, kind=kind)
        case "change_order":
            return StartFlow(flow="change_order", change=topic, order=entities.order_number(s.original))
        case "choose" if s.table and s.references:
            return Choose(references=s.pointed, words=s.text)
        case "track_order":
            return StartFlow(flow="track_order", place=s.place, order=entities.order_number(s.original))
        case "list_orders" | "show_cart" | "empty_cart" | "check_out" as flow:
            return StartFlow(flow=flow, place=s.place)
        case "find_store":
            return StartFlow(flow="find_store", place=s.place, topic=places.topic_of(s.text), words=s.text)
        case "policy":
            return Ask(about="policy", question=s.original, topic=topic)
        case "more_products":
            return StartFlow(flow="more_products") if s.context.need else None
        case "cheaper":
            bound = any(f.field == "price" for f in s.need.filters)  # "budget is 2500": less than that, not than these
            if bound:
                return StartFlow(flow="find_products", need=s.need, refine=True)
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
