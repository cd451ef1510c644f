"""Handing over by rule: at the end of a turn, what it told is held against the rules; a person is offered, or asked for.

An offer is a sentence and a button; it is made once for each rule. Above: `turn`. Below: `handoff`, `talk_to_human`.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from assistant.answering.say_acts import Offer
from assistant.desk.handoff_rules import HandoffRule, HandoffRules
from assistant.errors import AssistantError
from assistant.events import HandoffRequested
from assistant.flows.talk_to_human import request
from assistant.flows.work import Work
from assistant.handoff import REMEMBERED_TROUBLES, signs_of, trouble_of, wanted
from assistant.shops.records import OrderId

_MARK = "person:"
_SERVICE = ("orders",)


async def hand_over_by_rule(work: Work, rules: HandoffRules, said: Sequence[str]) -> None:
    """said: the customer's words of this turn; buttons have none."""
    if not said:
        return
    troubles = (*work.context.troubles, trouble_of(work.acts))[-REMEMBERED_TROUBLES:]
    work.know(troubles=troubles)
    if work.conversation.status != "assistant" or _asked_for(work):
        return
    already = {name.removeprefix(_MARK) for name in work.context.offered if name.startswith(_MARK)}
    signs = signs_of(work.conversation, said, troubles, worth=await _worth(work))
    rule = wanted(signs, rules, already=already)
    if rule is None:
        return
    work.know(offered=(*work.context.offered, f"{_MARK}{rule.id}"))
    if rule.do == "hand_over":
        await request(work, rule)
    else:
        _offer(work, rule)


def _offer(work: Work, rule: HandoffRule) -> None:
    person = work.phrases.reply("person")
    if any(one.text == person.text for act in work.acts for one in act.quick_replies):
        return  # the flow itself has offered it
    about = "offer_person_beside" if work.asked_now else "offer_person"
    kept = [one for act in work.acts[-1:] for one in act.quick_replies][:2] if work.asked_now else []
    work.offer("talk_to_human")
    work.acts.append(Offer(about=about, quick_replies=(*kept, person, work.phrases.reply("no_person"))))


def _asked_for(work: Work) -> bool:
    return any(isinstance(fact, HandoffRequested) for _, fact in work.live.facts)


async def _worth(work: Work) -> Decimal:
    """Of what a wish about an order is about; 0 where there is none."""
    if not work.context.process and work.context.topic not in _SERVICE:
        return Decimal(0)
    worth = work.cart.total.amount
    if work.context.order and work.customer_id:
        try:
            order = await work.shop.order(OrderId(work.context.order))
        except AssistantError:
            return worth
        if order is not None and order.customer_id == work.customer_id:
            worth = max(worth, order.total)
    return worth
