"""Candidates of all segments to one order: fused scores, tie-breakers, and the sorts a customer may ask for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from retrieval.columns import Mask
from retrieval.fusion import fused
from retrieval.live import State
from retrieval.needs import Sort
from retrieval.segment import Candidates
from retrieval.settings import RetrievalSettings

Passing = Sequence[tuple[Mask, Mask]]
"""By segment: the products and the variants that meet the filters."""

RELEVANT = 0.5
"""Share of the best score that a product needs to be sorted by price rather than left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranked:
    rows: list[tuple[int, int]]
    """(segment, row), best first."""
    scores: list[float]
    total: int
    variants: list[Mask]
    all_meet: bool = True
    """Whether words only rank, so that a sort may reorder everything that passes."""


def ranked(
    state: State, passing: Passing, legs: Sequence[Candidates], settings: RetrievalSettings, *, all_meet: bool = True
) -> Ranked:
    variants = [mask for _, mask in passing]
    if not legs:
        return _by_popularity(state, passing)
    parts = np.concatenate([np.full(len(leg.rows), part) for part, leg in enumerate(legs)])
    rows = np.concatenate([leg.rows for leg in legs])
    lexical = np.concatenate([leg.lexical for leg in legs])
    dense = np.concatenate([leg.dense for leg in legs])
    identifiers = np.concatenate([leg.identifiers for leg in legs])
    answers = np.ones(len(rows), dtype=np.bool_)
    if not all_meet:
        answers = (lexical > 0) | (dense >= settings.nearness_floor) | (identifiers > 0)
    scores = fused(lexical, dense, lexical_weight=settings.lexical_weight) + identifiers
    scores += _tie_breakers(state, parts, rows, settings)
    order = np.argsort(-scores, kind="stable")
    order = order[answers[order]]
    top = float(scores[order[0]]) if len(order) else 1.0
    meeting = (
        sum(int(mask.sum()) for mask, _ in passing) if all_meet else _telling(lexical, dense, scores, top, settings)
    )
    return Ranked(
        rows=[(int(parts[place]), int(rows[place])) for place in order],
        scores=[float(np.clip(scores[place] / max(top, 1e-6), 0.0, 1.0)) for place in order],
        total=max(meeting, min(len(order), meeting)),
        variants=variants,
        all_meet=all_meet,
    )


def _telling(
    lexical: NDArray[np.float32],
    dense: NDArray[np.float32],
    scores: NDArray[np.float32],
    top: float,
    settings: RetrievalSettings,
) -> int:
    likely = (scores >= RELEVANT * top) & ((lexical > 0) | (dense >= settings.nearness_floor))
    return int(likely.sum())


def _tie_breakers(
    state: State, parts: NDArray[np.int64], rows: NDArray[np.int64], settings: RetrievalSettings
) -> NDArray[np.float32]:
    gain = np.zeros(len(rows), dtype=np.float32)
    for part, columns in enumerate(state.columns):
        here = parts == part
        gain[here] += settings.popularity_weight * columns.popularity[rows[here]]
        stocked = columns.by_product(columns.stocked)
        gain[here] -= settings.out_of_stock_penalty * ~stocked[rows[here]]
    return gain


def _by_popularity(state: State, passing: Passing) -> Ranked:
    every = [
        (float(popularity), part, row)
        for part, (columns, (mask, _)) in enumerate(zip(state.columns, passing, strict=True))
        for row, popularity in zip(np.flatnonzero(mask).tolist(), columns.popularity[mask].tolist(), strict=True)
    ]
    every.sort(key=lambda one: -one[0])
    return Ranked(
        rows=[(part, row) for _, part, row in every],
        scores=[score for score, _, _ in every],
        total=len(every),
        variants=[mask for _, mask in passing],
    )


def sorted_by(sort: Sort, state: State, passing: Passing, best: Ranked) -> Ranked:
    """Reordered by what was asked for; products without that figure come last."""
    if sort == "relevance":
        return best
    if best.all_meet:
        rows = [(part, row) for part, (mask, _) in enumerate(passing) for row in np.flatnonzero(mask).tolist()]
        known = dict(zip(best.rows, best.scores, strict=True))
        pairs = [(place, known.get(place, 0.0)) for place in rows]
    else:
        pairs = [pair for pair in zip(best.rows, best.scores, strict=True) if pair[1] >= RELEVANT]
    keys = [_sort_keys(sort, state, passing, part) for part in range(len(passing))]
    pairs.sort(key=lambda pair: (keys[pair[0][0]][pair[0][1]], -pair[1]))
    return replace(best, rows=[place for place, _ in pairs], scores=[score for _, score in pairs])


def _sort_keys(sort: Sort, state: State, passing: Passing, part: int) -> NDArray[np.float64]:
    """By row; the least comes first, infinity last."""
    columns = state.columns[part]
    keys: NDArray[np.float64]
    if sort in ("price_ascending", "price_descending"):
        keys = columns.lowest_price(passing[part][1])
        return keys if sort == "price_ascending" else np.where(np.isinf(keys), np.inf, -keys)
    if sort == "rating":
        return np.where(np.isnan(columns.rating), np.inf, -columns.popularity)
    weights = columns.measures_of("weight", "kg")
    return np.full(columns.products, np.inf) if weights is None else np.where(np.isnan(weights), np.inf, weights)
