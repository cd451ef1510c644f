"""The last fallback: words and character trigrams hashed into a vector. Needs no model, knows no meaning."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence

import numpy as np

from retrieval.ports import Vectors
from retrieval.words import stems


class HashingEmbedder:
    """Deterministic on every machine; near texts share words, stems or trigrams. Thread-safe."""

    def __init__(self, *, dimensions: int = 384) -> None:
        self._dimensions = dimensions

    @property
    def name(self) -> str:
        return f"hashing-{self._dimensions}"

    @property
    def dimensions(self) -> int:
        return self._dimensions

    def embed(self, texts: Sequence[str]) -> Vectors:
        vectors = np.zeros((len(texts), self._dimensions), dtype=np.float32)
        for row, text in enumerate(texts):
            for feature, weight in _features(text):
                code = zlib.crc32(feature.encode())
                vectors[row, code % self._dimensions] += weight if code & 0x8000_0000 else -weight
        # The constant direction keeps an empty text, or one whose features cancel out, a valid unit vector.
        vectors[:, 0] += 1e-3
        unit: Vectors = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
        return unit


def _features(text: str) -> Iterator[tuple[str, float]]:
    for stem in stems(text):
        yield f"w:{stem}", 1.0
        padded = f"^{stem}$"
        for start in range(len(padded) - 2):
            yield f"t:{padded[start : start + 3]}", 0.3
