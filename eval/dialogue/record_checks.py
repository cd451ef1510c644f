"""Whether policies are quoted, stores told, orders kept private and the cart filled as a turn expects (pure).

Below: `expectations`, `shop_facts`. Above: `checking`. Each function returns what is wrong, as lines for people.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.events import Cart, CartItem, Citation
from assistant.shops.records import OrderId
from eval.dialogue.card_checks import chosen
from eval.dialogue.expectations import CartExpected, Expectation, OrdersExpected, StoresExpected
from eval.dialogue.seen import Seen, plain
from eval.dialogue.shop_facts import ShopFacts


def check_policies(expected: Expectation, seen: Seen) -> Iterator[str]:
    cited = [citation for citation in seen.exchange.citations if citation.kind == "policy"]
    for pattern in expected.cites:
        matching = [c for c in cited if re.search(pattern, f"{c.id} {c.title}", re.I)]
        if not matching:
            yield f"cites: no policy like {pattern!r}, but {', '.join(c.id for c in cited) or 'none'}"
        elif not any(_verbatim(citation, seen.shop) for citation in matching):
            yield f"cites: the quote from {matching[0].id!r} is not in the policy"


def _verbatim(citation: Citation, shop: ShopFacts) -> bool:
    quote = plain(citation.quote)
    return bool(quote) and any(quote in plain(policy.text) for policy in shop.policies.values())


def check_stores(expected: StoresExpected, seen: Seen) -> Iterator[str]:
    told = {c.id: f"{c.title} {c.subtitle}" for c in seen.exchange.cards if c.kind == "store"}
    told |= {c.id: f"{c.title} {c.quote}" for c in seen.exchange.citations if c.kind == "store"}
    if len(told) < expected.min:
        yield f"stores: {len(told)} instead of at least {expected.min}"
    if expected.any and not any(re.search(p, words, re.I) for p in expected.any for words in told.values()):
        yield f"stores: none like {expected.any[0]!r}"


def check_orders(expected: Expectation, seen: Seen) -> Iterator[str]:
    told = [card.id for card in seen.exchange.cards if card.kind == "order"]
    told += [citation.id for citation in seen.exchange.citations if citation.kind == "order"]
    told += [order_id for order_id in seen.shop.orders if order_id.lstrip("#") in seen.exchange.text]
    if expected.orders is not None:
        yield from _own_orders(expected.orders, dict.fromkeys(told), seen)
    if expected.no_orders:
        said = " ".join(seen.before.said).lower()
        leaked = [order_id for order_id in dict.fromkeys(told) if order_id.lower().lstrip("#") not in said]
        leaked += [parcel for order in seen.shop.orders.values() for f in order.fulfilments for parcel in f.tracking_ids
                   if parcel in seen.exchange.text]  # fmt: skip
        carded = [card.id for card in seen.exchange.cards if card.kind == "order"]
        if leaked or carded:
            yield f"no_orders: tells of {', '.join([*leaked, *carded])}"


def _own_orders(expected: OrdersExpected, told: dict[str, None], seen: Seen) -> Iterator[str]:
    orders = [order for order_id in told if (order := seen.shop.orders.get(OrderId(order_id))) is not None]
    if not expected.min <= len(orders) <= expected.max:
        yield f"orders: {len(orders)} instead of {expected.min} to {expected.max}"
    for order in orders:
        if order.customer_id != seen.customer_id:
            yield f"orders: {order.id} is somebody else's"
        if expected.status_any and order.status not in expected.status_any:
            yield f"orders: {order.id} is {order.status}"


def check_cart(expected: CartExpected, seen: Seen) -> Iterator[str]:
    cart, shop = seen.after.cart, seen.shop
    units = sum(item.quantity for item in cart.items)
    if expected.empty and cart.items:
        yield f"cart: has {len(cart.items)} lines"
    if expected.lines is not None and len(cart.items) != expected.lines:
        yield f"cart: {len(cart.items)} lines instead of {expected.lines}"
    if expected.units is not None and units != expected.units:
        yield f"cart: {units} pieces instead of {expected.units}"
    categories = {part.lower() for item in cart.items if (p := shop.product(item.product_id)) for part in p.category}
    yield from (f"cart: nothing from {name}" for name in expected.contains_category if name.lower() not in categories)
    yield from (f"cart: still from {name}" for name in expected.lacks_category if name.lower() in categories)
    if expected.contains_option and not any(_has_options(item, expected) for item in cart.items):
        yield f"cart: no line with {expected.contains_option}"
    yield from _cart_from_list(expected, cart, seen)


def _has_options(item: CartItem, expected: CartExpected) -> bool:
    pairs = ((item.options.get(name, ""), values) for name, values in expected.contains_option.items())
    return all(any(have.lower().split(" (")[0] == value.lower() for value in values) for have, values in pairs)


def _cart_from_list(expected: CartExpected, cart: Cart, seen: Seen) -> Iterator[str]:
    wanted = chosen(expected.contains_list, seen.before.listed)
    if len(wanted) < len(expected.contains_list) or not set(wanted) <= {item.product_id for item in cart.items}:
        yield f"cart: lacks number {', '.join(map(str, expected.contains_list))} of the last list"
