"""When a person is offered or asked for: signs of a turn against the rules (pure).

Each rule fits once a conversation, so that nobody is asked again and again, and no handoff follows a handoff by itself.
Above: the turn's flow `handing_over`. Below: the fold, mood, the rules as data.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, assert_never

from assistant.answering.say_acts import Apologise, Refuse, SayAct
from assistant.conversation import Conversation
from assistant.desk.handoff_rules import HandoffRule, HandoffRules
from assistant.mood import Mood, mood_of

Trouble = Literal["unclear", "refused", ""]
REMEMBERED_TROUBLES = 4
_REFUSED_BY_RULE = ("desk_refused", "desk_refused_person", "change_order", "change_order_policy")
"""What the shop's rules forbid, and a colleague might see otherwise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signs:
    """What a turn tells of how it goes."""

    words: str = ""
    mood: Mood = "neutral"
    troubles: tuple[str, ...] = ()
    """How the last replies ended, this one last."""
    failed: int = 0
    worth: Decimal = Decimal(0)
    """Of the cart or the order that is talked about, whichever is more; 0 without a wish about an order."""


def signs_of(
    conversation: Conversation, said: Sequence[str], troubles: Sequence[str], *, worth: Decimal = Decimal(0)
) -> Signs:
    before = [line.text for line in conversation.transcript if line.who == "customer"]
    newest = [text for text in said if text not in before[-len(said) :]] if said else []
    return Signs(
        words="\n".join(said),
        mood=mood_of([*before, *newest][-3:]),
        troubles=tuple(troubles),
        failed=conversation.failed,
        worth=worth,
    )


def wanted(signs: Signs, rules: HandoffRules, *, already: Collection[str]) -> HandoffRule | None:
    """The first rule that fits and has not fitted before in this conversation."""
    return next((rule for rule in rules.rules if rule.id not in already and fits(rule, signs)), None)


def fits(rule: HandoffRule, signs: Signs) -> bool:
    if rule.words is not None:
        return rule.says(signs.words)
    if rule.mood is not None:
        return signs.mood == rule.mood
    if rule.unclear is not None:
        return _in_a_row(signs.troubles, "unclear") >= rule.unclear
    if rule.refused is not None:
        return _in_a_row(signs.troubles, "refused") >= rule.refused
    if rule.failed is not None:
        return signs.failed >= rule.failed
    return rule.over is not None and signs.worth > rule.over


def trouble_of(acts: Sequence[SayAct]) -> Trouble:
    """How a reply ends, from what it gets across."""
    if not acts or any(isinstance(act, Apologise) and act.about in ("unclear", "unclear_again") for act in acts):
        return "unclear"
    if any(isinstance(act, Refuse) and act.about in _REFUSED_BY_RULE for act in acts):
        return "refused"
    return ""


def _in_a_row(troubles: Sequence[str], kind: Literal["unclear", "refused"]) -> int:
    match kind:
        case "unclear" | "refused":
            return next((count for count, one in enumerate(reversed(troubles)) if one != kind), len(troubles))
        case _:
            assert_never(kind)
