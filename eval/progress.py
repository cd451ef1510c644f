"""Progress: how far a scripted conversation has come, as its customer can see it; and Exchange, what one turn brought.

Folded from the facts of protocol.md alone, so that it is the same in process and over HTTP. Above: `checking`, `dialogue`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import msgspec

from assistant.events import (
    FACTS_BY_TYPE,
    AgentJoined,
    AgentLeft,
    AssistantSaid,
    Card,
    Cart,
    CartChanged,
    Citation,
    ConfirmationAsked,
    CustomerIdentified,
    Fact,
    HandoffRequested,
    QuickReply,
    ToolCalled,
    TurnFailed,
    empty_cart,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """What came back after something was said. `refused` is the problem's code when it was not accepted."""

    facts: tuple[Fact, ...] = ()
    seconds: float = 0.0
    refused: str = ""
    unserved: bool = False
    """Neither a reply nor a failed turn came within the deadline."""

    @property
    def reply(self) -> AssistantSaid | None:
        return next((fact for fact in reversed(self.facts) if isinstance(fact, AssistantSaid)), None)

    @property
    def failed(self) -> str:
        return next((fact.code for fact in self.facts if isinstance(fact, TurnFailed)), "")

    @property
    def text(self) -> str:
        return self.reply.text if self.reply else ""

    @property
    def cards(self) -> tuple[Card, ...]:
        return self.reply.cards if self.reply else ()

    @property
    def citations(self) -> tuple[Citation, ...]:
        return self.reply.citations if self.reply else ()

    @property
    def quick_replies(self) -> tuple[QuickReply, ...]:
        return self.reply.quick_replies if self.reply else ()

    @property
    def product_cards(self) -> tuple[Card, ...]:
        return tuple(card for card in self.cards if card.kind == "product")

    @property
    def tools(self) -> tuple[str, ...]:
        return tuple(fact.name for fact in self.facts if isinstance(fact, ToolCalled))

    @property
    def asked_to_confirm(self) -> bool:
        return any(isinstance(fact, ConfirmationAsked) for fact in self.facts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    said: tuple[str, ...] = ()
    """All that the customer typed so far."""
    shown: tuple[Card, ...] = ()
    """Cards of the last reply that had any: what `press` presses."""
    listed: tuple[Card, ...] = ()
    """Product cards of the last reply with two or more: what "the second one" means."""
    offered: tuple[QuickReply, ...] = ()
    cart: Cart = field(default_factory=lambda: empty_cart("USD"))
    customer_id: str = ""
    handed_over: bool = False
    last_text: str = ""

    def saying(self, words: str) -> Progress:
        return replace(self, said=(*self.said, words))

    def after(self, exchange: Exchange) -> Progress:
        state = self
        for fact in exchange.facts:
            state = state._applying(fact)
        return state

    def _applying(self, fact: Fact) -> Progress:
        match fact:
            case AssistantSaid():
                products = tuple(card for card in fact.cards if card.kind == "product")
                return replace(
                    self,
                    shown=fact.cards or self.shown,
                    listed=products if len(products) > 1 or not self.listed else self.listed,
                    offered=fact.quick_replies,
                    last_text=fact.text or self.last_text,
                )
            case CartChanged(cart=cart):
                return replace(self, cart=cart)
            case CustomerIdentified(customer_id=customer_id):
                return replace(self, customer_id=customer_id)
            case HandoffRequested() | AgentJoined():
                return replace(self, handed_over=True)
            case AgentLeft():
                return replace(self, handed_over=False)
            case _:
                return self


def facts_from_wire(events: Iterable[Mapping[str, Any]]) -> tuple[Fact, ...]:
    """Of events as protocol.md shows them; unknown types are skipped."""
    known = (event for event in events if event["type"] in FACTS_BY_TYPE)
    return tuple(msgspec.convert(event["data"], type=FACTS_BY_TYPE[event["type"]]) for event in known)
