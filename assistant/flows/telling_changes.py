"""What would be done, or was done, in words: lines, amounts, and the evidence behind them. Pure.

Above: the flows of the service desk. Below: the tools' facts, cards.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from assistant.answering.formats import price
from assistant.events import Card, CardAction, Citation
from assistant.shops.records import Address, Order, PaymentMethod
from assistant.tools.plan import Facts, Item, Movement

_TITLES = {
    "cancel_order": "Cancel order {order}",
    "return_items": "Return from order {order}",
    "exchange_items": "Exchange in order {order}",
    "change_items": "Change of order {order}",
    "change_order_address": "New address for order {order}",
    "change_profile_address": "New address in your profile",
    "change_payment": "New payment method for order {order}",
}
_KIND_OF_METHOD = {
    "credit_card": "credit card",
    "paypal": "PayPal",
    "gift_card": "gift card",
    "bank_transfer": "bank account",
    "invoice": "invoice",
}


def title_of(facts: Facts) -> str:
    return _TITLES[facts.tool].format(order=facts.order_id)


def method_name(method: PaymentMethod) -> str:
    """ "PayPal", "Visa ending in 1234"."""
    if method.source == "credit_card" and method.last_four:
        return f"{method.brand.capitalize() or 'card'} ending in {method.last_four}"
    return _KIND_OF_METHOD[method.source]


def item_name(item: Item) -> str:
    options = ", ".join(item.options.values())
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


def order_line(order: Order) -> str:
    """An order to choose among others: what is in it, and its state."""
    items = "; ".join(line.title for line in order.lines)
    return f"Order {order.id}: {order.status}, {items}, {price(order.total, order.currency)}"


def lines_of(facts: Facts) -> tuple[str, ...]:
    """Each item, each amount and what becomes of it."""
    lines = [f"{item_name(item)}, {price(item.price, facts.currency)}" for item in facts.items]
    for exchange in facts.exchanges:
        old, new = item_name(exchange.old), item_name(exchange.new)
        lines.append(f"{old} becomes {new}: {_difference(exchange.difference, facts.currency)}")
    if facts.address is not None:
        lines.append(address_line(facts.address))
    if facts.reason:
        lines.append(f"Reason: {facts.reason}")
    if facts.fee:
        lines.append(f"Fee kept back: {price(facts.fee, facts.currency)}")
    lines += [_movement(movement, facts.currency) for movement in facts.movements if movement.amount]
    if facts.last_change and facts.tool == "change_items":
        lines.append("Items of an order can be changed only once: is this all that should change?")
    return tuple(lines)


def _difference(amount: Decimal, currency: str) -> str:
    if not amount:
        return "same price"
    return f"{price(abs(amount), currency)} {'more' if amount > 0 else 'less'}"


def _movement(movement: Movement, currency: str) -> str:
    amount, method = price(abs(movement.amount), currency), method_name(movement.payment_method)
    if movement.amount < 0:
        late = " once your items are back" if movement.when == "on receipt" else ""
        return f"You pay {amount} by {method}{late}"
    when = {"now": " at once", "on receipt": " once your items are back", "": ""}.get(
        movement.when, f" within {movement.when} business days"
    )
    return f"You get back {amount} on {method}{when}"


def citation_of(facts: Facts) -> Citation:
    """The evidence: what the tools worked out, word for word."""
    quote = "; ".join((title_of(facts), f"status: {facts.becomes}", *lines_of(facts)))
    kind = "order" if facts.order_id else "profile"
    return Citation(kind=kind, id=facts.order_id or "profile", title=title_of(facts), quote=quote)  # type: ignore[arg-type]


def confirmation_card(all_facts: Sequence[Facts], confirmation_id: str) -> Card:
    """One question for the whole list, with its two buttons."""
    arguments = {"confirmation_id": confirmation_id}
    return Card(
        kind="confirmation",
        id=confirmation_id,
        title=title_of(all_facts[0]),
        subtitle="; ".join(line for facts in all_facts for line in lines_of(facts))[:600],
        actions=(
            CardAction(id="confirm", label="Yes, do it", action="confirm", arguments=arguments),
            CardAction(id="decline", label="No", action="decline", arguments=arguments),
        ),
    )
