"""A cross-encoder of sentence-transformers, on the GPU when there is one: the extra `gpu`. Imported only when chosen.

It reads query and product together, which costs a model's run a candidate: for a GPU, or for few candidates.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from retrieval.errors import RerankerUnavailable


class PairModel(Protocol):
    """The part of sentence-transformers' CrossEncoder that this needs."""

    def predict(self, pairs: Sequence[tuple[str, str]], /, *, batch_size: int, show_progress_bar: bool) -> Any: ...


class CrossEncoderReranker:
    """Thread-safe for inference."""

    reads_texts = True

    def __init__(self, model: PairModel, name: str, *, batch: int = 64) -> None:
        self._model, self._name, self._batch = model, name, batch

    @property
    def name(self) -> str:
        return self._name

    def scores(self, query: str, features: NDArray[np.float32], texts: Sequence[str]) -> NDArray[np.float64]:
        pairs = [(query, text) for text in texts]
        told = self._model.predict(pairs, batch_size=self._batch, show_progress_bar=False)
        return np.asarray(told, dtype=np.float64).reshape(len(texts))


def load_cross_encoder(model: str, *, device: str | None = None) -> CrossEncoderReranker:
    """`model` is a folder or a name the library resolves. Raises RerankerUnavailable."""
    name = f"cross-encoder:{model}"
    try:
        from sentence_transformers import CrossEncoder
    except ImportError as error:
        raise RerankerUnavailable(name, "run `pip install 'aisle[gpu]'`, or unset AISLE_RETRIEVAL_RERANKER") from error
    try:
        return CrossEncoderReranker(CrossEncoder(model, device=device), name)
    except (OSError, ValueError, RuntimeError) as error:
        way_out = (
            "set AISLE_RETRIEVAL_RERANKER_MODEL to a folder with a cross-encoder, or unset AISLE_RETRIEVAL_RERANKER"
        )
        raise RerankerUnavailable(name, f"{error}; {way_out}") from error
