"""What a reader of a feed yields, row by row. Values only; readers are above, the records' words below."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import BinaryIO, Protocol

from assistant.errors import AssistantError
from assistant.ports import ShopInfo
from assistant.shops.floor_plan import FloorPlan, Placement
from assistant.shops.records import Customer, Order, Store
from retrieval.catalogue import Product
from retrieval.errors import RefusedRow
from retrieval.policies import Policy


@dataclass(frozen=True, slots=True, kw_only=True)
class OptionNames:
    """How a shop itself spells the names of options, by product: {"123": {"ram": "RAM"}}. Needed to give its file back."""

    names: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


Record = Product | Store | FloorPlan | Placement | Customer | Order | Policy | ShopInfo | OptionNames


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    line: int
    record: Record


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """Something the reader left out or took another way, and the shop should know."""

    line: int
    text: str


FeedItem = Accepted | RefusedRow | Note


class UnreadableFeed(AssistantError):
    """The file as a whole cannot be read; nothing of it was taken."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class BadField(ValueError):
    """One row cannot be taken. The text is the reason, with the way out."""


class FeedReader(Protocol):
    def __call__(self, source: BinaryIO, *, currency: str) -> Iterator[FeedItem]:
        """Items in the file's order, read as it goes. `currency` counts where the file names none. Raises UnreadableFeed."""
        ...
