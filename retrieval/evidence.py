"""Evidence: a thing found, with its source, so that a reply can be checked against it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

Kind = Literal["product", "policy", "order", "store", "profile"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    kind: Kind
    id: str
    title: str
    text: str = ""
    """What may be quoted, verbatim from the source."""
    fields: Mapping[str, str] = field(default_factory=dict)
    """Named facts as shown to people: price, availability, weight…"""
    score: float = 0.0
    """Relevance in [0, 1]; only comparable within one search."""
    as_of: datetime | None = None
