"""Cancelling orders: which, and why where the shop asks for it. Pure; `serving_orders` proposes what comes of it."""

from __future__ import annotations

from dataclasses import replace

from assistant.answering.phrases import Phrases
from assistant.answering.say_acts import AskSlot
from assistant.events import QuickReply
from assistant.flows.choosing_orders import orders_for
from assistant.flows.process import Missing, Process, Scene
from assistant.tools.arguments import Arguments, CancelOrder


def cancellation(process: Process, scene: Scene) -> list[Arguments] | Missing:
    orders = orders_for(process, scene)
    if isinstance(orders, Missing):
        return orders
    rule = scene.policy.cancel_order
    possible = any(rule and order.status in rule.statuses for order in orders)
    if rule and rule.reasons and not process.reason and possible:
        return _ask_reason(rule.reasons, scene.phrases)
    reason = process.reason or (rule.reasons[0] if rule and rule.reasons else "asked by the customer")
    return [CancelOrder(order_id=order.id, reason=reason) for order in orders]


def as_if_reasoned(process: Process, scene: Scene) -> list[Arguments]:
    """What would be proposed with a reason, to read it out while asking for one."""
    rule = scene.policy.cancel_order
    worked = cancellation(replace(process, reason=rule.reasons[0]), scene) if rule and rule.reasons else []
    return [] if isinstance(worked, Missing) else worked


def _ask_reason(reasons: tuple[str, ...], phrases: Phrases) -> Missing:
    told = tuple(phrases.reason(reason) for reason in reasons)
    replies = tuple(QuickReply(label=reason.capitalize(), text=reason.capitalize()) for reason in told[:4])
    return Missing(slot="reason", act=AskSlot(about="desk_reason", lines=told, quick_replies=replies))
