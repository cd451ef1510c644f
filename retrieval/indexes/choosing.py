"""Which vector index serves a catalogue of a given size, and how it is told.

Exact search is the best and simplest to about 100,000 rows (6 ms of CPU); beyond, inverted lists over 8-bit codes.
Above lie `build` and `snapshot`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from retrieval.indexes.faiss_flat import FaissFlatIndex
from retrieval.indexes.faiss_ivf import FaissIvfIndex
from retrieval.ports import VectorIndex

Kind = Literal["faiss-flat", "faiss-ivf-sq8"]
FLAT_TO = 100_000


def index_for(rows: int, dimensions: int, *, flat_to: int = FLAT_TO) -> VectorIndex:
    """An empty one, fit for that many rows."""
    return FaissFlatIndex(dimensions) if rows <= flat_to else FaissIvfIndex(dimensions)


def kind_of(index: VectorIndex) -> Kind:
    return "faiss-ivf-sq8" if isinstance(index, FaissIvfIndex) else "faiss-flat"


def told(kind: Kind, rows: int) -> str:
    """For people: what was chosen and why."""
    if kind == "faiss-flat":
        return f"exact search (flat): {rows:,} rows are at most {FLAT_TO:,}"
    return f"inverted lists over 8-bit codes (IVF, SQ8): {rows:,} rows are more than {FLAT_TO:,}"


def load_index(kind: Kind, path: Path, dimensions: int) -> FaissIvfIndex | FaissFlatIndex:
    """Raises IndexBroken, IndexMismatch."""
    return (FaissIvfIndex if kind == "faiss-ivf-sq8" else FaissFlatIndex).load(path, dimensions)
