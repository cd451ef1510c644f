"""Which variant of a product is meant: the options' own values, looked for in the customer's words (pure)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from retrieval.catalogue import Product, Variant
from retrieval.constraints import Need

_SIZES = {"small": "s", "medium": "m", "large": "l", "extra large": "xl", "x large": "xl", "2xl": "xxl", "3xl": "xxxl"}
_TOKEN = re.compile(r"[a-z0-9]+(?:[.,]\d+)?")
_COLOURS = (
    "black white grey gray blue navy red green olive teal orange yellow purple pink brown beige sand silver gold cream"
)
COLOUR_WORDS = frozenset(_COLOURS.split())
_BARE_SIZE = re.compile(
    r"\b(?:size|in|an?) (xxs|xs|s|m|l|xl|xxl|xxxl|small|medium|large|extra large|\d{2}(?:[.,]5)?)\b"
)


def _tokens(text: str) -> list[str]:
    lowered = text.lower().replace("'", "")
    for name, short in _SIZES.items():
        lowered = re.sub(rf"\b{name}\b", short, lowered)
    return _TOKEN.findall(lowered)


def says(value: str, text: str) -> bool:
    """Whether the words name this option value: whole ("dark blue"), joined ("16kg"), or by its first word ("L (59-63 cm)")."""
    said, own = _tokens(text), _tokens(value.split("(")[0])
    if not own:
        return False
    joined = "".join(own)
    runs = {"".join(said[start : start + len(own)]) for start in range(len(said))}
    return joined in runs or joined in said


def says_part(value: str, text: str) -> bool:
    """Whether the words name a part of it that tells: "blue" for "dark blue", "L" for "L/XL"."""
    said = set(_tokens(text))
    return any(part in said for part in _tokens(value.split("(")[0]) if part in COLOUR_WORDS or len(part) <= 3)


def named_options(product: Product, text: str) -> dict[str, tuple[str, ...]]:
    """By option, the product's own values that the words name; nothing for an option they don't speak of."""
    found: dict[str, tuple[str, ...]] = {}
    for name in dict.fromkeys(name for v in product.variants for name in v.options):
        values = list(dict.fromkeys(v.options[name] for v in product.variants if name in v.options))
        meant = [value for value in values if says(value, text)] or [
            value for value in values if says_part(value, text)
        ]
        if meant:
            found[name] = tuple(meant)
    return found


def unknown_options(product: Product, text: str, need: Need) -> tuple[str, ...]:
    """Colours and sizes that the words ask for and the product does not come in."""
    named = named_options(product, text)
    missing: list[str] = []
    wanted = {value for f in need.filters if f.field == "colour" and f.operator in ("=", "in") for value in f.values}
    if wanted and "colour" not in named and any("colour" in v.options for v in product.variants):
        missing.append(sorted(wanted, key=len)[0])
    size = _BARE_SIZE.search(text)
    if size and "size" not in named and any("size" in v.options for v in product.variants):
        missing.append(size.group(1).upper())
    return tuple(missing)


def fitting(product: Product, options: dict[str, tuple[str, ...]]) -> list[Variant]:
    return [v for v in product.variants if all(v.options.get(name) in values for name, values in options.items())]


def open_option(variants: Sequence[Variant]) -> tuple[str, list[str]]:
    """The first option in which the variants still differ, and its values; ("", []) when one is left."""
    for name in dict.fromkeys(name for v in variants for name in v.options):
        values = list(dict.fromkeys(v.options[name] for v in variants if name in v.options))
        if len(values) > 1:
            return name, values
    return "", []
