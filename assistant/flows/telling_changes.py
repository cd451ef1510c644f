"""What would be done, or was done, in words: lines, amounts, and the evidence behind them. Pure.

Above: the flows of the service desk. Below: the tools' facts, cards.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from assistant.answering.phrases import Phrases
from assistant.events import Card, CardAction, Citation
from assistant.shops.records import Address, Order, PaymentMethod
from assistant.tools.plan import Facts, Item, Movement
from assistant.tools.refusals import Refusal, RefusalFact


def title_of(facts: Facts, phrases: Phrases) -> str:
    return phrases.say(f"changes.{facts.tool}", order=facts.order_id)


def method_name(method: PaymentMethod, phrases: Phrases) -> str:
    """ "PayPal", "Visa ending in 1234"."""
    if method.source == "credit_card" and method.last_four:
        brand = method.brand.capitalize() or phrases.say("methods.a_card")
        return phrases.say("methods.card", brand=brand, digits=method.last_four)
    return phrases.say(f"methods.{method.source}")


def item_name(item: Item, phrases: Phrases) -> str:
    options = ", ".join(map(phrases.value, item.options.values()))
    return f"{item.title} ({options})" if options else item.title


def address_line(address: Address) -> str:
    parts = (
        address.address1,
        address.address2,
        address.city,
        f"{address.state} {address.zip}".strip(),
        address.country,
    )
    return ", ".join(part for part in parts if part)


def order_line(order: Order, phrases: Phrases) -> str:
    """An order to choose among others: what is in it, and its state."""
    return phrases.say(
        "lines.order",
        order=order.id,
        status=phrases.state(order.status),
        items="; ".join(line.title for line in order.lines),
        price=phrases.price(order.total, order.currency),
    )


def lines_of(facts: Facts, phrases: Phrases) -> tuple[str, ...]:
    """Each item, each amount and what becomes of it."""
    lines = [f"{item_name(item, phrases)}, {phrases.price(item.price, facts.currency)}" for item in facts.items]
    for exchange in facts.exchanges:
        old, new = item_name(exchange.old, phrases), item_name(exchange.new, phrases)
        difference = _difference(exchange.difference, facts.currency, phrases)
        lines.append(phrases.say("lines.becomes", old=old, new=new, difference=difference))
    if facts.address is not None:
        lines.append(address_line(facts.address))
    if facts.reason:
        lines.append(phrases.say("lines.reason", reason=phrases.reason(facts.reason)))
    if facts.fee:
        lines.append(phrases.say("lines.fee", price=phrases.price(facts.fee, facts.currency)))
    lines += [_movement(movement, facts.currency, phrases) for movement in facts.movements if movement.amount]
    if facts.last_change and facts.tool == "change_items":
        lines.append(phrases.say("lines.once"))
    return tuple(lines)


def _difference(amount: Decimal, currency: str, phrases: Phrases) -> str:
    if not amount:
        return phrases.say("lines.same_price")
    return phrases.say("lines.more" if amount > 0 else "lines.less", price=phrases.price(abs(amount), currency))


_WHEN = {"now": "lines.back_now", "on receipt": "lines.back_late", "": "lines.back"}


def _movement(movement: Movement, currency: str, phrases: Phrases) -> str:
    told = {
        "price": phrases.price(abs(movement.amount), currency),
        "method": method_name(movement.payment_method, phrases),
    }
    if movement.amount < 0:
        return phrases.say("lines.pay_late" if movement.when == "on receipt" else "lines.pay", **told)
    if movement.when in _WHEN:
        return phrases.say(_WHEN[movement.when], **told)
    least, _, most = movement.when.partition(" to ")
    up_to = least == "up"
    days = phrases.say("lines.days_most" if up_to else "lines.days", least=least, most=most) if most else least
    return phrases.say("lines.back_days", days=days, **told)


def citation_of(facts: Facts, phrases: Phrases) -> Citation:
    """The evidence: what the tools worked out, word for word."""
    title, status = title_of(facts, phrases), phrases.say("said.status", status=phrases.state(facts.becomes))
    quote = "; ".join((title, status, *lines_of(facts, phrases)))
    kind = "order" if facts.order_id else "profile"
    return Citation(kind=kind, id=facts.order_id or "profile", title=title, quote=quote)  # type: ignore[arg-type]


def confirmation_card(all_facts: Sequence[Facts], confirmation_id: str, phrases: Phrases) -> Card:
    """One question for the whole list, with its two buttons."""
    arguments = {"confirmation_id": confirmation_id}
    return Card(
        kind="confirmation",
        id=confirmation_id,
        title=title_of(all_facts[0], phrases),
        subtitle="; ".join(line for facts in all_facts for line in lines_of(facts, phrases))[:600],
        actions=tuple(
            CardAction(id=answer, label=phrases.say(f"buttons.{answer}"), action=answer, arguments=arguments)
            for answer in ("confirm", "decline")
        ),
    )


_IN_WORDS = (
    "not_an_option",
    "same_item",
    "not_available",
    "no_price",
    "not_sent_there",
    "item_not_in_order",
    "no_items",
)
"""Refusals whose nearest are words, not ids."""
_MOST_NEAREST = 3


def refusal_told(refusal: Refusal, phrases: Phrases, today: date) -> str:
    """The reason in the customer's language, and what would be accepted instead."""
    currency = str(refusal.facts.get("currency", ""))
    facts = {name: _fact(name, value, currency, phrases, today) for name, value in refusal.facts.items()}
    told = phrases.say(f"refusals.{refusal.code}", **facts)
    if refusal.code not in _IN_WORDS or not refusal.nearest:
        return told
    nearest = phrases.either(list(refusal.nearest[:_MOST_NEAREST]))
    return f"{told} {phrases.say('refusals.nearest', nearest=nearest)}"


def _fact(name: str, value: RefusalFact, currency: str, phrases: Phrases, today: date) -> str:
    match value:
        case Decimal():
            return phrases.price(value, currency)
        case date():
            return phrases.day(value, today=today)
        case tuple():
            words = phrases.reason if name == "accepted" else phrases.part_of_address
            return phrases.listed([words(one) for one in value])
        case _:
            return phrases.state(str(value)) if name == "status" else str(value)
