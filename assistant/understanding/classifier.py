"""A few-shot classifier on the retrieval embedder: nearest examples vote (k-NN over unit vectors).

Blocking: embedding a sentence costs some milliseconds of CPU, so it runs in a worker thread.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from retrieval.ports import Embedder, Vectors

NEIGHBOURS = 3
RUNNERS_UP = 2
SURE = 0.62
"""Cosine similarity from which the nearest example decides over a guess from single words."""
CERTAIN = 0.46
"""Cosine similarity below which the nearest examples say nothing about a sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    name: str
    confidence: float
    """Similarity of the label's nearest example, in [-1, 1]."""
    others: tuple[Label, ...] = ()
    """The next best ones, for where this one makes no sense."""


class FewShotClassifier:
    """Reads its examples once; safe to ask from several threads."""

    def __init__(self, embedder: Embedder, examples: Mapping[str, Sequence[str]], *, alike: float = 2.0) -> None:
        """alike: an example as similar as this to another one of its label adds nothing and is left out."""
        labels: list[str] = []
        kept: list[Vectors] = []
        for label, texts in examples.items():
            vectors = _thinned(embedder.embed(texts), alike)
            labels += [label] * len(vectors)
            kept.append(vectors)
        self._own = (labels, np.vstack(kept))
        self._known = self._own
        self._embedder = embedder

    def learn(self, examples: Mapping[str, Sequence[str]]) -> None:
        """More examples, in place of those that were learnt before. Blocking: each is embedded."""
        labels, vectors = self._own
        texts = [(label, text) for label, said in examples.items() for text in said]
        if not texts:
            self._known = self._own
            return
        learnt = self._embedder.embed([text for _, text in texts])
        self._known = ([*labels, *(label for label, _ in texts)], np.vstack((vectors, learnt)))

    def label(self, text: str) -> Label | None:
        """The label that fits best, with its runners-up; None when nothing fits."""
        labels, vectors = self._known
        similarity = vectors @ self._embedder.embed([text])[0]
        best: dict[str, list[float]] = {}
        most = min(NEIGHBOURS * 4, len(similarity))
        nearest = np.argpartition(-similarity, most - 1)[:most]
        for place in nearest[np.argsort(-similarity[nearest])]:
            best.setdefault(labels[int(place)], []).append(float(similarity[place]))
        scored = sorted(
            (
                (max(found) + 0.1 * (sum(found[:NEIGHBOURS]) / NEIGHBOURS), name, max(found))
                for name, found in best.items()
            ),
            reverse=True,
        )
        fitting = [Label(name=name, confidence=nearest) for _, name, nearest in scored if nearest >= CERTAIN]
        return replace(fitting[0], others=tuple(fitting[1 : 1 + RUNNERS_UP])) if fitting else None


def _thinned(vectors: Vectors, alike: float) -> Vectors:
    kept: list[int] = []
    for place in range(len(vectors)):
        if not kept or float(np.max(vectors[kept] @ vectors[place])) < alike:
            kept.append(place)
    return np.ascontiguousarray(vectors[kept])
