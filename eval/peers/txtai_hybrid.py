"""txtai's hybrid index with its defaults: FAISS chosen by size, BM25, scores fused half and half."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from eval.peers.prepared import Given


class Txtai:
    def __init__(self, given: Given) -> None:
        table = {**dict(zip(given.texts, given.vectors, strict=True)), **_queries(given)}

        def transform(texts: Sequence[str]) -> NDArray[np.float32]:
            return np.stack([table[text] for text in texts])

        embeddings = importlib.import_module("txtai.embeddings").Embeddings
        self._embeddings = embeddings(method="external", transform=transform, hybrid=True)
        self._embeddings.index([(one, text, None) for one, text in zip(given.ids, given.texts, strict=True)])

    def search(self, text: str, number: int, k: int) -> Sequence[str]:
        return [one for one, _ in self._embeddings.search(text, k)]


def _queries(given: Given) -> dict[str, NDArray[np.float32]]:
    return dict(zip(given.queries, given.query_vectors, strict=True))


def filled(given: Given, folder: Path, name: str) -> Txtai:
    return Txtai(given)
