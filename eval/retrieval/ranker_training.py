"""A linear ranker from judged sets: what weights would the search's own measures get, and do they serve another set?

Ridge regression of each judged product's gain on its measures, both less their mean of the query, so that only differences
within a query teach. Above lies `eval.retrieval.command`; below, retrieval and `eval.retrieval.quality`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from eval.retrieval.product_search import SearchSet
from retrieval.needs import Need
from retrieval.ports import FEATURES
from retrieval.retriever import Retriever

USED = ("words", "nearness", "identifier", "phrases", "beside", "feedback")
"""What a ranker is trained on: not the search's own score, which is made of them, nor what judges could not see."""
_UNJUDGED = 0.3
"""How much an unjudged candidate counts, as irrelevant: most of them are."""
_RIDGE = 0.01
"""Of the mean variance of the measures."""

Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """One query's candidates."""

    features: Numbers
    """[candidates, USED]."""
    gains: Numbers
    weights: Numbers


class Recorder:
    """A reranker that changes nothing and keeps what it was shown."""

    name = "recorder"
    reads_texts = False

    def __init__(self) -> None:
        self.features: NDArray[np.float32] | None = None

    def scores(self, query: str, features: NDArray[np.float32], texts: Sequence[str]) -> Numbers:
        self.features = features
        return features[:, FEATURES.index("score")].astype(np.float64)


def lessons(searched: SearchSet, retriever: Retriever, recorder: Recorder, *, k: int = 200) -> Iterator[Lesson]:
    """`retriever` was opened with `recorder` as its reranker, looking at `k` places and counting it not at all."""
    columns = [FEATURES.index(one) for one in USED]
    for query, text in searched.queries.items():
        gains = searched.gains.get(query, {})
        found = retriever.find(Need(text=text), k=k).products
        if recorder.features is None or len(found) < 2 or not any(gains.values()):
            continue
        features = recorder.features[: len(found)][:, columns].astype(np.float64)
        ids = [one.id for one in found][: len(features)]
        weights = np.array([1.0 if one in gains else _UNJUDGED for one in ids])
        yield Lesson(
            features=features, gains=np.array([gains.get(one, 0.0) for one in ids]), weights=weights / weights.sum()
        )


def trained(taught: Sequence[Lesson]) -> dict[str, float]:
    """Weights by the names of `USED`; none of nothing."""
    size = len(USED)
    products, targets = np.zeros((size, size)), np.zeros(size)
    for one in taught:
        centred = one.features - one.weights @ one.features
        weighed = centred * one.weights[:, None]
        products += weighed.T @ centred
        targets += weighed.T @ (one.gains - one.weights @ one.gains)
    ridge = _RIDGE * float(np.trace(products)) / size
    if ridge <= 0:
        return dict.fromkeys(USED, 0.0)
    found = np.linalg.solve(products + ridge * np.eye(size), targets)
    return dict(zip(USED, np.round(found, 4).tolist(), strict=True))


def gains_on_both(crossed: Mapping[tuple[str, str], float]) -> bool:
    """`crossed`: NDCG gained on the second set by what was trained on the first. Shipping asks for a gain on every other set."""
    others = [gain for (taught, tested), gain in crossed.items() if taught != tested]
    return bool(others) and all(gain > 0 for gain in others)
