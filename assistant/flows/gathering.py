"""What a message adds to a process at the service desk: orders, items, reason, payment method, address (pure).

Above: `serving_orders`. Below: `picking_items`, the readers of words.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

import msgspec

from assistant.flows.picking_items import picked, pool_of
from assistant.flows.process import Process, Scene
from assistant.shops.records import Address, Order
from assistant.understanding.address_words import of_profile, read_address
from assistant.understanding.identity_words import without_identity
from assistant.understanding.order_words import (
    Mention,
    mentions,
    method_lacking,
    method_said,
    order_ids_said,
    reason_said,
    wants_all_orders,
    wants_last,
)
from assistant.understanding.request_parts import address_source
from assistant.understanding.slips import mended

_UNSURE = re.compile(r"\b(?:might|not (?:completely |quite |entirely )?(?:sure|certain)|i think|maybe|perhaps)\b")
_WHOLE_ORDER = re.compile(
    r"\b(?:whole|entire|complete|everything|all of it)\b|\border (?:with|that has|containing|of|for)\b|\bone (?:with|that has)\b"
)
_OTHER_METHOD = re.compile(
    r"\b(?:the|my) other (?P<what>(?:credit )?card|(?:payment )?method|account|one for (?:payment|the refund))\b"
)
_OPPOSITE = re.compile(r"\b(?:opposite|each other'?s|the other order'?s?|the other way)\b")
_PAYING_ORDER = re.compile(
    r"\b(?:from|of|on|with|by) (?:the |my )?(?:paypal|gift card|credit card|visa|mastercard|amex)\b.{0,12}\bto\b"
)
_EXPECTED_WORDS = """
    return exchange cancel cancelled modify change order number refund payment address please would difference
    price mistake needed longer anymore original method credit paypal gift everything exactly version instead
"""
_EXPECTED = frozenset(_EXPECTED_WORDS.split())


def gathered(process: Process, said: str, scene: Scene) -> Process:
    """The process with what the words add. Unchanged when they add nothing."""
    said = mended(without_identity(said), expected_words(scene))
    after = _orders(process, said, scene)
    if process.waiting == "order" and after == process:
        after = _by_contents(process, said, scene)
    after = picked(after, said, scene) if after.kind in ("return", "swap") else _by_contents(after, said, scene)
    after = _payment(after, said, scene)
    if after.kind == "cancel" and scene.policy.cancel_order:
        after = replace(after, reason=reason_said(said, scene.policy.cancel_order.reasons) or after.reason)
    return _address(after, said, scene) if after.kind == "address" else after


def expected_words(scene: Scene) -> frozenset[str]:
    """The words of what they have and of what it may become."""
    texts = [line.title for order in scene.orders for line in order.lines]
    for product in scene.products.values():
        texts += [text for variant in product.variants for pair in variant.options.items() for text in pair]
    return _EXPECTED | {word for text in set(texts) for word in re.findall(r"[a-z]{4,}", text.casefold())}


def _orders(process: Process, said: str, scene: Scene) -> Process:
    own, _ = order_ids_said(_without_source(process, said, scene), scene.orders)
    allowed = scene.allowing(process.kind)
    lowered = said.casefold()
    held = {key for key, _ in process.items}
    if own and held and not held & set(own) and _UNSURE.search(lowered):
        return process
    if own:
        return replace(process, orders=own, items=tuple(i for i in process.items if i[0] in own))
    if process.kind in ("cancel", "address", "payment") and wants_all_orders(lowered) and allowed:
        return replace(process, orders=tuple(order.id for order in allowed), every=True)
    if wants_last(lowered) and not process.orders and scene.orders and not _holds_named(process, said, scene):
        return replace(process, orders=((allowed or scene.orders)[0].id,))
    return process


def _holds_named(process: Process, said: str, scene: Scene) -> bool:
    """ "I just placed an order with two watches": told by what is in it, not by when it was."""
    if process.kind in ("return", "swap"):
        return False
    pool = pool_of(process, scene)
    return bool(mentions(said, [line for order in pool for line in order.lines]))


def _bare_source(process: Process, said: str, scene: Scene) -> str:
    """An order's number in answer to "which address?"."""
    if process.waiting != "address" or not process.orders:
        return ""
    own, _ = order_ids_said(said, scene.orders)
    others = [key for key in own if key not in process.orders]
    return re.sub(r"\D", "", others[0]) if len(others) == 1 else ""


def _without_source(process: Process, said: str, scene: Scene) -> str:
    """Without the order that only lends its address: "the same as order #W1"."""
    source = (address_source(said) or _bare_source(process, said, scene)) if process.kind == "address" else ""
    return re.sub(rf"#?\b[A-Za-z]{{0,2}}{source}\b", " ", said) if source else said


def _by_contents(process: Process, said: str, scene: Scene) -> Process:
    """The order meant by what is in it."""
    pool = pool_of(process, scene)
    named = mentions(said, [line for order in pool for line in order.lines])
    if not named and not process.orders:
        pool = scene.orders  # theirs, but of an order that does not admit it: told so, not another taken
        named = mentions(said, [line for order in pool for line in order.lines])
    found = _described_orders(process, named, pool) if named and not process.orders else process
    return replace(found, partial=True) if named and _only_items(found, named, said, scene) else found


def _only_items(process: Process, named: Sequence[Mention], said: str, scene: Scene) -> bool:
    """ "Cancel the lamp": not "the order with the lamp", and not all that is in it."""
    if process.kind != "cancel" or len(process.orders) != 1 or _WHOLE_ORDER.search(said.casefold()):
        return False
    held = {line.product_id for line in scene.order(process.orders[0]).lines}
    return bool(held - {mention.product_id for mention in named})


def _described_orders(process: Process, named: Sequence[Mention], pool: Sequence[Order]) -> Process:
    """The one order that holds most of what was named."""
    wanted = {mention.product_id for mention in named}
    counts = {order.id: len(wanted & {line.product_id for line in order.lines}) for order in pool}
    most = max(counts.values(), default=0)
    best = tuple(key for key, count in counts.items() if count == most)
    return replace(process, orders=best) if most and len(best) == 1 else process


def _payment(process: Process, said: str, scene: Scene) -> Process:
    opposite = _OPPOSITE.search(said.casefold()) if process.kind == "return" else None
    if opposite and not re.search(r"\b(?:original|forget)\b", said.casefold()[opposite.end() :]):
        return replace(process, method="opposite")
    if process.kind in ("cancel", "address"):
        return process
    if other := _the_other(process, said, scene):
        return replace(process, method=other, methods=())
    methods = method_said(_to_which(said), scene.customer.payment_methods)
    if not methods:
        return replace(process, lacking=method_lacking(said, scene.customer.payment_methods))
    if process.kind == "payment":
        paying = {payment.payment_method_id for key in process.orders for payment in scene.order(key).payments[:1]}
        methods = tuple(one for one in methods if one not in paying and one != "original")
    positive = [one for one in methods if not _refused(said)] if len(methods) == 1 else list(methods)
    if len(positive) == 1:
        return replace(process, method=positive[0], methods=())
    return replace(process, methods=tuple(positive), method="") if positive else process


def _the_other(process: Process, said: str, scene: Scene) -> str:
    """ "The other card", where there is only one other."""
    found = _OTHER_METHOD.search(said.casefold())
    if found is None:
        return ""
    keys = process.orders or tuple(key for key, _ in process.items)
    paying = {payment.payment_method_id for key in keys for payment in scene.order(key).payments[:1]}
    current = {process.method} if process.method not in ("", "original") else paying
    free = [one for one in scene.customer.payment_methods if one.id not in current]
    cards = [one for one in free if one.source == "credit_card"] if "card" in found["what"] else free
    return cards[0].id if len(cards) == 1 else ""


def _to_which(said: str) -> str:
    """ "From PayPal to my gift card": the second."""
    found = _PAYING_ORDER.search(said.casefold())
    return said[found.end() :] if found else said


def _refused(said: str) -> bool:
    return bool(re.search(r"\bnot (?:to|on|by|with|via)\b|\bdon'?t (?:use|want)\b", said.casefold()))


def _address(process: Process, said: str, scene: Scene) -> Process:
    targets = [order for order in scene.allowing("address") if not process.orders or order.id in process.orders]
    now = targets[0].address if len({order.address for order in targets}) == 1 else None
    profile = process.profile or of_profile(said)
    if now is None and profile and not process.orders:
        now = scene.customer.address
    known = [scene.customer.address, *(order.address for order in scene.orders)]
    source = address_source(said) or _bare_source(process, said, scene)
    lent = next((order.address for order in scene.orders if source and order.id.endswith(source)), None)
    lent = lent or _of_another_order(said, now, scene)
    chosen = lent or read_address(said, profile=scene.customer.address, known=known, now=now)
    plain = msgspec.to_builtins(chosen) if chosen else process.address
    return replace(process, profile=profile, address=plain)


_ANOTHER_ORDER = re.compile(r"\b(?:another|other|different|one of)\b(?: one)?(?: of)?(?: my| the)?(?: \w+)? orders?\b")


def _of_another_order(said: str, now: Address | None, scene: Scene) -> Address | None:
    """ "It's in another one of my orders", where there is only one other address."""
    if not _ANOTHER_ORDER.search(said.casefold()):
        return None
    others = dict.fromkeys(order.address for order in scene.orders if order.address != now)
    return next(iter(others)) if len(others) == 1 else None


def address_of(process: Process) -> Address:
    return msgspec.convert(process.address, Address)
