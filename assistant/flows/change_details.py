"""Where an order goes and how it is paid. Pure; `serving_orders` proposes what comes of it."""

from __future__ import annotations

from assistant.answering.say_acts import AskSlot
from assistant.flows.choosing_orders import ask_method, none_allows, orders_for, original_method
from assistant.flows.gathering import address_of
from assistant.flows.process import Missing, Process, Scene
from assistant.tools.arguments import Arguments, ChangeOrderAddress, ChangePayment, ChangeProfileAddress


def new_address(process: Process, scene: Scene) -> list[Arguments] | Missing:
    if not (process.address or process.orders or process.profile) and scene.orders and not scene.allowing(process.kind):
        return none_allows(process, scene)  # before they spell out an address in vain
    if not process.address:
        return Missing(slot="address", act=AskSlot(about="desk_address"))
    address = address_of(process)
    profile: list[Arguments] = [ChangeProfileAddress(address=address)] if process.profile else []
    if profile and not process.orders:
        return profile
    orders = orders_for(process, scene)
    if isinstance(orders, Missing):
        return orders
    changed = [order for order in orders if order.address != address] or list(orders)
    return [*(ChangeOrderAddress(order_id=order.id, address=address) for order in changed), *profile]


def new_payment(process: Process, scene: Scene) -> list[Arguments] | Missing:
    orders = orders_for(process, scene)
    if isinstance(orders, Missing):
        return orders
    if not process.method or process.method == "original":
        return _ask_method(process, scene, {original_method(order) for order in orders})
    return [ChangePayment(order_id=order.id, payment_method_id=process.method) for order in orders]


def _ask_method(process: Process, scene: Scene, paying: set[str]) -> Missing:
    free = [one for one in scene.customer.payment_methods if one.id not in paying]
    named = [one for one in free if one.id in process.methods]
    if not free:
        return Missing(slot="", act=AskSlot(about="desk_no_other_method"))
    return ask_method(scene, named or free, "desk_which_method" if named else "desk_method")
