"""What every system is given, as files: products with their texts and vectors, queries with theirs.

numpy and the standard library only: the peers' environment has nothing of ours. Above lie `comparison`, which writes them,
and `searching`, which reads them.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    ids: Sequence[str]
    texts: Sequence[str]
    """All words of each product, the title first."""
    vectors: NDArray[np.float32]
    queries: Sequence[str]
    query_vectors: NDArray[np.float32]


def write(given: Given, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    arrays = {"vectors": given.vectors, "query_vectors": given.query_vectors}
    for name, array in arrays.items():
        np.save(folder / f"{name}.npy", array)
    texts = {name: value for name, value in asdict(given).items() if name not in arrays}
    (folder / "texts.json").write_text(json.dumps(texts), encoding="utf-8")


def read(folder: Path) -> Given:
    texts: dict[str, Any] = json.loads((folder / "texts.json").read_text(encoding="utf-8"))
    return Given(vectors=np.load(folder / "vectors.npy"), query_vectors=np.load(folder / "query_vectors.npy"), **texts)
