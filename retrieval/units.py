"""Measures as shops write them, in one base unit each: "1.8 kg", "64 oz", "3-person". Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    number: Decimal
    """In `unit`."""
    unit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    base: str
    factor: Decimal


def _table(*rows: tuple[str, str, str]) -> Mapping[str, Unit]:
    return {name: Unit(base=base, factor=Decimal(factor)) for base, factor, names in rows for name in names.split()}


UNITS = _table(
    ("kg", "1", "kg kgs kilo kilos kilogram kilograms kilogramme kilogrammes"),
    ("kg", "0.001", "g gr gram grams gramme grammes"),
    ("kg", "0.45359237", "lb lbs pound-weight pounds-weight"),
    ("kg", "0.028349523125", "oz ounce ounces"),
    ("l", "1", "l lt ltr litre litres liter liters"),
    ("l", "0.001", "ml millilitre millilitres milliliter milliliters"),
    ("l", "0.01", "cl"),
    ("l", "3.785411784", "gal gallon gallons"),
    ("l", "0.946352946", "qt quart quarts"),
    ("cm", "1", "cm cms centimetre centimetres centimeter centimeters"),
    ("cm", "0.1", "mm millimetre millimetres millimeter millimeters"),
    ("cm", "100", "m metre metres meter meters"),
    ("cm", "30.48", "ft foot feet"),
    ("km", "1", "km kilometre kilometres kilometer kilometers"),
    ("inch", "1", "inch inches"),
    ("w", "1", "w watt watts"),
    ("w", "1000", "kw kilowatt kilowatts"),
    ("wh", "1", "wh"),
    ("mah", "1", "mah"),
    ("v", "1", "v volt volts"),
    ("hz", "1", "hz hertz"),
    ("lm", "1", "lm lumen lumens"),
    ("db", "1", "db decibel decibels"),
    ("h", "1", "h hr hrs hour hours"),
    ("h", "0.016666666666666667", "min mins minute minutes"),
    ("year", "1", "year years yr yrs"),
    ("gb", "1", "gb gigabyte gigabytes gig gigs"),
    ("gb", "1024", "tb terabyte terabytes"),
    ("mp", "1", "mp megapixel megapixels"),
    ("person", "1", "person persons people man"),
    ("bar", "1", "bar bars"),
    ("°c", "1", "°c celsius degrees degree"),
)

USUAL_ATTRIBUTES: Mapping[str, tuple[str, ...]] = {
    "kg": ("weight",),
    "l": ("capacity", "volume"),
    "cm": ("length", "height", "width"),
    "person": ("persons", "capacity", "sleeps"),
    "w": ("power",),
    "mah": ("battery capacity", "capacity"),
    "h": ("battery life", "battery", "runtime"),
    "gb": ("storage", "memory"),
    "inch": ("screen size", "screen", "size", "diagonal"),
    "lm": ("brightness",),
}
"""Which attribute a unit means where several carry it and none is named."""

EXACT_UNITS = frozenset({"person", "gb", "v", "hz"})
"""Said without a bound, these are meant exactly; others within a tenth."""

_ALONE = re.compile(
    r"^\s*(?:approx\.?|about|ca\.?|up to|~)?\s*(-?\d+(?:[.,]\d+)?)[\s-]*([^\W\d_°]+|°c)\.?\s*$", re.IGNORECASE
)
_BARE = re.compile(r"^\s*\d{1,6}(?:\.\d+)?\s*$")


def unit_of(word: str) -> Unit | None:
    return UNITS.get(word)


def tolerance_of(base: str) -> Decimal:
    """How far from a figure said without a bound a product may be, as a share of it."""
    return Decimal("0.03") if base == "inch" else Decimal("0.1")


def plain(number: Decimal) -> Decimal:
    """At most four places, no exponent and no trailing zeros: as shops would print it."""
    rounded = number.quantize(Decimal("0.0001")).normalize()
    return rounded.quantize(Decimal(1)) if rounded == rounded.to_integral_value() else rounded


def measure(number: Decimal, word: str) -> Measure | None:
    """In the base unit."""
    unit = UNITS.get(word)
    if unit is None:
        return None
    return Measure(number=plain(number * unit.factor), unit=unit.base)


def read_measure(text: str) -> Measure | None:
    """A value that is one number and one unit, nothing else."""
    found = _ALONE.match(text) if len(text) <= 40 else None
    if found is None:
        return None
    try:
        return measure(Decimal(found[1].replace(",", ".")), found[2].lower())
    except InvalidOperation:
        return None


def named_measure(name: str, shown: str) -> Measure | None:
    """A bare number whose unit is the attribute's own name: {"persons": "3"}."""
    if not _BARE.match(shown):
        return None
    return measure(Decimal(shown.strip()), name.strip().lower())
