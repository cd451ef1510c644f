"""What a scripted shopper really types: placeholders filled from what was shown and from the shop's orders (pure)."""

from __future__ import annotations

import re

from eval.dialogue.scenarios import PLACEHOLDER
from eval.dialogue.shop_facts import ShopFacts
from eval.progress import Progress


class CannotSay(Exception):
    """The script refers to something that this conversation has not: the turn is not reached."""


def typed(says: str, before: Progress, shop: ShopFacts, customer_id: str) -> str:
    """Raises CannotSay."""

    def filled(match: re.Match[str]) -> str:
        what, which = match[1], match[2] or ""
        if what in ("card", "name"):
            return _of_card(before, int(which or 1), in_short=what == "name")
        return _of_records(what, which, shop, customer_id)

    return PLACEHOLDER.sub(filled, says)


def _of_card(before: Progress, position: int, *, in_short: bool) -> str:
    if not 1 <= position <= len(before.listed):
        raise CannotSay(f"no product number {position} was shown")
    title = before.listed[position - 1].title
    return " ".join(title.split()[:2]).lower() if in_short else title


def _of_records(what: str, which: str, shop: ShopFacts, customer_id: str) -> str:
    others = next((c for c in shop.customers.values() if c.id != customer_id and shop.orders_of(c.id)), None)
    if what == "other_email" and others is not None:
        return others.email
    owner = customer_id if what == "own_order" else (others.id if others else "")
    orders = [order.id for order in shop.orders_of(owner) if not which or order.status == which]
    if not orders:
        raise CannotSay(f"the shop has no {which} order to name".replace("  ", " "))
    return orders[0]
