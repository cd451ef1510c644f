"""Sizes in a sentence: "42", "eu 42", "m or l", "43-46". Pure; only sizes that the shop sells count."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from retrieval.units import unit_of
from retrieval.vocabulary import Vocabulary

REGIONS = frozenset({"eu", "us", "uk"})
_JOINTS = frozenset({"or", "and", "to", "-"})


def sizes_at(words: Sequence[str], start: int, vocabulary: Vocabulary) -> tuple[list[str], int]:
    """The shop's sizes named from here on, and how many words they take; none and 0 where it sells none such."""
    at, sizes = start, list[str]()
    while (found := _one_size(words, at, vocabulary)) is not None:
        sizes += found[0]
        at += found[1]
        if _word(words, at) not in _JOINTS or _one_size(words, at + 1, vocabulary) is None:
            break
        at += 1
    return sizes, at - start


def _one_size(words: Sequence[str], place: int, vocabulary: Vocabulary) -> tuple[Sequence[str], int] | None:
    first, second, third = (_word(words, place + step) for step in range(3))
    if second == "-" and (span := vocabulary.sizes(f"{first}-{third}")):
        return span, 3
    region = first in REGIONS
    word = second if region else first
    if word in ("extra", "x") and (long := vocabulary.sizes(f"extra {_word(words, place + region + 1)}")):
        return long, 2 + region
    sizes = vocabulary.sizes(word) if word else ()
    after = _word(words, place + region + 1)
    if not sizes or (not region and word.isdigit() and unit_of(after) is not None):
        return None
    return sizes, 1 + region + (after in REGIONS)


def _word(words: Sequence[str], place: int) -> str:
    return words[place] if place < len(words) else ""


def spells(short: str, long: str) -> bool:
    """Whether the longer size holds the shorter one as a part of its own: "m" in "s/m" and in "m (55-59 cm)"."""
    if re.fullmatch(r"[\d.]+", short) and (span := re.fullmatch(r"([\d.]+)-([\d.]+)", long)) is not None:
        return Decimal(span[1]) <= Decimal(short) <= Decimal(span[2])
    return len(short) < len(long) and short in re.split(r"[^\w.]+", long.lower())
