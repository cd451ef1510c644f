"""Context: what the conversation is about now, kept in the log by `context_changed` and never anywhere else."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

import msgspec

from assistant.conversation import Conversation
from retrieval.catalogue import ProductId
from retrieval.constraints import Need

Slot = Literal["identity", "order", "place", "product", "variant", "need", "go_ahead", "phone", "message"]
Topic = Literal["products", "cart", "orders", "policy", "stores", ""]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The open question: what the next words most likely answer."""

    slot: Slot
    flow: str
    """The flow that goes on with the answer."""
    slots: dict[str, Any] = field(default_factory=dict)
    """What that flow has gathered so far, of plain values."""
    tries: int = 0
    age: int = 0
    """Turns since it was asked: a digression may come between a question and its answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """Something that the customer said of themselves: "I wear 42"."""

    trait: str
    value: str
    words: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    need: Need | None = None
    """The last search, as it was carried out: what "cheaper" and "in blue" refine."""
    shown: tuple[ProductId, ...] = ()
    """The last products shown, in order: what "the second one" refers to."""
    seen: tuple[ProductId, ...] = ()
    """All products shown for this need, so that "more" brings others."""
    focus: tuple[ProductId, ...] = ()
    """The products talked about last: what "it" and "both" refer to. Newest first."""
    topic: Topic = ""
    place: str = ""
    """The store id of the place the customer named last."""
    order: str = ""
    """The order talked about last."""
    asked: Asked | None = None
    language: str = ""
    """What the customer writes, once that was told; sticky, because a short message tells nothing."""
    language_basis: str = ""
    """What that rests on, as `understanding.languages` has it."""
    leaning: str = ""
    """Another language, in which the last message was clearly written: one more and it is taken."""
    question: str = ""
    """The last question of fact, so that "and the second?" and "even if I opened it?" can follow it."""
    attribute: str = ""
    """The attribute it asked for, when it was about a product."""
    titles: dict[str, str] = field(default_factory=dict)
    """Titles of the products on the table, by id."""
    last_added: tuple[str, ...] = ()
    """Variant ids put into the cart last: what "make it two" refers to."""
    told: tuple[Told, ...] = ()
    """What they said of themselves in this conversation, oldest first."""
    forgot_talk: bool = False
    """They asked that this conversation be not remembered."""
    offered: tuple[str, ...] = ()
    """What was offered unasked: once is enough."""
    troubles: tuple[str, ...] = ()
    """How the last replies ended: "unclear", "refused", or "" for neither."""
    process: dict[str, Any] = field(default_factory=dict)
    """The open process at the service desk, as `flows.process` keeps it; beside `asked`, so that a digression that asks
    something of its own does not lose it."""


def context_of(conversation: Conversation) -> Context:
    """The typed context; an empty one when a newer or older release wrote what this one cannot read."""
    try:
        return msgspec.convert(dict(conversation.context), type=Context, strict=False)
    except msgspec.ValidationError:
        return Context()


def to_plain(context: Context) -> dict[str, Any]:
    """As it stands in the log: JSON values only."""
    plain: dict[str, Any] = msgspec.to_builtins(context)
    return plain
