"""Say-acts: what a reply has to get across, before any word is chosen. Flows make them, the writer words them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from assistant.events import Card, Citation, QuickReply


@dataclass(frozen=True, slots=True, kw_only=True)
class _Act:
    about: str
    """The key of its template: "found", "attribute"."""
    values: Mapping[str, str | int] = field(default_factory=dict)
    """What the template may name, as shown to people."""
    lines: tuple[str, ...] = ()
    """A list that follows the sentence, one item a line."""
    cards: tuple[Card, ...] = ()
    citations: tuple[Citation, ...] = ()
    quick_replies: tuple[QuickReply, ...] = ()


class Inform(_Act):
    """States facts."""

    __slots__ = ()


class Offer(_Act):
    """Proposes what to do next."""

    __slots__ = ()


class AskSlot(_Act):
    """Asks for something missing."""

    __slots__ = ()


class AskConfirmation(_Act):
    """Asks for a yes to exactly this."""

    __slots__ = ()


class Refuse(_Act):
    """Says what is not done, and why or what instead."""

    __slots__ = ()


class Apologise(_Act):
    """Something went wrong, or nothing was found."""

    __slots__ = ()


class Greet(_Act):
    """Small talk."""

    __slots__ = ()


SayAct = Inform | Offer | AskSlot | AskConfirmation | Refuse | Apologise | Greet
