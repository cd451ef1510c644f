"""Changing how a pending order is paid: all of it by one other method, and the first gets its money back. Pure."""

from __future__ import annotations

from dataclasses import replace

from assistant.shops.records import Payment
from assistant.tools.arguments import ChangePayment
from assistant.tools.checks import check_amounts, check_covers, check_status, moved, own_method, usable_methods, when
from assistant.tools.plan import Facts, Movement, Plan, Scene, touched
from assistant.tools.policy import PaymentRule
from assistant.tools.refusals import Refusal


def plan_payment(scene: Scene, asked: ChangePayment, rule: PaymentRule) -> Plan:
    order = scene.theirs
    check_status(scene, "change_payment", rule.statuses)
    if len(order.payments) != 1 or order.payments[0].kind != "payment":
        raise Refusal("payment_changed_already", instead=("transfer_to_person",), order=order.id)
    first = order.payments[0]
    method = own_method(scene, asked.payment_method_id)
    if method.id == first.payment_method_id:
        others = tuple(each for each in usable_methods(scene, covering=first.amount) if each != method.id)
        raise Refusal("same_payment_method", nearest=others, order=order.id)
    check_covers(scene, method, first.amount)
    check_amounts(scene, refund=first.amount, charge=first.amount)
    old = next((each for each in scene.customer.payment_methods if each.id == first.payment_method_id), None)
    if old is None:
        raise Refusal("original_payment_gone", instead=("transfer_to_person",), order=order.id)
    movements = (
        Movement(payment_method=method, amount=-first.amount, when="now"),
        Movement(payment_method=old, amount=first.amount, when=when(scene.policy, old, first.amount)),
    )
    payments = (
        first,
        Payment(kind="payment", amount=first.amount, payment_method_id=method.id),
        Payment(kind="refund", amount=first.amount, payment_method_id=old.id),
    )
    facts = Facts(
        tool="change_payment",
        order_id=order.id,
        status=order.status,
        becomes=order.status,
        currency=order.currency,
        refund=first.amount,
        charge=first.amount,
        movements=movements,
    )
    return Plan(
        facts=facts,
        order=order,
        changed_order=touched(replace(order, payments=payments)),
        customer=moved(scene.customer, movements),
    )
