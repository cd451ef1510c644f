"""The reranker that the settings name. Heavy libraries are imported only when they are chosen."""

from __future__ import annotations

from pathlib import Path

from retrieval.errors import RerankerUnavailable
from retrieval.ports import Reranker
from retrieval.settings import RetrievalSettings

_MODEL = "cross-encoder/ms-marco-MiniLM-L6-v2"


def choose_reranker(settings: RetrievalSettings) -> Reranker | None:
    """None where none is wanted. Raises RerankerUnavailable where the one asked for cannot be loaded."""
    if settings.reranker == "linear":
        if not settings.reranker_model:
            raise RerankerUnavailable("linear", "set AISLE_RETRIEVAL_RERANKER_MODEL to a file of weights")
        from retrieval.rerankers.linear import read_linear

        return read_linear(Path(settings.reranker_model))
    if settings.reranker == "cross-encoder":
        from retrieval.rerankers.cross_encoder import load_cross_encoder

        return load_cross_encoder(settings.reranker_model or _MODEL)
    return None
