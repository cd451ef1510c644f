"""The embedder that the settings name. Heavy libraries are imported only when they are chosen."""

from __future__ import annotations

import logging

from retrieval.embedders.hashing import HashingEmbedder
from retrieval.errors import EmbedderUnavailable
from retrieval.ports import Embedder
from retrieval.settings import RetrievalSettings

_log = logging.getLogger(__name__)


def choose_embedder(settings: RetrievalSettings) -> Embedder:
    """Raises EmbedderUnavailable where the one asked for by name cannot be loaded; `auto` falls back to hashing."""
    if settings.embedder == "hashing":
        return HashingEmbedder()
    if settings.embedder == "sentence-transformers":
        from retrieval.embedders.sentence_transformers import SentenceTransformersEmbedder

        return SentenceTransformersEmbedder(settings.embedder_model or "sentence-transformers/all-MiniLM-L6-v2")
    try:
        from retrieval.embedders.minilm import MiniLmEmbedder

        return MiniLmEmbedder(threads=settings.embedder_threads)
    except (EmbedderUnavailable, ImportError) as error:
        if settings.embedder == "minilm":
            raise
        _log.warning("searching by words only: %s", error)
        return HashingEmbedder()


def choose_multilingual(settings: RetrievalSettings) -> Embedder | None:
    """The encoder of the second vectors; None, and the reason in the log, where it is off or its package is missing."""
    if not settings.multilingual:
        return None
    from retrieval.embedders.multilingual import MultilingualEmbedder

    try:
        return MultilingualEmbedder()
    except EmbedderUnavailable as error:
        _log.warning("searching in English only: %s", error)
        return None
