"""Cancelling an order: its status, an accepted reason, and all of the money back to where it came from. Pure."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from assistant.shops.records import Payment
from assistant.tools.arguments import CancelOrder
from assistant.tools.checks import check_amounts, check_status, moved, paid, when
from assistant.tools.plan import Facts, Movement, Plan, Scene, pieces, touched
from assistant.tools.policy import CancelRule
from assistant.tools.refusals import Refusal


def plan_cancel(scene: Scene, asked: CancelOrder, rule: CancelRule) -> Plan:
    order = scene.theirs
    check_status(scene, "cancel_order", rule.statuses)
    if rule.reasons and asked.reason not in rule.reasons:
        raise Refusal("reason_not_accepted", nearest=rule.reasons, accepted=rule.reasons)
    movements = _refunds(scene, rule)
    refund = sum((each.amount for each in movements), Decimal(0))
    check_amounts(scene, refund=refund)
    refunds = [Payment(kind="refund", amount=m.amount, payment_method_id=m.payment_method.id) for m in movements]
    changed = replace(order, status="cancelled", payments=(*order.payments, *refunds))
    facts = Facts(
        tool="cancel_order",
        order_id=order.id,
        status=order.status,
        becomes=changed.status,
        currency=order.currency,
        reason=asked.reason,
        items=pieces(order.lines),
        refund=refund,
        fee=sum(paid(order).values(), Decimal(0)) - refund,
        movements=movements,
        last_change=True,
    )
    return Plan(
        facts=facts,
        order=order,
        changed_order=touched(changed, cancel_reason=asked.reason),
        customer=moved(scene.customer, movements),
    )


def _refunds(scene: Scene, rule: CancelRule) -> tuple[Movement, ...]:
    """What each method has paid, less the fee. A method that got back more than it paid gives nothing again."""
    known = {method.id: method for method in scene.customer.payment_methods}
    sums = {method: amount for method, amount in paid(scene.theirs).items() if amount > 0}
    surplus = -sum((amount for amount in paid(scene.theirs).values() if amount < 0), Decimal(0)) + rule.fee
    movements = []
    for method_id, amount in sums.items():
        if method_id not in known:
            raise Refusal("original_payment_gone", instead=("transfer_to_person",), order=scene.theirs.id)
        kept = min(surplus, amount)
        surplus -= kept
        method = known[method_id]
        back = amount - kept
        movements.append(Movement(payment_method=method, amount=back, when=when(scene.policy, method, back)))
    return tuple(movements)
