"""Shelf: the shop's categories with their counts, and how its names are spelt. Read again when the shop has changed."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

FRESH_SECONDS = 10.0
"""Counts on a navigation bar may lag behind a sale by so much."""


class Shelved(Protocol):
    @property
    def revision(self) -> int: ...

    def category_counts(self) -> Mapping[tuple[str, ...], int]: ...

    def brand_names(self) -> tuple[str, ...]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Labels:
    categories: Mapping[tuple[str, ...], int]
    names: Mapping[str, str]
    """The shop's spelling of a brand or category, by its lower case."""


class Shelf:
    """Blocking. Thread-safe."""

    def __init__(self, shop: Shelved, *, now: Callable[[], float] = time.monotonic) -> None:
        self._shop, self._now = shop, now
        self._lock = threading.Lock()
        self._labels: Labels | None = None
        self._revision = -1
        self._looked_at = 0.0

    def labels(self) -> Labels:
        """Raises ShopUnavailable."""
        with self._lock:
            if self._labels is None or self._now() - self._looked_at > FRESH_SECONDS:
                self._look()
            assert self._labels is not None
            return self._labels

    def _look(self) -> None:
        revision = self._shop.revision
        if self._labels is None or revision != self._revision:
            self._labels = _labels(self._shop)
        self._revision, self._looked_at = revision, self._now()


def _labels(shop: Shelved) -> Labels:
    categories = {path: number for path, number in shop.category_counts().items() if path}
    spelt = [*shop.brand_names(), *(level for path in categories for level in path)]
    return Labels(categories=categories, names={name.strip().lower(): name for name in spelt})
