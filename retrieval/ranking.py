"""Candidates of all segments to one order: fused scores, tie-breakers, and the sorts a customer may ask for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from retrieval.catalogue import ONLINE
from retrieval.columns import Mask
from retrieval.facets import DAY, LISTED
from retrieval.fusion import feedback, fused, normalised, smoothed
from retrieval.live import State
from retrieval.needs import Sort
from retrieval.ports import Vectors
from retrieval.segment import Candidates
from retrieval.settings import RetrievalSettings
from retrieval.tastes import Taste, liked

Passing = Sequence[tuple[Mask, Mask]]
"""By segment: the products and the variants that meet the filters."""

RELEVANT = 0.5
"""Share of the best score that a product needs to be sorted by price rather than left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranked:
    parts: NDArray[np.int64]
    """By place, best first: the segment,"""
    rows: NDArray[np.int64]
    """its row,"""
    scores: NDArray[np.float64]
    """and the score in [0, 1]."""
    total: int
    variants: list[Mask]
    all_meet: bool = True
    """Whether words only rank, so that a sort may reorder everything that passes."""
    features: NDArray[np.float32] | None = None
    """By place, what `ports.FEATURES` names; kept only where somebody reads it."""


def ranked(
    state: State,
    passing: Passing,
    legs: Sequence[Candidates],
    settings: RetrievalSettings,
    *,
    all_meet: bool = True,
    needs_words: bool = False,
    tastes: frozenset[Taste] = frozenset(),
    deep: bool = False,
    measured: bool = False,
) -> Ranked:
    """`needs_words`: nearness of meaning alone is no answer, as for a model number. `deep`: the later places matter too.

    `measured`: keep what each candidate's score was made of.
    """
    variants = [mask for _, mask in passing]
    if not legs:
        return _by_popularity(state, passing)
    parts = np.concatenate([np.full(len(leg.rows), part) for part, leg in enumerate(legs)])
    rows = np.concatenate([leg.rows for leg in legs])
    lexical = np.concatenate([leg.lexical for leg in legs])
    dense = np.concatenate([leg.dense for leg in legs])
    identifiers = np.concatenate([leg.identifiers for leg in legs])
    titled = np.concatenate(
        [settings.phrase_weight * leg.phrases - settings.accessory_penalty * leg.beside for leg in legs]
    )
    vectors = np.concatenate([leg.vectors for leg in legs])
    answers = np.ones(len(rows), dtype=np.bool_)
    if not all_meet:
        answers = (lexical > 0) | (identifiers > 0)
        if not needs_words:
            answers |= dense >= settings.nearness_floor
    scores = fused(lexical, dense, lexical_weight=settings.lexical_weight) + identifiers + titled
    near_best = feedback(vectors, scores)
    scores += settings.feedback_weight * near_best
    scores += _tie_breakers(state, parts, rows, settings) + liked(state, passing, parts, rows, tastes)
    order = np.argsort(-scores, kind="stable")
    order = order[answers[order]]
    if deep and settings.neighbour_weight > 0:
        order, scores = _with_neighbours(order, scores, vectors, settings)
    features = _features(state, parts, rows, legs, scores, near_best)[order] if measured else None
    top = float(scores[order[0]]) if len(order) else 1.0
    meeting = (
        sum(int(np.count_nonzero(mask)) for mask, _ in passing)
        if all_meet
        else _telling(lexical, dense, scores, top, settings)
    )
    return Ranked(
        parts=parts[order],
        rows=rows[order],
        scores=np.clip(scores[order].astype(np.float64) / max(top, 1e-6), 0.0, 1.0),
        total=max(meeting, min(len(order), meeting)),
        variants=variants,
        all_meet=all_meet,
        features=features,
    )


def _features(
    state: State,
    parts: NDArray[np.int64],
    rows: NDArray[np.int64],
    legs: Sequence[Candidates],
    scores: NDArray[np.float32],
    near_best: NDArray[np.float32],
) -> NDArray[np.float32]:
    """[candidates, FEATURES]."""
    popularity = _gathered([columns.popularity for columns in state.columns], parts, rows)
    stocked = np.zeros(len(rows), dtype=np.bool_)
    for part, columns in enumerate(state.columns):
        here = parts == part
        stocked[here] = columns.any_variant(columns.stocked, rows[here])
    return np.stack(
        [
            scores,
            normalised(np.concatenate([leg.lexical for leg in legs])),
            normalised(np.concatenate([leg.dense for leg in legs])),
            np.concatenate([leg.identifiers for leg in legs]),
            np.concatenate([leg.phrases for leg in legs]),
            np.concatenate([leg.beside for leg in legs]),
            near_best,
            popularity,
            stocked,
        ],
        axis=1,
    ).astype(np.float32)


def _with_neighbours(
    order: NDArray[np.int64], scores: NDArray[np.float32], vectors: Vectors, settings: RetrievalSettings
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """The places after the steady ones by their own score and that of what lies near; and the scores that say so."""
    steady, rest = order[: settings.steady_places], order[settings.steady_places :]
    if not len(rest):
        return order, scores
    weight = settings.neighbour_weight
    own = scores[order]
    mixed = ((own + weight * smoothed(vectors[order], own)) / (1 + weight))[len(steady) :]
    place = np.argsort(-mixed, kind="stable")
    told = scores.copy()
    told[rest] = np.minimum(mixed, own[len(steady) - 1])
    return np.concatenate([steady, rest[place]]), told


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
        stocked = columns.any_variant(columns.stocked, rows[here])
        online = columns.any_variant(columns.stock[:, columns.stores.index(ONLINE)], rows[here])
        gain[here] -= settings.out_of_stock_penalty * ~stocked + settings.store_only_penalty * (stocked & ~online)
    if settings.freshness_weight > 0:
        gain += settings.freshness_weight * _freshness(state, parts, rows, settings.fresh_for_days)
    return gain


def _freshness(state: State, parts: NDArray[np.int64], rows: NDArray[np.int64], days: int) -> NDArray[np.float32]:
    """1 for what was listed last in the shop, falling to 0 for what is so many days older or of no known day."""
    listed = [columns.measures_of(LISTED, DAY) for columns in state.columns]
    newest = max((float(np.nanmax(column)) for column in listed if column is not None), default=0.0)
    fresh = np.zeros(len(rows), dtype=np.float32)
    for part, column in enumerate(listed):
        if column is not None:
            here = parts == part
            fresh[here] = np.nan_to_num(np.clip(1.0 - (newest - column[rows[here]]) / days, 0.0, 1.0), nan=0.0)
    return fresh


def _everything(state: State, passing: Passing) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """(segment, row) of all that passes."""
    found = [np.flatnonzero(mask) for mask, _ in passing]
    return np.repeat(np.arange(len(found)), [len(rows) for rows in found]), np.concatenate(found)


def _by_popularity(state: State, passing: Passing) -> Ranked:
    parts, rows = _everything(state, passing)
    popularity = _gathered([columns.popularity for columns in state.columns], parts, rows)
    order = np.argsort(-popularity, kind="stable")
    return Ranked(
        parts=parts[order],
        rows=rows[order],
        scores=popularity[order],
        total=len(rows),
        variants=[mask for _, mask in passing],
    )


def _gathered(
    columns: Sequence[NDArray[np.float64]], parts: NDArray[np.int64], rows: NDArray[np.int64]
) -> NDArray[np.float64]:
    values = np.empty(len(rows), dtype=np.float64)
    for part, column in enumerate(columns):
        values[parts == part] = column[rows[parts == part]]
    return values


def sorted_by(sort: Sort, state: State, passing: Passing, best: Ranked, sort_by: str = "") -> Ranked:
    """Reordered by what was asked for; products without that figure come last, and the score decides ties."""
    if sort == "relevance":
        return best
    parts, rows, scores = _to_sort(state, passing, best)
    keys = _gathered([_sort_keys(sort, sort_by, state, passing, part) for part in range(len(passing))], parts, rows)
    order = np.lexsort((-scores, keys))
    return replace(best, parts=parts[order], rows=rows[order], scores=scores[order], features=None)


def _to_sort(
    state: State, passing: Passing, best: Ranked
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    if not best.all_meet:
        near = best.scores >= RELEVANT
        return best.parts[near], best.rows[near], best.scores[near]
    parts, rows = _everything(state, passing)
    known = [np.zeros(columns.products) for columns in state.columns]
    for part in range(len(known)):
        here = best.parts == part
        known[part][best.rows[here]] = best.scores[here]
    return parts, rows, _gathered(known, parts, rows)


def _sort_keys(sort: Sort, sort_by: str, state: State, passing: Passing, part: int) -> NDArray[np.float64]:
    """By row; the least comes first, infinity last."""
    columns = state.columns[part]
    keys: NDArray[np.float64]
    if sort in ("price_ascending", "price_descending"):
        keys = columns.lowest_price(passing[part][1])
        return keys if sort == "price_ascending" else np.where(np.isinf(keys), np.inf, -keys)
    if sort in ("ascending", "descending"):
        figures = columns.figures_of(sort_by, passing[part][0])
        keys = figures if sort == "ascending" else -figures
        return np.where(np.isnan(keys), np.inf, keys)
    if sort == "rating":
        return np.where(np.isnan(columns.rating), np.inf, -columns.popularity)
    weights = columns.measures_of("weight", "kg")
    return np.full(columns.products, np.inf) if weights is None else np.where(np.isnan(weights), np.inf, weights)
