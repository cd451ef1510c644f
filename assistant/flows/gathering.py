"""What a message adds to a process at the service desk: orders, items, reason, payment method, address (pure).

Above: `serving_orders`. Below: the readers of words.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

import msgspec

from assistant.flows.process import Process, Scene
from assistant.shops.records import Address, Order, OrderLine
from assistant.understanding.address_words import of_profile, read_address
from assistant.understanding.option_words import says_value
from assistant.understanding.order_words import (
    Mention,
    counts_several,
    mentions,
    method_said,
    order_ids_said,
    reason_said,
    split_exceptions,
    wants_all_orders,
    wants_everything,
    wants_last,
)

_ADDS = re.compile(r"\b(?:also|too|as well|plus|add|both|another)\b")
_NO_CHANGE = re.compile(r"[^.;!?]*\b(?:don'?t|do not|no)\b[^.;!?]{0,30}\bchanges?\b[^.;!?]*[.;!?]?", re.I)
_UNSURE = re.compile(r"\b(?:might|not (?:completely |quite |entirely )?(?:sure|certain)|i think|maybe|perhaps)\b")
_OPPOSITE = re.compile(r"\b(?:opposite|each other'?s|the other order'?s?|the other way)\b")
_ONE_OF = re.compile(r"\b(?:one|either) of (?:the|my|those|these)\b")
_FROM_TO = re.compile(r"\bfrom (?:the |a )?([\w -]{2,60}?) (?:one )?(?:to|into)\b", re.I)
_INSTEAD = re.compile(r"\binstead\b|\bactually\b|\bjust\b|\bonly\b|^no\b")


def gathered(process: Process, said: str, scene: Scene) -> Process:
    """The process with what the words add. Unchanged when they add nothing."""
    wanted, left_out = split_exceptions(said)
    if process.kind == "swap":
        wanted = _NO_CHANGE.sub(" ", wanted)
    after = _orders(process, said, scene)
    after = _items(after, wanted, left_out, said, scene)
    after = _payment(after, said, scene)
    if after.kind == "cancel" and scene.policy.cancel_order:
        after = replace(after, reason=reason_said(said, scene.policy.cancel_order.reasons) or after.reason)
    return _address(after, said, scene) if after.kind == "address" else after


def _orders(process: Process, said: str, scene: Scene) -> Process:
    own, _ = order_ids_said(said, scene.orders)
    allowed = scene.allowing(process.kind)
    lowered = said.casefold()
    held = {key for key, _ in process.items}
    if own and held and not held & set(own) and _UNSURE.search(lowered):
        return process
    if own:
        return replace(process, orders=own, items=tuple(i for i in process.items if i[0] in own))
    if process.kind in ("cancel", "address", "payment") and wants_all_orders(lowered) and allowed:
        return replace(process, orders=tuple(order.id for order in allowed), every=True)
    if wants_last(lowered) and not process.orders and scene.orders:
        return replace(process, orders=((allowed or scene.orders)[0].id,))
    return process


def _items(process: Process, wanted: str, left_out: str, said: str, scene: Scene) -> Process:
    pool = _pool(process, scene)
    lines = [line for order in pool for line in order.lines]
    named = mentions(wanted, lines)
    without = mentions(left_out, lines) if left_out else ()
    if process.kind in ("address", "payment", "cancel"):
        return _described_orders(process, named, pool) if named and not process.orders else process
    if process.kind not in ("return", "swap"):
        return process
    if process.kind == "return" and (wants_everything(wanted.casefold()) or wants_everything(said.casefold())):
        process = replace(process, every=True, items=(), unclear=())
    if without and (process.every or process.items):
        skipped = tuple(mention.product_id for mention in without)
        items = tuple(item for item in process.items if scene.line(*item).product_id not in skipped)
        process = replace(process, excepted=(*process.excepted, *skipped), items=items)
    if not named:
        return process
    found = _pieces(process, named, wanted, pool, scene)
    clear = {scene.line(*item).product_id for item in found}
    told = {mention.product_id for mention in named}
    unclear = tuple(dict.fromkeys(key for key in (*process.unclear, *sorted(told)) if key not in clear))
    process = replace(process, unclear=unclear)
    if not found:
        return process
    adding = process.waiting in ("option", "items") or bool(process.items and _ADDS.search(said.casefold()))
    known = process.items if adding or _still(process, found, said) else ()
    items = tuple(dict.fromkeys((*known, *found)))
    if process.kind == "swap":
        process = replace(process, wishes={**process.wishes, **_clauses(named, wanted)})
    return replace(process, items=items, every=process.every and process.kind == "return" and not named)


def _still(process: Process, found: Sequence[tuple[str, str]], said: str) -> bool:
    """Naming again one of the items of a swap does not take the others out, unless it is said so."""
    inside = set(found) <= set(process.items)
    return inside and process.kind == "swap" and not _INSTEAD.search(said.casefold())


def _pool(process: Process, scene: Scene) -> tuple[Order, ...]:
    """Where items are looked for: the orders chosen, else those that allow it, else all."""
    if process.orders:
        return tuple(order for order in scene.orders if order.id in process.orders)
    return scene.allowing(process.kind) or scene.orders


def _described_orders(process: Process, named: Sequence[Mention], pool: Sequence[Order]) -> Process:
    """The one order that holds most of what was named."""
    wanted = {mention.product_id for mention in named}
    counts = {order.id: len(wanted & {line.product_id for line in order.lines}) for order in pool}
    most = max(counts.values(), default=0)
    best = tuple(key for key, count in counts.items() if count == most)
    return replace(process, orders=best) if most and len(best) == 1 else process


def _pieces(
    process: Process, named: Sequence[Mention], wanted: str, pool: Sequence[Order], scene: Scene
) -> tuple[tuple[str, str], ...]:
    """The pieces meant; nothing for a product that several orders hold, so that it is asked which."""
    ids = {mention.product_id for mention in named}
    whole = [order for order in pool if ids <= {str(line.product_id) for line in order.lines}]
    places = whole if len(whole) == 1 else pool
    found: list[tuple[str, str]] = []
    for mention in named:
        options = [
            (order.id, line) for order in places for line in order.lines if line.product_id == mention.product_id
        ]
        lowered = wanted.casefold()
        several = (mention.plural or counts_several(lowered)) and not _ONE_OF.search(lowered)
        each = several and process.kind == "swap" and counts_several(wanted.casefold())
        described = list(options) if each else _told_apart(options, _before(wanted))
        if len(described) > 1 and not (several and (len({key for key, _ in described}) == 1 or process.kind == "swap")):
            continue
        found += [(str(key), str(line.variant_id)) for key, line in described for _ in range(line.quantity)]
    return tuple(found)


def _before(text: str) -> str:
    """ "From silicone to metal": the first says which item it is, the second what it is to become."""
    found = _FROM_TO.search(text)
    return found.group(1) if found else text


def _told_apart(options: Sequence[tuple[str, OrderLine]], text: str) -> list[tuple[str, OrderLine]]:
    """Those whose own options the words name, where that tells some from the others."""
    if len(options) < 2:
        return list(options)
    scores = [
        sum(
            says_value(text, name, value)
            for name, value in line.options.items()
            if any(other.options.get(name) != value for _, other in options)
        )
        for _, line in options
    ]
    best = max(scores)
    return [option for option, score in zip(options, scores, strict=True) if score == best]


def _clauses(named: Sequence[Mention], text: str) -> dict[str, str]:
    """The words about each product: from its name to the next one's; the first has what stands before, too."""
    ends = [mention.at for mention in named[1:]] + [len(text)]
    starts = [0, *(mention.at for mention in named[1:])]
    return {mention.product_id: text[start:end] for mention, start, end in zip(named, starts, ends, strict=True)}


def _payment(process: Process, said: str, scene: Scene) -> Process:
    methods = method_said(said, scene.customer.payment_methods)
    if process.kind == "return" and _OPPOSITE.search(said.casefold()):
        return replace(process, method="opposite")
    if process.kind in ("cancel", "address") or not methods:
        return process
    if process.kind == "payment":
        paying = {payment.payment_method_id for key in process.orders for payment in scene.order(key).payments[:1]}
        methods = tuple(one for one in methods if one not in paying and one != "original")
    positive = [one for one in methods if not _refused(said)] if len(methods) == 1 else list(methods)
    return replace(process, method=positive[0]) if len(positive) == 1 else process


def _refused(said: str) -> bool:
    return bool(re.search(r"\bnot (?:to|on|by|with|via)\b|\bdon'?t (?:use|want)\b", said.casefold()))


def _address(process: Process, said: str, scene: Scene) -> Process:
    targets = [order for order in scene.allowing("address") if not process.orders or order.id in process.orders]
    now = targets[0].address if targets else scene.customer.address
    profile = process.profile or of_profile(said)
    if profile and not targets:
        now = scene.customer.address
    known = [scene.customer.address, *(order.address for order in scene.orders)]
    chosen = read_address(said, profile=scene.customer.address, known=known, now=now)
    plain = msgspec.to_builtins(chosen) if chosen else process.address
    return replace(process, profile=profile, address=plain)


def address_of(process: Process) -> Address:
    return msgspec.convert(process.address, Address)
