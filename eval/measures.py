"""Figures with units as catalogues write them, brought to one unit, for comparing attributes with bounds (pure)."""

from __future__ import annotations

import re
from decimal import Decimal

FIGURE = re.compile(r"(?P<number>-?\d+(?:[.,]\d+)?)\s*(?P<unit>[^\W\d_]+|[\"”])?")
_SCALES: dict[str, tuple[str, str]] = {
    "mg": ("kg", "0.000001"), "g": ("kg", "0.001"), "kg": ("kg", "1"), "lb": ("kg", "0.45359237"), "oz": ("kg", "0.0283495"),
    "ml": ("l", "0.001"), "cl": ("l", "0.01"), "l": ("l", "1"), "liter": ("l", "1"), "liters": ("l", "1"),
    "litre": ("l", "1"), "litres": ("l", "1"),
    "mm": ("cm", "0.1"), "cm": ("cm", "1"), "m": ("cm", "100"), "inch": ("inch", "1"), "inches": ("inch", "1"),
    "in": ("inch", "1"), '"': ("inch", "1"), "”": ("inch", "1"),
    "min": ("h", "0.0166667"), "h": ("h", "1"), "hours": ("h", "1"), "days": ("h", "24"), "weeks": ("h", "168"),
    "w": ("w", "1"), "kw": ("w", "1000"), "mah": ("mah", "1"), "wh": ("wh", "1"), "gb": ("gb", "1"), "tb": ("gb", "1000"),
}  # fmt: skip


def measure(text: str) -> tuple[Decimal, str] | None:
    """The first figure of a text in its base unit: "1,8 kg" and "1800 g" are the same. None when there is none."""
    match = FIGURE.search(text)
    if match is None:
        return None
    number = Decimal(match["number"].replace(",", "."))
    unit = (match["unit"] or "").lower()
    base, scale = _SCALES.get(unit, (unit, "1"))
    return number * Decimal(scale), base


def within(value: str, *, least: str, most: str) -> bool:
    """Whether a catalogue's value lies between two bounds in comparable units; an empty bound bounds nothing."""
    found = measure(value)
    if found is None:
        return False
    bounds = [(measure(bound), sign) for bound, sign in ((least, 1), (most, -1)) if bound]
    return all(b is not None and b[1] == found[1] and (found[0] - b[0]) * sign >= 0 for b, sign in bounds)
