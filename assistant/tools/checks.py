"""Checks that several tools share: the order's status, deadlines, ways to pay, amounts. Each raises a Refusal or returns.

Pure. Above: the rules. Below: `plan` and the policy.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Final

from assistant.shops.records import Customer, Order, OrderStatus, PaymentMethod
from assistant.tools.plan import Movement, Scene
from assistant.tools.policy import ServicePolicy, ToolName, WriteName
from assistant.tools.refusals import Refusal, RefusalCode
from retrieval.catalogue import VariantId

_AFTER_DELIVERY: Final[tuple[WriteName, ...]] = ("return_items", "exchange_items")
_SENT_BACK: Final = ("return requested", "exchange requested", "returned")


def check_status(scene: Scene, tool: WriteName, allowed: Sequence[OrderStatus]) -> None:
    order = scene.theirs
    if order.status in allowed:
        return
    code = _status_code(order.status, after_delivery=tool in _AFTER_DELIVERY)
    raise Refusal(code, instead=_instead(scene), order=order.id, status=order.status)


def _status_code(status: OrderStatus, *, after_delivery: bool) -> RefusalCode:
    if status == "cancelled":
        return "cancelled_already"
    if status in _SENT_BACK:
        return "sent_back_already"
    if after_delivery:
        return "wrong_status" if status == "delivered" else "not_delivered"
    if status == "pending (item modified)":
        return "changed_already"
    if status == "delivered":
        return "delivered_already"
    return "on_its_way" if status in ("processed", "shipped") else "wrong_status"


def _instead(scene: Scene) -> tuple[ToolName, ...]:
    """What this order's status does allow."""
    possible: list[ToolName] = []
    for tool in ("cancel_order", "change_items", "change_order_address", "change_payment", *_AFTER_DELIVERY):
        rule = getattr(scene.policy, tool)
        if rule is not None and scene.theirs.status in rule.statuses:
            possible.append(tool)
    return (*possible, "transfer_to_person")


def check_window(scene: Scene, variants: Sequence[VariantId], days: int | None, tier_days: Mapping[str, int]) -> None:
    """Since the delivery of each item, or since the order where no delivery is recorded: never longer than allowed."""
    if days is None:
        return
    allowed = max(days, tier_days.get(scene.customer.loyalty_tier, days))
    for variant_id in variants:
        delivered = delivered_at(scene.theirs, variant_id)
        if delivered is None:
            raise Refusal("delivery_unknown", instead=("transfer_to_person",), order=scene.theirs.id)
        if scene.now > delivered + timedelta(days=allowed):
            on = delivered.date()
            raise Refusal("too_late", instead=("transfer_to_person",), delivered=on, days=allowed)


def delivered_at(order: Order, variant_id: VariantId) -> datetime | None:
    """When the last parcel with it arrived; where that is not recorded, when it was ordered."""
    arrivals = [each.delivered_at for each in order.fulfilments if variant_id in each.variant_ids]
    known = [_zoned(moment) for moment in arrivals if moment] or [_zoned(each) for each in (order.placed_at,) if each]
    return max(known, default=None)


def _zoned(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def own_method(scene: Scene, method_id: str) -> PaymentMethod:
    """One of the customer's own, of a kind that the shop takes here."""
    for method in scene.customer.payment_methods:
        if method.id == method_id:
            if method.source not in scene.policy.payment_sources:
                instead: tuple[ToolName, ...] = ("transfer_to_person",)
                nearest = usable_methods(scene)
                raise Refusal("payment_method_not_accepted", instead=instead, nearest=nearest, method=method.id)
            return method
    raise Refusal("payment_method_unknown", nearest=usable_methods(scene), method=method_id)


def usable_methods(scene: Scene, *, covering: Decimal | None = None) -> tuple[str, ...]:
    """Ids of the customer's own that the shop takes here, of gift cards only those that hold so much."""
    return tuple(
        method.id
        for method in scene.customer.payment_methods
        if method.source in scene.policy.payment_sources
        and (covering is None or method.source != "gift_card" or (method.balance or 0) >= covering)
    )


def check_covers(scene: Scene, method: PaymentMethod, amount: Decimal) -> None:
    """A gift card must hold what it is to pay."""
    if method.source == "gift_card" and amount > (method.balance or 0):
        raise Refusal(
            "gift_card_too_low",
            nearest=usable_methods(scene, covering=amount),
            balance=method.balance or Decimal("0.00"),
            amount=amount,
            currency=scene.theirs.currency,
        )


def check_amounts(scene: Scene, *, refund: Decimal = Decimal(0), charge: Decimal = Decimal(0)) -> None:
    policy, currency = scene.policy, scene.theirs.currency
    if policy.largest_refund is not None and refund > policy.largest_refund:
        raise Refusal("refund_too_large", instead=("transfer_to_person",), amount=refund, currency=currency)
    if policy.largest_charge is not None and charge > policy.largest_charge:
        raise Refusal("charge_too_large", instead=("transfer_to_person",), amount=charge, currency=currency)


def paid(order: Order) -> dict[str, Decimal]:
    """By payment method: what was paid, less what was given back; methods that come to nothing are left out."""
    sums: dict[str, Decimal] = {}
    for payment in order.payments:
        signed = payment.amount if payment.kind == "payment" else -payment.amount
        sums[payment.payment_method_id] = sums.get(payment.payment_method_id, Decimal(0)) + signed
    return {method: amount for method, amount in sums.items() if amount}


def when(policy: ServicePolicy, method: PaymentMethod, amount: Decimal) -> str:
    return "now" if amount <= 0 or method.source == "gift_card" else policy.refund_days


def moved(customer: Customer, movements: Sequence[Movement]) -> Customer:
    """With the gift cards' balances after these movements; other methods hold no balance."""
    methods = list(customer.payment_methods)
    for movement in movements:
        for at, method in enumerate(methods):
            if method.id == movement.payment_method.id and method.source == "gift_card":
                methods[at] = replace(method, balance=(method.balance or Decimal(0)) + movement.amount)
    return replace(customer, payment_methods=tuple(methods))
