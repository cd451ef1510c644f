"""Changing items of a pending order and exchanging those of a delivered one: other options of the same products. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Final

from assistant.shops.records import Order, OrderLine, Payment, PaymentMethod
from assistant.tools.arguments import ChangeItems, ExchangeItems, Swap
from assistant.tools.checks import check_amounts, check_covers, check_status, check_window, moved, own_method, when
from assistant.tools.matching import match_variants
from assistant.tools.plan import Exchange, Facts, Item, Movement, Plan, Scene, shown, taken, touched
from assistant.tools.policy import ChangeItemsRule, ExchangeRule, WriteName
from assistant.tools.refusals import Refusal
from retrieval.catalogue import ONLINE, Product, Variant

_MOST_NEAREST: Final = 4


def plan_change(scene: Scene, asked: ChangeItems, rule: ChangeItemsRule) -> Plan:
    """The lines change at once and the difference moves at once."""
    order = scene.theirs
    check_status(scene, "change_items", rule.statuses)
    exchanges, others = _exchanges(scene, asked.swaps)
    method = own_method(scene, asked.payment_method_id)
    difference = _difference(scene, exchanges, method)
    movements = (Movement(payment_method=method, amount=-difference, when=when(scene.policy, method, -difference)),)
    payment = Payment(
        kind="payment" if difference > 0 else "refund", amount=abs(difference), payment_method_id=method.id
    )
    lines = order.lines
    for exchange in exchanges:
        lines = _with_swapped(lines, exchange)
    changed = replace(order, status=rule.becomes, lines=lines, payments=(*order.payments, payment))
    facts = _facts("change_items", order, changed, exchanges, others, difference, movements)
    last = rule.becomes not in rule.statuses
    return Plan(
        facts=replace(facts, last_change=last),
        order=order,
        changed_order=touched(changed),
        customer=moved(scene.customer, movements),
    )


def plan_exchange(scene: Scene, asked: ExchangeItems, rule: ExchangeRule) -> Plan:
    """The lines stay and money moves once the old items have come back; what was agreed is noted on the order."""
    order = scene.theirs
    check_status(scene, "exchange_items", rule.statuses)
    exchanges, others = _exchanges(scene, asked.swaps)
    check_window(scene, [swap.old for swap in asked.swaps], rule.window_days, rule.tier_window_days)
    method = own_method(scene, asked.payment_method_id)
    difference = _difference(scene, exchanges, method)
    changed = touched(
        replace(order, status="exchange requested"),
        exchange_items=sorted(swap.old for swap in asked.swaps),
        exchange_new_items=sorted(swap.new for swap in asked.swaps),
        exchange_payment_method_id=method.id,
        exchange_price_difference=float(difference),
    )
    movements = (Movement(payment_method=method, amount=-difference, when="on receipt"),)
    facts = _facts("exchange_items", order, changed, exchanges, others, difference, movements)
    return Plan(facts=replace(facts, last_change=True), order=order, changed_order=changed, customer=scene.customer)


def _facts(
    tool: WriteName,
    order: Order,
    changed: Order,
    exchanges: tuple[Exchange, ...],
    others: tuple[Item, ...],
    difference: Decimal,
    movements: tuple[Movement, ...],
) -> Facts:
    return Facts(
        tool=tool,
        order_id=order.id,
        status=order.status,
        becomes=changed.status,
        currency=order.currency,
        exchanges=exchanges,
        others=others,
        price_difference=difference,
        refund=max(-difference, Decimal(0)),
        charge=max(difference, Decimal(0)),
        movements=movements,
    )


def _difference(scene: Scene, exchanges: Sequence[Exchange], method: PaymentMethod) -> Decimal:
    difference = sum((each.difference for each in exchanges), Decimal(0))
    check_covers(scene, method, difference)
    check_amounts(scene, refund=-difference, charge=difference)
    return difference


def _exchanges(scene: Scene, swaps: Sequence[Swap]) -> tuple[tuple[Exchange, ...], tuple[Item, ...]]:
    old, others = taken(scene.theirs, [swap.old for swap in swaps])
    asked = Counter(swap.new for swap in swaps)
    new = [_new_item(scene, piece, swap, asked[swap.new]) for piece, swap in zip(old, swaps, strict=True)]
    pairs = zip(old, new, strict=True)
    return tuple(Exchange(old=a, new=b, difference=b.price - a.price) for a, b in pairs), others


def _new_item(scene: Scene, old: Item, swap: Swap, units: int) -> Item:
    product = scene.products.get(old.product_id)
    variant = product.variant(swap.new) if product else None
    if variant is None:
        raise Refusal("not_an_option", nearest=_others(product, old), item=swap.new, title=old.title)
    if swap.new == swap.old and scene.policy.other_option_only:
        raise Refusal("same_item", nearest=_others(product, old))
    if not _on_hand(variant, units):
        raise Refusal("not_available", nearest=_others(product, old), title=old.title, options=shown(variant.options))
    if variant.price is None:
        raise Refusal("no_price", nearest=_others(product, old), title=old.title, options=shown(variant.options))
    return replace(old, variant_id=variant.id, options=variant.options, price=variant.price)


def _others(product: Product | None, old: Item) -> tuple[str, ...]:
    """What can be had instead, most like the item first."""
    found = match_variants(product, [{}], like=old.options) if product else ()
    options = (shown(match.variant.options) for match in found if match.variant.id != old.variant_id)
    return tuple(options)[:_MOST_NEAREST]


def _on_hand(variant: Variant, units: int) -> bool:
    """A shop that states numbers must have as many as are asked for."""
    return variant.in_stock() and (not variant.stock or variant.stock.get(ONLINE, 0) >= units)


def _with_swapped(lines: Sequence[OrderLine], exchange: Exchange) -> tuple[OrderLine, ...]:
    """The first line of the old item gives one piece; the new one stands at its place."""
    at = next(at for at, line in enumerate(lines) if line.variant_id == exchange.old.variant_id)
    line, new = lines[at], exchange.new
    swapped = replace(line, variant_id=new.variant_id, options=new.options, price=new.price, quantity=1)
    rest = (replace(line, quantity=line.quantity - 1),) if line.quantity > 1 else ()
    return (*lines[:at], *rest, swapped, *lines[at + 1 :])
