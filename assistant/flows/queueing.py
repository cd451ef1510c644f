"""What a message to the service desk belongs to: the open request, the next, or one of its own (pure).

Above: `serving_orders`. Below: `gathering`, the readers of words.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from assistant.flows.exchange_items import read_wishes
from assistant.flows.gathering import gathered
from assistant.flows.picking_items import wish_key
from assistant.flows.process import KINDS, Process, Scene
from assistant.understanding.request_parts import Part
from assistant.understanding.service_requests import agrees, hesitates, takes_back

SAME_THING = re.compile(
    r"\b(?:it|its|that order|this order|same order|that one|them|instead"
    r"|(?:the|the whole|the entire) order)\b(?! (?:id|number|no\b))"
)

_TELLS_WHICH = re.compile(
    r"\b(?:it'?s|it is|that'?s|i mean) (?:the|my) (?:order|one)\b|\bthe (?:order|one) (?:with|that has|containing)\b"
)

REPLACES = re.compile(
    r"\b(?:instead|rather|forget|never ?mind|changed? my mind|in that case|just cancel|scrap|drop)\b"
    r"|\b(?:then (?:just|let'?s|i'?ll|please)|let'?s (?:just )?cancel)\b"
)

_VERBS = {
    "cancel": r"\bcancel",
    "return": r"\breturn|\brefund",
    "swap": r"\bexchang|\bchang|\bswap|\bmodif|\bswitch",
    "address": r"\baddress|\bsend|\bship",
    "payment": r"\bpay",
}


def as_waiting(part: Part) -> dict[str, Any]:
    return {"kind": part.kind, "words": part.words, "otherwise": part.otherwise, "lead": part.lead}


def with_lead(process: Process, part: Part, scene: Scene) -> Process:
    """What led up to a request tells of which order, or, where the request itself names nothing, of which thing."""
    after = gathered(process, part.words, scene)
    if not part.lead:
        return after
    led = gathered(replace(process, items=(), every=False), part.lead, scene)
    if not after.items and not after.every and not after.unclear and (led.items or led.unclear):
        return gathered(led, part.words, scene)
    held = {key for key, _ in led.items}
    if process.kind == "address" and not led.orders:
        led = replace(led, orders=_sent_to(part.lead, scene))
    narrowed = replace(process, orders=led.orders or (tuple(held) if len(held) == 1 else ()))
    narrowed = replace(narrowed, method=led.method, reason=led.reason)
    return gathered(narrowed, part.words, scene)


def _sent_to(lead: str, scene: Scene) -> tuple[str, ...]:
    """ "I sent an order to my son's address in Denver by mistake": the one that goes there."""
    said = lead.casefold()
    found = tuple(
        order.id
        for order in scene.allowing("address")
        if re.search(rf"\b{re.escape(order.address.city.casefold())}\b", said)
    )
    return found if len(found) == 1 else ()


def still_there(process: Process, scene: Scene) -> Process:
    """Items that another process has changed meanwhile are gone."""
    held = {(order.id, line.variant_id) for order in scene.orders for line in order.lines}
    return replace(process, items=tuple(item for item in process.items if item in held))


def more_beside(process: Process, parts: Sequence[Part], said: str) -> tuple[Part, ...] | None:
    """Requests beside a plain yes; None when the words may take the yes back or add to what it is about."""
    first = re.split(
        r"(?<=[.!;])\s+|,\s+(?=(?:and|also|but|then)\b)|\s+(?:and|but) (?:also|then)\b", said.strip(), maxsplit=1
    )[0]
    other = [part for part in parts if KINDS[part.kind] != process.kind or _of_other_orders(process, part)]
    if (
        not parts
        or len(other) < len(parts)
        or first == said.strip()
        or not agrees(first)
        or hesitates(first, changed=False)
    ):
        return None
    return None if REPLACES.search(said.casefold()) else tuple(parts)


def _of_other_orders(process: Process, part: Part) -> bool:
    own = {re.sub(r"\D", "", key) for key in (*process.orders, *(key for key, _ in process.items))}
    return bool(part.orders) and not set(part.orders) & own


def same_matter(process: Process, part: Part, said: str) -> bool:
    """ "Refund it to my card" goes on with a return; "my payment method" inside a swap is how it is paid."""
    kind = KINDS[part.kind]
    if kind == process.kind:
        own = bool(process.items or process.orders)
        another = own and _of_other_orders(process, part) and not takes_back(said)
        return not (another and process.waiting in ("confirmation", "option", "reason", "method", "address"))
    if process.waiting not in ("reason", "option") and part.kind == "order" and _TELLS_WHICH.search(said.casefold()):
        return True
    if process.kind in ("return", "swap") and kind == "payment":
        return not _of_other_orders(process, part)
    return process.kind == "address" and kind == "swap" and "address" in said.casefold()


def names_it(process: Process, said: str) -> bool:
    """After talk about something else a yes must say to what: the list was not what was said last."""
    return process.age == 0 or bool(re.search(_VERBS[process.kind], said.casefold()))


def wished(process: Process, after: Process, said: str, scene: Scene) -> Process:
    """An option named in answer to "which?" is meant for the item that was asked about; else for each that has it."""
    changed = dict(after.wishes)
    for number, item in enumerate(after.items):
        line = scene.line(*item)
        product = scene.products.get(line.product_id)
        key = wish_key(item, after.items[:number].count(item))
        asked = process.waiting == "option" and process.about
        if (asked and key != process.about) or product is None or changed.get(key) != process.wishes.get(key):
            continue
        by_number = re.search(r"(?<!\d)\d{10}(?!\d)", said)
        if by_number or read_wishes(said, product, line.options):
            changed[key] = f"{changed.get(key) or changed.get(line.product_id, '')}\n{said}".strip()
    return replace(after, wishes=changed)


def names_nothing(process: Process) -> bool:
    """No item of the order that "it" was taken for: then another order may be meant."""
    return process.kind in ("return", "swap") and not (process.items or process.unclear or process.every)
