"""Commands: what a message asks for, typed. Understanding writes them, flows carry them out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from retrieval.constraints import Need

FlowName = Literal[
    "find_products",
    "more_products",
    "compare",
    "check_stock",
    "find_store",
    "where_in_store",
    "add_to_cart",
    "change_cart",
    "remove_from_cart",
    "show_cart",
    "empty_cart",
    "check_out",
    "track_order",
    "list_orders",
    "change_order",
    "serve_orders",
    "my_data",
    "for_mine",
    "goes_with",
    "alike",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """Words that point at products already on the table; `references.resolve` finds which."""

    kind: Literal["ordinal", "pronoun", "described", "all", "title", "superlative", "other", "id"]
    position: int = 0
    """Of an ordinal: 1 is the first, -1 the last."""
    text: str = ""
    """Of a description or title: "the blue one" -> "blue"; of a superlative: "cheapest"; of an id: the product id."""
    count: int = 0
    """Of "both" or "all three"; 0 for "all"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StartFlow:
    flow: FlowName
    need: Need | None = None
    tentative: bool = False
    """Only worth showing when the words asked for are found: else the message was not understood."""
    refine: bool = False
    """The need changes the last search instead of starting a new one."""
    direction: Literal["cheaper", "dearer", "lighter", "better_rated", "other_brands", ""] = ""
    references: tuple[Reference, ...] = ()
    quantity: int | None = None
    words: str = ""
    """The segment's own words, in which a product's options are looked for: "the black one in L"."""
    any_variant: bool = False
    """The customer said that colour or size do not matter."""
    place: str = ""
    """A store's id, or words that may name a place."""
    near: bool = False
    """Around that place, not only in it."""
    order: str = ""
    change: str = ""
    """Of change_order: cancel, return, exchange, address, payment."""
    topic: str = ""
    """Of where_in_store: a kind of spot. Of find_store: hours, address, phone, list. Of my_data: show, forget, told, bought, said;
    off, on (`change` names the purpose), erase, download."""
    variant: str = ""
    """A variant's id, from a button."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """A question of fact: about products on the table, or about the shop's rules."""

    about: Literal["product", "policy"]
    question: str
    references: tuple[Reference, ...] = ()
    attribute: str = ""
    """The catalogue's attribute it asks for, if that is clear: "weight"."""
    topic: str = ""
    """Of a policy question: words of the policy's title and, behind a bar, of what answers: "returns | who pays"."""
    person: bool = False
    """Of a policy question: something is wrong, so a person is offered with the answer."""
    need: Need | None = None
    """The product it describes when none is on the table: "is the Fjell 2 waterproof?"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FillSlot:
    """Facts given: who they are, which order."""

    email: str = ""
    first_name: str = ""
    last_name: str = ""
    zip_code: str = ""
    order: str = ""
    forgot: bool = False
    """They don't know what was asked for: another way is offered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choose:
    references: tuple[Reference, ...]
    words: str = ""
    any_variant: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirm:
    confirmation_id: str = ""
    """Of a button; a typed yes has none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decline:
    confirmation_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Correct:
    """ "No, the other one", "I meant boots"."""

    references: tuple[Reference, ...] = ()
    need: Need | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelFlow:
    """ "Never mind." """


@dataclass(frozen=True, slots=True, kw_only=True)
class Greet:
    kind: Literal[
        "hello",
        "thanks",
        "bye",
        "how_are_you",
        "who_are_you",
        "what_can_you_do",
        "assortment",
        "praise",
        "complaint",
        "abuse",
        "distress",
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class TalkToHuman:
    reason: str = "asked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Unclear:
    text: str
    kind: Literal["unclear", "off_topic", "cannot", "instructions", "not_yours"] = "unclear"
    """cannot: something a shop's assistant might do elsewhere, and this one can't; `text` names it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeakLanguage:
    """ "Can we go on in Spanish?" """

    language: str
    """Its code, ISO 639-1."""


Command = (
    StartFlow
    | Ask
    | FillSlot
    | Choose
    | Confirm
    | Decline
    | Correct
    | CancelFlow
    | Greet
    | TalkToHuman
    | SpeakLanguage
    | Unclear
)
