"""Which orders and which items a process is about: what is clear already, else the question to ask. Pure.

Above: the processes. Below: `process`.
"""

from __future__ import annotations

from collections.abc import Sequence

from assistant.answering.phrases import Phrases
from assistant.answering.say_acts import AskSlot, Inform
from assistant.events import Citation
from assistant.flows.process import Missing, Process, Scene
from assistant.flows.telling_changes import method_name, order_line
from assistant.shops.records import Order, PaymentMethod

MOST_LISTED = 6


def wanting(process: Process, phrases: Phrases) -> str:
    """ "cancel": what "which order would you like to …" ends with."""
    return phrases.say(f"wanting.{process.kind}")


def orders_for(process: Process, scene: Scene) -> tuple[Order, ...] | Missing:
    """The orders chosen, or the only one that allows it."""
    if process.orders:
        return tuple(order for order in scene.orders if order.id in process.orders)
    if process.items:
        held = {key for key, _ in process.items}
        return tuple(order for order in scene.orders if order.id in held)
    allowed = scene.allowing(process.kind)
    if process.every and process.kind != "swap" and allowed:
        return allowed
    if len(allowed) == 1:
        return allowed
    if allowed:
        return ask_order(process, allowed, scene)
    if len(scene.orders) == 1:
        return scene.orders
    return none_allows(process, scene)


def ask_order(process: Process, orders: Sequence[Order], scene: Scene) -> Missing:
    shown, phrases = orders[:MOST_LISTED], scene.phrases
    act = AskSlot(
        about="desk_which_order",
        values={"what": wanting(process, scene.phrases)},
        lines=tuple(order_line(order, scene.phrases) for order in shown),
        citations=tuple(order_citation(order, scene.phrases) for order in shown),
        quick_replies=tuple(phrases.reply("that_order", order=order.id) for order in shown[:4]),
    )
    return Missing(slot="order", act=act)


def unclear_items(process: Process, scene: Scene) -> Missing | None:
    """A product was named of which they have several: which one is asked before anything is proposed."""
    if not process.unclear:
        return None
    chosen = [order for order in scene.orders if order.id in process.orders] or scene.allowing(process.kind)
    holding = [order for order in chosen if any(line.product_id in process.unclear for line in order.lines)]
    return ask_items(process, holding, scene) if holding else None


def ask_items(process: Process, orders: Sequence[Order], scene: Scene) -> Missing:
    shown, phrases = orders[:MOST_LISTED], scene.phrases
    lines = tuple(
        phrases.say(
            "lines.of_order",
            item=f"{line.title}{_options(line.options, phrases)}",
            price=phrases.price(line.price, order.currency),
            order=order.id,
        )
        for order in shown
        for line in order.lines
        if not process.unclear or line.product_id in process.unclear
    )
    act = AskSlot(
        about="desk_which_items",
        values={"what": wanting(process, scene.phrases)},
        lines=lines,
        citations=tuple(order_citation(order, scene.phrases) for order in shown),
        quick_replies=(phrases.reply("everything"),) if process.kind == "return" else (),
    )
    return Missing(slot="items", act=act)


def none_allows(process: Process, scene: Scene) -> Missing:
    shown = scene.orders[:4]
    act = Inform(
        about="desk_no_such_order" if shown else "no_orders",
        values={"what": wanting(process, scene.phrases)},
        lines=tuple(order_line(order, scene.phrases) for order in shown),
        citations=tuple(order_citation(order, scene.phrases) for order in shown),
    )
    return Missing(slot="", act=act)


def order_citation(order: Order, phrases: Phrases) -> Citation:
    items = "; ".join(
        f"{line.title}{_options(line.options)}, {phrases.price(line.price, order.currency)}" for line in order.lines
    )
    quote = f"{order_line(order, phrases)}; {phrases.say('lines.holds', items=items)}"
    return Citation(kind="order", id=order.id, title=phrases.say("names.order", order=order.id), quote=quote)


def _options(options: object, phrases: Phrases | None = None) -> str:
    told = phrases.value if phrases is not None else str
    values = ", ".join(map(told, options.values())) if isinstance(options, dict) else ""
    return f" ({values})" if values else ""


def original_method(order: Order) -> str:
    """Who has paid for it."""
    paid = [payment.payment_method_id for payment in order.payments if payment.kind == "payment"]
    return paid[-1] if paid else ""


def method_for(process: Process, order: Order) -> str:
    original = original_method(order)
    if process.methods and not process.method and original not in process.methods:
        return process.methods[0]
    return original if process.method in ("", "original") else process.method


def ask_refund_method(process: Process, orders: Sequence[Order], scene: Scene) -> Missing | None:
    """ "My credit card", of which they have two and neither has paid: which one is asked."""
    if process.method or len(process.methods) < 2 or any(original_method(order) in process.methods for order in orders):
        return None
    return ask_method(
        scene, [one for one in scene.customer.payment_methods if one.id in process.methods], "desk_which_method"
    )


def ask_method(scene: Scene, methods: Sequence[PaymentMethod], about: str, **values: str) -> Missing:
    phrases = scene.phrases
    names = tuple(method_name(one, phrases) for one in methods)
    title = phrases.say("names.methods")
    quote = "; ".join((*names, *values.values()))
    citation = Citation(kind="profile", id=scene.customer.id, title=title, quote=quote)
    replies = tuple(phrases.reply("pay_by", method=name) for name in names[:4])
    act = AskSlot(about=about, values=dict(values), lines=names, citations=(citation,), quick_replies=replies)
    return Missing(slot="method", act=act)
