"""Returning items of a delivered order: which, within which time, and where the refund goes. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from assistant.shops.records import PaymentMethod
from assistant.tools.arguments import ReturnItems
from assistant.tools.checks import check_amounts, check_status, check_window, own_method, paid
from assistant.tools.plan import Facts, Item, Movement, Plan, Scene, taken, touched
from assistant.tools.policy import ReturnRule
from assistant.tools.refusals import Refusal


def plan_return(scene: Scene, asked: ReturnItems, rule: ReturnRule) -> Plan:
    order = scene.theirs
    check_status(scene, "return_items", rule.statuses)
    items, others = taken(order, asked.items)
    _check_returnable(scene, items, rule)
    check_window(scene, asked.items, rule.window_days, rule.tier_window_days)
    method = own_method(scene, asked.payment_method_id)
    _check_target(scene, method, rule)
    worth = sum((item.price for item in items), Decimal(0))
    fee = min(rule.fee, worth)
    refund = worth - fee
    check_amounts(scene, refund=refund)
    changed = touched(
        replace(order, status="return requested"),
        return_items=sorted(asked.items),
        return_payment_method_id=method.id,
    )
    facts = Facts(
        tool="return_items",
        order_id=order.id,
        status=order.status,
        becomes=changed.status,
        currency=order.currency,
        items=items,
        others=others,
        refund=refund,
        fee=fee,
        movements=(Movement(payment_method=method, amount=refund, when="on receipt"),),
        last_change=True,
    )
    return Plan(facts=facts, order=order, changed_order=changed, customer=scene.customer)


def _check_returnable(scene: Scene, items: Sequence[Item], rule: ReturnRule) -> None:
    never = {name.casefold() for name in rule.never}
    for item in items:
        product = scene.products.get(item.product_id)
        names = {name.casefold() for name in product.category} if product else set()
        if names & never:
            raise Refusal("not_returnable", instead=("transfer_to_person",), title=item.title)


def _check_target(scene: Scene, method: PaymentMethod, rule: ReturnRule) -> None:
    original = {name for name, amount in paid(scene.theirs).items() if amount > 0}
    allowed = (
        "any" in rule.refund_to
        or ("original" in rule.refund_to and method.id in original)
        or ("gift_card" in rule.refund_to and method.source == "gift_card")
    )
    if not allowed:
        cards = [each.id for each in scene.customer.payment_methods if each.source == "gift_card"]
        nearest = ([*original] if "original" in rule.refund_to else []) + (
            cards if "gift_card" in rule.refund_to else []
        )
        raise Refusal("refund_target", nearest=tuple(dict.fromkeys(nearest)))
