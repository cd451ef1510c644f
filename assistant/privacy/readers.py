"""Readers: every place that reads a customer's data beyond what they ask about, and the purpose that it asks the gate for.

A test holds this list against the code: whoever calls one of `SOURCES` and is not named here fails it. "asked": the customer
asks about their own, or a person serves them; that needs no consent, it is what they came for. Above: tests, docs/privacy.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

from assistant.events import Purpose

SOURCES: Final = frozenset({"known", "traits", "all_orders", "all_customers", "of_talk", "of_message"})
"""Functions and methods that give what is known of customers."""

READERS: Final[Mapping[str, Purpose | Literal["asked", "shop"]]] = {
    # module.function: purpose
    "assistant.flows.knowing.may": "asked",
    "assistant.flows.knowing.traits": "personalisation",
    "assistant.flows.knowing.known": "personalisation",
    "assistant.flows.knowing.keep": "memory",
    "assistant.memories._told": "memory",
    "assistant.customers.find": "asked",
    "assistant.flows.small_talk._greeted_by_name": "personalisation",
    "assistant.flows.open_stores.home_store": "personalisation",
    "assistant.flows.going_together._owned": "personalisation",
    "assistant.flows.for_them.arranged": "personalisation",
    "assistant.flows.for_them.offer_size": "personalisation",
    "assistant.flows.my_data.show_mine": "asked",
    "assistant.flows.my_data._bought": "asked",
    "assistant.flows.my_data._said": "asked",
    "assistant.flows.my_data._meant": "asked",
    "assistant.flows.my_data._anything": "asked",
    "assistant.flows.my_data.forget_mine": "asked",
    "assistant.flows.privacy_choices._choose": "asked",
    "assistant.flows.privacy_choices._forget_all": "asked",
    "assistant.desk.copilot.known": "asked",
    "assistant.customer_context.bought_together": "personalisation",
    "assistant.customer_context._orders_to_count": "personalisation",
}
SHOPS_OWN: Final = ("assistant.shops.", "channels.command_line.", "channels.desk.")
"""The shop's own tools (import, export, its agents) read its records for the shop and the order at hand."""
