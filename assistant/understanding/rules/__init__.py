"""Rules: a segment -> one command, or None where they are silent. Each rule is one function; the order is the meaning.

English. Written from what shoppers type; the classifier catches other words for the same things.
"""

from __future__ import annotations

from collections.abc import Callable

from assistant.understanding.commands import Command
from assistant.understanding.rules import answers, carts, facts, orders, places, searches, talking
from assistant.understanding.situation import Situation

Rule = Callable[[Situation], Command | None]

RULES: tuple[Rule, ...] = (
    talking.instructions,
    talking.never_mind,
    answers.to_question,
    talking.small_talk,
    talking.cannot,
    talking.human,
    talking.off_topic,
    answers.correct,
    orders.orders,
    answers.identity,
    orders.broken,
    answers.follow_up,
    carts.cart,
    searches.more,
    searches.compare,
    places.stores,
    places.stock,
    searches.direction,
    facts.product,
    facts.policy,
    answers.choose,
    searches.find,
    talking.yes_or_no,
    talking.complaint,
)


def read(situation: Situation) -> Command | None:
    """The first rule that speaks decides."""
    for rule in RULES:
        command = rule(situation)
        if command is not None:
            return command
    return None
