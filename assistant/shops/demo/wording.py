"""How a shop writes: articles, capitals, titles. Pure text; above: `products`."""

from __future__ import annotations

import re

_VOWEL_AHEAD = re.compile(r"\b([Aa]) (?=(?:[aeioAEIO]|8\b|8\d|8\.|11\b|18\b))")
_SMALL = {"and", "or", "of", "in", "per", "with", "to", "x", "by", "for", "up"}
_FIGURE = re.compile(r"^[-\d.,]+$")


def sentence(text: str) -> str:
    """Right articles and a capital at the start."""
    articled = _VOWEL_AHEAD.sub(r"\1n ", text)
    return articled[:1].upper() + articled[1:]


def headline(text: str) -> str:
    """Title capitals, but never on the unit after a figure: "1.8 kg", "4-Season", "100 % Merino Wool"."""
    words = text.split(" ")
    return " ".join(_capital(word, before) for before, word in zip(["", *words], words, strict=False))


def _capital(word: str, before: str) -> str:
    if _FIGURE.match(before) or word in _SMALL:
        return word
    return "-".join(part if part in _SMALL else part[:1].upper() + part[1:] for part in word.split("-"))
