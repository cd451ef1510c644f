"""Sizes as shops write them and as people say them: "m" is "m", "s/m" and "m (55-59 cm)", "40" is "eu 40" and "39-41". Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

_SIZE_WORDS = {
    "extra small": "xs", "small": "s", "medium": "m", "large": "l", "extra large": "xl", "xx large": "xxl", "2xl": "xxl",
    "xxl": "2xl", "3xl": "xxxl", "xxxl": "3xl", "s": "small", "m": "medium", "l": "large", "xl": "extra large",
}  # fmt: skip


def forms_of_size(value: str) -> Iterator[str]:
    """What a shop's size answers to."""
    yield value
    head = re.split(r"\s*\(|\s+(?=\d)", value)[0]
    yield head
    yield from head.split("/")
    if (span := re.fullmatch(r"(\d{1,3})\s*-\s*(\d{1,3})", head)) is not None:
        least, most = int(span[1]), int(span[2])
        yield from map(str, range(least, min(most, least + 20) + 1))


def size_forms(word: str) -> Iterator[str]:
    """How a shop may write the size that was said, the likeliest first."""
    yield word
    if word in _SIZE_WORDS:
        yield _SIZE_WORDS[word]
    for region in ("eu", "us", "uk"):
        yield f"{region} {word}"
        yield f"{word} {region}"
    yield f"{word}.0"
