"""The files of a snapshot: arrays as `numpy.save` writes them, JSON, and what is made of several of them.

Large arrays are mapped, so that processes share them; of postings the runs that are asked for are read. Above lies `snapshot`.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import msgspec
import numpy as np
from numpy.typing import NDArray

from retrieval.indexes.choosing import FLAT_TO
from retrieval.measures import Measures
from retrieval.postings import Postings, Stored, restored
from retrieval.stored_arrays import StoredArray
from retrieval.string_table import StringTable

_SMALL = 1 << 20
"""Bytes of an array below which it is read whole."""


def save(folder: Path, name: str, array: NDArray[Any]) -> None:
    np.save(folder / f"{name}.npy", array, allow_pickle=False)


def array(folder: Path, name: str) -> NDArray[Any]:
    path = folder / f"{name}.npy"
    # Small arrays are quicker in memory; large ones are mapped, so that processes share them. A plain view of the map:
    # slices of a memmap object cost microseconds each.
    if path.stat().st_size < _SMALL:
        return cast(NDArray[Any], np.load(path, allow_pickle=False))
    return np.asarray(np.load(path, mmap_mode="r", allow_pickle=False))


def write_json(folder: Path, name: str, value: object) -> None:
    (folder / f"{name}.json").write_bytes(msgspec.json.encode(value))


def read_json(folder: Path, name: str) -> Any:
    return msgspec.json.decode((folder / f"{name}.json").read_bytes())


def write_postings(folder: Path, name: str, postings: Postings) -> None:
    write_json(folder, f"{name}.terms", postings.term_list)
    for part, array in postings.arrays().items():
        if part != "weights" or not (array == 1).all():
            save(folder, f"{name}.{part}", array)


def read_postings(folder: Path, name: str) -> Postings:
    starts, rows = array(folder, f"{name}.starts"), _runs(folder, f"{name}.rows")
    # Facets and trigrams only say that a row holds a term: no weights are stored for them.
    weighed = (folder / f"{name}.weights.npy").is_file()
    weights = _runs(folder, f"{name}.weights") if weighed else np.broadcast_to(np.float32(1.0), rows.shape)
    return restored(read_json(folder, f"{name}.terms"), starts, rows, weights)


def _runs(folder: Path, name: str) -> Stored:
    path = folder / f"{name}.npy"
    return array(folder, name) if path.stat().st_size < _SMALL else StoredArray(path)


def compact(postings: Postings, rows: int) -> Postings:
    """Half the bytes a weight where memory counts: the third digit of a score decides nothing."""
    return postings if rows <= FLAT_TO else replace(postings, weights=np.asarray(postings.weights).astype(np.float16))


def write_table(folder: Path, name: str, table: StringTable) -> None:
    for part, array in table.arrays().items():
        save(folder, f"{name}.{part}", array)


def read_table(folder: Path, name: str) -> StringTable:
    return StringTable({part: array(folder, f"{name}.{part}") for part in ("letters", "starts", "hashes", "order")})


def write_measures(folder: Path, name: str, measures: Measures) -> None:
    write_json(folder, name, list(measures))
    for part, array in measures.arrays().items():
        save(folder, f"{name}.{part}", array)


def read_measures(folder: Path, name: str, rows: int) -> Measures:
    arrays = {part: array(folder, f"{name}.{part}") for part in ("starts", "rows", "values")}
    return Measures(read_json(folder, name), rows, arrays)
