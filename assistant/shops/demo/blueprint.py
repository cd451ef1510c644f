"""The words in which the demo's departments are written: categories, kinds of article, and how values follow quality.

Above: the tables in `departments`. Below: only the catalogue's own words. An attribute is a literal ("yes"), a choice
("nylon|polyester"), a choice by the brand's level (budget, middle, premium), or a span that runs with quality.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random

from retrieval.catalogue import Audience


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A figure from `budget` at quality 0 to `premium` at quality 1; it may run down, as weight does."""

    budget: float
    premium: float
    unit: str
    step: float


ByLevel = tuple[str, str, str]
Spec = str | ByLevel | Span


def span(budget: float, premium: float, unit: str, step: float = 1) -> Span:
    return Span(budget=budget, premium=premium, unit=unit, step=step)


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """A sentence that holds only where an attribute has this value."""

    attribute: str
    value: str
    text: str


def only_if(attribute: str, value: str, text: str) -> Clause:
    return Clause(attribute=attribute, value=value, text=text)


Sentence = str | Clause


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """One option of the variants, with what each value does to the price."""

    name: str
    values: Mapping[str, float]
    least: int = 2
    most: int = 99
    ordered: bool = True
    """Ordered values are offered as a run without holes (S to XL); others as a free pick (colours)."""


def options(name: str, values: Mapping[str, float], least: int = 2, most: int = 99) -> Axis:
    return Axis(name=name, values=values, least=least, most=most)


def colours(names: str, least: int = 2, most: int = 4) -> Axis:
    return Axis(name="colour", values=dict.fromkeys(names.split(), 1.0), least=least, most=most, ordered=False)


def materials(values: Mapping[str, float]) -> Axis:
    return Axis(name="material", values=values, least=2, most=3, ordered=False)


APPAREL = Axis(name="size", values={"XS": 1, "S": 1, "M": 1, "L": 1, "XL": 1, "XXL": 1}, least=5)
"""Sizes for grown-ups; `products` puts children's or shoe sizes in its place where the audience asks for them."""
SHOES = Axis(name="size", values={str(size): 1 for size in range(36, 49)}, least=6)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One sort of article within a category: what the title calls it, what it costs at middle quality, what sets it apart."""

    noun: str
    price: float
    attributes: Mapping[str, Spec]
    audience: Audience = ""
    """Empty: the category's own audiences are drawn from."""
    axes: tuple[Axis, ...] = ()
    """In place of the category's axes, where given."""


def kind(noun: str, price: float, *, audience: Audience = "", axes: tuple[Axis, ...] = (), **attributes: Spec) -> Kind:
    """Attribute names are written with underscores: battery_life="8 h"."""
    return Kind(noun=noun, price=price, audience=audience, axes=axes, attributes=spaced(attributes))


def spaced(attributes: Mapping[str, Spec]) -> dict[str, Spec]:
    return {name.replace("_", " "): spec for name, spec in attributes.items()}


def attributes(**specs: Spec) -> dict[str, Spec]:
    return spaced(specs)


@dataclass(frozen=True, slots=True, kw_only=True)
class Category:
    path: tuple[str, str, str]
    kinds: tuple[Kind, ...]
    attributes: Mapping[str, Spec]
    axes: tuple[Axis, ...]
    highlights: tuple[str, ...]
    """What may close a title: templates over the attributes."""
    openers: tuple[Sentence, ...]
    details: tuple[Sentence, ...]
    voice: str
    """Which reviewers speak of it: a key of `reviews.VOICES`."""
    names: str
    """Which models' names it draws from: a key of `names.MODEL_NAMES`."""
    audiences: tuple[Audience, ...] = ("unisex",)


def value_of(spec: Spec, rng: Random, *, level: int, quality: float) -> str:
    """The value as shown to people. `level` is 1 to 3, `quality` 0 to 1."""
    if isinstance(spec, Span):
        return figure(spec, quality + rng.uniform(-0.08, 0.08))
    text = spec if isinstance(spec, str) else spec[level - 1]
    return rng.choice(text.split("|"))


def figure(spec: Span, quality: float) -> str:
    bounded = min(1.0, max(0.0, quality))
    steps = round((spec.budget + (spec.premium - spec.budget) * bounded) / spec.step)
    return f"{round(steps * spec.step, 3):g} {spec.unit}".strip()
