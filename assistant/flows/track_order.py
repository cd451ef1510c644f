"""Orders, read only: which there are, and where one is. Nothing is told before the customer is known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from assistant.answering.formats import day, listed, price
from assistant.answering.say_acts import Apologise, AskSlot, Inform, Refuse
from assistant.context import Asked
from assistant.errors import AccessDenied
from assistant.events import Card, Citation, QuickReply
from assistant.flows.work import Work
from assistant.identity import access_order, access_orders, recognise
from assistant.shops.records import Customer, Order
from assistant.understanding.commands import FillSlot, StartFlow
from retrieval.catalogue import Money

LISTED = 4
MOST_TRIES = 3
_OPEN = ("pending", "pending (item modified)", "processed", "shipped")


async def track_order(work: Work, command: StartFlow) -> None:
    work.know(topic="orders")
    if not work.customer_id:
        ask_identity(work, "track_order", order=command.order, change=command.change)
        return
    if command.order:
        await _tell_one(work, command.order, command.change)
        return
    orders = await access_orders(work.shop, work.customer_id)
    if not orders:
        work.acts.append(Inform(about="no_orders"))
        return
    if command.change == "last":
        _tell(work, orders[0])
        return
    if work.context.order and not command.references:
        await _tell_one(work, work.context.order, command.change)
        return
    underway = [order for order in orders if order.status in _OPEN]
    if len(underway) == 1 or len(orders) == 1:
        _tell(work, (underway or list(orders))[0])
        return
    _list(work, underway or orders, about="orders_which" if underway else "orders_listed")


async def list_orders(work: Work, _: StartFlow) -> None:
    work.know(topic="orders")
    if not work.customer_id:
        ask_identity(work, "list_orders")
        return
    orders = await access_orders(work.shop, work.customer_id)
    if not orders:
        work.acts.append(Inform(about="no_orders"))
        return
    _list(work, orders, about="orders_listed")


async def _tell_one(work: Work, order_id: str, asked: str = "") -> None:
    work.live.stage("looking_up_order", "Looking up your order…")
    try:
        order = await work.call(
            "get_order",
            {"order_id": order_id},
            access_order(work.shop, work.customer_id, order_id),
            lambda found: found.status,
        )
    except AccessDenied:
        work.acts.append(Apologise(about="no_such_order", values={"order": order_id}))
        work.ask(Asked(slot="order", flow="track_order"))
        return
    if asked == "total":
        _tell_total(work, order)
    else:
        _tell(work, order)


def _tell_total(work: Work, order: Order) -> None:
    values: dict[str, str | int] = {"order": order.id, "total": price(order.total, order.currency)}
    work.acts.append(
        Inform(about="order_total", values=values, cards=(order_card(order),), citations=(_citation(order, values),))
    )
    work.know(order=order.id, topic="orders")


def _tell(work: Work, order: Order) -> None:
    """The state in one sentence, with what matters in that state."""
    values: dict[str, str | int] = {
        "order": order.id,
        "items": _items(order),
        "total": price(order.total, order.currency),
    }
    about = f"order_{order.status.split(' (')[0].replace(' ', '_')}"
    parcel = order.fulfilments[-1] if order.fulfilments else None
    detail = ""
    if parcel is not None:
        values["carrier"] = parcel.carrier or "the carrier"
        values["tracking"] = listed(parcel.tracking_ids)
        if order.status == "delivered" and parcel.delivered_at:
            values["day"] = day(parcel.delivered_at.date(), today=work.today())
            about += "_on"
        elif order.status in ("shipped", "processed") and parcel.expected_on:
            values["day"] = day(parcel.expected_on, today=work.today())
            about += "_due" if parcel.expected_on >= work.today() else "_late"
        if parcel.last_scan and order.status == "shipped":
            detail = parcel.last_scan
    values["scan"] = f" Last seen: {detail}." if detail else ""
    work.acts.append(
        Inform(about=about, values=values, cards=(order_card(order),), citations=(_citation(order, values),))
    )
    work.know(order=order.id, topic="orders")


def _items(order: Order) -> str:
    names = [f"{line.quantity} × {line.title}" if line.quantity > 1 else line.title for line in order.lines]
    return listed(names if len(names) <= 3 else [*names[:2], "more"])


def order_card(order: Order) -> Card:
    return Card(
        kind="order",
        id=order.id,
        title=f"Order {order.id}",
        subtitle=_items(order),
        price=Money(amount=order.total, currency=order.currency),
        availability=order.status,
    )


def _citation(order: Order, values: dict[str, str | int]) -> Citation:
    parts = [
        f"order {order.id}",
        f"status: {order.status}",
        *(line.title for line in order.lines),
        f"total {values['total']}",
    ]
    parts += [f"{name}: {values[name]}" for name in ("carrier", "tracking", "day") if name in values]
    if values.get("scan"):
        parts.append(str(values["scan"]).strip())
    return Citation(kind="order", id=order.id, title=f"Order {order.id}", quote="; ".join(parts))


def _list(work: Work, orders: Sequence[Order], *, about: str) -> None:
    shown = orders[:LISTED]
    lines = tuple(f"**Order {o.id}**: {o.status}, {_items(o)}, {price(o.total, o.currency)}" for o in shown)
    replies = tuple(QuickReply(label=o.id, text=f"Where is order {o.id}?") for o in shown)
    citations = tuple(_citation(o, {"total": price(o.total, o.currency)}) for o in shown)
    cards = tuple(order_card(o) for o in shown)
    work.acts.append(Inform(about=about, lines=lines, cards=cards, citations=citations, quick_replies=replies))
    work.ask(Asked(slot="order", flow="track_order"))


def ask_identity(work: Work, flow: str, **slots: object) -> None:
    tries = work.context.asked.tries if work.context.asked and work.context.asked.slot == "identity" else 0
    work.ask(Asked(slot="identity", flow=flow, slots=dict(slots), tries=tries))
    work.acts.append(AskSlot(about="ask_identity"))


async def identify(work: Work, facts: FillSlot) -> bool:
    """Takes in who the customer says they are. True when a flow that waited for it may go on."""
    if facts.order and not (facts.email or facts.zip_code):
        return await _order_given(work, facts.order)
    if work.customer_id:
        return True
    if facts.forgot:
        work.know(asked=replace(work.context.asked, age=0) if work.context.asked else None)
        work.ask(work.context.asked or Asked(slot="identity", flow="list_orders"))
        work.acts.append(AskSlot(about="ask_name_zip"))
        return False
    asked = work.context.asked
    slots = dict(asked.slots) if asked else {}
    known = {k: str(slots.get(k, "")) for k in ("first_name", "last_name", "zip_code")}
    first, last = facts.first_name or known["first_name"], facts.last_name or known["last_name"]
    zip_code = facts.zip_code or known["zip_code"]
    customer = await work.call(
        "find_customer",
        {"by": "email" if facts.email else "name_and_zip"},
        _recognised(work, facts.email, first, last, zip_code),
        lambda found: "found" if found else "not found",
    )
    if customer is not None:
        _welcome(work, customer, "email" if facts.email else "name_and_zip")
        return True
    _not_recognised(work, facts, slots={**slots, "first_name": first, "last_name": last, "zip_code": zip_code})
    return False


async def _recognised(work: Work, email: str, first: str, last: str, zip_code: str) -> Customer | None:
    """By e-mail; where that is nobody's, by name and zip, which suffice on their own."""
    found = await recognise(work.shop, email=email) if email else None
    return found or await recognise(work.shop, first_name=first, last_name=last, zip_code=zip_code)


async def _order_given(work: Work, order: str) -> bool:
    if work.customer_id:
        await _tell_one(work, order)
        return False
    ask_identity(work, "track_order", order=order)
    return False


def _welcome(work: Work, customer: Customer, method: str) -> None:
    work.identify(customer.id, method)
    citation = Citation(
        kind="profile", id=customer.id, title="Your profile", quote=f"first name: {customer.first_name}"
    )
    work.acts.append(Inform(about="identified", values={"first_name": customer.first_name}, citations=(citation,)))


def _not_recognised(work: Work, facts: FillSlot, slots: dict[str, object]) -> None:
    asked = work.context.asked
    flow = asked.flow if asked else "list_orders"
    missing = not facts.email and not all(slots.get(k) for k in ("first_name", "last_name", "zip_code"))
    tries = (asked.tries if asked else 0) + (0 if missing else 1)
    if tries >= MOST_TRIES:
        replies = (QuickReply(label="Talk to a person", text="I'd like to talk to a person"),)
        work.offer("talk_to_human")
        work.acts.append(Refuse(about="not_recognised_enough", quick_replies=replies))
        return
    if not missing:
        slots = {k: v for k, v in slots.items() if k != "zip_code"}
    work.ask(Asked(slot="identity", flow=flow, slots=slots, tries=tries))
    if missing:
        about = "ask_zip" if slots.get("first_name") else "ask_name" if slots.get("zip_code") else "ask_identity"
        work.acts.append(AskSlot(about=about))
    else:
        work.acts.append(Apologise(about="not_recognised"))
