"""Rules: a segment -> one command, or None where they are silent. Each rule is one function; the order is the meaning.

English. Written from what shoppers type; the classifier catches other words for the same things.
"""

from __future__ import annotations

from collections.abc import Callable

from assistant.understanding.commands import Command
from assistant.understanding.rules import (
    about_me,
    alike,
    answers,
    carts,
    facts,
    orders,
    places,
    privacy,
    searches,
    talking,
    things,
    whereabouts,
)
from assistant.understanding.situation import Situation

Rule = Callable[[Situation], Command | None]

SURE: tuple[Rule, ...] = (
    talking.instructions,
    privacy.choices,
    about_me.mine,
    about_me.said,
    talking.never_mind,
    orders.made_good,
    answers.to_question,
    talking.small_talk,
    talking.language,
    talking.cannot,
    talking.human,
    talking.off_topic,
    about_me.told,
    about_me.bought,
    about_me.for_mine,
    alike.goes_with,
    alike.alike,
    carts.recounted,
    answers.correct,
    facts.attribute_named,
    facts.policy_goes_on,
    facts.which_size,
    things.back_to,
    orders.of_others,
    orders.of_orders,
    orders.orders,
    whereabouts.where_in_store,
    answers.identity,
    orders.broken,
    searches.something_for,
    searches.needed_for,
    searches.popular,
    searches.priority,
    searches.has_already,
    searches.other_end,
    answers.follow_up,
    answers.bare_size,
    facts.arrives,
    carts.cart,
    searches.more,
    searches.compare,
    places.stores,
    facts.abroad,
    facts.how_to,
    facts.reserves,
    facts.rules_by_name,
    facts.of_nothing,
)
PLAIN: tuple[Rule, ...] = (
    talking.yes_or_no,
    orders.with_number,
    answers.refine_size,
    places.stock,
    searches.any_option,
    searches.direction,
    facts.product,
    facts.policy,
    answers.choose,
    searches.find_known,
    searches.narrow,
    talking.complaint,
)
"""Readings of ordinary sentences: an example that says nearly the same knows better."""
ANY_LANGUAGE: tuple[Rule, ...] = (talking.instructions, answers.to_question, answers.identity, orders.numbered)
"""What stands in a message by its own shape, whatever its language."""
ASKED_FOR: tuple[Rule, ...] = (searches.find_unknown, things.find_goods)
"""A thing asked for outright, by whatever name."""
LIKELY: tuple[Rule, ...] = (searches.find_unknown, searches.find_words)
"""Guesses from single words: a classifier that is sure of the whole sentence knows better."""


def read(situation: Situation, rules: tuple[Rule, ...] = SURE) -> Command | None:
    """The first rule that speaks decides."""
    for rule in rules:
        command = rule(situation)
        if command is not None:
            return command
    return None
