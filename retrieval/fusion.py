"""Two rankings to one. Pure.

Normalised scores, half and half, measured better than reciprocal ranks and than a tuned weight; ranks are for legs
whose scores mean nothing.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.float32]
Item = TypeVar("Item", bound=Hashable)


def normalised(scores: Scores) -> Scores:
    """Scores over their greatest, negative ones as 0: in [0, 1], and all 0 where nothing scores."""
    if len(scores) == 0:
        return scores
    top = scores.max()
    if not top > 0:
        return np.zeros_like(scores)
    share: Scores = np.maximum(scores, 0.0) / top
    return share


def fused(lexical: Scores, dense: Scores, *, lexical_weight: float = 0.5) -> Scores:
    """Both legs' scores of the same candidates to one score in [0, 1]. A leg that found nothing leaves all to the other."""
    if not (lexical > 0).any():
        return normalised(dense)
    if not (dense > 0).any():
        return normalised(lexical)
    both: Scores = lexical_weight * normalised(lexical) + (1 - lexical_weight) * normalised(dense)
    return both


def feedback(vectors: Scores, scores: Scores, *, first: int = 10) -> Scores:
    """Nearness in [-1, 1] of each candidate to the mean of those that score best: pseudo relevance feedback (Rocchio 1971).

    `vectors` are unit vectors [candidates, dimensions].
    """
    best = np.argsort(-scores, kind="stable")[:first]
    mean = scores[best] @ vectors[best]
    near: Scores = vectors @ (mean / np.float32(max(float(np.linalg.norm(mean)), 1e-9)))
    return near


def smoothed(vectors: Scores, scores: Scores, *, nearest: int = 30) -> Scores:
    """Each candidate's score as its neighbours have it: the mean over its `nearest` others, weighed by cosine to the fourth.

    Documents that lie close together answer the same requests (the cluster hypothesis; Diaz 2005 regularises scores so).
    """
    count = len(scores)
    if count < 2:
        return scores.copy()
    near = vectors @ vectors.T
    np.fill_diagonal(near, 0.0)
    least = np.partition(near, count - nearest, axis=1)[:, count - nearest, None] if nearest < count else 0.0
    # Squared twice: the fourth power as such takes twenty times as long.
    weights = np.square(np.square(np.where(near >= least, np.maximum(near, np.float32(0.0)), np.float32(0.0))))
    mean: Scores = (weights @ scores) / (weights.sum(axis=1) + np.float32(1e-9))
    return mean


def reciprocal_ranks(rankings: Sequence[Sequence[Item]], *, k: int = 60) -> list[tuple[Item, float]]:
    """Reciprocal rank fusion (Cormack, Clarke and Büttcher 2009): best first, ties in order of appearance."""
    scores: dict[Item, float] = {}
    for ranking in rankings:
        for rank, item in enumerate(ranking, start=1):
            scores[item] = scores.get(item, 0.0) + 1.0 / (k + rank)
    return sorted(scores.items(), key=lambda pair: -pair[1])
