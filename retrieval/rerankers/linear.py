"""A weighted sum of what the search measured of each candidate, with weights learnt from a shop's own judgements.

`aisle eval retrieval train-ranker` writes the file; not shipped with weights, because none gained on two sets at once
(docs/retrieval.md). Above lies `rerankers.choosing`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from retrieval.errors import RerankerUnavailable
from retrieval.ports import FEATURES


class LinearReranker:
    """Immutable, so thread-safe."""

    reads_texts = False

    def __init__(self, weights: Mapping[str, float], name: str = "linear") -> None:
        """Raises RerankerUnavailable for a weight of something that the search does not measure."""
        if strange := sorted(set(weights) - set(FEATURES)):
            raise RerankerUnavailable(name, f"it weighs {strange[0]!r}; known are {', '.join(FEATURES)}")
        self._weights = np.array([weights.get(one, 0.0) for one in FEATURES], dtype=np.float64)
        self._name = name

    @property
    def name(self) -> str:
        return self._name

    @property
    def weights(self) -> dict[str, float]:
        return dict(zip(FEATURES, self._weights.tolist(), strict=True))

    def scores(self, query: str, features: NDArray[np.float32], texts: Sequence[str] = ()) -> NDArray[np.float64]:
        found: NDArray[np.float64] = features.astype(np.float64) @ self._weights
        return found


def read_linear(path: Path) -> LinearReranker:
    """Raises RerankerUnavailable."""
    way_out = "set AISLE_RETRIEVAL_RERANKER_MODEL to a file that `aisle eval retrieval train-ranker` wrote"
    try:
        weights = msgspec.json.decode(path.read_bytes(), type=dict[str, float])
    except OSError as error:
        raise RerankerUnavailable(f"linear:{path}", f"{error.strerror or error}; {way_out}") from error
    except (UnicodeDecodeError, msgspec.MsgspecError) as error:
        raise RerankerUnavailable(f"linear:{path}", f"{error}; {way_out}") from error
    return LinearReranker(weights, f"linear:{path.name}")


def write_linear(path: Path, weights: Mapping[str, float]) -> None:
    path.write_bytes(msgspec.json.format(msgspec.json.encode(dict(weights))) + b"\n")
