"""Expectations: what a scripted shopper's turn must lead to, as conditions on the result, never as product ids.

Read from a suite's YAML by `scenarios`, decided by `checking`. All conditions given must hold; one that is not given is
not looked at. Patterns are regular expressions, searched without regard to case.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator


def _compiles(pattern: str) -> str:
    try:
        re.compile(pattern)
    except re.error as error:
        raise ValueError(f"{pattern!r} is not a regular expression: {error}") from error
    return pattern


def _as_tuple(value: object) -> object:
    """A single value may stand for a list of one; YAML's numbers may stand for words."""
    values = value if isinstance(value, list | tuple) else [value]
    return tuple(str(item) if isinstance(item, int | float) and not isinstance(item, bool) else item for item in values)


Words = Annotated[tuple[str, ...], BeforeValidator(_as_tuple)]
Patterns = Annotated[tuple[Annotated[str, AfterValidator(_compiles)], ...], BeforeValidator(_as_tuple)]
Sorting = Literal["price_ascending", "price_descending", "rating"]


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Measure(Strict):
    """A bound on a measured attribute, in any unit that `checking` knows: {max: 1.5 kg}."""

    min: str = ""
    max: str = ""


class CardsExpected(Strict):
    """Of the product cards of the reply. Every card must meet every condition; options, stock, store and price together by
    one and the same variant."""

    min: int = 1
    max: int = 12
    category_any: Words = ()
    title_any: Patterns = ()
    price_max: Decimal | None = None
    price_min: Decimal | None = None
    option: dict[str, Words] = {}
    option_not: dict[str, Words] = {}
    """The variant that the card stands for (any that meets the rest) has none of these values."""
    attribute: dict[str, Words | Measure] = {}
    """One of the words is contained in the attribute's value, or the figure lies within the bounds."""
    attribute_not: dict[str, Words] = {}
    """Neither attribute nor option of that name contains any of the words."""
    brand_in: Words = ()
    brand_not_in: Words = ()
    audience_in: Words = ()
    rating_min: float | None = None
    in_stock: bool = False
    store: str = ""
    """A city or store name: the variant is in stock there."""
    cheaper_than_before: bool = False
    """The mean price is lower than that of the cards before, and none costs more than the dearest of them."""
    dearer_than_before: bool = False
    sorted: Sorting | None = None
    of_list: Annotated[tuple[int, ...], BeforeValidator(lambda v: tuple(v) if isinstance(v, list) else (v,))] = ()
    """Exactly these positions (from 1; -1 is the last) of the last reply that showed two products or more."""
    within_list: bool = False
    """No product that the last list did not have."""
    new: bool = False
    """At least one product that the last reply with cards did not show."""


class CartExpected(Strict):
    lines: int | None = None
    units: int | None = None
    empty: bool = False
    contains_category: Words = ()
    """Each of them has at least one line."""
    lacks_category: Words = ()
    contains_option: dict[str, Words] = {}
    """One line has all of them."""
    contains_list: Annotated[tuple[int, ...], BeforeValidator(lambda v: tuple(v) if isinstance(v, list) else (v,))] = ()
    """Positions of the last list, as in CardsExpected.of_list."""


class StoresExpected(Strict):
    min: int = 1
    any: Patterns = ()
    """At least one store card or citation whose title or text matches."""


class OrdersExpected(Strict):
    """Orders named by card or citation: all are the scenario's customer's own."""

    min: int = 1
    max: int = 50
    status_any: Words = ()


Positions = Annotated[tuple[int, ...], BeforeValidator(lambda v: tuple(v) if isinstance(v, list) else (v,))]


class Expectation(Strict):
    cards: CardsExpected | None = None
    no_cards: bool = False
    """No product card."""
    about: Positions = ()
    """Cards or product citations carry these positions of the last list."""
    answers: Words = ()
    """At least one of these attributes that the product has is in the text and quoted in a product citation; when it has none
    of them, the text says that it is not known. The product: each of `about`'s, else any that is carded or cited."""
    says_unknown: bool = False
    says_cannot: bool = False
    says_relaxed: bool = False
    """Owns up that nothing matches exactly."""
    cites: Patterns = ()
    """Each matches a policy citation's id or title, whose quote stands verbatim in the policy."""
    stores: StoresExpected | None = None
    orders: OrdersExpected | None = None
    no_orders: bool = False
    """Nothing of any order that the customer did not write: no card, no citation, no tracking."""
    cart: CartExpected | None = None
    cart_unchanged: bool = False
    confirmation: bool = False
    tool: Words = ()
    """At least one of them was called."""
    no_tool: Words = ()
    asks: bool | None = None
    """True: one of the last two sentences is a question, or a request ("please give me your e-mail address")."""
    handoff: bool | None = None
    """The conversation waits for a person, or has one, after this turn."""
    identified: bool | None = None
    language: str = ""
    text_any: Patterns = ()
    text_all: Patterns = ()
    text_none: Patterns = ()
    max_words: int = 160
    refused: str = ""
    """The message is not accepted, with this code: no turn follows."""
    either: tuple[Expectation, ...] = Field(default=())
    """At least one of these holds, beside everything else."""

    @model_validator(mode="after")
    def _not_both(self) -> Expectation:
        if self.no_cards and self.cards is not None:
            raise ValueError("'cards' and 'no_cards' exclude each other")
        return self

    @property
    def lines(self) -> tuple[str, ...]:
        """As they were written, a line each, for people to read beside what came."""
        return tuple(f"{_words(name)}: {_plain(value)}" for name, value in self._written().items())

    def _written(self) -> dict[str, Any]:
        return self.model_dump(mode="json", exclude_defaults=True)


def _words(name: str) -> str:
    return name.replace("_", " ")


def _plain(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{_words(name)} {_plain(one)}" for name, one in value.items())
    if isinstance(value, list):
        return " or ".join(_plain(one) for one in value)
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)
