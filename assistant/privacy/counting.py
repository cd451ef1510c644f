"""Counting over all customers' orders: only those who let it be, each by the same decision as everywhere (blocking, few reads).

Above: `customer_context` (bought together), whoever counts for the shop. Below: `purposes`, `choices`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from assistant.events import Purpose
from assistant.privacy.choices import Choices
from assistant.privacy.purposes import ConsentRules, turned_off_by
from assistant.shops.phone_numbers import region_of
from assistant.shops.records import Customer, Order


def may_be_counted(
    rules: ConsentRules, choices: Choices, customers: Iterable[Customer], purpose: Purpose = "personalisation"
) -> Callable[[Order], bool]:
    """Two reads for all of them. Raises StoreUnavailable, ShopUnavailable."""
    off = set(choices.refused(purpose))
    off |= {one.id for one in customers if purpose in turned_off_by(one, rules)}
    on = choices.given(purpose)

    def lets(order: Order) -> bool:
        if order.customer_id in off:
            return False
        return order.customer_id in on or rules.default(purpose, region_of(order.address.country))

    return lets
