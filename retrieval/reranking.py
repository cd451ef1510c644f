"""A second look at the first places of a ranking, by whichever `Reranker` the settings name. Pure but for the reranker.

Above lies `retriever`; below, `ranking` and the port.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from retrieval.ports import Reranker
from retrieval.ranking import Ranked


def reranked(
    best: Ranked,
    query: str,
    reranker: Reranker,
    texts: Callable[[int], Sequence[str]],
    *,
    first: int,
    weight: float,
) -> Ranked:
    """The first places in the order of both scores together, each brought to mean 0 and spread 1; the rest as it was.

    `texts` gives those of the first so many places. Scores stay those of the search, so that they still fall from place to
    place: only who has them changes.
    """
    count = min(first, len(best.rows))
    if count < 2 or best.features is None:
        return best
    second = reranker.scores(query, best.features[:count], texts(count) if reranker.reads_texts else ())
    mixed = (1 - weight) * _standard(best.scores[:count]) + weight * _standard(np.asarray(second, dtype=np.float64))
    order = np.concatenate([np.argsort(-mixed, kind="stable"), np.arange(count, len(best.rows))])
    return replace(best, parts=best.parts[order], rows=best.rows[order], features=best.features[order])


def _standard(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    centred: NDArray[np.float64] = scores - scores.mean()
    return centred / max(float(centred.std()), 1e-9)
