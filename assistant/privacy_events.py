"""Facts of privacy and of what can no longer, or not yet, be read. Parts of `events.Fact`.

Above: events, which everybody imports them from.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

Purpose = Literal["personalisation", "memory", "recording", "analytics", "marketing", "training"]
PURPOSES: tuple[Purpose, ...] = get_args(Purpose)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentChanged:
    """The customer, their browser (Global Privacy Control) or the shop said what may be done with their data."""

    purpose: Purpose
    given: bool
    source: Literal["customer", "browser", "shop", "agent"] = "customer"
    notice: str = ""
    """Version of the words that were shown when they chose."""
    client_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DataErased:
    """What was said before this was made unreadable for good."""

    request_id: str
    scope: Literal["conversation", "customer"]
    reason: Literal["asked", "retention", "shop"] = "asked"


@dataclass(frozen=True, slots=True, kw_only=True)
class FactErased:
    """Stands where a fact was whose key was destroyed. Never written: it is what reading such a row gives."""

    was: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FactUnknown:
    """Stands where a newer release wrote a fact that this one does not know. Never written: it is what reading gives."""

    was: str
