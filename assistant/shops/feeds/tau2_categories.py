"""A category for what the benchmark's shop sells: it names none, and people search by them. Pure; above it: `tau2`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

Category = tuple[str, ...]

_WORDS: Final[Mapping[Category, str]] = {
    ("Clothing", "Shoes"): "shoes sneakers boots sandals",
    ("Clothing", "Tops"): "t-shirt shirt jacket sweater",
    ("Clothing", "Accessories"): "sunglasses wristwatch watch backpack luggage",
    ("Electronics", "Computers"): "laptop tablet e-reader keyboard mouse",
    ("Electronics", "Phones and wearables"): "smartphone charger",
    ("Electronics", "Audio"): "speaker earbuds headphones",
    ("Electronics", "Cameras"): "camera",
    ("Home", "Kitchen"): "coffee espresso kettle bottle grill",
    ("Home", "Appliances"): "vacuum purifier thermostat",
    ("Home", "Furniture and light"): "lamp chair bookshelf bulb clock",
    ("Home", "Garden"): "garden patio hose umbrella",
    ("Home", "Pets"): "pet",
    ("Sport", "Equipment"): "yoga dumbbell skateboard",
    ("Sport", "Cycling"): "bicycle cycling helmet",
    ("Beauty", "Care"): "toothbrush makeup perfume",
    ("Leisure", "Stationery and games"): "notebook puzzle",
}
_BY_WORD = {word: category for category, words in _WORDS.items() for word in words.split()}


def category_of(title: str) -> Category:
    """By the last telling word of the title, where the noun stands; empty when none tells."""
    words = title.lower().split()
    if words[:1] == ["smart"] and words[-1:] == ["watch"]:
        return ("Electronics", "Phones and wearables")
    return next((_BY_WORD[word] for word in reversed(words) if word in _BY_WORD), ())
