"""Wishes that a column can answer: "cheap", "light", "well rated". They move a product up, and never leave one out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from retrieval.columns import Mask, Numbers
from retrieval.facets import DAY, LISTED
from retrieval.live import State

Taste = Literal["cheap", "light", "liked", "valuable", "new"]

_TASTES: dict[str, Taste] = {
    **dict.fromkeys(
        ("cheap", "affordable", "inexpensive", "budget friendly", "good value", "reasonably priced"), "cheap"
    ),
    **dict.fromkeys(("value for money",), "cheap"),
    **dict.fromkeys(("light", "lightweight", "light weight", "ultralight", "easy to carry"), "light"),
    **dict.fromkeys(
        ("well rated", "highly rated", "good reviews", "good ratings", "well reviewed", "popular"), "liked"
    ),
    **dict.fromkeys(
        ("good", "great", "best", "decent", "nice", "reliable", "good quality", "high quality", "quality"), "liked"
    ),
    **dict.fromkeys(("premium", "luxury", "fancy"), "valuable"),
    **dict.fromkeys(("new", "latest"), "new"),
}
_GAIN = 0.25
"""What the first of all candidates by that column gains over the last, of a score of at most 1."""


def split(wishes: Sequence[str]) -> tuple[frozenset[Taste], list[str]]:
    """What columns answer, and the wishes that are left to words."""
    tastes = frozenset(_TASTES[wish] for wish in wishes if wish in _TASTES)
    return tastes, [wish for wish in wishes if wish not in _TASTES]


def liked(
    state: State,
    passing: Sequence[tuple[Mask, Mask]],
    parts: NDArray[np.int64],
    rows: NDArray[np.int64],
    tastes: frozenset[Taste],
) -> NDArray[np.float32]:
    """The gain of each candidate: its place among them by what is wished for."""
    gain = np.zeros(len(rows), dtype=np.float32)
    for taste in sorted(tastes):
        figures = np.full(len(rows), np.inf)
        for part in range(len(passing)):
            here = parts == part
            figures[here] = _figures(state, passing, part, taste)[rows[here]]
        gain += _GAIN * _standing(figures)
    return gain


def _figures(state: State, passing: Sequence[tuple[Mask, Mask]], part: int, taste: Taste) -> Numbers:
    """By row, the less the better; infinite where unknown."""
    columns = state.columns[part]
    if taste == "liked":
        return -columns.popularity
    if taste == "new":
        listed = columns.measures_of(LISTED, DAY)
        return np.full(columns.products, np.inf) if listed is None else np.where(np.isnan(listed), np.inf, -listed)
    if taste == "light":
        weights = columns.measures_of("weight", "kg")
        return np.full(columns.products, np.inf) if weights is None else np.where(np.isnan(weights), np.inf, weights)
    prices = columns.lowest_price(passing[part][1])
    return prices if taste == "cheap" else np.where(np.isinf(prices), np.inf, -prices)


def _standing(figures: Numbers) -> NDArray[np.float32]:
    """1 for the least figure, falling to 0 for the greatest and for what is unknown."""
    known = np.isfinite(figures)
    standing = np.zeros(len(figures), dtype=np.float32)
    distinct = np.unique(figures[known])
    if len(distinct) > 1:
        standing[known] = 1.0 - np.searchsorted(distinct, figures[known]) / (len(distinct) - 1)
    return standing
