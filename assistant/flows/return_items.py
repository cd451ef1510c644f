"""Sending delivered items back: which, and where the money goes. Pure; `serving_orders` proposes what comes of it."""

from __future__ import annotations

from assistant.answering.say_acts import AskSlot
from assistant.flows.choosing_orders import (
    ask_items,
    ask_refund_method,
    method_for,
    none_allows,
    orders_for,
    unclear_items,
)
from assistant.flows.process import Missing, Process, Scene
from assistant.shops.records import Order
from assistant.tools.arguments import Arguments, ReturnItems
from retrieval.catalogue import VariantId


def sending_back(process: Process, scene: Scene) -> list[Arguments] | Missing:
    """Everything of an order, less what was left out, or the items that were named."""
    if (unclear := unclear_items(process, scene)) is not None:
        return unclear
    if (
        process.method == "opposite"
    ):  # another order's payment method: told what is possible before anything is proposed
        return Missing(slot="method", act=AskSlot(about="desk_refund_target"))
    if process.items and not process.every:
        orders = tuple(order for order in scene.orders if any(key == order.id for key, _ in process.items))
        if (which := ask_refund_method(process, orders, scene)) is not None:
            return which
        return [
            _of(process, order, tuple(VariantId(v) for key, v in process.items if key == order.id)) for order in orders
        ]
    orders_found = orders_for(process, scene)
    if isinstance(orders_found, Missing):
        return orders_found if not process.orders and scene.allowing("return") else none_allows(process, scene)
    single = len(orders_found) == 1 and sum(line.quantity for line in orders_found[0].lines) == 1
    if not process.every and not single:
        return ask_items(process, orders_found, scene)
    if (which := ask_refund_method(process, orders_found, scene)) is not None:
        return which
    wanted = [(order, _all_of(process, order)) for order in orders_found]
    return [_of(process, order, items) for order, items in wanted if items]


def _all_of(process: Process, order: Order) -> tuple[VariantId, ...]:
    kept = [line for line in order.lines if line.product_id not in process.excepted]
    return tuple(line.variant_id for line in kept for _ in range(line.quantity))


def _of(process: Process, order: Order, items: tuple[VariantId, ...]) -> ReturnItems:
    return ReturnItems(order_id=order.id, items=items, payment_method_id=method_for(process, order))
