"""Ports of retrieval: what an engine for vectors must guarantee."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]


class Embedder(Protocol):
    """Text to unit vectors. Thread-safe; blocking, so never called on an event loop."""

    @property
    def name(self) -> str:
        """Identifies model and version: vectors of different names never mix."""
        ...

    @property
    def dimensions(self) -> int: ...

    def embed(self, texts: Sequence[str]) -> Vectors:
        """float32 [len(texts), dimensions], each row of length 1. An empty text gives a valid vector."""
        ...


class VectorIndex(Protocol):
    """Inner-product search over unit vectors. Reads are thread-safe; one writer at a time."""

    def add(self, ids: NDArray[np.int64], vectors: Vectors) -> None:
        """`ids` unique and non-negative; an id already there is replaced."""
        ...

    def remove(self, ids: NDArray[np.int64]) -> None: ...

    def search(
        self, query: Vectors, k: int, *, allowed: NDArray[np.bool_] | None = None
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Best first; ids and scores of one query [dimensions]. `allowed` is indexed by id and filters before the search."""
        ...

    def __len__(self) -> int: ...

    def save(self, path: Path) -> None: ...
