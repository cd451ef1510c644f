"""Qdrant's local mode, in memory: dense vectors and sparse BM25 ones with Qdrant's idf, fused by reciprocal ranks.

The sparse vectors are weighed as Qdrant's own `fastembed` does (k1 1.2, b 0.75, 256 words on average), of stemmed words.
Local mode is Python and meant for trying out; the server, a program apart, is not measured.
"""

from __future__ import annotations

import importlib
import re
import zlib
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from eval.peers.prepared import Given

_WORD = re.compile(r"\w+")
_K1, _B, _MEAN = 1.2, 0.75, 256
_NAME, _STEP = "products", 512


class Qdrant:
    def __init__(self, given: Given) -> None:
        self._given = given
        self._models = models = importlib.import_module("qdrant_client.models")
        self._stems = importlib.import_module("Stemmer").Stemmer("english").stemWords
        self._client = importlib.import_module("qdrant_client").QdrantClient(":memory:")
        self._client.create_collection(
            _NAME,
            vectors_config={"dense": models.VectorParams(size=given.vectors.shape[1], distance=models.Distance.COSINE)},
            sparse_vectors_config={"words": models.SparseVectorParams(modifier=models.Modifier.IDF)},
        )
        for start in range(0, len(given.ids), _STEP):
            self._client.upsert(_NAME, [self._point(row) for row in range(start, min(start + _STEP, len(given.ids)))])

    def _point(self, row: int) -> Any:
        vectors = {"dense": self._given.vectors[row].tolist(), "words": self._document(self._given.texts[row])}
        return self._models.PointStruct(id=row, vector=vectors)

    def _counts(self, text: str) -> Counter[int]:
        return Counter(zlib.crc32(stem.encode()) for stem in self._stems(_WORD.findall(text.lower())))

    def _document(self, text: str) -> Any:
        counts = self._counts(text)
        length = 1 - _B + _B * sum(counts.values()) / _MEAN
        weights = [count * (_K1 + 1) / (count + _K1 * length) for count in counts.values()]
        return self._models.SparseVector(indices=list(counts), values=weights)

    def search(self, text: str, number: int, k: int) -> Sequence[str]:
        models = self._models
        words = list(self._counts(text))
        legs = [
            models.Prefetch(query=self._given.query_vectors[number].tolist(), using="dense", limit=k),
            models.Prefetch(
                query=models.SparseVector(indices=words, values=[1.0] * len(words)), using="words", limit=k
            ),
        ]
        found = self._client.query_points(
            _NAME, prefetch=legs, query=models.FusionQuery(fusion=models.Fusion.RRF), limit=k, with_payload=False
        )
        return [self._given.ids[point.id] for point in found.points]


def filled(given: Given, folder: Path, name: str) -> Qdrant:
    return Qdrant(given)
