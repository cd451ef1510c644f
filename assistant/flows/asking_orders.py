"""Questions on their own money at the service desk: how much comes back, what a gift card holds, how an order was paid.

Above: `serving_orders`. Below: the customer's records.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from assistant.answering.say_acts import Inform
from assistant.events import Citation
from assistant.flows.choosing_orders import order_citation
from assistant.flows.process import Process, Scene
from assistant.flows.telling_changes import method_name
from assistant.flows.work import Work
from assistant.shops.records import Order
from assistant.tools.plan import Facts


def sums_of(facts: Sequence[Facts]) -> tuple[dict[str, str], ...]:
    """What was agreed, as plain values: it is asked for later, "in all"."""
    return tuple(
        {"refund": str(each.refund), "charge": str(each.charge), "currency": each.currency}
        for each in facts
        if each.tool != "change_payment" and (each.refund or each.charge)
    )


def tell_sum(work: Work, sums: Sequence[Mapping[str, Any]], *, about: str) -> None:
    """ "In all you get back …": of several changes, or of what was done before."""
    currency = str(sums[0]["currency"])
    back = sum((Decimal(str(one["refund"])) for one in sums), Decimal(0))
    paid = sum((Decimal(str(one["charge"])) for one in sums), Decimal(0))
    values = {
        "back": work.phrases.price(back, currency),
        "paid": work.phrases.price(paid, currency),
    }
    quote = work.phrases.say("lines.sums", **values)
    citation = Citation(kind="profile", id=work.customer_id, title=work.phrases.say("names.changes"), quote=quote)
    which = "both" if back and paid else "back" if back else "paid"
    work.acts.append(Inform(about=f"{about}_{which}", values=values, citations=(citation,)))


def tell_balance(work: Work, scene: Scene) -> None:
    cards = [one for one in scene.customer.payment_methods if one.source == "gift_card"]
    if not cards:
        work.acts.append(Inform(about="desk_no_gift_card"))
        return
    phrases = work.phrases
    amounts = phrases.listed([phrases.price(one.balance or Decimal(0), work.currency) for one in cards])
    quote = phrases.say("lines.balance", amount=amounts)
    citation = Citation(kind="profile", id=scene.customer.id, title=phrases.say("methods.gift_card"), quote=quote)
    work.acts.append(Inform(about="desk_balance", values={"amount": amounts}, citations=(citation,)))


def tell_methods(work: Work, process: Process, scene: Scene) -> None:
    """How the order that is talked about was paid; of none, how each of the latest was."""
    chosen = [order for order in scene.orders if order.id in process.orders or order.id == work.context.order]
    for order in (chosen or list(scene.orders[:3]))[:3]:
        names = _paid_by(order, scene)
        cited = order_citation(order, work.phrases)
        paid_by = work.phrases.say("lines.paid_by", method=names)
        citation = Citation(kind="order", id=order.id, title=cited.title, quote=f"{cited.quote}; {paid_by}")
        work.acts.append(
            Inform(about="desk_paid_by", values={"order": order.id, "method": names}, citations=(citation,))
        )


def _paid_by(order: Order, scene: Scene) -> str:
    known = {one.id: method_name(one, scene.phrases) for one in scene.customer.payment_methods}
    ids = dict.fromkeys(payment.payment_method_id for payment in order.payments if payment.kind == "payment")
    return scene.phrases.listed([known.get(key, key) for key in ids]) or scene.phrases.say("lines.unpaid")


def tell_extreme(work: Work, process: Process, scene: Scene, *, cheapest: bool) -> None:
    """The most expensive item, or the cheapest, of the order talked about, else of those that can still be changed."""
    ids = process.orders or ((work.context.order,) if work.context.order else ())
    orders = (
        [order for order in scene.orders if order.id in ids] or list(scene.allowing("cancel")) or list(scene.orders)
    )
    lines = [(line, order) for order in orders for line in order.lines]
    if not lines:
        work.acts.append(Inform(about="no_orders"))
        return
    line, order = (min if cheapest else max)(lines, key=lambda pair: pair[0].price)
    values = {
        "title": line.title,
        "price": work.phrases.price(line.price, order.currency),
        "order": order.id,
    }
    about = "desk_cheapest_item" if cheapest else "desk_dearest_item"
    work.acts.append(Inform(about=about, values=values, citations=(order_citation(order, work.phrases),)))
    work.know(order=order.id)
