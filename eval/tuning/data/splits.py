"""Who belongs to which split: a template, a value or a product is in just one of train, dev and test (pure).

Above: all that generates. By digest and not by chance, so that a phrasing that is added moves few others.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from typing import TypeVar

from model_serving.tuning.examples import Split

T = TypeVar("T")
DEV, TEST = 0.1, 0.2
"""Shares; the rest is for training."""


def digest(text: str) -> int:
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")


def share(items: Sequence[T], split: Split, *, key: Callable[[T], str] = str) -> tuple[T, ...]:
    """The items of one split, in their order. Of three or more, at least one is for the test."""
    ranked = sorted(items, key=lambda item: digest(key(item)))
    test = max(1, round(TEST * len(items))) if len(items) > 2 else 0
    dev = round(DEV * len(items)) if len(items) > 4 else 0
    parts: dict[Split, list[T]] = {
        "test": ranked[:test],
        "dev": ranked[test : test + dev],
        "train": ranked[test + dev :],
    }
    kept = {key(item) for item in parts[split]}
    return tuple(item for item in items if key(item) in kept)


def split_of(text: str) -> Split:
    """Of a value that is drawn without end, such as a price."""
    place = digest(text) % 1000 / 1000
    return "test" if place < TEST else "dev" if place < TEST + DEV else "train"
