"""Orders, read only: which there are, and where one is. Nothing is told before the customer is known."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from assistant.answering.phrases import Phrases
from assistant.answering.say_acts import Apologise, AskSlot, Inform, Offer, Refuse
from assistant.context import Asked
from assistant.errors import AccessDenied
from assistant.events import Card, Citation
from assistant.flows.hearing_right import by_voice, words_meant
from assistant.flows.quoting import meaningful
from assistant.flows.work import Work
from assistant.identity import access_order, access_orders, recognise
from assistant.shops.records import Customer, Order
from assistant.tools.refusals import Refusal
from assistant.understanding.commands import FillSlot, StartFlow
from retrieval.catalogue import Money

LISTED = 4
_NUMBER = re.compile(r"#[A-Z0-9-]{4,}")
MOST_TRIES = 3
_OPEN = ("pending", "pending (item modified)", "processed", "shipped")


async def track_order(work: Work, command: StartFlow) -> None:
    work.know(topic="orders")
    if not work.customer_id and not await _known_by_now(work, command):
        return
    if command.order:
        await _tell_one(work, command.order, command.change)
        return
    if (listed := _listed_at(work, command)) is not None:
        await _tell_one(work, listed, command.change)
        return
    orders = await access_orders(work.shop, work.customer_id)
    if not orders:
        work.acts.append(Inform(about="no_orders"))
        return
    if command.change == "last":
        _tell(work, orders[0])
        return
    if command.words:
        _tell_of(work, orders, command.words)
        return
    if work.context.order and not command.references:
        await _tell_one(work, work.context.order, command.change)
        return
    underway = [order for order in orders if order.status in _OPEN]
    if len(underway) == 1 or len(orders) == 1:
        _tell(work, (underway or list(orders))[0])
        return
    _list(work, underway or orders, about="orders_which" if underway else "orders_listed")


def _listed_at(work: Work, command: StartFlow) -> str | None:
    """ "The last one", of the orders that were just listed."""
    asked = work.context.asked
    place = next((r.position for r in command.references if r.kind == "ordinal"), 0)
    if not place or asked is None or asked.slot != "order":
        return None
    said = next((line for line in reversed(work.conversation.transcript) if line.who == "assistant"), None)
    shown = list(dict.fromkeys(_NUMBER.findall(said.text))) if said is not None else []
    return shown[place - 1 if place > 0 else place] if 0 < abs(place) <= len(shown) else None


async def _known_by_now(work: Work, command: StartFlow) -> bool:
    """Asks who they are; the order that is named may be what was waited for."""
    asked = work.context.asked
    if asked is None or not _named_already(work):
        ask_identity(work, "track_order", order=command.order, change=command.change, words=command.words)
    elif command.order:
        return await identify(work, FillSlot(order=command.order))
    else:
        _ask_second_fact(work, dict(asked.slots))
    return False


def _tell_of(work: Work, orders: Sequence[Order], thing: str) -> None:
    """The order that holds that thing: the one under way before those of the past."""
    holding = _holding(orders, thing)
    if not holding:
        work.acts.append(Apologise(about="no_such_thing_ordered", values={"what": thing}))
        _list(work, orders, about="orders_listed")
        return
    underway = [order for order in holding if order.status in _OPEN]
    if len(underway) == 1 or len(holding) == 1:
        _tell(work, (underway or holding)[0])
        return
    _list(work, underway or holding, about="orders_which" if underway else "orders_with_it")


def _holding(orders: Sequence[Order], thing: str) -> list[Order]:
    """Whose lines name most of its words."""
    asked = meaningful(thing)
    shares = [max((len(asked & meaningful(line.title)) for line in order.lines), default=0) for order in orders]
    best = max(shares, default=0)
    return [order for order, share in zip(orders, shares, strict=True) if share == best > 0]


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
    work.stage("looking_up_order")
    order_id = await words_meant(work, order_id)
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
    values: dict[str, str | int] = {"order": order.id, "total": work.phrases.price(order.total, order.currency)}
    work.acts.append(
        Inform(
            about="order_total",
            values=values,
            cards=(order_card(order, work.phrases),),
            citations=(_citation(order, values, work.phrases),),
        )
    )
    work.know(order=order.id, topic="orders")


def _tell(work: Work, order: Order) -> None:
    """The state in one sentence, with what matters in that state."""
    values: dict[str, str | int] = {
        "order": order.id,
        "items": items_of(order, work.phrases),
        "total": work.phrases.price(order.total, order.currency),
    }
    about = f"order_{order.status.split(' (')[0].replace(' ', '_')}"
    parcel = order.fulfilments[-1] if order.fulfilments else None
    detail = ""
    if parcel is not None:
        values["carrier"] = parcel.carrier or work.phrases.say("names.carrier")
        values["tracking"] = work.phrases.listed(parcel.tracking_ids)
        if order.status == "delivered" and parcel.delivered_at:
            values["day"] = work.phrases.day(parcel.delivered_at.date(), today=work.today())
            about += "_on"
        elif order.status in ("shipped", "processed") and parcel.expected_on:
            values["day"] = work.phrases.day(parcel.expected_on, today=work.today())
            about += "_due" if parcel.expected_on >= work.today() else "_late"
        if parcel.last_scan and order.status == "shipped":
            detail = parcel.last_scan
    values["scan"] = work.phrases.say("said.last_seen", place=detail) if detail else ""
    work.acts.append(
        Inform(
            about=about,
            values=values,
            cards=(order_card(order, work.phrases),),
            citations=(_citation(order, values, work.phrases),),
        )
    )
    work.know(order=order.id, topic="orders")


def items_of(order: Order, phrases: Phrases) -> str:
    names = [f"{line.quantity} × {line.title}" if line.quantity > 1 else line.title for line in order.lines]
    return phrases.listed(names if len(names) <= 3 else [*names[:2], phrases.say("forms.more")])


def order_card(order: Order, phrases: Phrases) -> Card:
    return Card(
        kind="order",
        id=order.id,
        title=phrases.say("names.order", order=order.id),
        subtitle=items_of(order, phrases),
        price=Money(amount=order.total, currency=order.currency),
        availability=phrases.state(order.status),
    )


def _citation(order: Order, values: dict[str, str | int], phrases: Phrases) -> Citation:
    parts = [
        phrases.say("said.order_told", order=order.id),
        phrases.say("said.status", status=phrases.state(order.status)),
        *(line.title for line in order.lines),
        phrases.say("price.total", price=values["total"]),
    ]
    told = [name for name in ("carrier", "tracking", "day") if name in values]
    parts += [phrases.say(f"said.{name}", value=values[name]) for name in told]
    if values.get("scan"):
        parts.append(str(values["scan"]).strip())
    title = phrases.say("names.order", order=order.id)
    return Citation(kind="order", id=order.id, title=title, quote="; ".join(parts))


def _list(work: Work, orders: Sequence[Order], *, about: str) -> None:
    shown, phrases = orders[:LISTED], work.phrases
    totals = {o.id: phrases.price(o.total, o.currency) for o in shown}
    lines = tuple(
        phrases.say(
            "said.order_line",
            order=o.id,
            status=phrases.state(o.status),
            items=items_of(o, phrases),
            price=totals[o.id],
        )
        for o in shown
    )
    replies = tuple(phrases.reply("order", order=o.id) for o in shown)
    citations = tuple(_citation(o, {"total": totals[o.id]}, phrases) for o in shown)
    cards = tuple(order_card(o, phrases) for o in shown)
    work.acts.append(Inform(about=about, lines=lines, cards=cards, citations=citations, quick_replies=replies))
    work.ask(Asked(slot="order", flow="track_order"))


def ask_identity(work: Work, flow: str, **slots: object) -> None:
    tries = work.context.asked.tries if work.context.asked and work.context.asked.slot == "identity" else 0
    work.ask(Asked(slot="identity", flow=flow, slots=dict(slots), tries=tries))
    how = "ask_sign_in" if work.identify_by == "proof" else "ask_identity"
    work.acts.append(AskSlot(about="use_your_phone" if work.elsewhere else how))


def _named_already(work: Work) -> bool:
    """They gave an address, and a second fact of theirs is waited for."""
    asked = work.context.asked
    return asked is not None and asked.slot == "identity" and bool(asked.slots.get("email"))


async def identify(work: Work, facts: FillSlot) -> bool:
    """Takes in who the customer says they are. True when a flow that waited for it may go on."""
    if facts.order and not (facts.email or facts.zip_code or _named_already(work)):
        return await _order_given(work, facts.order)
    if work.customer_id:
        return True
    if work.elsewhere or work.identify_by == "proof":
        asked = work.context.asked
        ask_identity(work, asked.flow if asked else "list_orders", **(asked.slots if asked else {}))
        return False
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
    email, order = facts.email or str(slots.get("email", "")), facts.order or str(slots.get("order", ""))
    if work.identify_by == "two_facts" and email and not (zip_code or order):
        _ask_second_fact(work, {**slots, "email": email})
        return False
    try:
        customer = await work.call(
            "find_customer",
            {"by": "email" if email else "name_and_zip"},
            _recognised(work, email, (first, last, zip_code), order),
            lambda found: "found" if found else "not found",
        )
    except Refusal:  # of too many: who goes on guessing hears what the last guess was told
        _enough_guesses(work)
        return False
    if customer is not None:
        _welcome(work, customer, "email" if email else "name_and_zip")
        return True
    slots.pop("email", None)
    _not_recognised(work, bool(email), slots={**slots, "first_name": first, "last_name": last, "zip_code": zip_code})
    return False


def _ask_second_fact(work: Work, slots: dict[str, object]) -> None:
    """Alike whether or not somebody has that address."""
    asked = work.context.asked
    flow, tries = (asked.flow, asked.tries) if asked else ("list_orders", 0)
    work.ask(Asked(slot="identity", flow=flow, slots=slots, tries=tries))
    work.acts.append(AskSlot(about="ask_second_fact"))


async def _recognised(work: Work, email: str, whole: tuple[str, str, str], order: str) -> Customer | None:
    """By e-mail; where that is nobody's, by name and zip, which suffice on their own."""
    first, last, zip_code = whole
    asks = work.identify_by
    for by_sound in (False, True) if by_voice(work) else (False,):
        found = None
        if email:
            found = await recognise(
                work.shop, email=email, zip_code=zip_code, order=order, by_sound=by_sound, asks=asks
            )
        found = found or await recognise(
            work.shop, first_name=first, last_name=last, zip_code=zip_code, by_sound=by_sound, asks=asks
        )
        if found is not None:
            return found
    return None


async def _order_given(work: Work, order: str) -> bool:
    if work.customer_id:
        await _tell_one(work, order)
        return False
    ask_identity(work, "track_order", order=order)
    return False


def _welcome(work: Work, customer: Customer, method: str) -> None:
    work.identify(customer.id, method)
    quote = work.phrases.say("names.first_name", name=customer.first_name)
    citation = Citation(kind="profile", id=customer.id, title=work.phrases.say("names.profile"), quote=quote)
    work.acts.append(Inform(about="identified", values={"first_name": customer.first_name}, citations=(citation,)))
    asked = work.context.asked
    if asked is not None and asked.slot == "go_ahead" and asked.flow == "talk_to_human":
        work.offer("talk_to_human")  # still open: who they are was no answer to it
        work.acts.append(Offer(about="offer_person", quick_replies=(work.phrases.reply("person"),)))


def _enough_guesses(work: Work) -> None:
    work.offer("talk_to_human")
    work.acts.append(Refuse(about="not_recognised_enough", quick_replies=(work.phrases.reply("person"),)))


def _not_recognised(work: Work, by_email: bool, slots: dict[str, object]) -> None:
    asked = work.context.asked
    flow = asked.flow if asked else "list_orders"
    missing = not by_email and not all(slots.get(k) for k in ("first_name", "last_name", "zip_code"))
    tries = (asked.tries if asked else 0) + (0 if missing else 1)
    if tries >= MOST_TRIES:
        _enough_guesses(work)
        return
    if not missing:
        slots = {k: v for k, v in slots.items() if k != "zip_code"}
    work.ask(Asked(slot="identity", flow=flow, slots=slots, tries=tries))
    if missing:
        about = "ask_zip" if slots.get("first_name") else "ask_name" if slots.get("zip_code") else "ask_identity"
        work.acts.append(AskSlot(about=about))
    else:
        work.acts.append(Apologise(about="not_recognised"))
