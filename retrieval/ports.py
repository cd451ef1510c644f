"""Ports of retrieval: what an encoder, an engine for vectors and a reranker must guarantee."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
FEATURES = ("score", "words", "nearness", "identifier", "phrases", "beside", "feedback", "popularity", "stocked")
"""What a search measures of each candidate: the search's own score, and its parts before they are weighed.

words and nearness: both legs' scores as shares of the best candidate's; identifier: likeness to a model number asked for;
phrases: share of the query's neighbouring words side by side in the title; beside: 1 where the title names the thing only
as what it is for; feedback: nearness to the mean of the best ten; popularity: in [0, 1]; stocked: 1 where it can be bought.
"""


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


class Reranker(Protocol):
    """A second look at the first places of a ranking. Thread-safe; blocking, so never called on an event loop."""

    @property
    def name(self) -> str: ...

    @property
    def reads_texts(self) -> bool:
        """Whether it is given the candidates' texts, which cost a read each."""
        ...

    def scores(self, query: str, features: NDArray[np.float32], texts: Sequence[str]) -> NDArray[np.float64]:
        """One a candidate, in their order; the higher the better, on any scale.

        `features` is float32 [candidates, len(FEATURES)]; `texts` has title and text of each, or none where it reads none.
        """
        ...
