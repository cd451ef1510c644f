"""Any sentence-transformers model, on the GPU when there is one: the extra `gpu`. Imported only when chosen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from retrieval.embedders.query_cache import QueryCache
from retrieval.errors import EmbedderUnavailable
from retrieval.ports import Vectors


class SentenceTransformersEmbedder:
    """`model` is a folder or a name the library resolves. Thread-safe for inference."""

    def __init__(self, model: str, *, device: str | None = None, batch: int = 128, cached_queries: int = 2048) -> None:
        self._model = _load(model, device)
        self._name = f"sentence-transformers:{model}"
        self._batch = batch
        self._queries = QueryCache(cached_queries)
        self._dimensions = int(self._embed_all(["dimensions"]).shape[1])

    @property
    def name(self) -> str:
        return self._name

    @property
    def dimensions(self) -> int:
        return self._dimensions

    def embed(self, texts: Sequence[str]) -> Vectors:
        if len(texts) == 1:
            return self._queries.get(texts[0], self._embed_all)
        return self._embed_all(texts)

    def _embed_all(self, texts: Sequence[str]) -> Vectors:
        encoded = self._model.encode(
            list(texts),
            batch_size=self._batch,
            normalize_embeddings=True,
            show_progress_bar=False,
            convert_to_numpy=True,
        )
        return np.asarray(encoded, dtype=np.float32).reshape(len(texts), -1)


def _load(model: str, device: str | None) -> Any:
    try:
        from sentence_transformers import SentenceTransformer
    except ImportError as error:
        raise EmbedderUnavailable(f"sentence-transformers:{model}", "run `pip install 'aisle[gpu]'`") from error
    try:
        return SentenceTransformer(model, device=device)
    except (OSError, ValueError, RuntimeError) as error:
        way_out = f"{error}; set AISLE_RETRIEVAL_EMBEDDER_MODEL to a folder with a sentence-transformers model"
        raise EmbedderUnavailable(f"sentence-transformers:{model}", way_out) from error
