"""When an example of the classifier knows better than a rule, and how sure it must be (pure).

Above: the reader. Below: the situation, the commands.
"""

from __future__ import annotations

import re

from assistant.understanding.classifier import SURE, Label
from assistant.understanding.commands import Ask, Choose, Command, StartFlow
from assistant.understanding.situation import Situation
from retrieval.words import STOP_WORDS, word_set

CLEAR = 0.75
"""Similarity from which a question is one on the product, whatever its words would find."""
TOPICAL = 0.5
"""Similarity from which an example tells on which policy a question is that a rule took for one on policies."""
NEARLY_THE_SAME = 0.85
"""Similarity at which even "I'm looking for a …" is not taken as a search for a product."""
SURER = 0.66
"""Similarity from which an example overrules a rule of ordinary sentences."""


def bar(label: Label | None, plain: Command | None, s: Situation) -> float:
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


_FRAGMENT = re.compile(r"^(?:and )?(?:with|without|very|for|of|in|over|from|not|more|less)\b(?!.*\?)")
_SOCIAL = frozenset({"bye", "praise", "thanks", "human", "hello", "who_are_you", "how_are_you", "abuse", "complaint"})
_ELSEWHERE = 0.75
"""Similarity from which an example overrules a rule's reading of words in another language: short ones are alike in all."""


def believed(label: Label, plain: Command | None, s: Situation) -> bool:
    """Whether an example's likeness to the customer's own words tells anything, beside their gloss."""
    if s.language == "en":
        return True
    if label.name in _SOCIAL and s.table and (is_fragment(s) or len(s.words) == 1):
        return False  # what is said in one word to greet or to thank is in the tables
    read = isinstance(plain, StartFlow) and plain.flow == "find_products" and _conditions(plain)
    return not read or label.name.startswith("policy/") or label.confidence >= _ELSEWHERE


def is_fragment(s: Situation) -> bool:
    """ "With a stabiliser", "very absorbent": more on the thing that is looked for, and no sentence."""
    return bool(_FRAGMENT.match(s.text)) and len(s.words) <= 5


def tells_topic(label: Label, plain: Command | None) -> bool:
    asks_policy = isinstance(plain, Ask) and plain.about == "policy" and not plain.topic
    return asks_policy and label.name.startswith("policy/") and label.confidence >= TOPICAL


def follows_up(plain: Command, s: Situation) -> bool:
    """ "And the warranty?", of the product just talked about: its own, not the shop's."""
    asks = isinstance(plain, Ask) and plain.about == "product" and bool(plain.attribute)
    return asks and bool(s.context.focus) and s.context.topic == "products" and len(s.words) <= 3


def may_be_policy(command: Command) -> bool:
    """Readings that take a shopper's everyday words for a product: worth a second opinion."""
    return isinstance(command, StartFlow | Choose | Ask)


def may_overrule(label: Label, plain: Command | None, s: Situation) -> bool:
    """Policies, places and orders overrule a search that was read out of single words; searches overrule nothing."""
    if plain is None:
        return True
    if label.name.startswith("policy/") and _bare_kind(plain, s):
        return False
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
    return other or about_product or (label.name.split("/")[0] in _OF_SENTENCES and _vague(plain))


_OF_SENTENCES = frozenset(
    {
        "show_cart", "change_order", "compare", "more_products", "complaint", "yes", "no", "never_mind", "forgot", "any_variant",
        "thanks", "how_are_you",
    }
)  # fmt: skip
"""What whole sentences say in many ways, none of which a rule may know."""


def _vague(command: Command) -> bool:
    """A reading that only says that something was asked or looked for."""
    asks = isinstance(command, Ask) and command.about == "product" and not command.attribute
    seeks = isinstance(command, StartFlow) and command.flow == "find_products" and not _conditions(command)
    looks_up = isinstance(command, StartFlow) and command.flow == "track_order" and bool(command.order)
    return asks or seeks or looks_up


def _bare_kind(command: Command, s: Situation) -> bool:
    """ "Running shoes", "running shoes under 10", and no word besides."""
    need = command.need if isinstance(command, StartFlow) and command.flow == "find_products" else None
    if need is None or need.text != need.thing:
        return False
    fields = {one.field for one in need.filters}
    more = [word for word in s.words if word not in STOP_WORDS and word not in _COURTESY]
    return "category" in fields and ("price" in fields or len(more) <= len(need.thing.split()))


_COURTESY = word_set(
    "hi hello hey ok okay thanks please pls cheap good new nice too also sell got carry there other about go back again now "
    "then so well actually rather"
)


def _conditions(command: StartFlow) -> bool:
    need = command.need
    told = need is not None and (bool(need.filters) or need.sort != "relevance")
    return bool(command.direction) or told
